import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  CreateStreamCommand,
  GetRecordsCommand,
  GetShardIteratorCommand,
  IncreaseStreamRetentionPeriodCommand,
  ListShardsCommand,
  ListStreamConsumersCommand,
  ListStreamsCommand,
  PutRecordCommand,
  RegisterStreamConsumerCommand,
  StopStreamEncryptionCommand,
  SubscribeToShardCommand,
  UpdateMaxRecordSizeCommand,
  UpdateStreamRecordDistributionStrategyCommand,
  type CreateStreamCommandInput,
} from '@aws-sdk/client-kinesis'
import { startKinesis } from './kinesis-lake.ts'

/* Parameters that do not go together, and such as would be taken and forgotten: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_Operations.html */
const { lake, client, arnOf, createStream } = await startKinesis()
const StreamName = 'checked'
const StreamARN = arnOf(StreamName)
const ShardId = 'shardId-000000000000'
before(() => createStream(StreamName, 3))
after(() => lake.stop())

const invalid = (message: RegExp) => ({ name: 'InvalidArgumentException', message })

test('a new stream has what its mode has', async () => {
  const create = (input: Partial<CreateStreamCommandInput>) =>
    client.send(new CreateStreamCommand({ StreamName: 'never', ...input }))
  const provisioned = { ShardCount: 1 }
  const onDemand = { StreamModeDetails: { StreamMode: 'ON_DEMAND' } } as const
  // As CloudFormation says it: https://github.com/aws/aws-cdk/issues/18247
  await assert.rejects(
    create({ ...onDemand, ShardCount: 1 }),
    invalid(/^ShardCount is not expected when StreamMode=ON_DEMAND/),
  )
  await assert.rejects(
    create({ ...provisioned, WarmThroughputMiBps: 5 }),
    invalid(/^WarmThroughputMiBps is only valid/),
  )
  await assert.rejects(
    create({ ...provisioned, RecordDistributionStrategy: 'AUTO' }),
    invalid(/AUTO is only valid/),
  )
  await create({ ...provisioned, RecordDistributionStrategy: 'USER_PARTITION_KEY' })
})

// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateStreamRecordDistributionStrategy.html
test('a provisioned stream does not spread its records by itself', async () => {
  const distribute = (RecordDistributionStrategy: 'AUTO' | 'USER_PARTITION_KEY') =>
    client.send(
      new UpdateStreamRecordDistributionStrategyCommand({ StreamARN, RecordDistributionStrategy }),
    )
  await assert.rejects(distribute('AUTO'), invalid(/AUTO is only valid/))
  await distribute('USER_PARTITION_KEY')
})

// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListShards.html and API_ListStreamConsumers.html
test('a further page is of the list that was begun', async () => {
  const { NextToken } = await client.send(new ListShardsCommand({ StreamName, MaxResults: 1 }))
  const further = (more: object) => client.send(new ListShardsCommand({ NextToken, ...more }))
  const together = invalid(/cannot be provided together/)
  await assert.rejects(further({ ExclusiveStartShardId: ShardId }), together)
  await assert.rejects(further({ ShardFilter: { Type: 'AT_LATEST' } }), together)
  await assert.rejects(further({ StreamName }), together)
  assert.equal((await further({})).Shards!.length, 2)
  for (const ConsumerName of ['one', 'two']) {
    await client.send(new RegisterStreamConsumerCommand({ StreamARN, ConsumerName }))
  }
  const page = await client.send(new ListStreamConsumersCommand({ StreamARN, MaxResults: 1 }))
  const next = { StreamARN, NextToken: page.NextToken }
  await assert.rejects(
    client.send(new ListStreamConsumersCommand({ ...next, StreamCreationTimestamp: new Date() })),
    together,
  )
  const { Consumers } = await client.send(new ListStreamConsumersCommand(next))
  assert.equal(Consumers![0]!.ConsumerName, 'two')
})

test('a dry run fails as the call would, or says that it is one', async () => {
  const dry = { name: 'DryRunOperationException', message: /DryRun/ }
  const DryRun = true
  const iterate = (shard: string) =>
    client.send(
      new GetShardIteratorCommand({
        StreamName,
        ShardId: shard,
        ShardIteratorType: 'LATEST',
        DryRun,
      }),
    )
  await assert.rejects(iterate(ShardId), dry)
  await assert.rejects(iterate('shardId-000000000009'), { name: 'ResourceNotFoundException' })
  const read = (ShardIterator: string) =>
    client.send(new GetRecordsCommand({ ShardIterator, DryRun }))
  const { ShardIterator } = await client.send(
    new GetShardIteratorCommand({ StreamName, ShardId, ShardIteratorType: 'LATEST' }),
  )
  await assert.rejects(read(ShardIterator!), dry)
  await assert.rejects(read('no iterator'), { name: 'InvalidArgumentException' })
  const put = (name: string) =>
    client.send(
      new PutRecordCommand({
        StreamName: name,
        PartitionKey: 'k',
        Data: Buffer.from('never'),
        DryRun,
      }),
    )
  await assert.rejects(put(StreamName), dry)
  await assert.rejects(put('nowhere'), { name: 'ResourceNotFoundException' })
  const { Consumer } = await client.send(
    new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: 'dry' }),
  )
  const subscribe = (shard: string, more: object = { DryRun }) =>
    client.send(
      new SubscribeToShardCommand({
        ConsumerARN: Consumer!.ConsumerARN!,
        ShardId: shard,
        StartingPosition: { Type: 'TRIM_HORIZON' },
        ...more,
      }),
    )
  await assert.rejects(subscribe(ShardId), dry)
  await assert.rejects(subscribe('shardId-000000000009'), { name: 'ResourceNotFoundException' })
  // The place was not taken: a subscription that follows at once is not refused.
  const { EventStream } = await subscribe(ShardId, {})
  for await (const { SubscribeToShardEvent: event } of EventStream!) {
    assert.deepEqual(event!.Records, [])
    break
  }
})

// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_StopStreamEncryption.html
test('an encryption is stopped by its type', async () => {
  const stop = (EncryptionType: 'KMS' | 'NONE') =>
    client.send(
      new StopStreamEncryptionCommand({ StreamName, EncryptionType, KeyId: 'alias/aws/kinesis' }),
    )
  await assert.rejects(stop('NONE'), invalid(/^EncryptionType must be KMS/))
  await stop('KMS')
})

// Of a number of a page's entries AWS takes the whole ones: https://github.com/mhart/kinesalite/blob/main/validations/index.js
test('a fraction is cut off a number of entries, and refused where it would be kept', async () => {
  const page = await client.send(new ListStreamsCommand({ Limit: 1.5 }))
  assert.equal(page.StreamNames!.length, 1)
  const consumers = { StreamARN, MaxResults: 1.5 }
  await client.send(new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: 'whole' }))
  const found = await client.send(new ListStreamConsumersCommand(consumers))
  assert.equal(found.Consumers!.length, 1)
  const shards = await client.send(new ListShardsCommand({ StreamName, MaxResults: 2.9 }))
  assert.equal(shards.Shards!.length, 2)
  const whole = (member: string) => invalid(new RegExp(`^${member} must be a whole number`))
  const RetentionPeriodHours = 24.5
  await assert.rejects(
    client.send(new IncreaseStreamRetentionPeriodCommand({ StreamName, RetentionPeriodHours })),
    whole('RetentionPeriodHours'),
  )
  const MaxRecordSizeInKiB = 1024.5
  await assert.rejects(
    client.send(new UpdateMaxRecordSizeCommand({ StreamARN, MaxRecordSizeInKiB })),
    whole('MaxRecordSizeInKiB'),
  )
  await assert.rejects(
    client.send(new CreateStreamCommand({ StreamName: 'part', ShardCount: 1, MaxRecordSizeInKiB })),
    whole('MaxRecordSizeInKiB'),
  )
})
