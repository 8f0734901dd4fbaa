import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { JsonReader } from '../../records.ts'
import { columnsOf, Conversions, openx, recordsOf } from '../conversions.fixture.ts'
import { parseHiveType } from '../hive-type.ts'
import { planRows } from '../rows-plan.ts'
import { JsonColumns, type Page } from './json-columns.ts'
import {
  anyColumns,
  below,
  oneOf,
  RandomJson,
  randomNumbers,
  type Columns,
} from './random-json.fixture.ts'

const conversions = new Conversions()

const readers: Readonly<Record<string, JsonReader>> = {
  OpenX: openx,
  'OpenX with dots as underscores': { ...openx, dotsToUnderscores: true },
  'OpenX with exact keys': { ...openx, caseInsensitive: false, mappings: { c1: 'Mapped.Key' } },
  Hive: { kind: 'hive', timestampFormats: [] },
}

function takingBy(reader: JsonReader) {
  const isOpenx = reader.kind === 'openx'
  return {
    lowerKeys: !isOpenx || reader.caseInsensitive,
    dotsToUnderscores: isOpenx && reader.dotsToUnderscores,
    quotedNumbers: isOpenx,
  }
}

/** Those that are taken as columns. */
function plainOf(columns: Columns, reader: JsonReader, records: readonly string[]) {
  const plan = planRows(columns, reader)
  if (!plan.columns) return undefined
  using taking = new JsonColumns(plan.columns.taken, takingBy(reader))
  return records.filter((text) => {
    taking.loadRecords([{ data: Buffer.from(text) }], 0)
    return !taking.take().odd
  })
}

for (const [name, reader] of Object.entries(readers)) {
  test(`nested columns hold what the general way makes of the same records: ${name}`, async () => {
    const random = randomNumbers(name.length)
    let compared = 0
    for (let round = 0; round < 8; round += 1) {
      const columns = anyColumns(random)
      const maker = new RandomJson(random, round % 3 === 0 ? 0 : 0.02)
      const records = Array.from({ length: 400 }, () => maker.record(columns))
      const plain = plainOf(columns, reader, records)
      if (!plain || plain.length === 0) continue
      compared += plain.length
      await isTheSame(columns, reader, plain)
    }
    assert.ok(compared > 500, `only ${compared} were compared`)
  })
}

test('what was spoiled at random is refused, or is what the general way makes of it', async () => {
  const random = randomNumbers(23)
  const columns = columnsOf({
    s: 'struct<a:int,b:array<string>,c:struct<d:double>>',
    l: 'array<array<int>>',
    m: 'map<string,map<int,boolean>>',
    x: 'string',
  })
  const seed =
    '{"s":{"a":1,"b":["x",null,"\\u00e9"],"c":{"d":1.5}},"l":[[1,2],[],null],"m":{"k":{"1":true},"l":{}},"x":"y"}'
  const alphabet = '{}[]":,\\0123456789.eE+-truefalsn \t\n\u0001éAklmsxabcd/'
  const spoiled = Array.from({ length: 30_000 }, () => {
    let text = seed
    for (let change = 0; change <= random() * 3; change += 1) {
      const at = below(random, text.length)
      const kept = text.slice(random() < 0.3 ? at : at + 1)
      text = text.slice(0, at) + (random() < 0.3 ? '' : oneOf(random, [...alphabet])) + kept
    }
    return text
  })
  const plain = plainOf(columns, openx, spoiled)!
  assert.ok(plain.length > 300, `only ${plain.length} were taken`)
  for (const text of plain) JSON.parse(text)
  await isTheSame(columns, openx, plain)
})

test('records that are cut off, or of any bytes, are refused and leave nothing behind', () => {
  const random = randomNumbers(31)
  for (let round = 0; round < 40; round += 1) {
    const columns = anyColumns(random)
    const plan = planRows(columns, openx)
    if (!plan.columns) continue
    const maker = new RandomJson(random, 0)
    const whole: readonly string[] = Array.from({ length: 30 }, () => maker.record(columns))
    const good: readonly string[] = plainOf(columns, openx, whole)!
    const encoded = (records: readonly (string | Uint8Array)[], odd: number) => {
      using taking = new JsonColumns(plan.columns!.taken, takingBy(openx))
      taking.loadRecords(
        records.map((record) => ({ data: Buffer.from(record) })),
        0,
      )
      let refused = 0
      for (let all = false; !all;) {
        const taken = taking.take()
        all = taken.all
        if (taken.odd) refused += 1
      }
      assert.equal(refused, odd)
      const copy = ({ bytes, plainBytes }: Page) => ({
        bytes: Buffer.from(bytes),
        plainBytes,
      })
      return taking.encode(false).map(({ dictionary, values: page, least, greatest, ...rest }) => ({
        ...rest,
        dictionary: dictionary && copy(dictionary),
        values: copy(page),
        least: least && Buffer.from(least),
        greatest: greatest && Buffer.from(greatest),
      }))
    }
    const alone = encoded(good, 0)
    const bad = Array.from({ length: 60 }, () => {
      const bytes = Buffer.from(oneOf(random, whole))
      if (random() < 0.7) return bytes.subarray(0, below(random, bytes.length))
      const noise = Buffer.from(Array.from({ length: 50 }, () => below(random, 256)))
      return Buffer.concat([bytes.subarray(0, below(random, bytes.length)), noise])
    })
    const mixed: readonly (string | Uint8Array)[] = [...good, ...bad].toSorted(() => random() - 0.5)
    const order = mixed.filter((record) => typeof record === 'string')
    assert.deepEqual(encoded(mixed, bad.length), encoded(order, 0))
    assert.deepEqual(encoded([...bad, ...good], bad.length), alone)
  }
})

test('the engine reads them where it writes, between records that are not plain', async () => {
  const columns = columnsOf({
    s: 'struct<a:int,B:array<struct<c:string>>>',
    m: 'map<string,map<int,date>>',
    l: 'array<decimal(10,2)>',
    // Only the engine makes it.
    d: 'decimal(25,2)',
  })
  const records = [
    '{"s":{"a":1,"b":[{"c":"x"},null]},"m":{"K":{"1":"2024-01-01"}},"l":[1.5,null],"d":1}',
    '{"s":{"a":"\\u0031"},"m":null}',
    '{"s":null,"m":{},"l":[]}',
    '{"s":{},"m":{"a":{}}}',
  ]
  assert.deepEqual(
    plainOf(columns, openx, records),
    records.filter((_, index) => index !== 1),
  )
  for (const ends of [undefined, [2, 2, 4]]) {
    const paths = await filesOf(columns, openx, records, 'GZIP', ends)
    const files = paths.filter((path) => path !== undefined)
    const names = files.map((_, index) => `'{in}/${index}.parquet'`)
    const { rows } = await conversions.engine.run({
      inputs: files.map((path, index) => ({ name: `${index}.parquet`, path })),
      statements: [`SELECT * FROM read_parquet([${names.join(', ')}])`],
    })
    assert.equal(files.length, ends ? 2 : 1)
    assert.deepEqual(rows, [
      ["{'a': 1, 'B': [{'c': 'x'}, NULL]}", "{'k': {1: 2024-01-01}}", '[1.50, NULL]', '1.00'],
      ["{'a': 1, 'B': NULL}", null, null, null],
      [null, '{}', '[]', null],
      ["{'a': NULL, 'B': NULL}", "{'a': {}}", null, null],
    ])
  }
})

test('the deepest types that there are', async () => {
  const around = (depth: number, before: string, of: string, behind: string) =>
    `${before.repeat(depth)}${of}${behind.repeat(depth)}`
  const lists = around(8, 'array<', 'int', '>')
  const maps = around(8, 'map<string,', 'date', '>')
  const columns = columnsOf({ l: around(24, 'struct<a:', lists, '>'), m: maps })
  const record = (item: string, value: string) =>
    `{"l":${around(24, '{"a":', around(8, '[', item, ']'), '}')},"m":${around(8, '{"k":', value, '}')}}`
  const records = [
    record('1,null', '"2024-02-29"'),
    record('', 'null'),
    '{"l":{"a":{"a":null}},"m":{"x":{"y":{},"z":null}}}',
  ]
  assert.equal(plainOf(columns, openx, records)!.length, records.length)
  assert.deepEqual(plainOf(columns, openx, [record('[]', 'null'), record('1', '{}')]), [])
  await isTheSame(columns, openx, records)
  for (const type of [`array<${lists}>`, `array<${maps}>`, `map<int,array<struct<a:${lists}>>>`]) {
    assert.throws(() => parseHiveType(type), /more than 8 arrays and maps are within one another/)
  }
  assert.throws(() => parseHiveType(around(33, 'struct<a:', 'int', '>')), /too deep/)
})

test('types of which the general way alone can tell are left to it', () => {
  const read = (type: string, reader: JsonReader = openx) =>
    planRows(columnsOf({ c: type }), reader).columns !== undefined
  assert.ok(read('struct<a:int,b:array<map<string,struct<c:date>>>>'))
  for (const type of [
    'struct<a:int,A:int>',
    'struct<`a"b`:int>',
    'struct<`a*`:int>',
    'array<decimal(38,2)>',
    'map<boolean,int>',
    'map<decimal(19,2),int>',
    `struct<${Array.from({ length: 129 }, (_, index) => `f${index}:int`).join(',')}>`,
  ]) {
    assert.ok(!read(type), type)
  }
  const dots = { ...openx, dotsToUnderscores: true }
  assert.ok(read('struct<`a.b`:int>') && !read('struct<`a.b`:int>', dots))
  assert.ok(!read('array<timestamp>', { kind: 'hive', timestampFormats: ['millis'] }))
})

/** That records, which are plain, become the same rows as in a batch with so many others that all take the general way. */
async function isTheSame(columns: Columns, reader: JsonReader, records: readonly string[]) {
  const odd = '{"n":0}{"n":0}'
  const both = await Promise.all([
    fileOf(columns, reader, records),
    fileOf(columns, reader, [...records, ...Array.from({ length: 33 }, () => odd)]),
  ])
  const of = (file: string, most: number) =>
    `SELECT * FROM (SELECT row_number() OVER () AS row, * FROM read_parquet('{in}/${file}')) WHERE row <= ${most}`
  const [ours, theirs] = [of('ours.parquet', records.length), of('theirs.parquet', records.length)]
  const madeBy = (file: string) =>
    `(SELECT created_by FROM parquet_file_metadata('{in}/${file}.parquet'))`
  const { rows } = await conversions.engine.run({
    inputs: both.map((path, index) => ({
      name: `${index === 0 ? 'ours' : 'theirs'}.parquet`,
      path,
    })),
    statements: [
      `SELECT ${madeBy('ours')} || ${madeBy('theirs')}, (SELECT count(*) FROM (${ours})), (SELECT min(row) FROM ((${ours}) EXCEPT ALL (${theirs}))), (SELECT min(row) FROM ((${theirs}) EXCEPT ALL (${ours})))`,
    ],
  })
  const [writers, count, ...differing] = rows[0]!
  const record = records[Number(differing[0] ?? differing[1]) - 1]
  assert.deepEqual(differing, [null, null], `${JSON.stringify(columns)} ${record}`)
  assert.match(String(writers), /^Boathouse .*DuckDB/)
  assert.equal(Number(count), records.length)
}

async function fileOf(columns: Columns, reader: JsonReader, records: readonly string[]) {
  const [path] = await filesOf(columns, reader, records, 'SNAPPY')
  return path!
}

async function filesOf(
  columns: Columns,
  reader: JsonReader,
  records: readonly string[],
  compression: 'SNAPPY' | 'GZIP',
  ends?: readonly number[],
) {
  const { paths, bad } = await conversions.convert({
    reader,
    parquet: { compression, version: 'V1' },
    columns,
    ...(ends ? { ends } : {}),
    records: recordsOf(records),
  })
  const [wrong] = bad.keys()
  assert.equal(
    wrong,
    undefined,
    wrong === undefined ? '' : `${JSON.stringify(columns)} ${records[wrong]}`,
  )
  return paths
}
