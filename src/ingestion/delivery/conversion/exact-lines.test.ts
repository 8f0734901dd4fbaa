import assert from 'node:assert/strict'
import { test } from 'node:test'
import { ExactLines } from './exact-lines.ts'
import { toLogPage } from './log-page.fixture.ts'

const columns = [
  { key: 'i', kind: 'integer' },
  { key: 'n', kind: 'number' },
  { key: 'b', kind: 'boolean' },
  { key: 'd', kind: 'date' },
  { key: 't', kind: 'timestamp' },
  { key: 'q', kind: 'sqlTimestamp' },
  { key: 'long_key', kind: 'scalar' },
] as const
const framing = { lowerKeys: true, dotsToUnderscores: true }

function take(records: readonly (string | Uint8Array)[]): readonly string[] | undefined {
  const page = toLogPage(records.map((record) => ({ data: Buffer.from(record) })))
  const taken = new ExactLines(columns, framing).take(page)
  if (!taken) return undefined
  const text = Buffer.concat(taken.pieces).toString()
  assert.ok(text.endsWith('\n'))
  const lines = text.slice(0, -1).split('\n')
  for (const line of lines) assert.ok(taken.longestBytes >= Buffer.byteLength(line))
  return lines.map((line) => line.trim())
}

test('records that are exactly of their columns become lines where they lie', () => {
  const records = [
    '{"i":1,"n":-1.5e-7,"b":true,"d":"2024-02-29","t":"2024-02-29T01:02:03.5Z","q":"2024-02-29 01:02:03","long_key":"É \\"i\\":1.5"}',
    '{"i":-123456789012345678,"n":0,"b":false}\n',
    '{ "long_key" : 1.5 , "i" : null , "n" : 1E+3 } \n',
    '{}',
    '{"more":{"I":[1.5,"}",{"a":"\\""}]},"i":7,"other":"x","t":null,"b":null,"d":null,"last":false}',
    '{"long_key":true,"q":"2024-02-29 01:02:03.123456789","t":"2024-02-29 01:02:03"}',
  ]
  assert.deepEqual(
    take(records),
    records.map((record) => record.trim()),
  )
  for (const record of records) assert.deepEqual(take([record]), [record.trim()])
})

test('what the engine would be too kind to is left alone', () => {
  const others = [
    '{"i":1.5}',
    '{"i":1.0}',
    '{"i":1e2}',
    '{"i":true}',
    '{"i":"1"}',
    '{"i":1234567890123456789}',
    '{"i":-}',
    '{"i":1 2}',
    '{"n":true}',
    '{"n":"1"}',
    '{"n":1e999}',
    '{"n":NaN}',
    '{"n":-Infinity}',
    '{"b":1}',
    '{"b":"true"}',
    '{"b":truer}',
    '{"d":"2024-2-29"}',
    '{"d":"2024-02-29 "}',
    '{"d":20240229}',
    '{"t":"2024-02-29"}',
    '{"t":"2024-02-29 01:02"}',
    '{"t":"2024-02-29 01:02:03+01"}',
    '{"t":"2024-02-29 01:02:03."}',
    '{"t":"2024-02-29 01:02:03.1234567890"}',
    '{"t":1709168523}',
    '{"q":"2024-02-29T01:02:03"}',
    '{"q":"2024-02-29 01:02:03Z"}',
    '{"long_key":{"A":1}}',
    '{"long_key":["A"]}',
    '{"Long_key":"x"}',
    '{"long.key":"x"}',
    '{"\\u0069":1.5}',
    '{"other":1,"I":2}',
    '{"i":1}{"i":2}',
    '{"i":1}\n{"i":2}',
    '{"i":1}\n\n',
    '{"i":1}\r\n',
    '{"i":1,\n"n":2}',
    '{"other":{"a":\n1}}',
    '{"other":1\r}',
    '{"i":1',
    '{"i":1,}',
    '{"long_key":"x',
    ' {"i":1}',
    '[1]',
    'null',
    '',
  ]
  for (const record of others) {
    assert.equal(take([record]), undefined, record)
    assert.equal(take(['{"i":1}', record, '{"i":1}']), undefined, record)
  }
  assert.equal(take([Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d])]), undefined)
})

test('after a few pages of others none is tried', () => {
  const lines = new ExactLines(columns, framing)
  const page = (record: string) => toLogPage([{ data: Buffer.from(record) }])
  for (let round = 0; round < 4; round += 1) {
    assert.equal(lines.take(page('{"i":"1"}')), undefined)
  }
  assert.equal(lines.take(page('{"i":1}')), undefined)
})
