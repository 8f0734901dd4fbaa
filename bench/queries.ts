import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { cpuSeconds, openAthena, timed } from './athena.ts'
import type { Benchmark } from './benchmark.ts'
import { startDuckdb } from './duckdb.ts'

const rounds = 5
const rows = 2_000_000
const bucket = 'bench-queries'

const queries = [
  { name: 'SELECT 1', sql: () => 'SELECT 1' },
  { name: 'count', sql: (table: string) => `SELECT count(*) FROM ${table}` },
  {
    name: 'group by',
    sql: (table: string) =>
      `SELECT kind, sum(price) AS total, avg(price) AS mean, count(*) AS n FROM ${table} WHERE id > 1000 GROUP BY kind ORDER BY kind`,
  },
  {
    name: '1,000 rows',
    sql: (table: string) => `SELECT id, kind, price FROM ${table} WHERE id < 1000 ORDER BY id`,
  },
]

/** Columns of the results of a million rows. */
const large = ['id, kind, price', 'id, kind']

/** From StartQueryExecution to the first page of results, against the same SQL over the same file. */
export const benchmark: Benchmark = {
  title: `Athena over a Parquet file of ${rows / 1e6} M rows: milliseconds from the call to the rows`,
  async run() {
    const folder = await mkdtemp(join(import.meta.dirname, '.data-'))
    try {
      await using plain = startDuckdb(availableParallelism())
      const file = join(folder, 'events.parquet')
      await plain.run([
        `COPY (SELECT range AS id, 'kind ' || (range % 17) AS kind, (range % 1000) / 7.0::DOUBLE AS price FROM range(${rows})) TO '${file}' (FORMAT parquet)`,
      ])
      const { times: athena, results } = await measureAthena(file)
      const limit: number[] = []
      for (const { sql } of queries) {
        limit.push(await timed(() => plain.run([sql(`read_parquet('${file}')`)]), rounds))
      }
      const copied: number[] = []
      for (const columns of large) {
        const select = `SELECT ${columns} FROM read_parquet('${file}') WHERE id < 1000000`
        const copy = `COPY (${select}) TO '${folder}/rows.csv' (FORMAT csv, FORCE_QUOTE *)`
        copied.push(await cpuSeconds(plain.cpuSeconds, () => plain.run([copy]), rounds))
      }
      return [
        {
          title: 'median of 5',
          columns: queries.map((query) => query.name),
          better: 'smaller',
          rows: [
            { name: 'Athena API', values: athena, note: 'signed, asynchronous, results in S3' },
            { name: 'DuckDB alone', values: limit },
          ],
        },
        {
          title: 'a result of 1 M rows, processor seconds of all processes',
          columns: large,
          better: 'smaller',
          rows: [
            { name: 'Athena API', values: results, note: 'to the durable object' },
            {
              name: 'DuckDB, COPY to CSV',
              values: copied,
              note: 'every value quoted',
            },
          ],
        },
      ]
    } finally {
      await rm(folder, { recursive: true })
    }
  },
}

async function measureAthena(
  file: string,
): Promise<{ readonly times: readonly number[]; readonly results: readonly number[] }> {
  await using athena = await openAthena(bucket)
  await athena.put('events/events.parquet', await readFile(file))
  await athena.query(
    `CREATE EXTERNAL TABLE bench.events (id bigint, kind string, price double) STORED AS PARQUET LOCATION 's3://${bucket}/events/'`,
  )
  const times: number[] = []
  for (const { sql } of queries) {
    times.push(await timed(() => athena.query(sql('bench.events')), rounds))
  }
  const results: number[] = []
  for (const columns of large) {
    const sql = `SELECT ${columns} FROM bench.events WHERE id < 1000000`
    results.push(await cpuSeconds(athena.server.cpuSecondsOfAll, () => athena.query(sql), rounds))
  }
  return { times, results }
}
