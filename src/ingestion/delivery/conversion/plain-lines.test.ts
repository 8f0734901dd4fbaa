import assert from 'node:assert/strict'
import { test } from 'node:test'
import { JsonFramer, type FramingOptions } from './json-framer.ts'
import { PlainLines } from './plain-lines.ts'

const both = { lowerKeys: true, dotsToUnderscores: true }
const lower = { lowerKeys: true, dotsToUnderscores: false }
const neither = { lowerKeys: false, dotsToUnderscores: false }

function join(records: readonly (string | Uint8Array)[], options: FramingOptions) {
  const all = records.map((record) => ({ data: Buffer.from(record) }))
  return new PlainLines(options).join(all)?.toString()
}

function framed(records: readonly string[], options: FramingOptions): string {
  const framer = new JsonFramer(options)
  for (const record of records) framer.add(Buffer.from(record))
  return framer.take().toString()
}

test('records that are lines already become what the framing makes of them', () => {
  const cases: readonly [readonly string[], FramingOptions][] = [
    [['{"a":1}', '{"a":2}\n', '{"b":"É"}'], both],
    [['{"a":"A long Text: \\"QUOTED\\": X"}'], both],
    [['{"a.b":"C.D","e":["F","G.H"]}', '{}'], lower],
    [['{"A.b":1,"C":{"D":1}}'], neither],
    [['{"a":"\\\\"}', '{"a":"{\\"B\\":1}"}'], both],
  ]
  for (const [records, options] of cases) {
    assert.equal(join(records, options), framed(records, options), records.join())
  }
})

test('what has to be changed or taken apart is left to the framing', () => {
  const cases: readonly [readonly (string | Uint8Array)[], FramingOptions][] = [
    [['{"a":1,"B":2}'], lower],
    [['{"a":1,"bC":2}'], lower],
    [['{"a":1,"Bc" \t:2}'], lower],
    [['{"a":{"b":[{"Cd":2}]}}'], lower],
    [['{"a":1,"B\\"c":2}'], lower],
    [['{"a":1,"b\\\\C\\u00e9d":2}'], lower],
    [['{"a.b":1}'], both],
    [['{"a":1}\n{"a":2}'], neither],
    [['{"a":1}\n\n'], neither],
    [['{"a":1,\n"b":2}'], neither],
    [['{"a":1}\r\n'], neither],
    [[' {"a":1}'], neither],
    [['[1]'], neither],
    [[''], neither],
    [['{"a":1}', Buffer.from([0x7b, 0xff, 0x7d])], neither],
  ]
  for (const [records, options] of cases) {
    assert.equal(join(records, options), undefined, records.join())
  }
})

test('pages that have never been plain are not tried for ever', () => {
  const plain = new PlainLines(lower)
  const good = [{ data: Buffer.from('{"a":1}') }]
  const other = [{ data: Buffer.from('{"A":1}') }]
  for (let page = 0; page < 3; page += 1) assert.equal(plain.join(other), undefined)
  assert.ok(plain.join(good))
  for (let page = 0; page < 4; page += 1) assert.equal(plain.join(other), undefined)
  assert.equal(plain.join(good), undefined)
})

test('a long text of capital letters takes no longer than its length', () => {
  const text = 'A'.repeat(5_000_000) + 'b'.repeat(5_000_000)
  assert.ok(join([`{"a":"${text}","b":"${'X\\\\'.repeat(500_000)}"}`], both))
})
