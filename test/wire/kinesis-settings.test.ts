import assert from 'node:assert/strict'
import { after, describe, test } from 'node:test'
import {
  AddTagsToStreamCommand,
  DecreaseStreamRetentionPeriodCommand,
  DeleteResourcePolicyCommand,
  DeleteStreamCommand,
  DeregisterStreamConsumerCommand,
  DescribeStreamCommand,
  DescribeStreamConsumerCommand,
  DisableEnhancedMonitoringCommand,
  EnableEnhancedMonitoringCommand,
  GetResourcePolicyCommand,
  IncreaseStreamRetentionPeriodCommand,
  ListStreamConsumersCommand,
  ListTagsForResourceCommand,
  ListTagsForStreamCommand,
  PutResourcePolicyCommand,
  RegisterStreamConsumerCommand,
  RemoveTagsFromStreamCommand,
  StartStreamEncryptionCommand,
  StopStreamEncryptionCommand,
  TagResourceCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-kinesis'
import { refuses, startKinesis } from './kinesis-lake.ts'

const { lake, client, arnOf, createStream, put } = await startKinesis()
after(() => lake.stop())

describe('Kinesis settings', () => {
  test('tags, by name and by ARN', async () => {
    const stream = { StreamName: await createStream('tags') }
    await client.send(new AddTagsToStreamCommand({ ...stream, Tags: { a: '1', b: '2' } }))
    await client.send(
      new TagResourceCommand({ ResourceARN: arnOf('tags'), Tags: { c: 'x:y', a: '3' } }),
    )
    await client.send(new RemoveTagsFromStreamCommand({ ...stream, TagKeys: ['b', 'z'] }))
    const listed = await client.send(new ListTagsForStreamCommand({ ...stream, Limit: 1 }))
    assert.deepEqual(listed.Tags, [{ Key: 'a', Value: '3' }])
    assert.equal(listed.HasMoreTags, true)
    await client.send(new UntagResourceCommand({ ResourceARN: arnOf('tags'), TagKeys: ['a'] }))
    const rest = await client.send(new ListTagsForResourceCommand({ ResourceARN: arnOf('tags') }))
    assert.deepEqual(rest.Tags, [{ Key: 'c', Value: 'x:y' }])
    await refuses(
      client.send(new AddTagsToStreamCommand({ ...stream, Tags: { 'a;': '' } })),
      'InvalidArgumentException',
      /^Some tags contain invalid characters\./,
    )
    const many = Object.fromEntries(Array.from({ length: 50 }, (_, index) => [`k${index}`, '']))
    await refuses(
      client.send(new AddTagsToStreamCommand({ ...stream, Tags: many })),
      'InvalidArgumentException',
      /cannot have more than 50 tags/,
    )
  })

  test('retention, monitoring and encryption', async () => {
    const stream = { StreamName: await createStream('settings') }
    const increase = (hours: number) =>
      client.send(
        new IncreaseStreamRetentionPeriodCommand({ ...stream, RetentionPeriodHours: hours }),
      )
    await increase(48)
    await refuses(
      increase(24),
      'InvalidArgumentException',
      'Requested retention period (24 hours) for stream settings can not be shorter than existing retention period (48 hours). Use DecreaseRetentionPeriod API.',
    )
    await refuses(
      increase(23),
      'InvalidArgumentException',
      'Minimum allowed retention period is 24 hours. Requested retention period (23 hours) is too short.',
    )
    await refuses(increase(8761), 'InvalidArgumentException', /is too long\.$/)
    await client.send(
      new DecreaseStreamRetentionPeriodCommand({ ...stream, RetentionPeriodHours: 24 }),
    )
    const enabled = await client.send(
      new EnableEnhancedMonitoringCommand({ ...stream, ShardLevelMetrics: ['ALL'] }),
    )
    assert.deepEqual(enabled.CurrentShardLevelMetrics, [])
    assert.equal(enabled.DesiredShardLevelMetrics!.length, 7)
    const disabled = await client.send(
      new DisableEnhancedMonitoringCommand({ ...stream, ShardLevelMetrics: ['IncomingBytes'] }),
    )
    assert.equal(disabled.DesiredShardLevelMetrics!.length, 6)
    await client.send(
      new StartStreamEncryptionCommand({
        ...stream,
        EncryptionType: 'KMS',
        KeyId: 'alias/aws/kinesis',
      }),
    )
    const { StreamDescription } = await client.send(new DescribeStreamCommand(stream))
    assert.equal(StreamDescription!.EncryptionType, 'KMS')
    assert.equal(StreamDescription!.KeyId, 'alias/aws/kinesis')
    assert.equal(StreamDescription!.RetentionPeriodHours, 24)
    assert.equal(StreamDescription!.EnhancedMonitoring![0]!.ShardLevelMetrics!.length, 6)
    await client.send(
      new StopStreamEncryptionCommand({
        ...stream,
        EncryptionType: 'KMS',
        KeyId: 'alias/aws/kinesis',
      }),
    )
    assert.equal((await put('settings', 'x')).EncryptionType, 'NONE')
  })

  test('consumers are registered, found and deregistered', async () => {
    const StreamARN = arnOf(await createStream('fans'))
    const names = ['c', 'a', 'b']
    for (const ConsumerName of names) {
      await client.send(
        new RegisterStreamConsumerCommand({ StreamARN, ConsumerName, Tags: { of: ConsumerName } }),
      )
    }
    await refuses(
      client.send(new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: 'a' })),
      'ResourceInUseException',
      /already exists/,
    )
    const first = await client.send(new ListStreamConsumersCommand({ StreamARN, MaxResults: 2 }))
    const second = await client.send(
      new ListStreamConsumersCommand({ StreamARN, NextToken: first.NextToken }),
    )
    const consumers = [...first.Consumers!, ...second.Consumers!]
    assert.deepEqual(
      consumers.map((consumer) => consumer.ConsumerName),
      ['a', 'b', 'c'],
    )
    const { ConsumerARN } = consumers[0]!
    assert.match(ConsumerARN!, /^arn:aws:kinesis:.*:stream\/fans\/consumer\/a:\d+$/)
    const byName = await client.send(
      new DescribeStreamConsumerCommand({ StreamARN, ConsumerName: 'a' }),
    )
    const byArn = await client.send(new DescribeStreamConsumerCommand({ ConsumerARN }))
    assert.deepEqual(byName.ConsumerDescription, byArn.ConsumerDescription)
    assert.equal(byArn.ConsumerDescription!.ConsumerStatus, 'ACTIVE')
    const tags = await client.send(new ListTagsForResourceCommand({ ResourceARN: ConsumerARN }))
    assert.deepEqual(tags.Tags, [{ Key: 'of', Value: 'a' }])
    await refuses(
      client.send(new DeleteStreamCommand({ StreamARN })),
      'ResourceInUseException',
      /has registered consumers/,
    )
    await client.send(new DeregisterStreamConsumerCommand({ ConsumerARN }))
    await refuses(
      client.send(new DescribeStreamConsumerCommand({ ConsumerARN })),
      'ResourceNotFoundException',
      /^Consumer .* not found\.$/,
    )
    await client.send(new DeleteStreamCommand({ StreamARN, EnforceConsumerDeletion: true }))
  })

  test('resource policies are kept', async () => {
    const ResourceARN = arnOf(await createStream('policy'))
    const empty = await client.send(new GetResourcePolicyCommand({ ResourceARN }))
    assert.equal(empty.Policy, '{}')
    const Policy = JSON.stringify({
      Version: '2012-10-17',
      Statement: [
        {
          Effect: 'Allow',
          Principal: { AWS: lake.accountId },
          Action: 'kinesis:DescribeStreamSummary',
          Resource: ResourceARN,
        },
      ],
    })
    await client.send(new PutResourcePolicyCommand({ ResourceARN, Policy }))
    assert.equal((await client.send(new GetResourcePolicyCommand({ ResourceARN }))).Policy, Policy)
    await refuses(
      client.send(new PutResourcePolicyCommand({ ResourceARN, Policy: 'no' })),
      'InvalidArgumentException',
      /not a valid policy/,
    )
    await client.send(new DeleteResourcePolicyCommand({ ResourceARN }))
    await refuses(
      client.send(new DeleteResourcePolicyCommand({ ResourceARN })),
      'ResourceNotFoundException',
      /No resource policy/,
    )
  })
})
