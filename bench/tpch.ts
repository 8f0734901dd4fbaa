import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { cpuSeconds, openAthena, timed, type BenchAthena } from './athena.ts'
import { median, type Benchmark } from './benchmark.ts'
import { startDuckdb, type PlainDuckdb } from './duckdb.ts'
import { madeRows } from './generate.ts'
import { tpchQueries } from './tpch/queries.ts'
import { tpchTables } from './tpch/tables.ts'

const bucket = 'bench-tpch'
const rounds = 3

/** Each query through the API, from the call to the first page, against the same text over the same files; then many small ones at once. */
export const benchmark: Benchmark = {
  title:
    'data in the shape of TPC-H, Parquet: milliseconds for a query, Athena API and DuckDB alone',
  async run({ full, scale = full ? 1 : 0.1 }) {
    const folder = await mkdtemp(join(import.meta.dirname, '.data-'))
    try {
      await using plain = startDuckdb(availableParallelism())
      for (const table of tpchTables) {
        const path = `${folder}/${table.name}.parquet`
        await plain.run([`COPY (${madeRows(table, scale)}) TO '${path}' (FORMAT parquet)`])
      }
      await using athena = await openTables(folder)
      const tables = [
        ...(await measureQueries(plain, athena, folder, scale)),
        await measureMany(athena),
      ]
      return tables
    } finally {
      await rm(folder, { recursive: true })
    }
  },
}

async function measureQueries(
  plain: PlainDuckdb,
  athena: BenchAthena,
  folder: string,
  scale: number,
) {
  const through: number[] = []
  const alone: number[] = []
  const throughCpu: number[] = []
  const aloneCpu: number[] = []
  for (const { sql } of tpchQueries) {
    const onFiles = sql.replaceAll(
      /\{(\w+)\}/g,
      (_, table) => `read_parquet('${folder}/${table}.parquet')`,
    )
    const onTables = sql.replaceAll(/\{(\w+)\}/g, 'bench.$1')
    const ours = () => athena.query(onTables)
    const theirs = () => plain.run([onFiles])
    through.push(await timed(ours, rounds))
    alone.push(await timed(theirs, rounds))
    const { cpuSecondsOfAll } = athena.server
    throughCpu.push(1000 * (await cpuSeconds(cpuSecondsOfAll, ours, rounds)))
    aloneCpu.push(1000 * (await cpuSeconds(plain.cpuSeconds, theirs, rounds)))
  }
  const ratio = median(through.map((ms, index) => Math.max(0, ms - 15) / alone[index]!))
  const cpuRatio = median(throughCpu.map((ms, index) => ms / aloneCpu[index]!))
  const columns = tpchQueries.map(({ name }) => name)
  const better = 'smaller' as const
  return [
    {
      title: `scale ${scale}; the median of (Athena - 15 ms) / DuckDB is ${ratio.toFixed(2)}`,
      columns,
      better,
      rows: [
        { name: 'Athena API', values: through, note: 'to the first page of results' },
        { name: 'DuckDB alone', values: alone, note: 'kept open' },
      ],
    },
    {
      title: `the same in milliseconds of processor time; the median of Athena / DuckDB is ${cpuRatio.toFixed(2)}`,
      columns,
      better,
      rows: [
        { name: 'Athena API', values: throughCpu, note: 'the server and the engine' },
        { name: 'DuckDB alone', values: aloneCpu },
      ],
    },
  ]
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

/** The tables, each an object in Parquet. */
async function openTables(folder: string): Promise<BenchAthena> {
  const athena = await openAthena(bucket)
  for (const { name, columns } of tpchTables) {
    await athena.put(`${name}/0.parquet`, await readFile(join(folder, `${name}.parquet`)))
    await athena.query(
      `CREATE EXTERNAL TABLE bench.${name} (${columns}) STORED AS PARQUET LOCATION 's3://${bucket}/${name}/'`,
    )
  }
  return athena
}
