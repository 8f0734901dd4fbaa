import assert from 'node:assert/strict'
import { test } from 'node:test'
import { resultMetadata } from './result-metadata.ts'

/** Fields of a message: https://protobuf.dev/programming-guides/encoding/ */
function parse(bytes: Buffer): (readonly [number, number | Buffer])[] {
  const fields: (readonly [number, number | Buffer])[] = []
  let at = 0
  const varint = () => {
    let value = 0
    for (let factor = 1; ; factor *= 0x80) {
      const byte = bytes[at++]!
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value
    }
  }
  while (at < bytes.length) {
    const tag = varint()
    const value = varint()
    if ((tag & 7) === 0) fields.push([tag >> 3, value])
    else fields.push([tag >> 3, bytes.subarray(at, (at += value))])
  }
  return fields
}

test("a column's message is that of Athena, field by field", () => {
  const name = '_col0'
  const column = { name, type: 'integer', precision: 10, scale: 0, caseSensitive: false }
  const [query, first, ...others] = parse(resultMetadata('an-id', [column]))
  assert.deepEqual(others, [])
  assert.deepEqual(query, [1, Buffer.from('an-id')])
  assert.equal(first![0], 4)
  // The size and the fields that Athena's own file has for such a column:
  // https://github.com/burtcorp/athena-jdbc/blob/master/src/test/java/io/burt/athena/result/protobuf/VeryBasicProtobufParserTest.java
  const message = first![1] as Buffer
  assert.equal(message.length, 37)
  assert.deepEqual(parse(message), [
    [1, Buffer.from('hive')],
    [4, Buffer.from('_col0')],
    [5, Buffer.from('_col0')],
    [6, Buffer.from('integer')],
    [7, 10],
    [8, 0],
    [9, 3],
    [10, 0],
  ])
})

test('long names and large numbers take as many bytes as they need', () => {
  const name = 'ü'.repeat(200)
  const column = { name, type: 'varchar', precision: 2_147_483_647, scale: 0, caseSensitive: true }
  const [, only] = parse(resultMetadata('x', [column]))
  const fields = new Map(parse(only![1] as Buffer))
  assert.equal(String(fields.get(4)), name)
  assert.equal(fields.get(7), 2_147_483_647)
  assert.equal(fields.get(10), 1)
})
