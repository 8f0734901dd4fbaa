import { mkdtemp, open, readFile, rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { dirname, join } from 'node:path'
import { AthenaClient, GetQueryResultsCommand } from '@aws-sdk/client-athena'
import { type BenchAthena, openAthena, timed } from './athena.ts'
import { type Benchmark, median } from './benchmark.ts'
import { type PlainDuckdb, startDuckdb } from './duckdb.ts'

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
const large = ['id, kind, price', 'id, kind', 'kind, kind']

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
      await using athena = await openTable(file)
      const ours: number[] = []
      const limit: number[] = []
      for (const { sql } of queries) {
        ours.push(await timed(() => athena.query(sql('bench.events')), rounds))
        limit.push(await timed(() => plain.run([sql(`read_parquet('${file}')`)]), rounds))
      }
      const results: LargeResult[] = []
      for (const columns of large) results.push(await largeResult(columns, athena, plain, file))
      const median5 = (pick: (result: LargeResult) => number) => results.map(pick)
      return [
        {
          title: 'median of 5',
          columns: queries.map((query) => query.name),
          better: 'smaller',
          rows: [
            { name: 'Athena API', values: ours, note: 'signed, asynchronous, results in S3' },
            { name: 'DuckDB alone', values: limit },
          ],
        },
        {
          title: 'a result of 1 M rows, ms on the clock, taking turns',
          columns: large,
          better: 'smaller',
          rows: [
            {
              name: 'Athena API',
              values: median5(({ ours: { ms } }) => ms),
              note: 'to the durable object and its first page',
            },
            {
              name: 'DuckDB, COPY to CSV',
              values: median5(({ copy: { ms } }) => ms),
              note: 'every value quoted, not durable',
            },
            { name: 'the same, and fsync', values: median5(({ durable: { ms } }) => ms) },
          ],
        },
        {
          title: 'a result of 1 M rows, processor ms of all processes',
          columns: large,
          better: 'smaller',
          rows: [
            { name: 'Athena API', values: median5(({ ours: { cpuMs } }) => cpuMs) },
            { name: 'DuckDB, COPY to CSV', values: median5(({ copy: { cpuMs } }) => cpuMs) },
          ],
        },
        {
          title: 'its pages of 1,000 rows, one after the other, ms for each',
          columns: ['the first ten', 'a hundred in the middle'],
          better: 'smaller',
          rows: [{ name: 'GetQueryResults', values: await pages(athena) }],
        },
      ]
    } finally {
      await rm(folder, { recursive: true })
    }
  },
}

interface Cost {
  readonly ms: number
  readonly cpuMs: number
}

interface LargeResult {
  readonly ours: Cost
  readonly copy: Cost
  /** And fsync: what is ours is durable. */
  readonly durable: Cost
}

/** Medians of rounds in which each has its turn. */
async function largeResult(
  columns: string,
  athena: BenchAthena,
  plain: PlainDuckdb,
  file: string,
): Promise<LargeResult> {
  const csv = `${dirname(file)}/rows.csv`
  const copy = `COPY (SELECT ${columns} FROM read_parquet('${file}') WHERE id < 1000000) TO '${csv}' (FORMAT csv, FORCE_QUOTE *)`
  const sql = `SELECT ${columns} FROM bench.events WHERE id < 1000000`
  const cpu = () => athena.server.cpuSecondsOfAll() + plain.cpuSeconds()
  const turns: Readonly<Record<keyof LargeResult, () => Promise<unknown>>> = {
    ours: () => athena.query(sql),
    copy: () => plain.run([copy]),
    durable: async () => {
      await plain.run([copy])
      await using handle = await open(csv)
      await handle.sync()
    },
  }
  const costs: Readonly<Record<keyof LargeResult, Cost[]>> = { ours: [], copy: [], durable: [] }
  for (let round = 0; round <= rounds; round += 1) {
    for (const [name, turn] of Object.entries(turns) as [
      keyof LargeResult,
      () => Promise<unknown>,
    ][]) {
      const before = cpu()
      const started = performance.now()
      await turn()
      const cost = { ms: performance.now() - started, cpuMs: 1000 * (cpu() - before) }
      if (round > 0) costs[name].push(cost)
    }
  }
  const middle = (all: readonly Cost[]): Cost => ({
    ms: median(all.map(({ ms }) => ms)),
    // The clock of processor time is coarse.
    cpuMs: all.reduce((sum, { cpuMs }) => sum + cpuMs, 0) / all.length,
  })
  return { ours: middle(costs.ours), copy: middle(costs.copy), durable: middle(costs.durable) }
}

/** Milliseconds for a page at the beginning of a result of a million rows, and in its middle. */
async function pages(athena: BenchAthena): Promise<readonly number[]> {
  const { QueryExecutionId } = await athena.query('SELECT * FROM bench.events WHERE id < 1000000')
  const client = new AthenaClient(athena.config)
  const sums: number[] = []
  let NextToken: string | undefined
  for (const [from, count] of [
    [0, 10],
    [450, 100],
  ] as const) {
    for (let page = sums.length === 0 ? 0 : 10; page < from; page += 1) {
      const skipped = await client.send(new GetQueryResultsCommand({ QueryExecutionId, NextToken }))
      NextToken = skipped.NextToken
    }
    const started = performance.now()
    for (let page = 0; page < count; page += 1) {
      const taken = await client.send(new GetQueryResultsCommand({ QueryExecutionId, NextToken }))
      NextToken = taken.NextToken
    }
    sums.push((performance.now() - started) / count)
  }
  client.destroy()
  return sums
}

async function openTable(file: string): Promise<BenchAthena> {
  const athena = await openAthena(bucket)
  await athena.put('events/events.parquet', await readFile(file))
  await athena.query(
    `CREATE EXTERNAL TABLE bench.events (id bigint, kind string, price double) STORED AS PARQUET LOCATION 's3://${bucket}/events/'`,
  )
  return athena
}
