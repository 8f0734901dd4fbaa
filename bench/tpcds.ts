import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { openAthena, type BenchAthena } from './athena.ts'
import type { Benchmark } from './benchmark.ts'
import { startDuckdb, type PlainDuckdb } from './duckdb.ts'
import { makeTables } from './generate.ts'
import { progress } from './progress.ts'
import { memoryMibAt, roundsAt, sideBySide } from './side-by-side.ts'
import { tpcdsQueries } from './tpcds/queries.ts'
import { tpcdsTables } from './tpcds/tables.ts'

const bucket = 'bench-tpcds'
const layouts = {
  plain: 'files as they were made',
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
    const memoryMib = memoryMibAt(scale)
    try {
      await using plain = startDuckdb(availableParallelism(), memoryMib)
      await makeTables(plain, tpcdsTables, join(folder, 'plain'), scale)
      await makeMonths(plain, folder)
      const options = { BOATHOUSE_ENGINE_MEMORY_MIB: String(memoryMib) }
      await using athena = await openAthena(bucket, options)
      await load(athena, folder)
      const tables = []
      for (const layout of Object.keys(layouts) as Layout[]) {
        const title = `scale ${scale}, ${memoryMib} MiB, ${layouts[layout]}`
        const queries = tpcdsQueries.map((query) => placed(query, layout, folder))
        tables.push(
          ...(await sideBySide(plain, athena, queries, { title, rounds: roundsAt(scale) })),
        )
      }
      return tables
    } finally {
      await rm(folder, { recursive: true })
    }
  },
}

/** Facts once more, in folders by month. */
async function makeMonths(plain: PlainDuckdb, folder: string): Promise<void> {
  await mkdir(join(folder, 'parted'), { recursive: true })
  await plain.run([`SET temp_directory = '${folder}/spilled'`])
  for (const { name, columns } of tpcdsTables.filter(({ isFact }) => isFact)) {
    progress(`parting ${name}`)
    const month = monthOf(columns)
    await plain.run([
      `COPY (SELECT * FROM read_parquet('${folder}/plain/${name}/*.parquet') ORDER BY ${month})
        TO '${folder}/parted/${name}' (FORMAT parquet, PARTITION_BY (${month}))`,
    ])
  }
}

/** The last column of a fact. */
function monthOf(columns: string): string {
  return /(\w+) int$/.exec(columns)![1]!
}

async function load(athena: BenchAthena, folder: string): Promise<void> {
  const create = (name: string, columns: string, more = '') =>
    athena.query(
      `CREATE EXTERNAL TABLE bench.${name.replace('/', '_')} (${columns}) ${more} STORED AS PARQUET LOCATION 's3://${bucket}/${name}/'`,
    )
  for (const { name, columns, isFact } of tpcdsTables) {
    progress(`loading ${name}`)
    await athena.upload(join(folder, 'plain', name), `plain/${name}/`)
    await create(`plain/${name}`, columns)
    const month = isFact ? monthOf(columns) : undefined
    if (month) {
      await athena.upload(join(folder, 'parted', name), `parted/${name}/`)
      const others = columns.replace(/, \w+ int$/, '')
      await create(`parted/${name}`, others, `PARTITIONED BY (${month} int)`)
      await athena.query(`MSCK REPAIR TABLE bench.parted_${name}`)
    }
    progress(`writing ${name} as Iceberg`)
    const by = month ? `, partitioning = ARRAY['${month}']` : ''
    await athena.query(
      `CREATE TABLE bench.iceberg_${name} WITH (table_type = 'ICEBERG', is_external = false, location = 's3://${bucket}/iceberg/${name}/'${by})
        AS SELECT * FROM bench.plain_${name}`,
    )
    // What it was written as, in files that DuckDB reads by itself.
    await athena.download(`iceberg/${name}/data/`, folder)
  }
}

function placed({ name, sql }: { name: string; sql: string }, layout: Layout, folder: string) {
  return {
    name,
    onTables: sql.replaceAll(/\{(\w+)\}/g, (_, table: string) => {
      return `bench.${layout === 'parted' && !isFact(table) ? 'plain' : layout}_${table}`
    }),
    onFiles: sql.replaceAll(/\{(\w+)\}/g, (_, table: string) => filesOf(layout, folder, table)),
  }
}

function isFact(name: string): boolean {
  return tpcdsTables.find((table) => table.name === name)!.isFact === true
}

/** A table in the engine's SQL. */
function filesOf(layout: Layout, folder: string, name: string): string {
  if (layout === 'iceberg') return `read_parquet('${folder}/iceberg/${name}/data/**/*.parquet')`
  return layout === 'plain' || !isFact(name)
    ? `read_parquet('${folder}/plain/${name}/*.parquet')`
    : `read_parquet('${folder}/parted/${name}/*/*.parquet', hive_partitioning = true)`
}
