import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { poll } from '../harness/index.ts'
import { startAthenaLake, type AthenaLake } from './athena-lake.ts'
import { prepareFirehose } from './firehose-lake.ts'

let lake: AthenaLake
let front: Awaited<ReturnType<typeof prepareFirehose>>
before(async () => {
  lake = await startAthenaLake()
  front = await prepareFirehose(lake.lake, 'schemas')
  await lake.run('CREATE DATABASE shop')
})
after(() => lake.lake.stop())

/** A delivery stream that converts by a table's schema, in a version of it. */
const convert = (name: string, table: string, more: { VersionId?: string; Prefix?: string } = {}) =>
  front.create(name, {
    Prefix: more.Prefix ?? `${name}/`,
    ErrorOutputPrefix: `wrong/${name}/`,
    DataFormatConversionConfiguration: {
      SchemaConfiguration: {
        DatabaseName: 'shop',
        TableName: table,
        RoleARN: front.roleArn,
        VersionId: more.VersionId,
      },
      InputFormatConfiguration: { Deserializer: { OpenXJsonSerDe: {} } },
      OutputFormatConfiguration: { Serializer: { ParquetSerDe: {} } },
    },
  })

const objects = (prefix: string, count: number) =>
  poll(`${count} objects under ${prefix}`, async () => {
    const keys = await front.keys(prefix)
    return keys.length >= count ? keys : undefined
  })

test('a schema that changes while records come: LATEST follows the catalog, a version stays', async () => {
  await lake.run(
    `CREATE EXTERNAL TABLE sales (a int) STORED AS PARQUET LOCATION 's3://schemas/latest/'`,
  )
  await lake.run(
    `CREATE EXTERNAL TABLE fixed (a int, b string) STORED AS PARQUET LOCATION 's3://schemas/fixed/'`,
  )
  await convert('latest', 'sales')
  await convert('fixed', 'sales', { VersionId: '0' })
  const record = (a: number) => `{"a":${a},"b":"b ${a}"}`
  for (const name of ['latest', 'fixed']) await front.put(name, [record(1)])
  await objects('latest/', 1)
  await objects('fixed/', 1)
  await lake.run('ALTER TABLE sales ADD COLUMNS (b string)')
  for (const name of ['latest', 'fixed']) await front.put(name, [record(2)])
  await objects('latest/', 2)
  await objects('fixed/', 2)
  assert.deepEqual(await lake.run('SELECT a, b FROM sales ORDER BY a'), [
    ['1', null],
    ['2', 'b 2'],
  ])
  // The version that the delivery stream names knows nothing of the new column.
  assert.deepEqual(await lake.run('SELECT a, b FROM fixed ORDER BY a'), [
    ['1', null],
    ['2', null],
  ])
  // While the table is away records wait, and they follow the one that comes back.
  await lake.run('DROP TABLE sales')
  await front.put('latest', ['{"a":3,"c":"new"}'])
  await lake.run(
    `CREATE EXTERNAL TABLE sales (a int, c string) STORED AS PARQUET LOCATION 's3://schemas/latest/'`,
  )
  await objects('latest/', 3)
  assert.deepEqual(await lake.run('SELECT a, c FROM sales WHERE c IS NOT NULL'), [['3', 'new']])
  assert.deepEqual(await front.keys('wrong/'), [])
})

test('partitions that a delivery begins are added, unless the table says otherwise', async () => {
  const day = '!{timestamp:yyyy}'
  for (const [name, property] of [
    ['adds', 'true'],
    ['leaves', 'false'],
  ] as const) {
    await lake.run(
      `CREATE EXTERNAL TABLE ${name} (a int) PARTITIONED BY (year string) STORED AS PARQUET LOCATION 's3://schemas/${name}/' TBLPROPERTIES ('boathouse.add-partitions' = '${property}')`,
    )
    await convert(name, name, { Prefix: `${name}/year=${day}/` })
    await front.put(name, ['{"a":1}'])
    await objects(`${name}/`, 1)
  }
  assert.deepEqual(await lake.run('SELECT a FROM adds'), [['1']])
  assert.deepEqual(await lake.run('SHOW PARTITIONS leaves'), [])
  assert.deepEqual(await lake.run('SELECT a FROM leaves'), [])
  await lake.run('MSCK REPAIR TABLE leaves')
  assert.deepEqual(await lake.run('SELECT a FROM leaves'), [['1']])
})
