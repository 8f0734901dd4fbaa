import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { setTimeout as wait } from 'node:timers/promises'
import {
  CreateStreamCommand,
  DescribeStreamSummaryCommand,
  KinesisClient,
  PutRecordCommand,
} from '@aws-sdk/client-kinesis'
import { ManualClock } from '#kit'
import { assertOrder, objectsIn, recordsOf } from '../faults/delivery-order.ts'
import { startAthenaLake, type AthenaLake } from './athena-lake.ts'
import { prepareFirehose } from './firehose-lake.ts'

const hourMs = 3_600_000
/** There and back, so that nothing is ever a day old: then it would be gone from its stream. */
const hours = [5, -5, 1, 12, -13, 20, -1, -19, 3, -3]
const keys = ['a', 'b', 'c', 'd']
const clock = new ManualClock(Date.now())
let lake: AthenaLake
let kinesis: KinesisClient
let front: Awaited<ReturnType<typeof prepareFirehose>>
before(async () => {
  lake = await startAthenaLake({ clock })
  kinesis = lake.lake.client(KinesisClient)
  front = await prepareFirehose(lake.lake, 'jumps')
  await lake.run('CREATE DATABASE shop')
})
after(() => lake.lake.stop())

/** What was signed before the clock was set is refused: it is asked again. */
async function signed<T>(ask: () => Promise<T>): Promise<T> {
  for (;;) {
    try {
      return await ask()
    } catch (error) {
      if (!/Signature|Skewed|Expired/.test((error as Error).name)) throw error
    }
  }
}

test('while the clock jumps by hours every record is delivered once, in its order, and is in every answer', async (t) => {
  await lake.run(
    `CREATE EXTERNAL TABLE direct (id int) ROW FORMAT SERDE 'org.openx.data.jsonserde.JsonSerDe' LOCATION 's3://jumps/direct/'`,
  )
  const BufferingHints = { SizeInMBs: 64, IntervalInSeconds: 1 }
  await front.create('direct', {
    Prefix: 'direct/!{timestamp:HH}/',
    ErrorOutputPrefix: 'wrong/',
    BufferingHints,
  })
  await kinesis.send(new CreateStreamCommand({ StreamName: 'source', ShardCount: 2 }))
  const { StreamDescriptionSummary } = await kinesis.send(
    new DescribeStreamSummaryCommand({ StreamName: 'source' }),
  )
  await front.create(
    'fed',
    { Prefix: 'fed/!{timestamp:HH}/', ErrorOutputPrefix: 'wrong/', BufferingHints },
    {
      DeliveryStreamType: 'KinesisStreamAsSource',
      KinesisStreamSourceConfiguration: {
        KinesisStreamARN: StreamDescriptionSummary!.StreamARN!,
        RoleARN: front.roleArn,
      },
    },
  )

  let isOver = false
  let id = 0
  let answers = 0
  const line = (key: string) => `{"id":${id},"key":"${key}"}\n`
  const write = async () => {
    for (; !isOver; id += 1) {
      const key = keys[id % keys.length]!
      await signed(() => front.put('direct', [line(key)]))
      const put = { StreamName: 'source', PartitionKey: key, Data: Buffer.from(line(key)) }
      await signed(() => kinesis.send(new PutRecordCommand(put)))
    }
  }
  const read = async () => {
    while (!isOver) {
      const acknowledged = id
      const sql = 'SELECT count(*), count(DISTINCT id), max(id) FROM direct'
      const [row] = await signed(() => lake.run(sql))
      const [all, distinct, newest] = row!.map(Number)
      assert.ok(all! >= acknowledged, `${acknowledged} were acknowledged, ${all} are in the answer`)
      assert.equal(all, distinct)
      if (all! > 0) assert.equal(newest, all! - 1)
      answers += 1
    }
  }
  const jump = async () => {
    for (const each of hours) {
      const [answered, written] = [answers, id]
      clock.advance(each * hourMs)
      // Something happens in between, however busy the machine is.
      while (!isOver && (answers < answered + 2 || id < written + 5)) await wait(10)
    }
  }
  const racers = [write(), read()]
  try {
    await Promise.race([jump(), ...racers])
  } finally {
    isOver = true
    await Promise.all(racers)
  }

  for (const [prefix, name] of [
    ['direct/', 'lines'],
    ['fed/', 'kinesis'],
  ] as const) {
    await front.delivered(prefix, (text) => text.split('\n').length > id)
    const objects = await objectsIn(front.s3, 'jumps', prefix)
    const ids = objects.flatMap(recordsOf).map((each) => each.id)
    assert.deepEqual(
      ids.toSorted((a, b) => a - b),
      Array.from({ length: id }, (_, index) => index),
    )
    assertOrder(name, objects)
  }
  assert.deepEqual(await front.keys('wrong/'), [])
  t.diagnostic(
    `${hours.length} jumps, ${answers} answers; sent ${id}, stored ${id}, lost 0, twice 0`,
  )
})
