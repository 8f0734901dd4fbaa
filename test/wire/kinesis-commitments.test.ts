import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import {
  CreateStreamCommand,
  DescribeAccountSettingsCommand,
  DescribeStreamSummaryCommand,
  RegisterStreamConsumerCommand,
  UpdateAccountSettingsCommand,
  UpdateStreamModeCommand,
  UpdateStreamWarmThroughputCommand,
} from '@aws-sdk/client-kinesis'
import { startKinesis } from './kinesis-lake.ts'

const { lake, clock, client } = await startKinesis({ awsQuotas: true })
after(() => lake.stop())

const commit = async (Status: 'ENABLED' | 'DISABLED') => {
  clock.advance(1000)
  return (
    await client.send(
      new UpdateAccountSettingsCommand({ MinimumThroughputBillingCommitment: { Status } }),
    )
  ).MinimumThroughputBillingCommitment!
}

const arnOf = async (StreamName: string) =>
  (await client.send(new DescribeStreamSummaryCommand({ StreamName }))).StreamDescriptionSummary!
    .StreamARN!

async function register(StreamARN: string, from: number, to: number) {
  for (let number = from; number < to; number += 1) {
    clock.advance(1000)
    await client.send(
      new RegisterStreamConsumerCommand({ StreamARN, ConsumerName: `consumer-${number}` }),
    )
  }
}

// https://docs.aws.amazon.com/streams/latest/dev/enhanced-consumers.html: 20 consumers, 50 in On-demand Advantage
test('a commitment to a minimum throughput opens fifty consumers of an on-demand stream', async () => {
  const onDemand = { StreamMode: 'ON_DEMAND' } as const
  await client.send(new CreateStreamCommand({ StreamName: 'wide', StreamModeDetails: onDemand }))
  await client.send(new CreateStreamCommand({ StreamName: 'narrow', ShardCount: 1 }))
  const wide = await arnOf('wide')
  const narrow = await arnOf('narrow')
  const isFull = (arn: string, max: number) =>
    assert.rejects(register(arn, max, max + 1), {
      name: 'LimitExceededException',
      message: new RegExp(`may have ${max} consumers`),
    })
  await register(wide, 0, 20)
  await register(narrow, 0, 20)
  await isFull(wide, 20)
  const started = await commit('ENABLED')
  assert.equal(started.Status, 'ENABLED')
  assert.equal(
    started.EarliestAllowedEndAt!.getTime() - started.StartedAt!.getTime(),
    24 * 3_600_000,
  )
  await register(wide, 20, 50)
  await isFull(wide, 50)
  await isFull(narrow, 20)
  const ending = await commit('DISABLED')
  assert.equal(ending.Status, 'ENABLED_UNTIL_EARLIEST_ALLOWED_END')
  assert.equal(ending.EndedAt, undefined)
  clock.advance(24 * 3_600_000)
  const { MinimumThroughputBillingCommitment: ended } = await client.send(
    new DescribeAccountSettingsCommand({}),
  )
  assert.equal(ended!.Status, 'DISABLED')
  assert.deepEqual(ended!.EndedAt, started.EarliestAllowedEndAt)
})

// "only supported for … accounts that have MinimumThroughputBillingCommitment enabled":
// https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateStreamWarmThroughput.html
test('with AWS’s quotas a warm throughput needs the commitment', async () => {
  const needed = { name: 'InvalidArgumentException', message: /MinimumThroughputBillingCommitment/ }
  const StreamModeDetails = { StreamMode: 'ON_DEMAND' } as const
  const warm = (StreamName: string) =>
    client.send(new CreateStreamCommand({ StreamName, StreamModeDetails, WarmThroughputMiBps: 5 }))
  const warmer = () =>
    client.send(
      new UpdateStreamWarmThroughputCommand({ StreamName: 'warm', WarmThroughputMiBps: 6 }),
    )
  await assert.rejects(warm('warm'), needed)
  await client.send(new CreateStreamCommand({ StreamName: 'warm', StreamModeDetails }))
  await assert.rejects(warmer(), needed)
  await assert.rejects(
    client.send(
      new UpdateStreamModeCommand({
        StreamARN: await arnOf('warm'),
        StreamModeDetails,
        WarmThroughputMiBps: 6,
      }),
    ),
    needed,
  )
  await commit('ENABLED')
  await warm('warm-from-the-start')
  assert.equal((await warmer()).WarmThroughput!.TargetMiBps, 6)
})

test('another status is no status', async () => {
  await assert.rejects(commit('ENABLED_UNTIL_EARLIEST_ALLOWED_END' as never), {
    name: 'ValidationException',
    message: /enum value set: \[(ENABLED, DISABLED|DISABLED, ENABLED)\]/,
  })
})
