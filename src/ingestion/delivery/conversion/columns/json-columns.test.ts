import assert from 'node:assert/strict'
import { test } from 'node:test'
import { parseBigJson } from '#kit'
import type { ColumnKind, ColumnType } from './column-shape.ts'
import { JsonColumns } from './json-columns.ts'
import { toLogPage } from '../log-page.fixture.ts'
import { randomNumbers } from './random-json.fixture.ts'

const columns: readonly (ColumnType & { readonly key: string })[] = [
  { key: 'i', kind: 'int' },
  { key: 'b', kind: 'bigint' },
  { key: 's', kind: 'smallint' },
  { key: 'n', kind: 'double' },
  { key: 'ok', kind: 'boolean' },
  { key: 'd', kind: 'date' },
  { key: 't', kind: 'timestamp' },
  { key: 'q', kind: 'sqlTimestamp' },
  { key: 'x', kind: 'text' },
  { key: 'a_key_that_is_longer_than_sixteen_bytes', kind: 'text' },
]
const framing = { lowerKeys: true, dotsToUnderscores: true, quotedNumbers: false }

type Row = Readonly<Record<string, unknown>>

/** The rows of all records; undefined when one is refused. */
function rowsOf(records: readonly (string | Uint8Array)[]): readonly Row[] | undefined {
  using taking = new JsonColumns(columns, framing)
  taking.load(toLogPage(records.map((record) => ({ data: Buffer.from(record) }))))
  const taken = taking.take()
  if (taken.odd) return undefined
  assert.ok(taken.all)
  return heldRows(taking)
}

function heldRows(taking: JsonColumns): readonly Row[] {
  const rows: Record<string, unknown>[] = Array.from({ length: taking.rows }, () => ({}))
  const encoded = taking.encode(false)
  for (const [index, { key, kind }] of columns.entries()) {
    const { dictionary, values, absentCount } = encoded[index]!
    const page = Buffer.from(values.bytes)
    const levelsEnd = 4 + page.readUInt32LE(0)
    const present = runsOf(page.subarray(4, levelsEnd), 1, rows.length)
    const held = page.subarray(levelsEnd)
    const decode = dictionary
      ? entriesOf(decoder(kind, Buffer.from(dictionary.bytes)), dictionary.entries, held)
      : decoder(kind, held)
    for (const [number, row] of rows.entries()) if (present[number]) row[key] = decode()
    assert.equal(present.filter((bit) => bit === 0).length, absentCount)
  }
  return rows
}

function entriesOf(decode: () => unknown, count: number, held: Buffer): () => unknown {
  const entries = Array.from({ length: count }, decode)
  const numbers = runsOf(held.subarray(1), held[0]!, Infinity)
  let at = 0
  return () => entries[numbers[at++]!]
}

/** https://parquet.apache.org/docs/file-format/data-pages/encodings/#RLE */
function runsOf(bytes: Buffer, width: number, most: number): number[] {
  const numbers: number[] = []
  for (let at = 0; at < bytes.length && numbers.length < most;) {
    let header = 0
    for (let shift = 0; ; shift += 7) {
      const byte = bytes[at++]!
      header += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) break
    }
    const isPacked = header % 2 === 1
    const count = Math.floor(header / 2) * (isPacked ? 8 : 1)
    const bit = (place: number) => (bytes[at + (place >> 3)]! >> (place & 7)) & 1
    for (let index = 0; index < count && numbers.length < most; index += 1) {
      let value = 0
      for (let of = 0; of < width; of += 1) {
        value += bit((isPacked ? index * width : 0) + of) * 2 ** of
      }
      numbers.push(value)
    }
    at += isPacked ? (count * width) / 8 : Math.ceil(width / 8)
  }
  return numbers
}

function decoder(kind: ColumnKind, bytes: Buffer): () => unknown {
  let at = 0
  let bit = 0
  const fixed = (size: number, read: (at: number) => unknown) => () => read((at += size) - size)
  switch (kind) {
    case 'double':
      return fixed(8, (from) => bytes.readDoubleLE(from))
    case 'bigint':
    case 'timestamp':
    case 'sqlTimestamp':
      return fixed(8, (from) => bytes.readBigInt64LE(from))
    case 'boolean':
      return () => ((bytes[bit >> 3]! >> (bit++ & 7)) & 1) === 1
    case 'text':
      return () => {
        const size = bytes.readUInt32LE(at)
        at += 4 + size
        return bytes.toString('utf8', at - size, at)
      }
    default:
      return fixed(4, (from) => bytes.readInt32LE(from))
  }
}

/** What a record that JSON.parse reads must become. */
function expected(text: string): Row {
  const given = Object.entries(parseBigJson(text) as Record<string, unknown>)
  const record = Object.fromEntries(
    given.map(([key, value]) => [
      key.replaceAll(/[A-Z]/g, (letter) => letter.toLowerCase()).replaceAll('.', '_'),
      value,
    ]),
  )
  const row: Record<string, unknown> = {}
  for (const { key, kind } of columns) {
    const value = record[key]
    if (value === undefined || value === null) continue
    if (kind === 'bigint') row[key] = BigInt(value as number)
    else if (kind === 'date') row[key] = Date.parse(value as string) / 86_400_000
    else if (kind === 'text') row[key] = String(value)
    else if (kind === 'timestamp' || kind === 'sqlTimestamp') row[key] = micros(value as string)
    else row[key] = kind === 'double' || kind === 'boolean' ? value : Number(value) + 0
  }
  return row
}

function micros(text: string): bigint {
  const [whole, fraction = ''] = text.replace(' ', 'T').replace('Z', '').split('.')
  return BigInt(Date.parse(`${whole}Z`)) * 1000n + BigInt(fraction.padEnd(6, '0').slice(0, 6))
}

test('plain records become the values that they have', () => {
  const records = [
    '{"i":1,"b":-123456789012345678,"s":-32768,"n":-1.5e-7,"ok":true,"d":"2024-02-29","t":"2024-02-29T01:02:03.5Z","q":"0001-01-01 23:59:59","x":"É \\"i\\":1.5"}',
    '{"i":-2147483648,"n":0,"ok":false}\n',
    '{ "x" : 1.5 , "i" : null , "n" : 1E+3 } \n',
    '{}',
    '{"more":{"I":[1.5,"}",{"a":"\\""}],"e":[],"o":{}},"i":7,"other":"x","t":null,"ok":null,"d":null,"last":false}',
    '{"x":true,"q":"2024-02-29 01:02:03.123456789","t":"2024-02-29 01:02:03"}',
    '{"x":"\\u00e9\\ud83d\\ude00\\n\\t\\/","a_key_that_is_longer_than_sixteen_bytes":"日本"}',
    '{"X":"x","I":7,"x.y":"x","OTHER.":{"I":1},"A_Key.That.Is.Longer.Than.Sixteen.Bytes":"y"}',
    '{"ok":true,"s":32767,"d":"9999-12-31","i":2147483647}',
    '{"x":12345,"a_key_that_is_longer_than_sixteen_bytes":false}',
  ]
  assert.deepEqual(rowsOf(records), records.map(expected))
  for (const record of records) assert.deepEqual(rowsOf([record]), [expected(record)])
})

test('what is not plain is refused', () => {
  const others = [
    '{"i":1.5}',
    '{"i":1.0}',
    '{"i":1e2}',
    '{"i":true}',
    '{"i":"1"}',
    '{"i":2147483648}',
    '{"i":-2147483649}',
    '{"s":32768}',
    '{"b":1234567890123456789}',
    '{"i":-}',
    '{"i":01}',
    '{"i":1 2}',
    '{"i":1,"i":2}',
    '{"n":true}',
    '{"n":"1"}',
    '{"n":1e999}',
    '{"n":1e-320}',
    '{"n":-0.0}',
    '{"n":1.}',
    '{"n":.5}',
    '{"n":1e}',
    '{"n":12345678901234567890}',
    '{"n":NaN}',
    '{"n":-Infinity}',
    '{"ok":1}',
    '{"ok":"true"}',
    '{"ok":truer}',
    '{"d":"2024-2-29"}',
    '{"d":"2023-02-29"}',
    '{"d":"2024-13-01"}',
    '{"d":"2024-04-31"}',
    '{"d":"0000-01-01"}',
    '{"d":"2024-02-29 "}',
    '{"d":20240229}',
    '{"t":"2024-02-29"}',
    '{"t":"2024-02-29 24:00:00"}',
    '{"t":"2024-02-29 01:60:00"}',
    '{"t":"2024-02-29 01:02"}',
    '{"t":"2024-02-29 01:02:03+01"}',
    '{"t":"2024-02-29 01:02:03."}',
    '{"t":"2024-02-29 01:02:03.1234567890"}',
    '{"t":1709168523}',
    '{"q":"2024-02-29T01:02:03"}',
    '{"q":"2024-02-29 01:02:03Z"}',
    '{"x":{"A":1}}',
    '{"x":["A"]}',
    '{"x":1e5}',
    '{"x":0.00000001}',
    '{"x":-0}',
    '{"x":"\\x"}',
    '{"x":"\\u12"}',
    '{"x":"\\ud800"}',
    '{"x":"\\udc00\\ud800"}',
    '{"x":"\\u0000"}',
    '{"x":"a\tb"}',
    '{"é":"x"}',
    '{"\\u0069":1.5}',
    '{"\\u0049":1}',
    '{"i":1,"I":2}',
    '{"X":1,"x":null}',
    '{"other":"\\ud800"}',
    '{"other":01}',
    '{"other":[1,]}',
    '{"other":{"a"}}',
    '{"other":{"a":1,}}',
    `{"${'X'.repeat(300)}":1}`,
    `{"other":${'['.repeat(40)}${']'.repeat(40)}}`,
    '{"i":1}{"i":2}',
    '{"i":1}\n{"i":2}',
    '{"i":1}\n\n',
    '{"i":1}\r\n',
    '{"i":1,\n"n":2}',
    '{"other":{"a":\n1}}',
    '{"other":1\r}',
    '{"i":1',
    '{"i":1,}',
    '{,}',
    '{"i"}',
    '{"i":}',
    '{"x":"x',
    '{"x":"x\\',
    ' {"i":1}',
    '[1]',
    'null',
    '',
  ]
  for (const record of others) {
    assert.equal(rowsOf([record]), undefined, record)
    assert.equal(rowsOf(['{"i":1}', record, '{"i":1}']), undefined, record)
  }
  for (const bytes of [
    [0xff],
    [0xc0, 0x80],
    [0xed, 0xa0, 0x80],
    [0xf4, 0x90, 0x80, 0x80],
    [0xe2, 0x82],
  ]) {
    for (const key of ['x', 'other']) {
      const record = [Buffer.from(`{"${key}":"`), Buffer.from(bytes), Buffer.from('"}')]
      assert.equal(rowsOf([Buffer.concat(record)]), undefined, `${key} ${bytes}`)
    }
  }
})

test('what stands behind a record is no part of it', () => {
  for (const behind of [' ', '\t', '\n', '}', '0', '"', ',', ' }', '   \n']) {
    const taking = (record: string) => {
      using columnsOfOne = new JsonColumns(columns, framing)
      const bytes = Buffer.from(`${record}${behind}`)
      const ends = Uint32Array.of(record.length, bytes.length)
      const starts = Uint32Array.of(0, record.length)
      columnsOfOne.load({ ...toLogPage([{ data: bytes }]), bytes, starts, ends })
      return columnsOfOne.take().odd?.number
    }
    for (const whole of ['{"i":12}', '{"i":12} ', '{"i":12}\n', '{}']) {
      assert.equal(taking(whole), 1, `${whole}|${behind}`)
    }
    for (const cut of ['{"i":12', '{"x":"a', '{"i":12, ', '{"i":', '{"ok":tru', '{']) {
      assert.equal(taking(cut), 0, `${cut}|${behind}`)
    }
  }
})

test('random numbers are the nearest doubles', () => {
  const random = randomNumbers(7)
  const bits = new DataView(new ArrayBuffer(8))
  const numbers: string[] = [
    '9007199254740993',
    '0.1',
    '1e22',
    '1e23',
    '123456789012345678e-5',
    '5e-324',
    '2.2250738585072014e-308',
    '1.7976931348623157e308',
    '9007199254740992.5',
    '4503599627370497.5',
  ]
  for (let round = 0; round < 20_000; round += 1) {
    bits.setUint32(0, random() * 2 ** 32)
    bits.setUint32(4, random() * 2 ** 32)
    const value = bits.getFloat64(0)
    if (Number.isFinite(value)) numbers.push(String(value))
    numbers.push(String((random() - 0.5) * 10 ** Math.floor(random() * 20)))
    const digits = String(Math.floor(random() * 1e15)) + String(Math.floor(random() * 1e4))
    numbers.push(
      `${digits.slice(0, 5)}.${digits.slice(5)}e${Math.floor((random() - 0.5) * 60)}`.replace(
        /^0+(?=\d)/,
        '',
      ),
    )
  }
  let refused = 0
  for (const number of numbers) {
    const rows = rowsOf([`{"n":${number}}`])
    if (!rows) refused += 1
    else
      assert.ok(
        Object.is(rows[0]!['n'], Number(number)),
        `${number} is not ${String(rows[0]!['n'])}`,
      )
  }
  // Those below the normal ones, and what is written with more digits than are looked at.
  assert.ok(refused < numbers.length / 100, `${refused} of ${numbers.length} were refused`)
})

test('records that were spoiled at random are refused, or are what they say', () => {
  const random = randomNumbers(11)
  const seeds = [
    '{"i":12,"b":-34,"s":5,"n":1.25e2,"ok":true,"d":"2024-02-29","t":"2024-02-29T01:02:03.5Z","q":"2024-02-29 01:02:03","x":"é\\n\\u00e9","a_key_that_is_longer_than_sixteen_bytes":"long enough to be read in more than one step"}',
    '{"x":null,"other":{"deep":[1,2,{"a":"b"}]},"i":0,"n":0.5,"more":"text","ok":false}',
  ]
  const alphabet = '{}[]":,\\0123456789.eE+-truefalsn \t\n\u0001éZT/'
  let taken = 0
  for (let round = 0; round < 60_000; round += 1) {
    let text = seeds[round % seeds.length]!
    for (let change = 0; change <= random() * 3; change += 1) {
      const at = Math.floor(random() * text.length)
      const letter = alphabet[Math.floor(random() * alphabet.length)]!
      text =
        text.slice(0, at) +
        (random() < 0.3 ? '' : letter) +
        text.slice(random() < 0.3 ? at : at + 1)
    }
    const rows = rowsOf([text])
    if (!rows) continue
    taken += 1
    assert.deepEqual(rows, [expected(text)], text)
  }
  assert.ok(taken > 500, `only ${taken} were taken`)
})

test('of a record that is refused nothing is kept', () => {
  const records = [
    '{"i":1,"ok":true,"x":"a"}',
    '{"i":2,"ok":true,"x":"b","n":null,"d":"2024-02-30"}',
    '{"i":3,"ok":false}',
    '{"i":4,"ok":true,"n":1.5,"i":5}',
    '{"i":6,"n":2.5,"x":"c"}',
    '{',
  ]
  using taking = new JsonColumns(columns, framing)
  taking.load(toLogPage(records.map((record) => ({ data: Buffer.from(record) }))))
  const odd: (string | undefined)[] = []
  for (let all = false; !all;) {
    const taken = taking.take()
    all = taken.all
    if (taken.odd) {
      assert.equal(Buffer.from(taken.odd.data).toString(), records[taken.odd.number])
      odd.push(records[taken.odd.number])
    }
  }
  assert.deepEqual(odd, [records[1], records[3], records[5]])
  const kept = [records[0]!, records[2]!, records[4]!]
  assert.deepEqual(heldRows(taking), kept.map(expected))
})

test('what no longer has room waits, and is not lost', () => {
  using taking = new JsonColumns([{ key: 'x', kind: 'text' }], framing)
  const record = { data: Buffer.from(`{"x":"${'a'.repeat(1000)}"}`) }
  const page = toLogPage(Array.from({ length: 900 }, () => record))
  let rows = 0
  let cleared = 0
  for (let round = 0; round < 20; round += 1) {
    taking.load(page)
    while (!taking.take().all) {
      rows += taking.rows
      cleared += 1
      taking.clear()
    }
  }
  assert.equal(rows + taking.rows, 18_000)
  assert.ok(cleared > 0)
  taking.clear()
  const tooLarge = Buffer.from(`{"x":"${'a'.repeat(8 << 20)}"}`)
  taking.load(toLogPage([record, { data: tooLarge }]))
  assert.deepEqual(taking.take(), { all: false })
  taking.clear()
  assert.deepEqual(taking.take(), { all: true, odd: { number: 1, data: new Uint8Array(tooLarge) } })
  assert.equal(taking.rows, 0)
})
