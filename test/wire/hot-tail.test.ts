import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  CreateDeliveryStreamCommand,
  DescribeDeliveryStreamCommand,
  UpdateDestinationCommand,
  type DataFormatConversionConfiguration,
  type ExtendedS3DestinationConfiguration,
} from '@aws-sdk/client-firehose'
import { IAMClient } from '@aws-sdk/client-iam'
import {
  CreateChannelCommand,
  CreateStreamCommand,
  KinesisClient,
  PutRecordsCommand,
  UpdateChannelCommand,
} from '@aws-sdk/client-kinesis'
import { poll } from '../harness/index.ts'
import { createServiceRole } from '../harness/service-role.ts'
import { startAthenaLake, type AthenaLake } from './athena-lake.ts'
import { prepareFirehose } from './firehose-lake.ts'

let lake: AthenaLake
let front: Awaited<ReturnType<typeof prepareFirehose>>
/** Called between a query's cut through the deliveries and its listing of files. */
let onCut: (() => Promise<void>) | undefined
/** Deliveries that were staged. */
let staged = 0

before(async () => {
  lake = await startAthenaLake({
    onHotCut: () => onCut?.(),
    onDeliveryStaged: () => void (staged += 1),
  })
  front = await prepareFirehose(lake.lake, 'hot')
  await lake.run('CREATE DATABASE shop')
})
after(() => lake.lake.stop())

const waiting = { SizeInMBs: 64, IntervalInSeconds: 900 }

function parquet(table: string): DataFormatConversionConfiguration {
  return {
    SchemaConfiguration: { DatabaseName: 'shop', TableName: table, RoleARN: front.roleArn },
    InputFormatConfiguration: { Deserializer: { OpenXJsonSerDe: {} } },
    OutputFormatConfiguration: { Serializer: { ParquetSerDe: {} } },
  }
}

/** A table and a delivery stream of one name, which waits until it is told to deliver. */
async function fed(
  name: string,
  table: string,
  more: Partial<ExtendedS3DestinationConfiguration> = {},
) {
  await lake.run(
    `CREATE EXTERNAL TABLE ${name} ${table} STORED AS PARQUET LOCATION 's3://hot/${name}/'`,
  )
  await front.create(name, {
    Prefix: `${name}/`,
    ErrorOutputPrefix: `wrong/${name}/!{firehose:error-output-type}/`,
    BufferingHints: waiting,
    DataFormatConversionConfiguration: parquet(name),
    ...more,
  })
}

/** Has the delivery stream deliver at once, or wait. */
async function buffer(name: string, intervalInSeconds: number): Promise<void> {
  const { DeliveryStreamDescription: description } = await front.firehose.send(
    new DescribeDeliveryStreamCommand({ DeliveryStreamName: name }),
  )
  await front.firehose.send(
    new UpdateDestinationCommand({
      DeliveryStreamName: name,
      DestinationId: description!.Destinations![0]!.DestinationId,
      CurrentDeliveryStreamVersionId: description!.VersionId,
      ExtendedS3DestinationUpdate: {
        BufferingHints: { SizeInMBs: 64, IntervalInSeconds: intervalInSeconds },
      },
    }),
  )
}

/** Delivers what waits, and lets the next records wait again. */
async function deliver(name: string): Promise<void> {
  const before = await front.keys(`${name}/`)
  await buffer(name, 0)
  await delivered(name, before.length + 1)
  await buffer(name, 900)
}

const delivered = (name: string, count: number) =>
  poll(`the delivery of ${name}`, async () => (await front.keys(`${name}/`)).length >= count)

const numbers = async (name: string, where = '') =>
  (await lake.run(`SELECT n FROM ${name} ${where} ORDER BY n`)).map(([n]) => Number(n))

test('what was put is there, before and after its delivery; what does not fit is not', async () => {
  await fed('plain', '(n int, at timestamp)')
  assert.deepEqual(await numbers('plain'), [])
  await front.put('plain', [
    '{"n":1,"at":"2024-02-29T01:02:03Z"}',
    '{"n":"half"}',
    '{"N":2}{"n":3}',
  ])
  assert.deepEqual(await front.keys('plain/'), [])
  assert.deepEqual(await lake.run('SELECT n, at FROM plain ORDER BY n'), [
    ['1', '2024-02-29 01:02:03.000'],
    ['2', null],
    ['3', null],
  ])
  // More comes, and is added to what was converted; the pieces are joined as they grow.
  for (let n = 4; n < 12; n += 1) {
    await front.put('plain', [`{"n":${n}}`])
    assert.deepEqual((await numbers('plain')).at(-1), n)
  }
  const all = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11]
  assert.deepEqual(await numbers('plain'), all)
  const sql = 'SELECT a.n FROM plain a JOIN plain b ON a.n = b.n WHERE b.n > 9 ORDER BY 1'
  assert.deepEqual(await lake.run(sql), [['10'], ['11']])
  await deliver('plain')
  assert.deepEqual(await numbers('plain'), all)
  assert.deepEqual((await front.keys('wrong/plain/')).length, 1)
})

test('partitions that are only in the tail are there, and conditions leave them out', async () => {
  await fed('parts', '(n int) PARTITIONED BY (day string)', {
    Prefix: 'parts/day=!{timestamp:yyyy-MM-dd}/',
  })
  await front.put('parts', ['{"n":1}', '{"n":2}'])
  const [[day]] = (await lake.run('SELECT DISTINCT day FROM parts')) as [[string]]
  assert.match(day, /^\d{4}-\d\d-\d\d$/)
  assert.deepEqual(await numbers('parts', `WHERE day = '${day}'`), [1, 2])
  assert.deepEqual(await numbers('parts', `WHERE day < '${day}'`), [])
  assert.deepEqual(await numbers('parts', `WHERE length(day) = 10`), [1, 2])
  assert.deepEqual(await lake.run('SHOW PARTITIONS parts'), [])
  await deliver('parts')
  assert.deepEqual(await numbers('parts', `WHERE day = '${day}'`), [1, 2])
  assert.equal((await lake.run('SHOW PARTITIONS parts')).length, 1)
})

test('a table over objects as they came, compressed, fed by a stream', async () => {
  const kinesis = lake.lake.client(KinesisClient)
  await kinesis.send(new CreateStreamCommand({ StreamName: 'raw', ShardCount: 2 }))
  await lake.run(
    `CREATE EXTERNAL TABLE raw (n int) ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://hot/raw/'`,
  )
  await front.create(
    'raw',
    { Prefix: 'raw/', BufferingHints: waiting, CompressionFormat: 'GZIP' },
    {
      DeliveryStreamType: 'KinesisStreamAsSource',
      KinesisStreamSourceConfiguration: {
        KinesisStreamARN: 'arn:aws:kinesis:us-east-1:123456789012:stream/raw',
        RoleARN: front.roleArn,
      },
    },
  )
  const put = (from: number) =>
    kinesis.send(
      new PutRecordsCommand({
        StreamName: 'raw',
        Records: Array.from({ length: 10 }, (_, index) => ({
          PartitionKey: `${index}`,
          Data: Buffer.from(`{"n":${from + index}}\n`),
        })),
      }),
    )
  const upTo = (count: number) => Array.from({ length: count }, (_, index) => index)
  await put(0)
  assert.deepEqual(await numbers('raw'), upTo(10))
  await put(10)
  assert.deepEqual(await numbers('raw'), upTo(20))
  await deliver('raw')
  assert.deepEqual(await numbers('raw'), upTo(20))
})

/** An Iceberg table and a delivery stream of one name, which waits. */
async function fedIceberg(name: string, columns: string, query?: string): Promise<void> {
  await lake.run(
    `CREATE TABLE ${name} (${columns}) LOCATION 's3://hot/${name}/' TBLPROPERTIES ('table_type'='ICEBERG')`,
  )
  await front.firehose.send(
    new CreateDeliveryStreamCommand({
      DeliveryStreamName: name,
      IcebergDestinationConfiguration: {
        RoleARN: front.roleArn,
        CatalogConfiguration: { CatalogARN: 'arn:aws:glue:us-east-1:123456789012:catalog' },
        BufferingHints: waiting,
        DestinationTableConfigurationList: [
          { DestinationDatabaseName: 'shop', DestinationTableName: name, UniqueKeys: ['n'] },
        ],
        S3Configuration: { RoleARN: front.roleArn, BucketARN: 'arn:aws:s3:::hot' },
        ...(query === undefined
          ? {}
          : {
              ProcessingConfiguration: {
                Enabled: true,
                Processors: [
                  {
                    Type: 'MetadataExtraction',
                    Parameters: [
                      { ParameterName: 'MetadataExtractionQuery', ParameterValue: query },
                      { ParameterName: 'JsonParsingEngine', ParameterValue: 'JQ-1.6' },
                    ],
                  },
                ],
              },
            }),
      },
    }),
  )
}

/** Has a delivery stream into Iceberg deliver, and resolves when the table has another snapshot. */
async function deliverIceberg(name: string): Promise<void> {
  const snapshots = async () =>
    Number((await lake.run(`SELECT count(*) FROM "${name}$snapshots"`))[0]![0])
  const before = await snapshots()
  const hints = async (IntervalInSeconds: number) => {
    const { DeliveryStreamDescription: description } = await front.firehose.send(
      new DescribeDeliveryStreamCommand({ DeliveryStreamName: name }),
    )
    await front.firehose.send(
      new UpdateDestinationCommand({
        DeliveryStreamName: name,
        DestinationId: description!.Destinations![0]!.DestinationId,
        CurrentDeliveryStreamVersionId: description!.VersionId,
        IcebergDestinationUpdate: { BufferingHints: { SizeInMBs: 64, IntervalInSeconds } },
      }),
    )
  }
  await hints(0)
  await poll(`a snapshot of ${name}`, async () => (await snapshots()) > before)
  await hints(900)
}

test('rows of an Iceberg table, before, during and after their delivery', async () => {
  await fedIceberg('ice', 'n int, part string')
  assert.deepEqual(await numbers('ice'), [])
  await front.put('ice', ['{"n":1,"part":"a"}', '{"n":2}', '{"n":"half"}'])
  assert.deepEqual(await numbers('ice'), [1, 2])
  assert.deepEqual(await numbers('ice', `WHERE part = 'a'`), [1])
  assert.deepEqual(await lake.run(`SELECT count(*) FROM "ice$snapshots"`), [['0']])
  let cuts = 0
  onCut = async () => {
    cuts += 1
    if (cuts > 1) return
    onCut = undefined
    await deliverIceberg('ice')
    await front.put('ice', ['{"n":3}'])
    onCut = async () => void (cuts += 1)
  }
  assert.deepEqual(await numbers('ice').finally(() => (onCut = undefined)), [1, 2, 3])
  assert.equal(cuts, 2)
  assert.deepEqual(await numbers('ice'), [1, 2, 3])
  await lake.run('DELETE FROM ice WHERE n = 1')
  assert.deepEqual(await numbers('ice'), [2, 3])
  const [[first]] = (await lake.run(
    `SELECT CAST(min(snapshot_id) AS varchar) FROM "ice$snapshots" WHERE parent_id IS NULL`,
  )) as [[string]]
  await front.put('ice', ['{"n":4}'])
  assert.deepEqual(await numbers('ice', `FOR VERSION AS OF ${first}`), [1, 2])
})

test('statements that change rows see those that are not delivered yet', async () => {
  await fedIceberg('changed', 'n int, name string')
  const rows = () => lake.run('SELECT n, name FROM changed ORDER BY n')
  await front.put('changed', ['{"n":1,"name":"a"}', '{"n":2,"name":"b"}'])
  await lake.run(`UPDATE changed SET name = 'B' WHERE n = 2`)
  await front.put('changed', ['{"n":3,"name":"c"}'])
  await lake.run(
    `MERGE INTO changed t USING (VALUES (1, 'one'), (3, 'three')) s(n, name) ON t.n = s.n WHEN MATCHED THEN UPDATE SET name = s.name`,
  )
  const expected = [
    ['1', 'one'],
    ['2', 'B'],
    ['3', 'three'],
  ]
  assert.deepEqual(await rows(), expected)
  // Others go on putting: what was there when the statement began is seen by it.
  for (let n = 10; n < 16; n += 1) {
    await front.put('changed', [`{"n":${n}}`])
    await Promise.all([
      lake.run(`DELETE FROM changed WHERE n = ${n}`),
      front.put('changed', [`{"n":${n + 100}}`]),
    ])
  }
  await lake.run('DELETE FROM changed WHERE n > 100')
  assert.deepEqual(await rows(), expected)
})

test('updates and deletes of an Iceberg table that are not delivered yet', async () => {
  await fedIceberg(
    'keyed',
    'n int, name string',
    '{destinationDatabaseName: "shop", destinationTableName: "keyed", operation: (.op // "insert")}',
  )
  await front.put('keyed', ['{"n":1,"name":"a"}', '{"n":2,"name":"b"}', '{"n":3,"name":"c"}'])
  const rows = () => lake.run('SELECT n, name FROM keyed ORDER BY n')
  await deliverIceberg('keyed')
  await front.put('keyed', ['{"op":"update","n":1,"name":"A"}', '{"n":4,"name":"d"}'])
  const updated = [
    ['1', 'A'],
    ['2', 'b'],
    ['3', 'c'],
    ['4', 'd'],
  ]
  assert.deepEqual(await rows(), updated)
  await front.put('keyed', ['{"op":"delete","n":4}'])
  assert.deepEqual(await rows(), updated.slice(0, 3))
  await front.put('keyed', ['{"op":"delete","n":2}', '{"op":"insert","n":2,"name":"B"}'])
  const all = [
    ['1', 'A'],
    ['2', 'B'],
    ['3', 'c'],
  ]
  assert.deepEqual(await rows(), all)
  await deliverIceberg('keyed')
  assert.deepEqual(await rows(), all)
})

test('a table over what a channel delivers', async () => {
  const kinesis = lake.lake.client(KinesisClient)
  const StreamModeDetails = { StreamMode: 'ON_DEMAND' } as const
  await kinesis.send(new CreateStreamCommand({ StreamName: 'led', StreamModeDetails }))
  await lake.run(
    `CREATE EXTERNAL TABLE led (n int) ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://hot/led/'`,
  )
  const { ChannelDescription } = await kinesis.send(
    new CreateChannelCommand({
      ChannelName: 'led',
      ServiceExecutionRoleARN: await createServiceRole(lake.lake.client(IAMClient), {
        name: 'channels',
        services: ['kinesis'],
        actions: ['s3:PutObject'],
      }),
      StreamConfigurationList: [
        {
          StreamARN: 'arn:aws:kinesis:us-east-1:123456789012:stream/led',
          RecordConfiguration: { RecordFormatType: 'JSON' },
        },
      ],
      S3DestinationConfiguration: {
        DataFreshnessInSeconds: 900,
        StorageConfiguration: {
          BucketARN: 'arn:aws:s3:::hot',
          ExpectedBucketOwner: '123456789012',
          OutputKeyTemplate: 'led/!{yyyy}-!{MM}/part!{extension:.json.gz}',
          CompressionType: 'GZIP',
        },
      },
    }),
  )
  await kinesis.send(
    new PutRecordsCommand({
      StreamName: 'led',
      Records: ['{"n":1}', 'no JSON', '{"n":2}'].map((text) => ({
        PartitionKey: text,
        Data: Buffer.from(text),
      })),
    }),
  )
  assert.deepEqual(await front.keys('led/'), [])
  assert.deepEqual(await numbers('led'), [1, 2])
  await kinesis.send(
    new UpdateChannelCommand({
      ChannelARN: ChannelDescription!.ChannelARN,
      S3DestinationConfiguration: { DataFreshnessInSeconds: 0 },
    }),
  )
  await poll('what the channel delivers', async () => (await front.keys('led/')).length > 0)
  assert.deepEqual(await numbers('led'), [1, 2])
})

test('switched off for a table', async () => {
  await fed('cold', '(n int)')
  await front.put('cold', ['{"n":1}'])
  assert.deepEqual(await numbers('cold'), [1])
  await lake.run(`ALTER TABLE cold SET TBLPROPERTIES ('boathouse.hot-tail' = 'false')`)
  assert.deepEqual(await numbers('cold'), [])
  await deliver('cold')
  assert.deepEqual(await numbers('cold'), [1])
})

test('a delivery between the cut and the listing: no record is lost, none is there twice', async () => {
  await fed('moved', '(n int)')
  await front.put('moved', ['{"n":1}', '{"n":2}'])
  let cuts = 0
  onCut = async () => {
    cuts += 1
    if (cuts > 1) return
    await deliver('moved')
    await front.put('moved', ['{"n":3}'])
  }
  assert.deepEqual(await numbers('moved').finally(() => (onCut = undefined)), [1, 2, 3])
  assert.equal(cuts, 2)
})

test('a delivery that begins a partition between the cut and the listing', async () => {
  await fed('begun', '(n int) PARTITIONED BY (day string)', {
    Prefix: 'begun/day=!{timestamp:yyyy-MM-dd}/',
  })
  await front.put('begun', ['{"n":1}'])
  let cuts = 0
  onCut = async () => {
    cuts += 1
    if (cuts === 1) await deliver('begun')
  }
  assert.deepEqual(await numbers('begun').finally(() => (onCut = undefined)), [1])
})

test('deliveries that never pause wait for a listing in the end', async () => {
  await fed('busy', '(n int)')
  await front.put('busy', ['{"n":0}'])
  let cuts = 0
  onCut = async () => {
    cuts += 1
    if (cuts <= 3) {
      await deliver('busy')
      await front.put('busy', [`{"n":${cuts}}`])
      return
    }
    const before = staged
    await buffer('busy', 0)
    await poll('a delivery that is ready to be committed', () => staged > before)
    assert.equal((await front.keys('busy/')).length, 3)
  }
  assert.deepEqual(await numbers('busy').finally(() => (onCut = undefined)), [0, 1, 2, 3])
  assert.equal(cuts, 4)
  await delivered('busy', 4)
  assert.deepEqual(await numbers('busy'), [0, 1, 2, 3])
})
