import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
} from '@aws-sdk/client-athena'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { median, type Benchmark } from './benchmark.ts'
import { credentials, region, spawnBoathouse } from './boathouse.ts'
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
      const athena = await measureAthena(file)
      const limit: number[] = []
      for (const { sql } of queries) {
        limit.push(await timed(() => plain.run([sql(`read_parquet('${file}')`)])))
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
      ]
    } finally {
      await rm(folder, { recursive: true })
    }
  },
}

async function measureAthena(file: string): Promise<readonly number[]> {
  await using server = await spawnBoathouse()
  const config = { endpoint: `http://127.0.0.1:${server.port}`, region, credentials }
  const s3 = new S3Client({ ...config, forcePathStyle: true })
  const athena = new AthenaClient(config)
  await s3.send(new CreateBucketCommand({ Bucket: bucket }))
  const Body = await readFile(file)
  await s3.send(new PutObjectCommand({ Bucket: bucket, Key: 'events/events.parquet', Body }))
  await query(athena, 'CREATE DATABASE bench')
  await query(
    athena,
    `CREATE EXTERNAL TABLE bench.events (id bigint, kind string, price double) STORED AS PARQUET LOCATION 's3://${bucket}/events/'`,
  )
  const times: number[] = []
  for (const { sql } of queries) times.push(await timed(() => query(athena, sql('bench.events'))))
  athena.destroy()
  s3.destroy()
  return times
}

/** Runs a statement and fetches its first page; asks for its state as often as it can. */
async function query(athena: AthenaClient, sql: string): Promise<void> {
  const { QueryExecutionId } = await athena.send(
    new StartQueryExecutionCommand({
      QueryString: sql,
      ResultConfiguration: { OutputLocation: `s3://${bucket}/results/` },
    }),
  )
  for (;;) {
    const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }))
    const status = QueryExecution!.Status!
    if (status.State === 'FAILED') throw new Error(`${sql}: ${status.StateChangeReason}`)
    if (status.State === 'SUCCEEDED') break
    await new Promise((resolve) => setTimeout(resolve, 1))
  }
  await athena.send(new GetQueryResultsCommand({ QueryExecutionId }))
}

async function timed(work: () => Promise<unknown>): Promise<number> {
  const times: number[] = []
  for (let round = 0; round <= rounds; round += 1) {
    const started = performance.now()
    await work()
    if (round > 0) times.push(performance.now() - started)
  }
  return median(times)
}
