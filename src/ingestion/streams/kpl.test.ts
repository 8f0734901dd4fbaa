import assert from 'node:assert/strict'
import { createHash } from 'node:crypto'
import { test } from 'node:test'
import { deaggregate } from './kpl.ts'

// Made by RecordAggregator of the npm package aws-kinesis-agg 4.2.8, which is AWS's own.
const aggregated = Buffer.from(
  '84mawgoFYWxwaGEKCNC60LvRjtGHCgRiZXRhEiczNDAyODIzNjY5MjA5Mzg0NjM0NjMzNzQ2MDc0MzE3NjgyMTE0NTUSJzE3MDE0MTE4MzQ2MDQ2OTIzMTczMTY4NzMwMzcxNTg4NDEwNTcyOBoLCAAQABoFZmlyc3QaBAgBGgAazQEIABrIAXh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4eHh4GgoIAhABGgQA/woN3+s4BrBTCC+cjQ+8W6BXhA==',
  'base64',
)
const magic = Buffer.from('f3899ac2', 'hex')

/** An aggregated record around a message, as the format has it. */
function wrap(message: Buffer): Buffer {
  return Buffer.concat([magic, message, createHash('md5').update(message).digest()])
}

function field(number: number, bytes: Buffer): Buffer {
  return Buffer.concat([Buffer.from([number * 8 + 2, bytes.length]), bytes])
}

function record(keyIndex: number, data: string, more: Buffer = Buffer.alloc(0)): Buffer {
  return field(3, Buffer.concat([Buffer.from([8, keyIndex]), field(3, Buffer.from(data)), more]))
}

const key = field(1, Buffer.from('k'))
const plain = (data: Uint8Array) =>
  deaggregate(data)?.map((each) => [each.partitionKey, Buffer.from(each.data).toString()])

test('records are taken apart as they were packed by a producer', () => {
  const records = deaggregate(aggregated)!.map((each) => ({
    ...each,
    data: Buffer.from(each.data).toString('latin1'),
  }))
  assert.deepEqual(records, [
    {
      partitionKey: 'alpha',
      explicitHashKey: '340282366920938463463374607431768211455',
      data: 'first',
    },
    { partitionKey: 'ключ', data: '' },
    { partitionKey: 'alpha', data: 'x'.repeat(200) },
    {
      partitionKey: 'beta',
      explicitHashKey: '170141183460469231731687303715884105728',
      data: '\u0000ÿ\n\r',
    },
  ])
})

test('a view into a larger buffer is read where it lies', () => {
  const around = Buffer.concat([Buffer.from('before'), aggregated, Buffer.from('after')])
  const view = new Uint8Array(around.buffer, around.byteOffset + 6, aggregated.length)
  assert.equal(deaggregate(view)!.length, 4)
})

test('tags and fields of a later version are passed over', () => {
  const tag = field(4, field(1, Buffer.from('name')))
  const fixed64 = Buffer.concat([Buffer.from([9 * 8 + 1]), Buffer.alloc(8)])
  const fixed32 = Buffer.concat([Buffer.from([10 * 8 + 5]), Buffer.alloc(4)])
  const message = Buffer.concat([record(0, 'a', tag), fixed64, key, fixed32, record(0, 'b')])
  assert.deepEqual(plain(wrap(message)), [
    ['k', 'a'],
    ['k', 'b'],
  ])
  assert.deepEqual(plain(wrap(key)), [])
})

test('what is no whole aggregated record stays one record', () => {
  for (const end of [0, 4, 20, aggregated.length - 1]) {
    assert.equal(deaggregate(aggregated.subarray(0, end)), undefined)
  }
  for (let index = 0; index < aggregated.length; index += 7) {
    const harmed = Buffer.from(aggregated)
    harmed[index] = harmed[index]! ^ 1
    assert.equal(deaggregate(harmed), undefined)
  }
  assert.equal(deaggregate(Buffer.from('{"json":true}')), undefined)
  const broken: readonly Buffer[] = [
    // A key that is not in the table, a record without data, without a key.
    Buffer.concat([key, record(1, 'a')]),
    Buffer.concat([key, field(3, Buffer.from([8, 0]))]),
    Buffer.concat([key, field(3, field(3, Buffer.from('a')))]),
    // A length and a varint that lead past the end, and a group.
    Buffer.from([10, 200, 1, 0]),
    Buffer.from([8, 255, 255]),
    Buffer.alloc(12, 255),
    Buffer.from([11]),
  ]
  for (const message of broken) assert.equal(deaggregate(wrap(message)), undefined)
})
