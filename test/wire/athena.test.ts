import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
  type StartQueryExecutionCommandInput,
} from '@aws-sdk/client-athena'
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
} from '@aws-sdk/client-s3'
import { poll, startLake, type TestLake } from '../harness/index.ts'

let lake: TestLake
let athena: AthenaClient
let s3: S3Client
before(async () => {
  lake = await startLake()
  athena = lake.client(AthenaClient)
  s3 = lake.client(S3Client)
  await s3.send(new CreateBucketCommand({ Bucket: 'data' }))
  await s3.send(new CreateBucketCommand({ Bucket: 'results' }))
})
after(() => lake.stop())

const start = async (sql: string, more: Partial<StartQueryExecutionCommandInput> = {}) => {
  const { QueryExecutionId } = await athena.send(
    new StartQueryExecutionCommand({
      QueryString: sql,
      ResultConfiguration: { OutputLocation: 's3://results/out/' },
      QueryExecutionContext: { Database: 'shop' },
      ...more,
    }),
  )
  return QueryExecutionId!
}
const ended = (QueryExecutionId: string) =>
  poll(`the end of query ${QueryExecutionId}`, async () => {
    const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }))
    const state = QueryExecution!.Status!.State!
    return state !== 'QUEUED' && state !== 'RUNNING' && QueryExecution!
  })
/** The rows of a statement that succeeds, without a query's header. */
const run = async (sql: string, more: Partial<StartQueryExecutionCommandInput> = {}) => {
  const execution = await ended(await start(sql, more))
  assert.equal(
    execution.Status!.State,
    'SUCCEEDED',
    `${sql}: ${execution.Status!.StateChangeReason}`,
  )
  const { ResultSet } = await athena.send(
    new GetQueryResultsCommand({ QueryExecutionId: execution.QueryExecutionId }),
  )
  const rows = ResultSet!.Rows!.map((row) => row.Data!.map((datum) => datum.VarCharValue ?? null))
  return execution.StatementType === 'DML' ? rows.slice(1) : rows
}
const failure = async (sql: string) => {
  const execution = await ended(await start(sql))
  assert.equal(execution.Status!.State, 'FAILED', sql)
  return execution.Status!.StateChangeReason!
}
const put = (key: string, body: string | Uint8Array) =>
  s3.send(new PutObjectCommand({ Bucket: 'data', Key: key, Body: body }))

test('a table is made by DDL, filled with files, and read', async () => {
  await run('CREATE DATABASE shop')
  assert.deepEqual(await run("SHOW DATABASES LIKE 'sh*'"), [['shop']])
  await run(`CREATE EXTERNAL TABLE IF NOT EXISTS orders (id int, who string, price double)
    PARTITIONED BY (dt string)
    ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'
    LOCATION 's3://data/orders/'`)
  assert.deepEqual(await run('SHOW TABLES'), [['orders']])
  await put(
    'orders/dt=2024-01-01/a.json',
    '{"id":1,"Who":"ann","price":1.5}\n{"id":2,"who":null,"price":10000000}\n',
  )
  await put('orders/dt=2024-01-02/a.json', '{"id":3,"who":"b\\"ob","price":3}\n')
  assert.deepEqual(await run('SELECT * FROM orders'), [])
  await run('MSCK REPAIR TABLE orders')
  assert.deepEqual(await run('SHOW PARTITIONS orders'), [['dt=2024-01-01'], ['dt=2024-01-02']])
  assert.deepEqual(await run('SELECT * FROM orders ORDER BY id'), [
    ['1', 'ann', '1.5', '2024-01-01'],
    ['2', null, '1.0E7', '2024-01-01'],
    ['3', 'b"ob', '3.0', '2024-01-02'],
  ])
  const execution = await ended(
    await start("SELECT count(*) AS n FROM orders WHERE dt > '2024-01-01'"),
  )
  assert.equal(execution.Statistics!.DataScannedInBytes, 34)
  const location = execution.ResultConfiguration!.OutputLocation!
  assert.equal(location, `s3://results/out/${execution.QueryExecutionId}.csv`)
  const csv = await s3.send(
    new GetObjectCommand({ Bucket: 'results', Key: location.slice('s3://results/'.length) }),
  )
  assert.equal(await csv.Body!.transformToString(), '"n"\n"1"\n')
})

test('a failure names what is wrong', async () => {
  assert.equal(
    await failure('SELECT * FROM nowhere'),
    "TABLE_NOT_FOUND: line 1:15: Table 'awsdatacatalog.shop.nowhere' does not exist",
  )
  await put('bad/a.parquet', 'this is no parquet')
  await run("CREATE EXTERNAL TABLE bad (a int) STORED AS PARQUET LOCATION 's3://data/bad/'")
  assert.match(await failure('SELECT * FROM bad'), /^HIVE_BAD_DATA: .*s3:\/\/data\/bad\/a\.parquet/)
})
