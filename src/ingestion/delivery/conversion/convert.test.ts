import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { test } from 'node:test'
import type { Conversion, JsonReader } from '../records.ts'
import { columnsOf, Conversions, openx, recordsOf } from './conversions.fixture.ts'
import type { RowsPage } from './convert-rows.ts'
import { toLogPage } from './log-page.fixture.ts'

const conversions = new Conversions()

test('files are packed as they are asked to be', async () => {
  const write = async (conversion: Pick<Conversion, 'parquet' | 'orc'>) => {
    const { paths } = await conversions.convert({
      reader: openx,
      ...conversion,
      columns: columnsOf({ a: 'string' }),
      records: recordsOf([`{"a":"${'many '.repeat(1000)}"}`]),
    })
    return paths[0]!
  }
  for (const compression of ['SNAPPY', 'GZIP', 'UNCOMPRESSED', 'ZSTD'] as const) {
    const path = await write({ parquet: { compression, version: 'V1' } })
    const { rows } = await conversions.engine.run({
      inputs: [{ name: 'x.parquet', path }],
      statements: ["SELECT DISTINCT compression FROM parquet_metadata('{in}/x.parquet')"],
    })
    assert.deepEqual(rows, [[compression]])
  }
  const parquet = { compression: 'SNAPPY', version: 'V1' } as const
  for (const [kind, compression] of (['none', 'zlib', 'snappy'] as const).entries()) {
    const bytes = await readFile(await write({ parquet, orc: { compression } }))
    // https://orc.apache.org/specification/ORCv1/#postscript: field 1, the footer's length, then field 2.
    const postscript = bytes.subarray(-1 - bytes.at(-1)!, -1)
    const second = postscript.findIndex((byte, at) => at > 0 && byte < 0x80) + 1
    assert.deepEqual([...postscript.subarray(second, second + 2)], [0x10, kind], compression)
  }
})

/** The rows that come out, and the places of the records that do not. */
async function run(
  schema: Readonly<Record<string, string>>,
  records: readonly string[],
  reader: JsonReader = openx,
) {
  const all = records.map((text) => ({ data: Buffer.from(text) }))
  const pages = Array.from({ length: Math.ceil(all.length / 2) }, (_, index) =>
    all.slice(index * 2, index * 2 + 2),
  )
  const found = await convertPages(schema, () => pages, reader)
  // Where they lie in the log they become the same.
  const raw = () => pages.map((page) => ({ page: toLogPage(page), records: () => page }))
  assert.deepEqual(await convertPages(schema, raw, reader), found)
  return found
}

async function convertPages(
  schema: Readonly<Record<string, string>>,
  pages: () => readonly RowsPage[],
  reader: JsonReader,
) {
  const result = await conversions.convert({
    reader,
    columns: columnsOf(schema),
    async *records() {
      yield* pages()
    },
  })
  const [path] = result.paths
  if (path === undefined) return { rows: [], bad: result.bad }
  const rows = await conversions.rowsOf(path)
  assert.equal(rows.length, result.rows)
  return { rows, bad: result.bad }
}

test('values of exactly the type of their columns, which the engine reads itself, and those that only seem to be', async () => {
  const schema = {
    ti: 'tinyint',
    i: 'int',
    l: 'bigint',
    d: 'double',
    b: 'boolean',
    day: 'date',
    at: 'timestamp',
    s: 'string',
    dec: 'decimal(10,2)',
  }
  const good = [
    '{"ti":-128,"i":2147483647,"l":-123456789012345678,"d":0.1,"b":true,"day":"2024-02-29","at":"2024-02-29T01:02:03.123456Z","s":"é\\n","dec":1.005}',
    '{"s":5,"dec":"7","b":false,"d":12345678901234567,"l":-0,"at":"0001-01-01 00:00:00"}',
    '{"d":-0.0,"s":true,"more":[{"I":1.5}],"day":"9999-12-31"}',
    '{"d":1e-7,"s":null,"i":null,"b":null,"at":null,"day":null}\n',
    '{}',
  ]
  const { rows, bad } = await run(schema, good)
  assert.equal(bad.size, 0)
  assert.deepEqual(rows, [
    [
      -128,
      2147483647,
      '-123456789012345678',
      0.1,
      true,
      '2024-02-29',
      '2024-02-29 01:02:03.123456',
      'é\n',
      '1.01',
    ],
    [null, null, 0, 12345678901234568, false, null, '0001-01-01 00:00:00', '5', '7.00'],
    [null, null, null, 0, null, '9999-12-31', null, 'true', null],
    [null, null, null, 1e-7, null, null, null, null, null],
    [null, null, null, null, null, null, null, null, null],
  ])
  const wrong = [
    '{"ti":128}',
    '{"i":2147483648}',
    '{"l":9223372036854775808}',
    '{"day":"2024-02-30"}',
    '{"at":"2024-02-29 24:02:03"}',
    '{"i":1,"i":2}',
    '{"i":1.5}',
    '{"i":01}',
    '{"d":true}',
    '{"s":"a\tb"}',
    '{"more":{]}}',
    '{"I":1,"i":2}',
  ]
  for (const record of wrong) {
    const records = [good[0]!, record].map((text) => ({ data: Buffer.from(text) }))
    const raw = () => [{ page: toLogPage(records), records: () => records }]
    const found = await convertPages(schema, raw, openx)
    assert.deepEqual([...found.bad.keys()], [1], record)
    assert.deepEqual(found.rows, rows.slice(0, 1))
  }
})

test('records of every type, missing and further fields', async () => {
  const schema = {
    b: 'boolean',
    ti: 'tinyint',
    i: 'int',
    l: 'bigint',
    f: 'float',
    d: 'double',
    dec: 'decimal(10,2)',
    s: 'string',
    v: 'varchar(3)',
    day: 'date',
    at: 'timestamp',
    bin: 'binary',
    list: 'array<int>',
    m: 'map<string,double>',
    st: 'struct<x:int,y:array<struct<z:string>>>',
  }
  const { rows, bad } = await run(schema, [
    JSON.stringify({
      b: true,
      ti: -128,
      i: '12',
      l: 9007199254740992,
      f: 1.5,
      d: 2.25,
      dec: 12.345,
      s: { any: ['thing'] },
      v: 'abcdef',
      day: '2024-02-29',
      at: '2024-02-29T01:02:03.456Z',
      bin: 'hi',
      list: [1, null, '3'],
      m: { a: 1, b: 2.5 },
      st: { x: 1, y: [{ z: 'q', other: 1 }, null] },
      further: 'field',
    }),
    '{}',
    '{"s":null,"list":[],"m":{},"st":{}}',
  ])
  assert.equal(bad.size, 0)
  assert.deepEqual(rows[0], [
    true,
    -128,
    12,
    '9007199254740992',
    1.5,
    2.25,
    '12.35',
    '{"any":["thing"]}',
    'abc',
    '2024-02-29',
    '2024-02-29 01:02:03.456',
    Buffer.from('hi').toString('hex'),
    '[1, NULL, 3]',
    "{'a': 1.0, 'b': 2.5}".replaceAll('1.0', '1'),
    "{'x': 1, 'y': [{'z': q}, NULL]}".replace(': q', ": 'q'"),
  ])
  assert.deepEqual(
    rows[1],
    Array.from({ length: 15 }, () => null),
  )
  assert.deepEqual(rows[2]?.slice(12), ['[]', '{}', "{'x': NULL, 'y': NULL}"])
})

test('good and bad are all: each bad record is named, each good one is there', async () => {
  const schema = {
    n: 'int',
    flag: 'boolean',
    day: 'date',
    st: 'struct<x:tinyint>',
    l: 'array<int>',
  }
  const good = ['{"n":1}', '{"n":2}{"n":3}', '\n{\n"n":4\n}\n', '{"N":5,"zz":1}']
  const wrong = [
    '{"n":1.5}',
    '{"n":true}',
    '{"n":99999999999}',
    '{"n":"x"}',
    '{"n":""}',
    '{"n":[1]}',
    '{"flag":1}',
    '{"flag":"yes"}',
    '{"day":"2024-02-30"}',
    '{"day":20240229}',
    '{"st":5}',
    '{"st":{"x":200}}',
    '{"st":[1]}',
    '{"l":{"a":1}}',
    '{"l":[1,"x"]}',
    '{"n":1,"n":2}',
    '{"n":1,"N":2}',
    '{"n":}',
    '{"n" 1}',
    '{"n":01}',
    '{"n":1}{"n":"half of it"}',
    '',
    'text',
    '[{"n":1}]',
    '{"n":1',
    '{"n":NaN}',
  ]
  // One of each beside good ones, and all together.
  for (const record of wrong) {
    const { rows, bad } = await run(schema, [good[0]!, record])
    assert.deepEqual([...bad.keys()], [1], record)
    assert.deepEqual(rows, [[1, null, null, null, null]], record)
  }
  const mixed = wrong.flatMap((record, index) => [record, good[index % good.length]!])
  const { rows, bad } = await run(schema, mixed)
  assert.deepEqual(
    [...bad.keys()].toSorted((a, b) => a - b),
    wrong.map((_, index) => index * 2),
  )
  const perGood = [1, 2, 1, 1]
  const expected = wrong.reduce((sum, _, index) => sum + perGood[index % good.length]!, 0)
  assert.equal(rows.length, expected)
  const none = await run(schema, wrong)
  assert.deepEqual(none.rows, [])
  assert.equal(none.bad.size, wrong.length)
  assert.equal(none.bad.get(0)!.code, 'DataFormatConversion.MalformedData')
  assert.match(none.bad.get(0)!.message, /column 'n'/)
  assert.equal(none.bad.get(17)!.code, 'DataFormatConversion.ParseError')
})

test('timestamps as the OpenX reader takes them', async () => {
  const times: readonly [unknown, string | undefined][] = [
    ['2017-02-07T15:13:01.39256Z', '2017-02-07 15:13:01.39256'],
    ['2017-02-07T15:13:01.123456789Z', '2017-02-07 15:13:01.123456'],
    ['2017-02-07 15:13:01.14', '2017-02-07 15:13:01.14'],
    ['2017-2-7 5:03:01', '2017-02-07 05:03:01'],
    ['2017-02-07T15:13:01+02:00', '2017-02-07 13:13:01'],
    [1518033528, '2018-02-07 19:58:48'],
    [1518033528123, '2018-02-07 19:58:48.123'],
    [1518033528.123, '2018-02-07 19:58:48.123'],
    ['1518033528', '2018-02-07 19:58:48'],
    ['2017-02-07', undefined],
    ['yesterday', undefined],
    [true, undefined],
  ]
  for (const [time, expected] of times) {
    const { rows, bad } = await run({ at: 'timestamp' }, [JSON.stringify({ at: time })])
    assert.deepEqual(rows, expected === undefined ? [] : [[expected]], String(time))
    assert.equal(bad.size, expected === undefined ? 1 : 0)
  }
})

test('keys: case, dots and mappings', async () => {
  const record = '{"Event.Time":"t","timestamp":"x","Deep":{"In.Side":1}}'
  const schema = { event_time: 'string', ts: 'string', deep: 'struct<in_side:int>' }
  const reader = { ...openx, dotsToUnderscores: true, mappings: { ts: 'TimeStamp' } }
  assert.deepEqual((await run(schema, [record], reader)).rows, [['t', 'x', "{'in_side': 1}"]])
  const exact = { ...openx, caseInsensitive: false }
  assert.deepEqual((await run({ a: 'int' }, ['{"A":1}', '{"a":2}'], exact)).rows, [[null], [2]])
})

test("Hive's reader: its own timestamps, and no numbers in quotes", async () => {
  const hive = (timestampFormats: readonly string[]): JsonReader => ({
    kind: 'hive',
    timestampFormats,
  })
  const rows = async (formats: readonly string[], value: unknown) =>
    (await run({ at: 'timestamp' }, [JSON.stringify({ At: value })], hive(formats))).rows[0]?.[0]
  assert.equal(await rows([], '2017-02-07 15:13:01.14'), '2017-02-07 15:13:01.14')
  assert.equal(await rows([], '2017-02-07T15:13:01Z'), undefined)
  const formats = ["yyyy-MM-dd'T'HH:mm:ss.SSSZ", 'dd/MMM/yyyy HH:mm:ss', 'millis']
  assert.equal(await rows(formats, '2017-02-07T15:13:01.140+0200'), '2017-02-07 13:13:01.14')
  assert.equal(await rows(formats, '07/Feb/2017 15:13:01'), '2017-02-07 15:13:01')
  assert.equal(await rows(formats, 1518033528123), '2018-02-07 19:58:48.123')
  assert.equal(await rows(formats, '2017-02-07'), undefined)
  const numbers = await run(
    { n: 'int', l: 'array<double>' },
    ['{"n":1,"l":[1]}', '{"n":"1"}', '{"l":["1"]}', '{"l":[null]}'],
    hive([]),
  )
  assert.deepEqual([...numbers.bad.keys()], [1, 2])
  assert.equal(numbers.rows.length, 2)
})

test('pieces become files of their own, in their order, without the records that do not fit', async () => {
  const records = ['{"n":1}', '{"n":2}{"n":3}', 'x', '{"n":"y"}', '{"n":4}', '{"n":5}']
  const result = await conversions.convert({
    reader: openx,
    columns: columnsOf({ n: 'int' }),
    ends: [1, 3, 4, 4, 6],
    records: recordsOf(records),
  })
  assert.deepEqual([...result.bad.keys()], [2, 3])
  assert.equal(result.rows, 5)
  const found = await Promise.all(
    result.paths.map(async (path) => path && (await conversions.rowsOf(path)).flat()),
  )
  assert.deepEqual(found, [[1], [2, 3], undefined, undefined, [4, 5]])
})
