import { mkdtemp, rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { openAthena, type BenchAthena } from './athena.ts'
import type { Benchmark } from './benchmark.ts'
import { startDuckdb } from './duckdb.ts'
import { makeTables } from './generate.ts'
import { progress } from './progress.ts'
import { memoryMibAt, roundsAt, sideBySide } from './side-by-side.ts'
import { tpchQueries } from './tpch/queries.ts'
import { tpchTables } from './tpch/tables.ts'

const bucket = 'bench-tpch'

/** Each query through the API, from the call to the first page, against the same text over the same files; then many small ones at once. */
export const benchmark: Benchmark = {
  title:
    'data in the shape of TPC-H, Parquet: milliseconds for a query, Athena API and DuckDB alone (--full: scale 1, --scale n)',
  async run({ full, scale = full ? 1 : 0.1 }) {
    const folder = await mkdtemp(join(import.meta.dirname, '.data-'))
    const memoryMib = memoryMibAt(scale)
    try {
      await using plain = startDuckdb(availableParallelism(), memoryMib)
      await makeTables(plain, tpchTables, folder, scale)
      const options = { BOATHOUSE_ENGINE_MEMORY_MIB: String(memoryMib) }
      await using athena = await openAthena(bucket, options)
      await load(athena, folder)
      const queries = tpchQueries.map(({ name, sql }) => ({
        name,
        onTables: sql.replaceAll(/\{(\w+)\}/g, 'bench.$1'),
        onFiles: sql.replaceAll(/\{(\w+)\}/g, `read_parquet('${folder}/$1/*.parquet')`),
      }))
      const title = `scale ${scale}, ${memoryMib} MiB`
      return [
        ...(await sideBySide(plain, athena, queries, { title, rounds: roundsAt(scale) })),
        await measureMany(athena),
      ]
    } finally {
      await rm(folder, { recursive: true })
    }
  },
}

async function measureMany(athena: BenchAthena) {
  const sql = 'SELECT n_name FROM bench.nation WHERE n_regionkey = 2 ORDER BY 1'
  await athena.query(sql)
  const count = 64
  const startedOne = performance.now()
  for (let n = 0; n < count; n += 1) await athena.query(sql)
  const one = (count * 1000) / (performance.now() - startedOne)
  const startedAll = performance.now()
  await Promise.all(Array.from({ length: count }, () => athena.query(sql)))
  const all = (count * 1000) / (performance.now() - startedAll)
  return {
    title: `${count} small queries`,
    columns: ['queries/s'],
    better: 'greater' as const,
    rows: [
      { name: 'all at once', values: [all], note: '' },
      { name: 'one after the other', values: [one], note: '' },
    ],
  }
}

async function load(athena: BenchAthena, folder: string): Promise<void> {
  for (const { name, columns } of tpchTables) {
    progress(`loading ${name}`)
    await athena.upload(join(folder, name), `${name}/`)
    await athena.query(
      `CREATE EXTERNAL TABLE bench.${name} (${columns}) STORED AS PARQUET LOCATION 's3://${bucket}/${name}/'`,
    )
  }
}
