import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, test } from 'node:test'
import { gunzipSync, inflateRawSync } from 'node:zlib'
import { DescribeDeliveryStreamCommand } from '@aws-sdk/client-firehose'
import { bufferSource, unpackBlocks } from '#storage/formats'
import { poll } from '../harness/index.ts'
import { startFirehose } from './firehose-lake.ts'

const { lake, firehose, create, put, keys, body } = await startFirehose('packed')
after(() => lake.stop())

/** The key of the one object under a prefix, once it is there. */
const delivered = (prefix: string) =>
  poll(`an object under ${prefix}`, async () => (await keys(prefix))[0])

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
    await create(name, { Prefix: `${name}/`, CompressionFormat: format })
    const { DeliveryStreamDescription: found } = await firehose.send(
      new DescribeDeliveryStreamCommand({ DeliveryStreamName: name }),
    )
    const described = found!.Destinations![0]!.ExtendedS3DestinationDescription!
    assert.equal(described.CompressionFormat, format)
    await put(name, records)
    const key = await delivered(`${name}/`)
    assert.ok(key.endsWith(extension), key)
    const packed = await body(key)
    assert.equal(packed.subarray(4, 10).toString() === 'sNaPpY', format === 'Snappy')
    const plain = Buffer.concat([...unpackBlocks('snappy', bufferSource(packed))])
    assert.ok(plain.equals(Buffer.concat(records)))
    assert.ok(packed.length < plain.length / 2)
  })
}

test('compressed, with delimiters, and with an extension', async () => {
  const delimiter = {
    Enabled: true,
    Processors: [
      {
        Type: 'AppendDelimiterToRecord' as const,
        Parameters: [{ ParameterName: 'Delimiter' as const, ParameterValue: '\\n' }],
      },
    ],
  }
  await create('gz', {
    Prefix: 'gz/',
    CompressionFormat: 'GZIP',
    ProcessingConfiguration: delimiter,
    FileExtension: '.json.gz',
  })
  await create('zip', { Prefix: 'zip/', CompressionFormat: 'ZIP' })
  await put('gz', ['{"a":1}', '{"a":2}'])
  await put('zip', ['x'.repeat(100_000)])
  const gz = await delivered('gz/')
  assert.equal(gunzipSync(await body(gz)).toString(), '{"a":1}\n{"a":2}\n')
  assert.match(gz, /\.json\.gz$/)
  const unzip = (bytes: Buffer) => {
    const end = bytes.subarray(bytes.length - 22)
    const central = bytes.subarray(end.readUInt32LE(16))
    const stored = central.readUInt32LE(20)
    const start = 30 + bytes.readUInt16LE(26)
    const data = inflateRawSync(bytes.subarray(start, start + stored))
    assert.equal(data.length, central.readUInt32LE(24))
    return data.toString()
  }
  const zip = await delivered('zip/')
  assert.equal(unzip(await body(zip)), 'x'.repeat(100_000))
  assert.match(zip, /\.zip$/)
})
