import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises'
import { availableParallelism } from 'node:os'
import { join } from 'node:path'
import { AthenaClient, GetQueryResultsCommand } from '@aws-sdk/client-athena'
import {
  CreateBucketCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  S3Client,
} from '@aws-sdk/client-s3'
import { median, type Benchmark } from './benchmark.ts'
import { runQuery } from '../test/harness/athena-query.ts'
import { credentials, region, spawnBoathouse } from './boathouse.ts'
import { startDuckdb } from './duckdb.ts'

const rounds = 5
const rows = 2_000_000
const bucket = 'bench-iceberg'

/** The same rows in few files, in few files of which every fiftieth row is deleted, and in many files. */
const tables = (manyFiles: number) => ({
  few: '',
  deleted: '',
  many: `, partitioning = ARRAY['truncate(id, ${Math.ceil(rows / manyFiles)})']`,
})

const queries = {
  count: (table: string) => `SELECT count(*) FROM ${table}`,
  'group by': (table: string) =>
    `SELECT kind, sum(price) AS total, count(*) AS n FROM ${table} WHERE id > 1000 GROUP BY kind ORDER BY kind`,
  'one row': (table: string) => `SELECT id, kind, price FROM ${table} WHERE id = 1234567`,
  'a join': (table: string) =>
    `SELECT count(*) FROM ${table} a JOIN ${table} b ON a.id = b.id WHERE a.id BETWEEN 5000 AND 5999`,
} as const

/** Through Athena's API, against the same SQL in DuckDB over the same files: planning, pruning and deletes are what lies between. */
export const benchmark: Benchmark = {
  title: `SQL over Iceberg tables of ${rows / 1e6} M rows: milliseconds from the call to the rows`,
  async run({ full }) {
    const manyFiles = full ? 10_000 : 1_000
    const folder = await mkdtemp(join(import.meta.dirname, '.data-'))
    try {
      await using server = await spawnBoathouse()
      const config = { endpoint: `http://127.0.0.1:${server.port}`, region, credentials }
      const s3 = new S3Client({ ...config, forcePathStyle: true })
      const athena = new AthenaClient(config)
      await s3.send(new CreateBucketCommand({ Bucket: bucket }))
      await query(athena, 'CREATE DATABASE bench')
      for (const [name, more] of Object.entries(tables(manyFiles))) {
        await query(
          athena,
          `CREATE TABLE bench.${name} WITH (table_type = 'ICEBERG', is_external = false, location = 's3://${bucket}/${name}'${more})
           AS SELECT a.x * 1000 + b.x AS id, 'kind ' || CAST(b.x % 17 AS varchar) AS kind, b.x / 7.0E0 AS price
           FROM UNNEST(sequence(0, ${rows / 1000 - 1})) AS a(x) CROSS JOIN UNNEST(sequence(0, 999)) AS b(x)`,
        )
      }
      await query(athena, 'DELETE FROM bench.deleted WHERE id % 50 = 7')
      const names = Object.keys(queries)
      const ours: Record<string, readonly number[]> = {}
      for (const table of Object.keys(tables(manyFiles))) {
        const times: number[] = []
        for (const sql of Object.values(queries)) {
          times.push(await timed(() => query(athena, sql(`bench.${table}`))))
        }
        ours[table] = times
      }
      const limits = await measureDuckdb(s3, folder)
      athena.destroy()
      s3.destroy()
      const labels: Readonly<Record<string, string>> = {
        few: 'few files',
        deleted: 'few files, 2 % deleted by position',
        many: `${manyFiles} files`,
      }
      return Object.entries(ours).map(([table, values]) => ({
        title: labels[table]!,
        columns: names,
        better: 'smaller' as const,
        rows: [
          { name: 'Athena API', values, note: 'signed, asynchronous, results in S3' },
          { name: 'DuckDB alone', values: limits[table]!, note: 'the same files, no deletes' },
        ],
      }))
    } finally {
      await rm(folder, { recursive: true })
    }
  },
}

async function measureDuckdb(
  s3: S3Client,
  folder: string,
): Promise<Readonly<Record<string, readonly number[]>>> {
  await using plain = startDuckdb(availableParallelism())
  const limits: Record<string, readonly number[]> = {}
  for (const table of Object.keys(tables(1))) {
    const files = join(folder, table)
    await mkdir(files)
    await download(s3, `${table}/data/`, files)
    const times: number[] = []
    for (const sql of Object.values(queries)) {
      times.push(await timed(() => plain.run([sql(`read_parquet('${files}/*.parquet')`)])))
    }
    limits[table] = times
  }
  return limits
}

/** The data files of a table; those of deletes are not among what DuckDB reads. */
async function download(s3: S3Client, prefix: string, folder: string): Promise<void> {
  let token: string | undefined
  let number = 0
  do {
    const page = await s3.send(
      new ListObjectsV2Command({ Bucket: bucket, Prefix: prefix, ContinuationToken: token }),
    )
    for (const { Key } of page.Contents ?? []) {
      if (Key!.includes('-deletes')) continue
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }))
      await writeFile(join(folder, `${number++}.parquet`), await Body!.transformToByteArray())
    }
    token = page.NextContinuationToken
  } while (token)
}

/** Runs a statement and fetches its first page; asks for its state as often as it can. */
async function query(athena: AthenaClient, sql: string): Promise<void> {
  const options = { outputLocation: `s3://${bucket}/results/`, intervalMs: 1 }
  const { QueryExecutionId } = await runQuery(athena, sql, options)
  if (/^\s*SELECT/.test(sql)) await athena.send(new GetQueryResultsCommand({ QueryExecutionId }))
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
