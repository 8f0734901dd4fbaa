import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { CreateDeliveryStreamCommand } from '@aws-sdk/client-firehose'
import { startAthenaLake, type AthenaLake } from './athena-lake.ts'
import { prepareFirehose } from './firehose-lake.ts'

/** How long it goes on: `BOATHOUSE_RACE_SECONDS=600 npm test -- hot-tail-race` for long. */
const seconds = Number(process.env['BOATHOUSE_RACE_SECONDS'] ?? 4)
const writers = 4
const readers = 3

let lake: AthenaLake
let front: Awaited<ReturnType<typeof prepareFirehose>>
before(async () => {
  // The moment in which a delivery can do harm is short: it is made longer, so that many fall into it.
  lake = await startAthenaLake({ onHotCut: () => wait(Math.random() * 250) })
  front = await prepareFirehose(lake.lake, 'race')
  await lake.run('CREATE DATABASE shop')
})
after(() => lake.lake.stop())

/** Of each writer, how many records were acknowledged. */
type Counts = Map<number, number>

/**
 * Each writer puts 0, 1, 2, … one after another; each reader asks for all. What was acknowledged before the question must be in the answer, and what is in the answer must
 * be there once and without a gap.
 */
async function race(table: string, interval: number) {
  const acknowledged: Counts = new Map()
  const end = performance.now() + seconds * 1000
  let questions = 0
  let proofs = 0
  const write = async (writer: number) => {
    for (let n = 0; performance.now() < end; n += 1) {
      await front.put(table, [`{"writer":${writer},"n":${n}}\n`])
      acknowledged.set(writer, n + 1)
    }
  }
  const read = async () => {
    while (performance.now() < end) {
      const known = new Map(acknowledged)
      const rows = await lake.run(
        `SELECT writer, count(*), count(DISTINCT n), max(n) FROM ${table} GROUP BY writer`,
      )
      const found = new Map(rows.map(([writer, ...rest]) => [Number(writer), rest.map(Number)]))
      for (const [writer, count] of known) {
        const [all, distinct, max] = found.get(writer) ?? [0, 0, -1]
        const what = `${table}, writer ${writer}: ${count} were acknowledged before the question`
        assert.ok(max! + 1 >= count, `${what}, the newest of the answer is ${max}`)
        assert.equal(all, max! + 1, `${what}, a gap or a double`)
        assert.equal(distinct, all, `${what}, a double`)
        proofs += count
      }
      questions += 1
    }
  }
  await Promise.all([
    ...Array.from({ length: writers }, (_, writer) => write(writer)),
    ...Array.from({ length: readers }, read),
  ])
  const records = [...acknowledged.values()].reduce((sum, count) => sum + count, 0)
  const flushes = (await front.keys(`${table}/`)).length
  return { table, interval, records, questions, proofs, flushes }
}

const projection = `TBLPROPERTIES ('projection.enabled'='true', 'projection.second.type'='integer', 'projection.second.range'='0,59', 'projection.second.digits'='2')`

const iceberg = `TBLPROPERTIES ('table_type'='ICEBERG')`

const createIcebergStream = (name: string, IntervalInSeconds: number) =>
  front.firehose.send(
    new CreateDeliveryStreamCommand({
      DeliveryStreamName: name,
      IcebergDestinationConfiguration: {
        RoleARN: front.roleArn,
        CatalogConfiguration: { CatalogARN: 'arn:aws:glue:us-east-1:123456789012:catalog' },
        BufferingHints: { SizeInMBs: 64, IntervalInSeconds },
        DestinationTableConfigurationList: [
          { DestinationDatabaseName: 'shop', DestinationTableName: name },
        ],
        S3Configuration: { RoleARN: front.roleArn, BucketARN: 'arn:aws:s3:::race' },
      },
    }),
  )

test('a record that was acknowledged is in every answer from then on, once, while deliveries go on', async (t) => {
  const shapes = [
    { name: 'converted', interval: 0, format: 'STORED AS PARQUET' },
    { name: 'whole', interval: 1, format: 'STORED AS PARQUET' },
    { name: 'iceberg', interval: 0, format: iceberg },
    {
      name: 'lines',
      interval: 0,
      format: `ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'`,
    },
  ]
  for (const { name, interval, format } of shapes) {
    if (format === iceberg) {
      await lake.run(
        `CREATE TABLE ${name} (writer int, n int) LOCATION 's3://race/${name}/' ${iceberg}`,
      )
      await createIcebergStream(name, interval)
      const result = await race(name, interval)
      t.diagnostic(JSON.stringify(result))
      assert.ok(result.questions > 0 && result.records > 0)
      continue
    }
    const isWhole = name === 'whole'
    await lake.run(
      `CREATE EXTERNAL TABLE ${name} (writer int, n int) ${isWhole ? '' : 'PARTITIONED BY (second string)'} ${format} LOCATION 's3://race/${name}/' ${name === 'lines' ? projection : ''}`,
    )
    await front.create(name, {
      Prefix: isWhole ? `${name}/` : `${name}/second=!{timestamp:ss}/`,
      ErrorOutputPrefix: `wrong/!{firehose:error-output-type}/`,
      BufferingHints: { SizeInMBs: 64, IntervalInSeconds: interval },
      ...(format.startsWith('STORED')
        ? {
            DataFormatConversionConfiguration: {
              SchemaConfiguration: {
                DatabaseName: 'shop',
                TableName: name,
                RoleARN: front.roleArn,
              },
              InputFormatConfiguration: { Deserializer: { OpenXJsonSerDe: {} } },
              OutputFormatConfiguration: { Serializer: { ParquetSerDe: {} } },
            },
          }
        : {}),
    })
    const result = await race(name, interval)
    t.diagnostic(JSON.stringify(result))
    assert.ok(result.questions > 0 && result.records > 0)
  }
})
