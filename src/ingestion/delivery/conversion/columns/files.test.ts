import assert from 'node:assert/strict'
import { rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { columnsOf, Conversions, openx } from '../conversions.fixture.ts'
import { toEngineType } from '../column-sql.ts'
import { parseHiveType, type HiveType } from '../hive-type.ts'
import { toLogPage } from '../log-page.fixture.ts'
import type { Packing } from './parquet.ts'
import { below, randomNumbers, type Random } from './random-json.fixture.ts'

const conversions = new Conversions()

/** What the engine does to what it read of the JSON. */
const changes: Readonly<Record<string, (column: string) => string>> = {
  'varchar(5)': (column) => `left(${column}, 5)`,
  'char(200)': (column) => `left(${column}, 200)`,
  binary: (column) => `encode(${column})`,
}

const between = (random: Random, least: number, most: number) =>
  least + below(random, most - least + 1)

const letters = ['a', 'b', 'ab', 'é', '日本', '😀', '"', '\\', '\n', ' ', 'a long piece of text, ']

function text(random: Random, pieces: number): string {
  return Array.from({ length: below(random, pieces) }, () => letters[below(random, letters.length)])
    .join('')
    .concat(random() < 0.1 ? String(random()) : '')
}

/** Values of a type as JSON has them. */
const makers: Readonly<Record<string, (random: Random) => unknown>> = {
  tinyint: (random) => between(random, -128, 127),
  smallint: (random) => between(random, -32_768, 32_767),
  int: (random) => between(random, -(2 ** 31), 2 ** 31 - 1),
  bigint: (random) => between(random, -(10 ** 15), 10 ** 15),
  double: (random) => (random() - 0.5) * 10 ** between(random, -20, 18),
  boolean: (random) => random() < 0.5,
  date: (random) => day(random),
  timestamp: (random) =>
    `${day(random)} ${two(below(random, 24))}:${two(below(random, 60))}:${two(below(random, 60))}.${below(random, 10 ** 6) + 10 ** 6}`.replace(
      /\.1(?=\d{6}$)/,
      '.',
    ),
  string: (random) => anyText(random),
  'varchar(5)': (random) => anyText(random),
  'char(200)': (random) => anyText(random),
  binary: (random) => anyText(random),
  float: (random) => (random() - 0.5) * 10 ** between(random, -20, 18),
  'decimal(4,1)': (random) => between(random, -9999, 9999) / 10,
  'decimal(9,0)': (random) => between(random, -999_999_999, 999_999_999),
  'decimal(18,6)': (random) => between(random, -(10 ** 14), 10 ** 14) / 10 ** 6,
}

/** Types that hold others; their values are made by their shape. */
const nestedTypes = [
  'array<int>',
  'array<string>',
  'struct<a:int,b:string,c:double>',
  'map<string,double>',
  'map<int,array<date>>',
  'array<struct<x:bigint,y:array<array<boolean>>,z:map<string,map<bigint,string>>>>',
  'struct<deep:struct<deeper:struct<deepest:array<decimal(18,6)>,no:boolean>>,t:timestamp>',
  'map<decimal(9,0),struct<f:float,m:map<date,tinyint>>>',
  'array<map<string,array<struct<s:smallint>>>>',
]

function valueOf(type: HiveType, random: Random): unknown {
  const some = <T>(of: () => T) => Array.from({ length: below(random, 5) }, of)
  const orNull = (of: HiveType) => (random() < 0.1 ? null : valueOf(of, random))
  switch (type.kind) {
    case 'array':
      return some(() => orNull(type.item))
    case 'map':
      // Keys with escapes are not plain.
      return Object.fromEntries(
        some(() => [
          String(valueOf(type.key, random)).replaceAll(/["\\\n]/g, '-'),
          orNull(type.value),
        ]),
      )
    case 'struct':
      return Object.fromEntries(
        type.fields.flatMap(({ name, type: of }) => (random() < 0.2 ? [] : [[name, orNull(of)]])),
      )
    case 'scalar':
      return makers[type.name]!(random)
    default: {
      const made =
        type.kind === 'decimal' ? `decimal(${type.precision},${type.scale})` : 'varchar(5)'
      return makers[made]!(random)
    }
  }
}

/** How the engine reads the JSON of a type. */
function readAs(type: string): string {
  return changes[type] ? 'VARCHAR' : toEngineType(parseHiveType(type))
}

function anyText(random: Random): string {
  const kind = random()
  if (kind < 0.02) return text(random, 2000)
  if (kind < 0.04) return 'z'.repeat(below(random, 400))
  return text(random, 12)
}

function day(random: Random): string {
  const date = new Date(between(random, -62_135_596_800, 253_402_300_799) * 1000)
  return date.toISOString().slice(0, 10)
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}

/** How many rows have no value, and how many values differ. */
const shapes = [
  { absent: 0, different: Infinity },
  { absent: 0, different: 1 },
  { absent: 0.3, different: 5 },
  { absent: 0.01, different: 700 },
  { absent: 0.9, different: Infinity },
  { absent: 1, different: 1 },
]

for (const packing of ['SNAPPY', 'UNCOMPRESSED'] as const) {
  test(`files that are written here hold what the engine reads of the records: ${packing}`, async () => {
    const random = randomNumbers(packing.length)
    const counts = [1, 2, 7, 8, 9, 31, 64, 1000, 5003, 20_000]
    for (const count of counts) {
      const types = Object.fromEntries(
        [...Object.keys(makers), ...nestedTypes]
          .flatMap((type) => shapes.map((shape) => ({ type, shape })))
          .toSorted(() => random() - 0.5)
          .slice(0, between(random, 1, count > 10_000 ? 12 : 40))
          .map((column, index) => [`c${index}`, column]),
      )
      const values = Object.values(types).map(({ type, shape }) => valuesOf(type, shape, random))
      const records = Array.from({ length: count }, () => {
        const members = Object.keys(types).flatMap((name, index) => {
          const value = values[index]!()
          return value === undefined ? [] : [`"${name}":${value}`]
        })
        return `{${members.join(',')}}\n`
      })
      const schema = Object.fromEntries(
        Object.entries(types).map(([name, { type }]) => [name, type]),
      )
      await holdsAll(schema, records, packing)
    }
  })
}

/** Values of a column, as JSON; undefined for none. */
function valuesOf(type: string, { absent, different }: (typeof shapes)[number], random: Random) {
  const make = makers[type] ?? ((by: Random) => valueOf(parseHiveType(type), by))
  const some = Array.from({ length: Math.min(different, 1000) }, () => make(random))
  return () => {
    if (random() < absent) return random() < 0.5 ? undefined : 'null'
    const value = different === Infinity ? make(random) : some[below(random, some.length)]
    return JSON.stringify(value)
  }
}

test('long texts, long runs, what cannot be packed, and texts that begin alike', async () => {
  const random = randomNumbers(5)
  const noise = (size: number) =>
    Array.from({ length: size }, () => String.fromCharCode(between(random, 0x23, 0x5b))).join('')
  const texts = [
    'x'.repeat(3_000_000),
    noise(300_000),
    '',
    noise(70_000).repeat(3),
    `${'ab'.repeat(40_000)}${noise(10)}`,
    ...Array.from({ length: 400 }, (_, length) => 'abcdefgh'.repeat(60).slice(0, length)),
    ...Array.from({ length: 400 }, (_, length) => noise(length)),
  ]
  const records = texts.map((value) => `${JSON.stringify({ value, same: 'same' })}\n`)
  await holdsAll({ value: 'string', same: 'string' }, records, 'SNAPPY')
  await holdsAll({ value: 'string', same: 'string' }, records, 'UNCOMPRESSED')
})

test('many rows become several row groups, in their order', async () => {
  const random = randomNumbers(9)
  const names = Array.from({ length: 30_000 }, (_, index) => `name ${index}`)
  const records = Array.from({ length: 300_000 }, (_, id) => {
    const more = random() < 0.001 ? 'null' : JSON.stringify(names[below(random, names.length)])
    return `{"id":${id},"name":${more},"half":${id / 2},"few":"${id % 7}"}\n`
  })
  const groups = await holdsAll(
    { id: 'bigint', name: 'string', half: 'double', few: 'string' },
    records,
    'SNAPPY',
  )
  assert.equal(groups, 3)
})

test('long lists, many lists, and levels that are one run or none', async () => {
  const random = randomNumbers(3)
  const repeat = (count: number, of: () => string) => Array.from({ length: count }, of).join(',')
  const columns: Readonly<Record<string, readonly [type: string, json: () => string]>> = {
    ints: ['array<int>', () => `[${repeat(below(random, 40_000), () => '7')}]`],
    texts: ['array<string>', () => `[${repeat(below(random, 30_000), () => '""')}]`],
    objects: [
      'array<struct<a:int,b:map<string,string>,c:string>>',
      () => `[${repeat(below(random, 20_000), () => '{}')}]`,
    ],
    lists: ['array<array<array<double>>>', () => `[${repeat(below(random, 20_000), () => '[]')}]`],
    nulls: [
      'array<array<boolean>>',
      () => `[[${repeat(below(random, 20_000) + 1, () => 'null')}]]`,
    ],
    truths: ['array<boolean>', () => `[${repeat(below(random, 10_000) + 1, () => 'true')}]`],
    map: [
      'map<int,string>',
      () =>
        `{${Array.from({ length: below(random, 2000) }, (_, key) => `"${key * 7}":"v"`).join(',')}}`,
    ],
    none: ['struct<a:array<int>>', () => 'null'],
  }
  const records = Array.from({ length: 32 }, () => {
    const members = Object.entries(columns).map(([name, [, json]]) => `"${name}":${json()}`)
    return `{${members.join(',')}}\n`
  })
  const schema = Object.fromEntries(Object.entries(columns).map(([name, [type]]) => [name, type]))
  const groups = await holdsAll(schema, records, 'SNAPPY', false)
  assert.ok(groups > 1)
})

test('names are kept as they are', async () => {
  const names = ['a b', 'é', "it's", 'select', 'x.y', 'filename', '日本']
  const schema = Object.fromEntries(names.map((name) => [name, 'int']))
  const record = JSON.stringify(Object.fromEntries(names.map((name, index) => [name, index])))
  await holdsAll(schema, [`${record}\n`], 'SNAPPY')
})

/** Converts the records, without the engine, and compares with what it makes of them. How many row groups there are. */
async function holdsAll(
  schema: Readonly<Record<string, string>>,
  records: readonly string[],
  packing: Packing,
  sameGroups = true,
): Promise<number> {
  const all = records.map((record) => ({ data: Buffer.from(record) }))
  const { paths, rows, bad } = await conversions.convert({
    reader: openx,
    parquet: { compression: packing, version: 'V1' },
    columns: columnsOf(schema),
    async *records() {
      for (let at = 0; at < all.length; at += 7000) {
        const page = all.slice(at, at + 7000)
        yield (at / 7000) % 2 === 0 ? { page: toLogPage(page), records: () => page } : page
      }
    },
  })
  assert.equal(rows, records.length)
  assert.equal(bad.size, 0)
  const own = await conversions.newFolder()
  await writeFile(join(own, 'in.json'), records.join(''))
  const inputs = [
    { name: 'ours.parquet', path: paths[0]! },
    { name: 'in.json', path: join(own, 'in.json') },
  ]
  const columns = Object.entries(schema).map(
    ([name, type]) => `'${name.replaceAll("'", "''")}': '${readAs(type)}'`,
  )
  const selected = Object.entries(schema).map(([name, type]) => {
    const column = `"${name}"`
    return `${changes[type]?.(column) ?? column} AS ${column}`
  })
  const read = `SELECT ${selected.join(', ')} FROM read_json('{in}/in.json', format = 'newline_delimited', columns = {${columns.join(', ')}}, maximum_object_size = 33554432)`
  const numbered = (from: string) => `SELECT row_number() OVER () AS row, * FROM (${from})`
  const ours = "SELECT * FROM read_parquet('{in}/ours.parquet')"
  const about = (what: string, of: string) =>
    `SELECT ${what} FROM ${of} WHERE name IS DISTINCT FROM 'duckdb_schema' AND name IS DISTINCT FROM 'rows'`
  const schemaOf = (file: string) =>
    about('name, type, repetition_type, converted_type, logical_type', `parquet_schema('${file}')`)
  const boundsOf = (file: string) =>
    `SELECT row_group_id, path_in_schema, row_group_num_rows, num_values, compression, stats_null_count, stats_min_value AS low, stats_max_value AS high FROM parquet_metadata('${file}')`
  // Long ones are cut off, the engine's behind more.
  const isOdd = (bound: string, order: string) =>
    `(ours.${bound} IS DISTINCT FROM theirs.${bound} AND coalesce(ours.${bound} ${order} theirs.${bound} OR length(ours.${bound}) < 20 OR theirs.${bound} IS NULL, true))`
  // Of structs within lists and maps the engine counts some nulls twice: more than there are gaps.
  const otherNulls = `CASE WHEN regexp_matches(ours.path_in_schema, '(element|value), [a-z]+(,|$)') THEN ours.stats_null_count > theirs.stats_null_count ELSE ours.stats_null_count <> theirs.stats_null_count END`
  const differing = `SELECT count(*) FROM (${boundsOf('{in}/ours.parquet')}) ours FULL JOIN (${boundsOf('{in}/engine.parquet')}) theirs USING (row_group_id, path_in_schema, row_group_num_rows, num_values, compression) WHERE ours.path_in_schema IS NULL OR theirs.path_in_schema IS NULL OR ${otherNulls} OR ${isOdd('low', '>')} OR ${isOdd('high', '<')}`
  const oddOf = (one: string, other: string) => [
    `SELECT count(*) FROM (${one} EXCEPT ALL ${other})`,
    `SELECT count(*) FROM (${other} EXCEPT ALL ${one})`,
  ]
  const engines = `COPY (${read}) TO '{out}/engine.parquet' (FORMAT parquet, COMPRESSION ${packing})`
  const theirs = '{in}/engine.parquet'
  const odd = [
    ...oddOf(numbered(ours), numbered(read)),
    ...oddOf(schemaOf('{in}/ours.parquet'), schemaOf(theirs)),
    sameGroups ? differing : 'SELECT 0',
  ].map((statement) => `(${statement})`)
  const { engine } = conversions
  await engine.run({ inputs, statements: [engines], outputFolder: own })
  const { rows: found } = await engine.run({
    inputs: [...inputs, { name: 'engine.parquet', path: join(own, 'engine.parquet') }],
    statements: [
      `SELECT (SELECT created_by FROM parquet_file_metadata('{in}/ours.parquet')), (SELECT num_row_groups FROM parquet_file_metadata('{in}/ours.parquet')), ${odd.join(', ')}`,
    ],
  })
  const [madeBy, groups, ...differences] = found[0]!
  assert.equal(madeBy, 'Boathouse version 1')
  assert.deepEqual(differences.map(Number), [0, 0, 0, 0, 0], JSON.stringify(schema))
  await rm(own, { recursive: true })
  return Number(groups)
}
