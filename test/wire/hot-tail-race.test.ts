import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import { CreateDeliveryStreamCommand } from '@aws-sdk/client-firehose'
import { startAthenaLake, type AthenaLake } from './athena-lake.ts'
import { prepareFirehose } from './firehose-lake.ts'
import { race as raceFor } from './hot-tail-racers.ts'

/** How long it goes on: `BOATHOUSE_RACE_SECONDS=600 npm test -- hot-tail-race` for long. */
const seconds = Number(process.env['BOATHOUSE_RACE_SECONDS'] ?? 4)

let lake: AthenaLake
let front: Awaited<ReturnType<typeof prepareFirehose>>
before(async () => {
  // The moment in which a delivery can do harm is short: it is made longer, so that many fall into it.
  lake = await startAthenaLake({ onHotCut: () => wait(Math.random() * 250) })
  front = await prepareFirehose(lake.lake, 'race')
  await lake.run('CREATE DATABASE shop')
})
after(() => lake.lake.stop())

const race = (table: string, interval: number) =>
  raceFor({ lake, front, table, durationMs: seconds * 1000 }).then((result) => ({
    ...result,
    interval,
  }))

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

// Four tables, one after another, and what else a busy machine makes of it.
const timeout = seconds * 4_000 + 280_000

test(
  'a record that was acknowledged is in every answer from then on, once, while deliveries go on',
  { timeout },
  async (t) => {
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
  },
)
