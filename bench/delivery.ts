import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { median, type Benchmark } from './benchmark.ts'
import { cpuOfTree, openLake } from './delivery-lake.ts'
import { startDuckdb } from './duckdb.ts'
import type { Table } from './table.ts'

const rows = 200_000
/** Each of both, in turn, so that what else the machine does meets them alike. */
const rounds = 8
const freshRounds = 40

/** Columns as the engine and as the catalog call them, and a record. */
interface Kind {
  readonly name: string
  readonly duckdb: string
  readonly hive: string
  line(id: number): string
}

const duckdbColumns =
  "id: 'BIGINT', name: 'VARCHAR', city: 'VARCHAR', seen: 'TIMESTAMP', price: 'DOUBLE', count: 'INTEGER', ok: 'BOOLEAN', note: 'VARCHAR', code: 'VARCHAR'"
const hiveColumns =
  'id bigint, name string, city string, seen timestamp, price double, count int, ok boolean, note string, code string'

const flat: Kind = {
  name: 'flat',
  duckdb: `{${duckdbColumns}}`,
  hive: hiveColumns,
  line: (id) => `{${members(id)}}\n`,
}

const nested: Kind = {
  name: 'nested',
  duckdb: `{${duckdbColumns}, who: 'STRUCT(first VARCHAR, age INTEGER, score DOUBLE)', tags: 'VARCHAR[]', counts: 'MAP(VARCHAR, INTEGER)'}`,
  hive: `${hiveColumns}, who struct<first:string,age:int,score:double>, tags array<string>, counts map<string,int>`,
  line: (id) =>
    `{${members(id)},"who":{"first":"first ${id % 101}","age":${id % 90},"score":${id / 3}},"tags":["tag ${id % 17}","t${id % 5}"],"counts":{"a":${id % 10},"b":${id % 7}}}\n`,
}

/** What waits in a delivery stream becomes Parquet in a bucket; then how soon a record is seen by SQL. */
export const benchmark: Benchmark = {
  title: `Firehose: ${rows} JSON records to Parquet by a table's schema, and the time from a record's acknowledgement to the SQL that shows it`,
  async run() {
    const folder = await mkdtemp(join(import.meta.dirname, '.data-'))
    try {
      await using lake = await openLake()
      // As for the peer, nothing of the time to start is in it.
      await lake.query('SELECT 1')
      await using plain = startDuckdb(2)
      const tables: Table[] = []
      for (const kind of [flat, nested])
        tables.push(await deliveries(kind, { lake, plain, folder }))

      await lake.create('fresh', flat.hive, 1)
      const seen: number[] = []
      const nothing: number[] = []
      for (let id = 0; id < freshRounds; id += 1) {
        const { answered, shown } = await lake.freshness(id, flat.line(id))
        seen.push(shown - answered)
        const started = performance.now()
        await lake.query('SELECT 1')
        nothing.push(performance.now() - started)
      }
      const quantile = (values: readonly number[], share: number) =>
        values.toSorted((a, b) => a - b)[Math.floor(values.length * share)]!
      const spread = (values: readonly number[]) => [
        median(values),
        quantile(values, 0.9),
        Math.max(...values),
      ]
      return [
        ...tables,
        {
          title: `${freshRounds} records while deliveries go on, ms`,
          columns: ['median', '90 %', 'greatest'],
          better: 'smaller',
          rows: [
            {
              name: 'acknowledged to shown',
              values: spread(seen),
              note: 'one query, which always shows it',
            },
            { name: 'SELECT 1', values: spread(nothing), note: 'what any query takes' },
          ],
        },
      ]
    } finally {
      await rm(folder, { recursive: true })
    }
  },
}

interface Sides {
  readonly lake: Awaited<ReturnType<typeof openLake>>
  readonly plain: ReturnType<typeof startDuckdb>
  readonly folder: string
}

async function deliveries(kind: Kind, { lake, plain, folder }: Sides): Promise<Table> {
  const lines = Array.from({ length: rows }, (_, id) => kind.line(id))
  await writeFile(join(folder, 'in.json'), lines.join(''))
  const copy = `COPY (SELECT * FROM read_json('${join(folder, 'in.json')}', format = 'newline_delimited', columns = ${kind.duckdb})) TO '${join(folder, 'out.parquet')}' (FORMAT parquet, COMPRESSION snappy)`
  const ours: number[] = []
  const alone: number[] = []
  let object: Uint8Array = new Uint8Array()
  // The first of both is not counted: code is compiled then.
  for (let round = 0; round <= rounds; round += 1) {
    const name = `${kind.name}${round}`
    await lake.create(name, kind.hive, 900)
    await lake.putAll(name, lines)
    const before = cpuOfTree(lake.server)
    const key = await lake.deliver(name)
    if (round > 0) ours.push(cpuOfTree(lake.server) - before)
    object = await lake.read(key)
    const beforeAlone = plain.cpuSeconds()
    await plain.run([copy])
    if (round > 0) alone.push(plain.cpuSeconds() - beforeAlone)
  }
  const copied = await readFile(join(folder, 'out.parquet'))
  await writeFile(join(folder, 'delivered.parquet'), object)
  await plain.run([sameRows(join(folder, 'delivered.parquet'), join(folder, 'out.parquet'))])
  return {
    title: `delivery of ${kind.name} columns, records per second of processor time`,
    columns: ['records/CPU s', 'slowest quarter', 'quickest quarter', 'file, MB'],
    better: 'greater',
    rows: [
      {
        name: 'delivery',
        values: [...rates(ours), object.byteLength / 1e6],
        note: 'server and engine, to the committed object',
      },
      {
        name: 'DuckDB alone',
        values: [...rates(alone), copied.byteLength / 1e6],
        note: 'COPY with explicit columns',
      },
    ],
  }
}

/** Of the middle half of the rounds, the slowest quarter and the quickest: processor time is told in steps of ten milliseconds, of which a mean makes less. */
function rates(seconds: readonly number[]): readonly number[] {
  const sorted = seconds.toSorted((a, b) => b - a)
  const quarter = Math.floor(sorted.length / 4)
  const rate = (of: readonly number[]) => (rows * of.length) / of.reduce((sum, each) => sum + each)
  return [
    rate(sorted.slice(quarter, -quarter)),
    rate(sorted.slice(0, quarter)),
    rate(sorted.slice(-quarter)),
  ]
}

/** Fails unless both files hold the same rows. */
function sameRows(path: string, other: string): string {
  const both = `(SELECT count(*) FROM (SELECT * FROM '${path}' INTERSECT ALL SELECT * FROM '${other}'))`
  return `SELECT CASE WHEN ${both} <> ${rows} OR (SELECT count(*) FROM '${path}') <> ${rows} THEN error('not the same rows') END`
}

function members(id: number): string {
  return `"id":${id},"name":"name of ${id}","city":"city ${id % 97}","seen":"2026-01-0${(id % 9) + 1} 03:04:05","price":${id / 7},"count":${id % 1000},"ok":${id % 2 === 0},"note":"a note that says a little about ${id}","code":"c-${id % 13}"`
}
