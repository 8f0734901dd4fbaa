import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import {
  StartDeliveryStreamEncryptionCommand,
  StopDeliveryStreamEncryptionCommand,
} from '@aws-sdk/client-firehose'
import {
  CreateStreamCommand,
  DeleteStreamCommand,
  DescribeStreamSummaryCommand,
  KinesisClient,
  StartStreamEncryptionCommand,
  StopStreamEncryptionCommand,
  UpdateShardCountCommand,
  UpdateStreamModeCommand,
  type StreamMode,
} from '@aws-sdk/client-kinesis'
import { ManualClock } from '#kit'
import { startLake, type TestLake } from '../harness/index.ts'
import { prepareFirehose } from './firehose-lake.ts'

/*
 * What AWS counts over 24 hours: https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html and the pages of the operations.
 */
const hourMs = 3_600_000
const clock = new ManualClock(Date.now())
let dataDir: string
let lake: TestLake
let kinesis: KinesisClient

async function start() {
  lake = await startLake({ awsQuotas: true, ephemeral: false, dataDir }, { clock })
  kinesis = lake.client(KinesisClient)
}
before(async () => {
  dataDir = await mkdtemp(join(tmpdir(), 'boathouse-daily-'))
  await start()
})
after(async () => {
  await lake.stop()
  await rm(dataDir, { recursive: true, force: true })
})

const exceeded = (what: string) => ({
  name: 'LimitExceededException',
  message: new RegExp(`^${what} can be done \\d+ times in 24 hours for stream `),
})
const times = async (count: number, work: (index: number) => Promise<unknown>) => {
  for (let index = 0; index < count; index += 1) {
    clock.advance(1000)
    await work(index)
  }
}
/** The next call of each second: none is refused for its rate. */
const next = <T>(work: () => Promise<T>): Promise<T> => {
  clock.advance(1000)
  return work()
}
const create = (StreamName: string) =>
  next(() => kinesis.send(new CreateStreamCommand({ StreamName, ShardCount: 1 })))
const summary = async (StreamName: string) =>
  (await next(() => kinesis.send(new DescribeStreamSummaryCommand({ StreamName }))))
    .StreamDescriptionSummary!
const resize = (StreamName: string, TargetShardCount: number) =>
  kinesis.send(
    new UpdateShardCountCommand({ StreamName, TargetShardCount, ScalingType: 'UNIFORM_SCALING' }),
  )
const toMode = (StreamARN: string, mode: StreamMode) =>
  kinesis.send(new UpdateStreamModeCommand({ StreamARN, StreamModeDetails: { StreamMode: mode } }))

test('the shards of a stream are counted anew ten times in any 24 hours, also over a restart', async () => {
  await create('resized')
  await create('other')
  await times(5, (index) => resize('resized', index % 2 === 0 ? 2 : 1))
  clock.advance(hourMs)
  await times(5, (index) => resize('resized', index % 2 === 0 ? 1 : 2))
  const refused = (to: number) =>
    assert.rejects(
      next(() => resize('resized', to)),
      exceeded('UpdateShardCount'),
    )
  await refused(2)
  await next(() => resize('other', 2))
  await lake.stop()
  await start()
  await refused(2)
  assert.equal((await summary('resized')).OpenShardCount, 1)
  // What was refused, or changed nothing, does not count; what is a day old does no more.
  await assert.rejects(
    next(() => resize('resized', 5)),
    { name: 'InvalidArgumentException' },
  )
  clock.advance(23 * hourMs - 3000)
  await times(5, (index) => resize('resized', index % 2 === 0 ? 2 : 1))
  await refused(1)
})

test('a stream of the same name, made anew, has changes of its own', async () => {
  await next(() => kinesis.send(new DeleteStreamCommand({ StreamName: 'resized' })))
  await create('resized')
  await next(() => resize('resized', 2))
})

test('a clock that was set back blocks nobody for longer than a day', async () => {
  await create('back')
  clock.advance(1000 * hourMs)
  await times(10, (index) => resize('back', index % 2 === 0 ? 2 : 1))
  await assert.rejects(
    next(() => resize('back', 2)),
    exceeded('UpdateShardCount'),
  )
  clock.advance(-1000 * hourMs)
  await next(() => resize('back', 2))
})

test('the mode of a stream changes twice in 24 hours', async () => {
  await create('switched')
  const arn = (await summary('switched')).StreamARN!
  await toMode(arn, 'PROVISIONED')
  await toMode(arn, 'ON_DEMAND')
  await toMode(arn, 'ON_DEMAND')
  await toMode(arn, 'PROVISIONED')
  await assert.rejects(toMode(arn, 'ON_DEMAND'), exceeded('UpdateStreamMode'))
  assert.equal((await summary('switched')).StreamModeDetails!.StreamMode, 'PROVISIONED')
  clock.advance(24 * hourMs)
  await toMode(arn, 'ON_DEMAND')
})

test('a stream is encrypted 25 times in 24 hours, and 25 times no more', async () => {
  const encryption = {
    StreamName: 'other',
    EncryptionType: 'KMS',
    KeyId: 'alias/aws/kinesis',
  } as const
  const begin = () => kinesis.send(new StartStreamEncryptionCommand(encryption))
  const end = () => kinesis.send(new StopStreamEncryptionCommand(encryption))
  for (let index = 0; index < 25; index += 1) {
    await begin()
    await end()
  }
  await assert.rejects(end(), exceeded('StopStreamEncryption'))
  await assert.rejects(begin(), exceeded('StartStreamEncryption'))
  assert.equal((await summary('other')).EncryptionType, 'NONE')
  clock.advance(24 * hourMs)
  await begin()
})

// https://docs.aws.amazon.com/firehose/latest/APIReference/API_StartDeliveryStreamEncryption.html
test('the encryption of a delivery stream is started and stopped 25 times in 24 hours', async () => {
  const { create: deliver, firehose } = await prepareFirehose(lake, 'daily')
  await deliver('sealed', {})
  const sealed = { DeliveryStreamName: 'sealed' }
  const begin = () => firehose.send(new StartDeliveryStreamEncryptionCommand(sealed))
  const end = () => firehose.send(new StopDeliveryStreamEncryptionCommand(sealed))
  await times(12, async () => {
    await begin()
    await end()
  })
  await next(begin)
  const refused = {
    name: 'LimitExceededException',
    message: /^The encryption of delivery stream sealed under account 123456789012 can be/,
  }
  await assert.rejects(next(end), refused)
  await assert.rejects(next(begin), refused)
  clock.advance(24 * hourMs)
  await next(end)
})
