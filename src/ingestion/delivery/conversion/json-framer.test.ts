import assert from 'node:assert/strict'
import { test } from 'node:test'
import { JsonFramer } from './json-framer.ts'

const plain = { lowerKeys: false, dotsToUnderscores: false }

function frame(record: string | Uint8Array, options = plain) {
  const framer = new JsonFramer(options)
  const result = framer.add(typeof record === 'string' ? Buffer.from(record) : record)
  return typeof result === 'string' ? result : framer.take().toString()
}

test('a record may hold several objects, on lines of their own or not, and span lines', () => {
  assert.equal(frame('{"a":1}'), '{"a":1}\n')
  assert.equal(frame('{"a":1}\n'), '{"a":1}\n')
  assert.equal(frame('{"a":1}{"a":2}'), '{"a":1}\n{"a":2}\n')
  assert.equal(frame(' {"a":1} \r\n\t{"a":2}\n\n'), '{"a":1}\n{"a":2}\n')
  assert.equal(frame('{\r\n  "a": [1,\n 2]\n}'), '{    "a": [1,  2] }\n')
  assert.equal(frame('{"a":"}{\\"}"}{"b":"\\\\"}'), '{"a":"}{\\"}"}\n{"b":"\\\\"}\n')
})

test('keys, and nothing else, are changed when asked for', () => {
  const record = '{"Aa.B":"Cc.D","X":{"Y.Z":["Q",{"É\\N\\"U":1}]},"l":["A.B"]}'
  assert.equal(
    frame(record, { lowerKeys: true, dotsToUnderscores: true }),
    '{"aa_b":"Cc.D","x":{"y_z":["Q",{"É\\N\\"u":1}]},"l":["A.B"]}\n',
  )
  assert.equal(
    frame('{"A.b":1}{"C.d":2}', { lowerKeys: true, dotsToUnderscores: false }),
    '{"a.b":1}\n{"c.d":2}\n',
  )
})

test('what is no sequence of objects leaves nothing behind', () => {
  const wrong = [
    '',
    ' \n',
    'x',
    '5',
    '[{"a":1}]',
    '{"a":1',
    '{"a":1}}',
    '{"a":1]',
    '{"a":[1}',
    '{"a":"x\ny"}',
    '{"a":"open}',
    '{"a":"open\\',
    '{"a":1}{"b":',
    '{"a":1},{"b":2}',
    `${'{"a":'.repeat(600)}1${'}'.repeat(599)}`,
  ]
  for (const record of [
    ...wrong.map((text) => Buffer.from(text)),
    Buffer.from([0x7b, 0xff, 0x7d]),
  ]) {
    const framer = new JsonFramer(plain)
    assert.equal(framer.add(Buffer.from('{"good":1}')), 1)
    assert.equal(typeof framer.add(record), 'string', record.toString())
    assert.equal(framer.add(Buffer.from('{"good":2}')), 1)
    assert.equal(framer.take().toString(), '{"good":1}\n{"good":2}\n')
  }
})

test('objects may be nested as deeply as a record is long', () => {
  const record = `${'{"a":['.repeat(5000)}1${']}'.repeat(5000)}`
  assert.equal(frame(record), `${record}\n`)
})

test('lines grow past the first buffer', () => {
  const framer = new JsonFramer(plain)
  const record = Buffer.from(`{"a":"${'x'.repeat(900_000)}"}`)
  for (let count = 0; count < 5; count += 1) assert.equal(framer.add(record), 1)
  assert.equal(framer.sizeBytes, 5 * (record.length + 1))
  assert.equal(framer.take().toString(), `${record.toString()}\n`.repeat(5))
})
