import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import {
  CreateDeliveryStreamCommand,
  type ExtendedS3DestinationConfiguration,
} from '@aws-sdk/client-firehose'
import { CreateDatabaseCommand } from '@aws-sdk/client-glue'
import { CreateStreamCommand, DescribeStreamSummaryCommand } from '@aws-sdk/client-kinesis'
import { CreateBucketCommand } from '@aws-sdk/client-s3'
import { poll } from '../harness/index.ts'
import { numbersIn, TableBook } from './delivery-answers.ts'
import {
  account,
  Bucket,
  clients,
  createRole,
  extracting,
  roleArn,
  select,
  startServer,
  type Running,
} from './delivery-lake.ts'

/** How long the kills go on: `BOATHOUSE_FAULT_SECONDS=180 npm test -- faults/delivery-queries` for long. */
const faultSeconds = Number(process.env['BOATHOUSE_FAULT_SECONDS'] ?? 6)
/** How long a server lives behind its first answers; every third is killed whatever it has answered. */
const lifeMsMax = 4000
/** How long is waited at the most until each table has been asked for something. */
const somethingMsMax = 180_000
const timeout = faultSeconds * 2000 + 240_000 + somethingMsMax
const sourceName = 'wide'
const shardCount = 100

/** Converted in WebAssembly from a stream of many shards; of Iceberg; divided by jq. */
const tables = ['shards', 'iceberg', 'divided'] as const

test(
  'queries while the server is killed again and again: no answer is without what was acknowledged or shown before, none has a record twice',
  { timeout },
  async (t) => {
    const folder = await mkdtemp(join(tmpdir(), 'boathouse-queries-'))
    const dataDir = join(folder, 'lake')
    const books = tables.map((table) => new TableBook(table))
    try {
      await using first = await opened(dataDir)
      await setUp(first.all)
      await first.server.kill()
      const startMs = performance.now()
      const goesOn = () => {
        const elapsedMs = performance.now() - startMs
        const isEmpty = books.some(({ proofs }) => proofs === 0)
        return elapsedMs < faultSeconds * 1000 || (isEmpty && elapsedMs < somethingMsMax)
      }
      let kills = 0
      do {
        await using lake = await opened(dataDir)
        const { all, server } = lake
        const traffic = Promise.all(
          books.flatMap((book) => [
            book.write(all, server, book.table === 'shards' ? sourceName : undefined),
            book.ask(all, server),
          ]),
        )
        await Promise.race([traffic, life(books, kills, server)])
        await server.kill()
        await traffic
        kills += 1
      } while (goesOn())
      await using last = await opened(dataDir)
      const counts = await Promise.all(books.map((book) => count(last.all, book)))
      t.diagnostic(`${kills} kills\n${counts.join('\n')}`)
      for (const { table, proofs } of books) assert.ok(proofs > 0, `${table} was asked`)
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  },
)

/** Resolves when a server is to be killed. */
async function life(
  books: readonly TableBook[],
  kills: number,
  { exited }: Running,
): Promise<void> {
  let isOver = false
  void exited.then(() => (isOver = true))
  const before = books.map(({ proofs }) => proofs)
  const answered = () => books.every(({ proofs }, index) => proofs > before[index]!)
  const startMs = performance.now()
  const isLong = () => performance.now() - startMs > somethingMsMax
  if (kills % 3 !== 1) {
    await poll('answers', () => isOver || answered() || isLong(), { deadlineMs: Infinity })
  }
  await wait(Math.random() * lifeMsMax)
}

async function opened(dataDir: string) {
  const server = await startServer(dataDir)
  return {
    server,
    all: clients(server.endpoint),
    [Symbol.asyncDispose]: () => server.kill(),
  }
}

/** What was delivered, seen without what waits: everything acknowledged, once. */
async function count({ athena }: ReturnType<typeof clients>, book: TableBook): Promise<string> {
  const { table, acknowledged, sent, proofs } = book
  await book.check(() => numbersIn(athena, table))
  const property = `('boathouse.hot-tail'='false')`
  await select(athena, `ALTER TABLE d.${table} SET TBLPROPERTIES ${property}`)
  const stored = await poll(
    `the last records of ${table}`,
    async () => {
      const ids = await numbersIn(athena, table)
      const set = new Set(ids)
      return [...acknowledged].every((id) => set.has(id)) && ids
    },
    { deadlineMs: 180_000, intervalMs: 250 },
  )
  await book.check(async () => stored)
  const line = `${table}: sent ${sent.size}, acknowledged ${acknowledged.size}, stored ${stored.length}, lost 0, twice 0`
  return `${line}, ${proofs} answers`
}

async function setUp({ s3, iam, glue, athena, kinesis, firehose }: ReturnType<typeof clients>) {
  await s3.send(new CreateBucketCommand({ Bucket }))
  await createRole(iam)
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: 'd' } }))
  const at = (table: string) => `LOCATION 's3://${Bucket}/${table}/'`
  for (const sql of [
    `CREATE EXTERNAL TABLE d.shards (id int, k string) PARTITIONED BY (second string) STORED AS PARQUET ${at('shards')}`,
    `CREATE TABLE d.iceberg (id int, k string) ${at('iceberg')} TBLPROPERTIES ('table_type'='ICEBERG')`,
    `CREATE EXTERNAL TABLE d.divided (id int) PARTITIONED BY (k string) ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' ${at('divided')} TBLPROPERTIES ('projection.enabled'='true', 'projection.k.type'='integer', 'projection.k.range'='0,2')`,
  ]) {
    await select(athena, sql)
  }
  const StreamName = sourceName
  await kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: shardCount }))
  const { StreamDescriptionSummary } = await kinesis.send(
    new DescribeStreamSummaryCommand({ StreamName }),
  )
  const KinesisStreamARN = StreamDescriptionSummary!.StreamARN!
  const place = { RoleARN: roleArn, BucketARN: `arn:aws:s3:::${Bucket}` }
  const common = {
    ...place,
    ErrorOutputPrefix: `errors/!{firehose:error-output-type}/`,
    BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 0 },
  }
  const toS3 = (
    Prefix: string,
    more: Partial<ExtendedS3DestinationConfiguration>,
  ): ExtendedS3DestinationConfiguration => ({ ...common, Prefix, ...more })
  await firehose.send(
    new CreateDeliveryStreamCommand({
      DeliveryStreamName: 'shards',
      DeliveryStreamType: 'KinesisStreamAsSource',
      KinesisStreamSourceConfiguration: { KinesisStreamARN, RoleARN: roleArn },
      ExtendedS3DestinationConfiguration: toS3('shards/second=!{timestamp:ss}/', {
        DataFormatConversionConfiguration: {
          SchemaConfiguration: { DatabaseName: 'd', TableName: 'shards', RoleARN: roleArn },
          InputFormatConfiguration: { Deserializer: { OpenXJsonSerDe: {} } },
          OutputFormatConfiguration: { Serializer: { ParquetSerDe: {} } },
        },
      }),
    }),
  )
  await firehose.send(
    new CreateDeliveryStreamCommand({
      DeliveryStreamName: 'divided',
      ExtendedS3DestinationConfiguration: toS3('divided/k=!{partitionKeyFromQuery:k}/', {
        DynamicPartitioningConfiguration: { Enabled: true },
        ...extracting('{k: .k}'),
      }),
    }),
  )
  await firehose.send(
    new CreateDeliveryStreamCommand({
      DeliveryStreamName: 'iceberg',
      IcebergDestinationConfiguration: {
        RoleARN: roleArn,
        CatalogConfiguration: { CatalogARN: `arn:aws:glue:us-east-1:${account}:catalog` },
        BufferingHints: common.BufferingHints,
        DestinationTableConfigurationList: [
          { DestinationDatabaseName: 'd', DestinationTableName: 'iceberg' },
        ],
        S3Configuration: { ...place, ErrorOutputPrefix: common.ErrorOutputPrefix },
      },
    }),
  )
}
