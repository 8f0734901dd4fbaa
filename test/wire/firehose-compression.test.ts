import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, before, test } from 'node:test'
import { DescribeDeliveryStreamCommand } from '@aws-sdk/client-firehose'
import { bufferSource, unpackBlocks } from '#storage/formats'
import { poll } from '../harness/index.ts'
import { startFirehose } from './firehose-lake.ts'

let front: Awaited<ReturnType<typeof startFirehose>>
before(async () => {
  front = await startFirehose('packed')
})
after(() => front.lake[Symbol.asyncDispose]())

/** Past several chunks: much that repeats, and much that cannot be made smaller. */
const records = [
  Buffer.from('small '),
  ...Array.from({ length: 5 }, (_, index) => Buffer.alloc(150_000, `line ${index}\n`)),
  randomBytes(300_000),
]

/** https://docs.aws.amazon.com/firehose/latest/dev/s3-object-name.html has the extensions. */
for (const [format, extension] of [
  ['Snappy', '.snappy'],
  ['HADOOP_SNAPPY', '.hsnappy'],
] as const) {
  test(`objects packed as ${format}`, async () => {
    const name = format.toLowerCase()
    await front.create(name, { Prefix: `${name}/`, CompressionFormat: format })
    const { DeliveryStreamDescription: found } = await front.firehose.send(
      new DescribeDeliveryStreamCommand({ DeliveryStreamName: name }),
    )
    const described = found!.Destinations![0]!.ExtendedS3DestinationDescription!
    assert.equal(described.CompressionFormat, format)
    await front.put(name, records)
    const key = await poll('the object', async () => (await front.keys(`${name}/`))[0])
    assert.ok(key.endsWith(extension), key)
    const packed = await front.body(key)
    assert.equal(packed.subarray(4, 10).toString() === 'sNaPpY', format === 'Snappy')
    const plain = Buffer.concat([...unpackBlocks('snappy', bufferSource(packed))])
    assert.ok(plain.equals(Buffer.concat(records)))
    assert.ok(packed.length < plain.length / 2)
  })
}
