import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  GetLogEventsCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import {
  CreateDeliveryStreamCommand,
  DescribeDeliveryStreamCommand,
  UpdateDestinationCommand,
  type IcebergDestinationConfiguration,
} from '@aws-sdk/client-firehose'
import { IAMClient, PutRolePolicyCommand } from '@aws-sdk/client-iam'
import { poll } from '../harness/index.ts'
import { startAthenaLake, type AthenaLake } from './athena-lake.ts'
import { prepareFirehose } from './firehose-lake.ts'
import { lambdaOf } from './lambda-fixture.ts'
import { createServiceRole, letRole } from '../harness/service-role.ts'

let lake: AthenaLake
let front: Awaited<ReturnType<typeof prepareFirehose>>
before(async () => {
  lake = await startAthenaLake()
  front = await prepareFirehose(lake.lake, 'ice')
  await lake.run('CREATE DATABASE shop')
})
after(() => lake.lake.stop())

const create = (name: string, more: Partial<IcebergDestinationConfiguration> = {}) =>
  front.firehose.send(
    new CreateDeliveryStreamCommand({
      DeliveryStreamName: name,
      IcebergDestinationConfiguration: {
        RoleARN: front.roleArn,
        CatalogConfiguration: { CatalogARN: 'arn:aws:glue:us-east-1:123456789012:catalog' },
        BufferingHints: { SizeInMBs: 1, IntervalInSeconds: 0 },
        S3Configuration: {
          RoleARN: front.roleArn,
          BucketARN: 'arn:aws:s3:::ice',
          ErrorOutputPrefix: `wrong/${name}/!{firehose:error-output-type}/`,
        },
        ...more,
      },
    }),
  )

const named = (table: string, UniqueKeys?: string[]) => [
  {
    DestinationDatabaseName: 'shop',
    DestinationTableName: table,
    ...(UniqueKeys ? { UniqueKeys } : {}),
  },
]

const query = (MetadataExtractionQuery: string) => ({
  Enabled: true,
  Processors: [
    {
      Type: 'MetadataExtraction' as const,
      Parameters: [
        {
          ParameterName: 'MetadataExtractionQuery' as const,
          ParameterValue: MetadataExtractionQuery,
        },
        { ParameterName: 'JsonParsingEngine' as const, ParameterValue: 'JQ-1.6' },
      ],
    },
  ],
})

const makeTable = (name: string, columns: string, more = '') =>
  lake.run(
    `CREATE TABLE ${name} (${columns}) ${more} LOCATION 's3://ice/${name}/' TBLPROPERTIES ('table_type'='ICEBERG')`,
  )

const rows = (sql: string, isComplete: (found: readonly unknown[]) => boolean) =>
  poll(sql, async () => {
    const found = await lake.run(sql)
    return isComplete(found) ? found : undefined
  })

const failures = async (name: string) =>
  (await front.delivered(`wrong/${name}/iceberg-failed/`, (text) => text !== ''))
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as { errorCode: string; errorMessage: string; rawData: string })

test('records are appended to a partitioned table, every type; what does not fit goes to the bucket', async () => {
  await makeTable(
    'events',
    'id bigint, name string, price decimal(10,2), at timestamp, day date, tags array<string>, info struct<Size:int>',
    'PARTITIONED BY (day, bucket(4, id))',
  )
  await create('events', { DestinationTableConfigurationList: named('events') })
  await front.put('events', [
    '{"id":1,"name":"a","price":1.5,"at":"2024-02-29T01:02:03Z","day":"2024-02-29","tags":["x","y"],"info":{"size":7}}',
    '{"id":"two","day":"2024-02-29"}',
    '{"ID":2,"day":"2024-03-01","other":true}',
    'text',
  ])
  const sql = 'SELECT id, name, price, at, day, tags, info.size FROM events ORDER BY id'
  assert.deepEqual(await rows(sql, (found) => found.length === 2), [
    ['1', 'a', '1.50', '2024-02-29 01:02:03.000000', '2024-02-29', '[x, y]', '7'],
    ['2', null, null, null, '2024-03-01', null, null],
  ])
  assert.deepEqual(await lake.run(`SELECT id FROM events WHERE day = DATE '2024-03-01'`), [['2']])
  const failed = await failures('events')
  assert.deepEqual(
    failed.map(({ errorCode, rawData }) => [errorCode, Buffer.from(rawData, 'base64').toString()]),
    [
      ['Iceberg.InvalidRecord', '{"id":"two","day":"2024-02-29"}'],
      ['Iceberg.InvalidRecord', 'text'],
    ],
  )
  const { DeliveryStreamDescription: description } = await front.firehose.send(
    new DescribeDeliveryStreamCommand({ DeliveryStreamName: 'events' }),
  )
  const described = description!.Destinations![0]!.IcebergDestinationDescription!
  assert.deepEqual(described.DestinationTableConfigurationList, named('events'))
  assert.equal(described.S3BackupMode, 'FailedDataOnly')
})

test('files of a partition are cut to the size that the table wants, and lose no row', async () => {
  await lake.run(
    `CREATE TABLE cut (id int, part string, pad string) PARTITIONED BY (part) LOCATION 's3://ice/cut/'
     TBLPROPERTIES ('table_type'='ICEBERG', 'write.target-file-size-bytes'='20000', 'write_compression'='none')`,
  )
  await create('cut', {
    DestinationTableConfigurationList: named('cut'),
    BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 0 },
  })
  const lines = Array.from({ length: 9000 }, (_, id) =>
    JSON.stringify({ id, part: 'p', pad: `${id} `.repeat(4) }),
  )
  // One record of many rows: one file, were it not cut.
  await front.put('cut', [lines.join('\n')])
  await rows('SELECT count(*), sum(id) FROM cut', ([row]) => {
    const [count, sum] = row as [string, string | null]
    return count === '9000' && sum === '40495500'
  })
  // What was counted may have been the tail: the files come with the delivery.
  await poll('more than one file', async () => {
    const [row] = await lake.run(`SELECT file_count FROM "cut$partitions"`)
    return Number(row?.[0] ?? 0) > 1 || undefined
  })
})

test('rows are updated and deleted by their keys, in the order of the records', async () => {
  await makeTable('people', 'id int, name string, age int')
  await create('people', {
    DestinationTableConfigurationList: named('people', ['id']),
    ProcessingConfiguration: query(
      '{destinationDatabaseName: "shop", destinationTableName: "people", operation: (.op // "insert")}',
    ),
  })
  const send = (...records: object[]) =>
    front.put(
      'people',
      records.map((record) => JSON.stringify(record)),
    )
  await send({ id: 1, name: 'a', age: 1 }, { id: 2, name: 'b', age: 2 }, { id: 3, name: 'c' })
  const sql = 'SELECT id, name, age FROM people ORDER BY id, age'
  await rows(sql, (found) => found.length === 3)
  await send(
    { op: 'update', id: 1, name: 'A', age: 10 },
    { op: 'delete', id: 2 },
    { op: 'insert', id: 4, name: 'd', age: 4 },
    { op: 'update', id: 4, name: 'D', age: 40 },
    { op: 'insert', id: 5, name: 'e' },
    { op: 'delete', id: 5 },
    { op: 'update', id: 6, name: 'f', age: 6 },
    { op: 'delete', id: 3 },
    { op: 'insert', id: 3, name: 'again', age: 3 },
    { op: 'upsert', id: 7 },
    { op: 'delete', id: 'x' },
  )
  assert.deepEqual(await rows(sql, (found) => found.length === 4 && String(found).includes('D')), [
    ['1', 'A', '10'],
    ['3', 'again', '3'],
    ['4', 'D', '40'],
    ['6', 'f', '6'],
  ])
  assert.deepEqual(
    (await failures('people')).map(({ errorCode }) => errorCode),
    ['Iceberg.InvalidOperation', 'Iceberg.InvalidRecord'],
  )
})

test('one delivery stream feeds the tables that its records name, all of a batch at once', async () => {
  await makeTable('left_side', 'n int')
  await makeTable('right_side', 'n int')
  await create('fork', {
    ProcessingConfiguration: query('{destinationDatabaseName: "shop", destinationTableName: .to}'),
  })
  await front.put('fork', [
    '{"to":"left_side","n":1}',
    '{"to":"right_side","n":2}',
    '{"to":"nowhere","n":3}',
    '{"to":"left_side","n":4}',
  ])
  await rows('SELECT n FROM right_side', (found) => found.length === 1)
  assert.deepEqual(await lake.run('SELECT n FROM left_side ORDER BY n'), [['1'], ['4']])
  const [failed] = await failures('fork')
  assert.equal(failed!.errorCode, 'Iceberg.NoSuchTable')
})

// https://docs.aws.amazon.com/firehose/latest/dev/apache-iceberg-format-input-record-different.html
test('a function says with otfMetadata where a record goes and what it does there', async () => {
  await makeTable('told', 'id int, v string')
  await makeTable('told_too', 'id int, v string')
  const lambda = await lambdaOf(lake.lake)
  const LambdaArn = await lambda.create(
    'routes',
    `export const handler = async ({ records }) => ({ records: records.map(({ recordId, data }) => {
       const { to, op, ...row } = JSON.parse(Buffer.from(data, 'base64'))
       const otfMetadata = { destinationDatabaseName: 'shop', destinationTableName: to, ...(op ? { operation: op } : {}) }
       return { recordId, result: 'Ok', data: Buffer.from(JSON.stringify(row)).toString('base64'), metadata: { otfMetadata } }
     }) })`,
  )
  await lake.lake.client(IAMClient).send(
    new PutRolePolicyCommand({
      RoleName: 'firehose',
      PolicyName: 'invokes',
      PolicyDocument: JSON.stringify({
        Version: '2012-10-17',
        Statement: [{ Effect: 'Allow', Action: 'lambda:InvokeFunction', Resource: '*' }],
      }),
    }),
  )
  await create('routed', {
    DestinationTableConfigurationList: [...named('told', ['id']), ...named('told_too', ['id'])],
    ProcessingConfiguration: {
      Enabled: true,
      Processors: [
        {
          Type: 'Lambda',
          Parameters: [
            { ParameterName: 'LambdaArn', ParameterValue: LambdaArn },
            { ParameterName: 'RoleArn', ParameterValue: front.roleArn },
          ],
        },
      ],
    },
  })
  await front.put('routed', [
    '{"to":"told","id":1,"v":"a"}',
    '{"to":"told_too","id":2,"v":"b"}',
    '{"to":"told","id":3,"v":"c"}',
    '{"to":"told","op":"upsert","id":4}',
    '{"to":"nowhere","id":5}',
  ])
  await rows('SELECT id FROM told_too', (found) => found.length === 1)
  await front.put('routed', [
    '{"to":"told","op":"update","id":1,"v":"A"}',
    '{"to":"told","op":"delete","id":3}',
  ])
  const sql = 'SELECT id, v FROM told ORDER BY id'
  assert.deepEqual(await rows(sql, (found) => String(found) === '1,A'), [['1', 'A']])
  const codes = (await failures('routed')).map(({ errorCode }) => errorCode)
  assert.deepEqual(codes.toSorted(), ['Iceberg.InvalidOperation', 'Iceberg.NoSuchTable'])
})

test('updates without keys, and keys beside the partitions, are said to be wrong', async () => {
  await makeTable('keyless', 'id int, part string', 'PARTITIONED BY (part)')
  const processing = query(
    '{destinationDatabaseName: "shop", destinationTableName: "keyless", operation: .op}',
  )
  await create('keyless', { ProcessingConfiguration: processing })
  await front.put('keyless', ['{"op":"update","id":1}'])
  const [first] = await failures('keyless')
  assert.equal(first!.errorCode, 'Iceberg.UnsupportedTable')
  assert.match(first!.errorMessage, /UniqueKeys/)

  await create('beside', {
    DestinationTableConfigurationList: named('keyless', ['id']),
    ProcessingConfiguration: processing,
  })
  await front.put('beside', ['{"op":"delete","id":1}'])
  const [second] = await failures('beside')
  assert.match(second!.errorMessage, /partitioned by; part is of another/)

  await create('appending', { AppendOnly: true, ProcessingConfiguration: processing })
  await front.put('appending', ['{"op":"delete","id":1}', '{"op":"insert","id":2,"part":"p"}'])
  await rows('SELECT id FROM keyless', (found) => found.length === 1)
  const [third] = await failures('appending')
  assert.match(third!.errorMessage, /only appends/)
})

test('what is refused, and what can be changed', async () => {
  const invalid = (message: RegExp, more: Partial<IcebergDestinationConfiguration>) =>
    assert.rejects(create('never', more), (error: Error) => {
      assert.equal(error.name, 'InvalidArgumentException')
      assert.match(error.message, message)
      return true
    })
  await invalid(/SchemaEvolutionConfiguration/, { SchemaEvolutionConfiguration: { Enabled: true } })
  await invalid(/TableCreationConfiguration/, { TableCreationConfiguration: { Enabled: true } })
  await invalid(/is not that of the account/, {
    CatalogConfiguration: { CatalogARN: 'arn:aws:glue:us-east-1:999999999999:catalog' },
  })
  await invalid(/MetadataExtractionQuery is not valid/, { ProcessingConfiguration: query('{') })
  await create('changing')
  await front.firehose.send(
    new UpdateDestinationCommand({
      DeliveryStreamName: 'changing',
      DestinationId: 'destinationId-000000000001',
      CurrentDeliveryStreamVersionId: '1',
      IcebergDestinationUpdate: { BufferingHints: { SizeInMBs: 2, IntervalInSeconds: 60 } },
    }),
  )
  const { DeliveryStreamDescription: description } = await front.firehose.send(
    new DescribeDeliveryStreamCommand({ DeliveryStreamName: 'changing' }),
  )
  assert.deepEqual(description!.Destinations![0]!.IcebergDestinationDescription!.BufferingHints, {
    SizeInMBs: 2,
    IntervalInSeconds: 60,
  })
})

test('one batch goes into five thousand partitions, within the memory of the engine', async () => {
  // A process of the engine that holds a partition's rows for each of them takes more than this.
  const small = await startAthenaLake({}, { engineMemoryMib: 512 })
  await using _ = small.lake
  const wide = await prepareFirehose(small.lake, 'wide')
  await small.run('CREATE DATABASE shop')
  const columns = 'k int, a string, b string, c string, d double, e bigint, f string'
  await small.run(
    `CREATE TABLE wide (${columns}) PARTITIONED BY (k) LOCATION 's3://wide/t/' TBLPROPERTIES ('table_type'='ICEBERG')`,
  )
  const place = { RoleARN: wide.roleArn, BucketARN: 'arn:aws:s3:::wide' }
  await wide.firehose.send(
    new CreateDeliveryStreamCommand({
      DeliveryStreamName: 'wide',
      IcebergDestinationConfiguration: {
        RoleARN: wide.roleArn,
        CatalogConfiguration: { CatalogARN: 'arn:aws:glue:us-east-1:123456789012:catalog' },
        BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 900 },
        S3Configuration: place,
        DestinationTableConfigurationList: named('wide'),
      },
    }),
  )
  const partitions = 5000
  const lines = Array.from(
    { length: 2 * partitions },
    (_, n) =>
      `{"k":${(n * 7919) % partitions},"a":"a ${n}","b":"b ${n}","c":"c","d":${n / 7},"e":${n},"f":"f ${n}"}`,
  )
  for (let at = 0; at < lines.length; at += 500) await wide.put('wide', lines.slice(at, at + 500))
  await wide.firehose.send(
    new UpdateDestinationCommand({
      DeliveryStreamName: 'wide',
      CurrentDeliveryStreamVersionId: '1',
      DestinationId: 'destinationId-000000000001',
      IcebergDestinationUpdate: { BufferingHints: { SizeInMBs: 64, IntervalInSeconds: 0 } },
    }),
  )
  const parted = 'SELECT count(*), sum(record_count) FROM "wide$partitions"'
  await poll(
    'all partitions',
    async () => {
      const [row] = await small.run(parted)
      return row!.join() === `${partitions},${2 * partitions}` || undefined
    },
    { deadlineMs: 120_000, intervalMs: 500 },
  )
  assert.deepEqual(await small.run('SELECT count(*) FROM "wide$snapshots"'), [['1']])
  const total = await small.run('SELECT count(*), count(DISTINCT k), sum(e) FROM wide')
  const sum = (2 * partitions * (2 * partitions - 1)) / 2
  assert.deepEqual(total, [[`${2 * partitions}`, `${partitions}`, `${sum}`]])
})

test('rows wait until the role may change the table', async () => {
  await makeTable('kept', 'a int')
  const iam = front.lake.client(IAMClient)
  const RoleARN = await createServiceRole(iam, { name: 'kept', services: ['firehose'] })
  const allow = (Action: readonly string[]) => letRole(iam, 'kept', { Action, Resource: '*' })
  const logs = front.lake.client(CloudWatchLogsClient)
  const place = { logGroupName: 'kept', logStreamName: 's' }
  await logs.send(new CreateLogGroupCommand({ logGroupName: 'kept' }))
  await logs.send(new CreateLogStreamCommand(place))
  const told = (text: string) =>
    poll(text, async () => {
      const { events = [] } = await logs.send(new GetLogEventsCommand(place))
      return events.some(({ message }) => message!.includes(text)) || undefined
    })
  await allow(['logs:PutLogEvents', 'glue:GetTable'])
  await create('kept', {
    RoleARN,
    DestinationTableConfigurationList: named('kept'),
    CloudWatchLoggingOptions: {
      Enabled: true,
      LogGroupName: 'kept',
      LogStreamName: 's',
    },
  })
  await front.put('kept', ['{"a":1}'])
  await told('glue:UpdateTable')
  assert.match(
    await lake.failure('DELETE FROM kept'),
    /What waits to be delivered to shop.kept cannot be: Access was denied/,
  )
  await allow(['logs:PutLogEvents', 'glue:GetTable', 'glue:UpdateTable'])
  await told('s3:PutObject on arn:aws:s3:::ice/kept/data/')
  await allow(['glue:GetTable', 'glue:UpdateTable', 's3:PutObject'])
  await poll('the row in the table itself', async () => {
    const found = await lake.run('SELECT record_count FROM "kept$files"')
    return found.length > 0 || undefined
  })
  await rows('SELECT a FROM kept', (found) => found.length === 1)
})
