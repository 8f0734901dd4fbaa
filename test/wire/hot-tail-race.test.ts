import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import {
  CreateDeliveryStreamCommand,
  type ExtendedS3DestinationConfiguration,
} from '@aws-sdk/client-firehose'
import { startAthenaLake, type AthenaLake } from './athena-lake.ts'
import { prepareFirehose } from './firehose-lake.ts'
import { race } from './hot-tail-racers.ts'

/** How long it goes on: `BOATHOUSE_RACE_SECONDS=600 npm test -- hot-tail-race` for long. */
const seconds = Number(process.env['BOATHOUSE_RACE_SECONDS'] ?? 3)

let lake: AthenaLake
let front: Awaited<ReturnType<typeof prepareFirehose>>
before(async () => {
  // The moment in which a delivery can do harm is short: it is made longer, so that many fall into it.
  lake = await startAthenaLake({ onHotCut: () => wait(Math.random() * 250) })
  front = await prepareFirehose(lake.lake, 'race')
  await lake.run('CREATE DATABASE shop')
})
after(() => lake.lake.stop())

const projection = (column: string, type: string) =>
  `TBLPROPERTIES ('projection.enabled'='true', 'projection.${column}.type'='integer', ${type})`
const bySecond = projection(
  'second',
  `'projection.second.range'='0,59', 'projection.second.digits'='2'`,
)
const byWriter = projection('w', `'projection.w.range'='0,9'`)
const lines = `ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe'`

interface Shape {
  readonly name: string
  readonly intervalSeconds: number
  /** What a table of Hive's is partitioned by: the time, or what jq finds in a record. */
  readonly by?: 'second' | 'w'
  readonly format: 'parquet' | 'lines' | 'iceberg'
  /** Of Iceberg. */
  readonly transform?: string
}

const shapes: readonly Shape[] = [
  { name: 'converted', intervalSeconds: 0, by: 'second', format: 'parquet' },
  { name: 'whole', intervalSeconds: 1, format: 'parquet' },
  { name: 'divided', intervalSeconds: 0, by: 'w', format: 'parquet' },
  { name: 'iceberg', intervalSeconds: 0, format: 'iceberg' },
  { name: 'buckets', intervalSeconds: 0, format: 'iceberg', transform: 'bucket(3, n)' },
  { name: 'lines', intervalSeconds: 0, by: 'second', format: 'lines' },
  { name: 'dividedlines', intervalSeconds: 0, by: 'w', format: 'lines' },
]

async function createIceberg({ name, intervalSeconds, transform }: Shape): Promise<void> {
  await lake.run(
    `CREATE TABLE ${name} (writer int, n int) ${transform ? `PARTITIONED BY (${transform})` : ''} LOCATION 's3://race/${name}/' TBLPROPERTIES ('table_type'='ICEBERG')`,
  )
  await front.firehose.send(
    new CreateDeliveryStreamCommand({
      DeliveryStreamName: name,
      IcebergDestinationConfiguration: {
        RoleARN: front.roleArn,
        CatalogConfiguration: { CatalogARN: 'arn:aws:glue:us-east-1:123456789012:catalog' },
        BufferingHints: { SizeInMBs: 64, IntervalInSeconds: intervalSeconds },
        DestinationTableConfigurationList: [
          { DestinationDatabaseName: 'shop', DestinationTableName: name },
        ],
        S3Configuration: { RoleARN: front.roleArn, BucketARN: 'arn:aws:s3:::race' },
      },
    }),
  )
}

const prefixes = {
  second: 'second=!{timestamp:ss}/',
  w: 'w=!{partitionKeyFromQuery:w}/',
}

async function createHive({ name, intervalSeconds, by, format }: Shape): Promise<void> {
  const projected = by === 'w' ? byWriter : bySecond
  await lake.run(
    `CREATE EXTERNAL TABLE ${name} (writer int, n int) ${by ? `PARTITIONED BY (${by} string)` : ''} ${format === 'lines' ? lines : 'STORED AS PARQUET'} LOCATION 's3://race/${name}/' ${format === 'lines' ? projected : ''}`,
  )
  await front.create(name, {
    Prefix: `${name}/${by ? prefixes[by] : ''}`,
    ErrorOutputPrefix: `wrong/!{firehose:error-output-type}/`,
    BufferingHints: { SizeInMBs: 64, IntervalInSeconds: intervalSeconds },
    ...(by === 'w' ? dividing : {}),
    ...(format === 'parquet' ? converting(name) : {}),
  })
}

const dividing: Partial<ExtendedS3DestinationConfiguration> = {
  DynamicPartitioningConfiguration: { Enabled: true },
  ProcessingConfiguration: {
    Enabled: true,
    Processors: [
      {
        Type: 'MetadataExtraction',
        Parameters: [
          { ParameterName: 'MetadataExtractionQuery', ParameterValue: '{w: .writer}' },
          { ParameterName: 'JsonParsingEngine', ParameterValue: 'JQ-1.6' },
        ],
      },
    ],
  },
}

const converting = (TableName: string): Partial<ExtendedS3DestinationConfiguration> => ({
  DataFormatConversionConfiguration: {
    SchemaConfiguration: { DatabaseName: 'shop', TableName, RoleARN: front.roleArn },
    InputFormatConfiguration: { Deserializer: { OpenXJsonSerDe: {} } },
    OutputFormatConfiguration: { Serializer: { ParquetSerDe: {} } },
  },
})

// One table after another, and what else a busy machine makes of it.
const timeout = shapes.length * seconds * 1000 + 280_000

test(
  'a record that was acknowledged is in every answer from then on, once, while deliveries go on',
  { timeout },
  async (t) => {
    for (const shape of shapes) {
      await (shape.format === 'iceberg' ? createIceberg(shape) : createHive(shape))
      const result = await race({ lake, front, table: shape.name, durationMs: seconds * 1000 })
      t.diagnostic(JSON.stringify(result))
      assert.ok(result.questions > 0 && result.records > 0)
    }
  },
)
