import assert from 'node:assert/strict'
import { test } from 'node:test'
import { GetRecords$, GetShardIterator$ } from '@aws-sdk/client-kinesis'
import { cbor } from '@smithy/core/cbor'
import { readOperation } from '../schema.ts'
import { cborCodec } from './cbor.ts'

const output = readOperation(GetRecords$).output!
const input = readOperation(GetShardIterator$).input!
const date = new Date('2026-02-03T04:05:06.789Z')
const value = {
  MillisBehindLatest: 2 ** 40,
  Records: [
    {
      SequenceNumber: '1',
      PartitionKey: 'p',
      Data: Buffer.from([0, 255]),
      ApproximateArrivalTimestamp: date,
    },
  ],
}

// AwsCborProtocolFactory of the Java SDK reads and writes timestamps as epoch milliseconds:
// https://github.com/aws/aws-sdk-java-v2/blob/master/core/protocols/aws-cbor-protocol/src/main/java/software/amazon/awssdk/protocols/cbor/AwsCborProtocolFactory.java
test('in the CBOR form of AWS JSON a timestamp is a tagged integer of milliseconds', () => {
  const codec = cborCodec('milliseconds')
  const bytes = Buffer.from(codec.encode(output, value))
  const stamp = Buffer.alloc(10)
  stamp.writeUInt8(0xc1, 0)
  stamp.writeUInt8(0x1b, 1)
  stamp.writeBigUInt64BE(BigInt(date.getTime()), 2)
  assert.ok(bytes.includes(stamp), bytes.toString('hex'))
  assert.deepEqual(codec.decode(output, bytes), value)
  const untagged = Buffer.from(cbor.serialize({ Timestamp: date.getTime() }))
  assert.deepEqual(codec.decode(input, untagged), { Timestamp: date })
})

test('in smithy-rpc-v2-cbor it is in seconds, with a fraction', () => {
  const codec = cborCodec('seconds')
  const bytes = Buffer.from(codec.encode(output, value))
  const [record] = (cbor.deserialize(bytes) as { Records: [Record<string, { value: number }>] })
    .Records
  assert.equal(record['ApproximateArrivalTimestamp']!.value, date.getTime() / 1000)
  assert.deepEqual(codec.decode(output, bytes), value)
})
