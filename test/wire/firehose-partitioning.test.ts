import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { ExtendedS3DestinationConfiguration, Processor } from '@aws-sdk/client-firehose'
import { UpdateDestinationCommand } from '@aws-sdk/client-firehose'
import { poll } from '../harness/index.ts'
import { startAthenaLake, type AthenaLake } from './athena-lake.ts'
import { prepareFirehose } from './firehose-lake.ts'

let lake: AthenaLake
let front: Awaited<ReturnType<typeof prepareFirehose>>
before(async () => {
  lake = await startAthenaLake()
  front = await prepareFirehose(lake.lake, 'divided')
  await lake.run('CREATE DATABASE shop')
})
after(() => lake.lake.stop())

const extraction = (query: string, more: readonly Processor[] = []) => ({
  Enabled: true,
  Processors: [
    {
      Type: 'MetadataExtraction' as const,
      Parameters: [
        { ParameterName: 'MetadataExtractionQuery' as const, ParameterValue: query },
        { ParameterName: 'JsonParsingEngine' as const, ParameterValue: 'JQ-1.6' },
      ],
    },
    ...more,
  ],
})

const divided = (
  name: string,
  query: string,
  prefix: string,
  more: Partial<ExtendedS3DestinationConfiguration> = {},
) =>
  front.create(name, {
    Prefix: `${name}/${prefix}`,
    ErrorOutputPrefix: `wrong/${name}/!{firehose:error-output-type}/`,
    DynamicPartitioningConfiguration: { Enabled: true },
    ProcessingConfiguration: extraction(query, [{ Type: 'AppendDelimiterToRecord' }]),
    ...more,
  })

test('records go where their keys say, at once; those without go to the error prefix', async () => {
  // The example of https://docs.aws.amazon.com/firehose/latest/dev/dynamic-partitioning-partitioning-keys.html
  const query =
    '{customer_id: .customer_id, device: .type.device, year: (.event_timestamp | strftime("%Y"))}'
  await divided(
    'example',
    query,
    'customer_id=!{partitionKeyFromQuery:customer_id}/device=!{partitionKeyFromQuery:device}/year=!{partitionKeyFromQuery:year}/',
  )
  const record = (customer: unknown, device: string, n: number) =>
    JSON.stringify({
      type: { device, event: 'user_clicked_submit_button' },
      customer_id: customer,
      event_timestamp: 1565382027,
      n,
    })
  await front.put('example', [
    record('1', 'mobile', 1),
    record('2', 'mobile', 2),
    record('1', 'mobile', 3),
    record(7, 'desk', 4),
    record(null, 'mobile', 5),
    'text',
  ])
  const keys = await poll('the objects', async () => {
    const found = await front.keys('example/')
    return found.length === 3 && found
  })
  const numbers = async (folder: string) => {
    const key = keys.find((each) => each.startsWith(`example/${folder}/`))
    const lines = (await front.body(key!)).toString().trim().split('\n')
    return lines.map((line) => (JSON.parse(line) as { n: number }).n)
  }
  assert.deepEqual(await numbers('customer_id=1/device=mobile/year=2019'), [1, 3])
  assert.deepEqual(await numbers('customer_id=2/device=mobile/year=2019'), [2])
  assert.deepEqual(await numbers('customer_id=7/device=desk/year=2019'), [4])
  const errors = await front.delivered('wrong/example/processing-failed/', (text) => text !== '')
  const found = errors
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { errorCode: string; errorMessage: string })
  assert.deepEqual(
    found.map(({ errorCode }) => errorCode),
    [
      'DynamicPartitioning.MetadataExtractionFailed',
      'DynamicPartitioning.MetadataExtractionFailed',
    ],
  )
  assert.match(found[0]!.errorMessage, /must not be null or empty/)
})

test('converted, with the partitions in the catalog, and queried before they are delivered', async () => {
  await lake.run(
    `CREATE EXTERNAL TABLE sales (n int) PARTITIONED BY (shop string, day string) STORED AS PARQUET LOCATION 's3://divided/sales/'`,
  )
  const keys = 'shop=!{partitionKeyFromQuery:shop}/day=!{partitionKeyFromQuery:day}/'
  await divided('sales', '{shop: .shop, day: .at[:10]}', keys, {
    BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 900 },
    ProcessingConfiguration: extraction('{shop: .shop, day: .at[:10]}'),
    DataFormatConversionConfiguration: {
      SchemaConfiguration: { DatabaseName: 'shop', TableName: 'sales', RoleARN: front.roleArn },
      InputFormatConfiguration: { Deserializer: { OpenXJsonSerDe: {} } },
      OutputFormatConfiguration: { Serializer: { ParquetSerDe: {} } },
    },
  })
  await front.put('sales', [
    '{"shop":"a","at":"2024-01-01T10:00:00","n":1}',
    '{"shop":"b","at":"2024-01-01T11:00:00","n":2}',
    '{"shop":"a","at":"2024-01-02T10:00:00","n":3}',
    '{"shop":"a","at":"2024-01-02T10:00:00","n":"x"}',
    '{"shop":"a","at":"2024-01-01T12:00:00","n":4}',
  ])
  const rows = [
    ['a', '2024-01-01', '1'],
    ['a', '2024-01-01', '4'],
    ['a', '2024-01-02', '3'],
    ['b', '2024-01-01', '2'],
  ]
  const sql = 'SELECT shop, day, n FROM sales ORDER BY shop, day, n'
  assert.deepEqual(await lake.run(sql), rows)
  assert.deepEqual(await lake.run(`SELECT n FROM sales WHERE shop = 'b'`), [['2']])
  assert.deepEqual(await lake.run('SHOW PARTITIONS sales'), [])
  await front.firehose.send(
    new UpdateDestinationCommand({
      DeliveryStreamName: 'sales',
      DestinationId: 'destinationId-000000000001',
      CurrentDeliveryStreamVersionId: '1',
      ExtendedS3DestinationUpdate: { BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 0 } },
    }),
  )
  await poll('the objects', async () => (await front.keys('sales/')).length === 3)
  assert.deepEqual(await lake.run(sql), rows)
  assert.equal((await lake.run('SHOW PARTITIONS sales')).length, 3)
  assert.equal((await front.keys('wrong/sales/format-conversion-failed/')).length, 1)
})

test('thousands of partitions in one delivery', async () => {
  await divided('wide', '{k: .k}', 'k=!{partitionKeyFromQuery:k}/', {
    BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 1 },
  })
  const partitions = 2000
  const lines = Array.from({ length: partitions * 2 }, (_, n) => `{"k":${n % partitions},"n":${n}}`)
  for (let at = 0; at < lines.length; at += 500) await front.put('wide', lines.slice(at, at + 500))
  const total = await poll('every record', async () => {
    const keys = await front.keys('wide/')
    return new Set(keys.map((key) => key.split('/')[1])).size === partitions && keys
  })
  const first = total.find((key) => key.startsWith('wide/k=77/'))
  assert.match((await front.body(first!)).toString(), /^\{"k":77,"n":77\}\n/)
})

test('what is refused', async () => {
  const invalid = (message: RegExp, destination: Partial<ExtendedS3DestinationConfiguration>) =>
    assert.rejects(
      divided('never', '{k: .k}', 'k=!{partitionKeyFromQuery:k}/', destination),
      (error: Error) => {
        assert.equal(error.name, 'InvalidArgumentException')
        assert.match(error.message, message)
        return true
      },
    )
  await invalid(/can only be part of a prefix expression when Dynamic Partitioning is enabled/, {
    DynamicPartitioningConfiguration: { Enabled: false },
  })
  await invalid(/MetadataExtraction processor should be present/, {
    ProcessingConfiguration: { Enabled: false },
  })
  await invalid(/Lambda processor should be present/, {
    Prefix: 'never/!{partitionKeyFromLambda:k}/',
  })
  await invalid(/ErrorOutputPrefix cannot be null or empty/, { ErrorOutputPrefix: '' })
  await invalid(/at least one partition key/, { Prefix: 'plain/' })
  await invalid(/SizeInMBs must be at least 64/, {
    BufferingHints: { SizeInMBs: 5, IntervalInSeconds: 0 },
  })
  await invalid(/MetadataExtractionQuery is not valid: .*compile error/s, {
    ProcessingConfiguration: extraction('{k: '),
  })
  await divided('kept', '{k: .k}', 'k=!{partitionKeyFromQuery:k}/')
  const update = new UpdateDestinationCommand({
    DeliveryStreamName: 'kept',
    DestinationId: 'destinationId-000000000001',
    CurrentDeliveryStreamVersionId: '1',
    ExtendedS3DestinationUpdate: {
      Prefix: 'plain/',
      DynamicPartitioningConfiguration: { Enabled: false },
      ProcessingConfiguration: { Enabled: false },
    },
  })
  await assert.rejects(front.firehose.send(update), /can only be enabled or disabled when/)
})
