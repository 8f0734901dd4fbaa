import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { dirname, join, relative } from 'node:path'
import { cpuSeconds, openAthena, timed, type BenchAthena } from './athena.ts'
import { median, type Benchmark } from './benchmark.ts'
import { startDuckdb, type PlainDuckdb } from './duckdb.ts'
import { madeRows } from './generate.ts'
import { tpcdsQueries } from './tpcds/queries.ts'
import { tpcdsTables } from './tpcds/tables.ts'

const bucket = 'bench-tpcds'
const rounds = 3
const layouts = {
  plain: 'one file a table',
  parted: 'facts by month',
  iceberg: 'Iceberg, facts by month',
}
type Layout = keyof typeof layouts

/** A star schema in three layouts: each query through the API, from the call to the first page, against the same text over the same files. */
export const benchmark: Benchmark = {
  title:
    'data in the shape of TPC-DS: milliseconds for a query, Athena API and DuckDB alone (--full: scale 1, --scale n)',
  async run({ full, scale = full ? 1 : 0.1 }) {
    const folder = await mkdtemp(join(import.meta.dirname, '.data-'))
    try {
      await using plain = startDuckdb(availableParallelism())
      await makeFiles(plain, folder, scale)
      await using athena = await openAthena(bucket)
      await makeTables(athena, folder)
      const tables = []
      for (const layout of Object.keys(layouts) as Layout[]) {
        tables.push(...(await measure(plain, athena, folder, { layout, scale })))
      }
      return tables
    } finally {
      await rm(folder, { recursive: true })
    }
  },
}

/** Every table as one file, in a folder of its own, and facts once more in folders by month. */
async function makeFiles(plain: PlainDuckdb, folder: string, scale: number): Promise<void> {
  for (const table of tpcdsTables) {
    const { name, isFact } = table
    const file = `${folder}/plain/${name}/0.parquet`
    const make = (path: string) => `COPY (${madeRows(table, scale)}) TO '${path}' (FORMAT parquet)`
    await mkdir(join(folder, 'plain', name), { recursive: true })
    await plain.run([make(file)])
    if (!isFact) continue
    await mkdir(join(folder, 'parted'), { recursive: true })
    await plain.run([
      `COPY (SELECT * FROM read_parquet('${file}') ORDER BY ${monthOf(table.columns)})
        TO '${folder}/parted/${name}' (FORMAT parquet, PARTITION_BY (${monthOf(table.columns)}))`,
    ])
  }
}

/** The last column of a fact. */
function monthOf(columns: string): string {
  return /(\w+) int$/.exec(columns)![1]!
}

async function makeTables(athena: BenchAthena, folder: string): Promise<void> {
  for (const { name, columns, isFact } of tpcdsTables) {
    await upload(athena, folder, join('plain', name))
    await athena.query(
      `CREATE EXTERNAL TABLE bench.plain_${name} (${columns}) STORED AS PARQUET LOCATION 's3://${bucket}/plain/${name}/'`,
    )
    const month = isFact ? monthOf(columns) : undefined
    if (month) {
      await upload(athena, folder, join('parted', name))
      const others = columns.replace(/, \w+ int$/, '')
      await athena.query(
        `CREATE EXTERNAL TABLE bench.parted_${name} (${others}) PARTITIONED BY (${month} int) STORED AS PARQUET LOCATION 's3://${bucket}/parted/${name}/'`,
      )
      await athena.query(`MSCK REPAIR TABLE bench.parted_${name}`)
    }
    const by = month ? `, partitioning = ARRAY['${month}']` : ''
    await athena.query(
      `CREATE TABLE bench.iceberg_${name} WITH (table_type = 'ICEBERG', is_external = false, location = 's3://${bucket}/iceberg/${name}/'${by})
        AS SELECT * FROM bench.plain_${name}`,
    )
    await download(athena, folder, `iceberg/${name}/data/`)
  }
}

/** What a table of Iceberg was written as, in files that DuckDB reads by itself. */
async function download(athena: BenchAthena, folder: string, prefix: string): Promise<void> {
  for (const { key, body } of await athena.get(prefix)) {
    await mkdir(join(folder, dirname(key)), { recursive: true })
    await writeFile(join(folder, key), body)
  }
}

async function upload(athena: BenchAthena, folder: string, under: string): Promise<void> {
  const entries = await readdir(join(folder, under), { recursive: true, withFileTypes: true })
  for (const entry of entries.filter((each) => each.isFile())) {
    const path = join(entry.parentPath, entry.name)
    await athena.put(relative(folder, path), await readFile(path))
  }
}

async function measure(
  plain: PlainDuckdb,
  athena: BenchAthena,
  folder: string,
  { layout, scale }: { readonly layout: Layout; readonly scale: number },
) {
  const [through, alone, throughCpu, aloneCpu]: number[][] = [[], [], [], []]
  for (const { sql } of tpcdsQueries) {
    const onTables = sql.replaceAll(/\{(\w+)\}/g, (_, name: string) => {
      return `bench.${layout === 'parted' && !isFact(name) ? 'plain' : layout}_${name}`
    })
    const onFiles = sql.replaceAll(/\{(\w+)\}/g, (_, name: string) => filesOf(layout, folder, name))
    const ours = () => athena.query(onTables)
    const theirs = () => plain.run([onFiles])
    through!.push(await timed(ours, rounds))
    alone!.push(await timed(theirs, rounds))
    throughCpu!.push(1000 * (await cpuSeconds(athena.server.cpuSecondsOfAll, ours, rounds)))
    aloneCpu!.push(1000 * (await cpuSeconds(plain.cpuSeconds, theirs, rounds)))
  }
  const ratio = (lessMs: number) =>
    median(through!.map((ms, index) => Math.max(0, ms - lessMs) / alone![index]!)).toFixed(2)
  const cpuRatio = median(throughCpu!.map((ms, index) => ms / aloneCpu![index]!)).toFixed(2)
  const columns = tpcdsQueries.map(({ name }) => name)
  const better = 'smaller' as const
  return [
    {
      title: `scale ${scale}, ${layouts[layout]}; the median of (Athena - 15 ms) / DuckDB is ${ratio(15)}, of Athena / DuckDB ${ratio(0)}`,
      columns,
      better,
      rows: [
        { name: 'Athena API', values: through!, note: 'to the first page of results' },
        { name: 'DuckDB alone', values: alone!, note: 'kept open' },
      ],
    },
    {
      title: `the same in milliseconds of processor time; the median of Athena / DuckDB is ${cpuRatio}`,
      columns,
      better,
      rows: [
        { name: 'Athena API', values: throughCpu!, note: 'the server and the engine' },
        { name: 'DuckDB alone', values: aloneCpu! },
      ],
    },
  ]
}

function isFact(name: string): boolean {
  return tpcdsTables.find((table) => table.name === name)!.isFact === true
}

/** A table in the engine's SQL. */
function filesOf(layout: Layout, folder: string, name: string): string {
  if (layout === 'iceberg') return `read_parquet('${folder}/iceberg/${name}/data/**/*.parquet')`
  return layout === 'plain' || !isFact(name)
    ? `read_parquet('${folder}/plain/${name}/0.parquet')`
    : `read_parquet('${folder}/parted/${name}/*/*.parquet', hive_partitioning = true)`
}
