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
import { startDuckdb, type PlainDuckdb } from './duckdb.ts'
import { tpchQueries } from './tpch/queries.ts'
import { tpchTables } from './tpch/tables.ts'

const bucket = 'bench-tpch'
const rounds = 3

/** Each query through the API, from the call to the first page, against the same text over the same files; then many small ones at once. */
export const benchmark: Benchmark = {
  title:
    'data in the shape of TPC-H, Parquet: milliseconds for a query, Athena API and DuckDB alone',
  async run({ full }) {
    const scale = full ? 1 : 0.1
    const folder = await mkdtemp(join(import.meta.dirname, '.data-'))
    try {
      await using plain = startDuckdb(availableParallelism())
      for (const { name, rows } of tpchTables) {
        await plain.run([
          `COPY (SELECT * FROM (${rows(scale)}) AS t(${columnNames(name)})) TO '${folder}/${name}.parquet' (FORMAT parquet)`,
        ])
      }
      await using athena = await openAthena(folder)
      const tables = [await measureQueries(plain, athena, folder, scale), await measureMany(athena)]
      return tables
    } finally {
      await rm(folder, { recursive: true })
    }
  },
}

function columnNames(name: string): string {
  const { columns } = tpchTables.find((table) => table.name === name)!
  return [...columns.matchAll(/(?:^|, )(\w+) /g)].map(([, column]) => column).join(', ')
}

async function measureQueries(plain: PlainDuckdb, athena: Athena, folder: string, scale: number) {
  const through: number[] = []
  const alone: number[] = []
  for (const { sql } of tpchQueries) {
    const onFiles = sql.replaceAll(
      /\{(\w+)\}/g,
      (_, table) => `read_parquet('${folder}/${table}.parquet')`,
    )
    const onTables = sql.replaceAll(/\{(\w+)\}/g, 'bench.$1')
    through.push(await timed(() => athena.query(onTables)))
    alone.push(await timed(() => plain.run([onFiles])))
  }
  const ratio = median(through.map((ms, index) => Math.max(0, ms - 15) / alone[index]!))
  return {
    title: `scale ${scale}; the median of (Athena - 15 ms) / DuckDB is ${ratio.toFixed(2)}`,
    columns: tpchQueries.map(({ name }) => name),
    better: 'smaller' as const,
    rows: [
      { name: 'Athena API', values: through, note: 'to the first page of results' },
      { name: 'DuckDB alone', values: alone, note: 'kept open' },
    ],
  }
}

async function measureMany(athena: Athena) {
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

interface Athena extends AsyncDisposable {
  query(sql: string): Promise<void>
}

async function openAthena(folder: string): Promise<Athena> {
  const server = await spawnBoathouse()
  const config = { endpoint: `http://127.0.0.1:${server.port}`, region, credentials }
  const s3 = new S3Client({ ...config, forcePathStyle: true })
  const client = new AthenaClient(config)
  const query = async (QueryString: string) => {
    const ResultConfiguration = { OutputLocation: `s3://${bucket}/results/` }
    const { QueryExecutionId } = await client.send(
      new StartQueryExecutionCommand({ QueryString, ResultConfiguration }),
    )
    for (let wait = 1; ; wait = Math.min(wait * 1.3, 20)) {
      const { QueryExecution } = await client.send(
        new GetQueryExecutionCommand({ QueryExecutionId }),
      )
      const { State, StateChangeReason } = QueryExecution!.Status!
      if (State === 'FAILED') throw new Error(`${QueryString}: ${StateChangeReason}`)
      if (State === 'SUCCEEDED') break
      await new Promise((resolve) => setTimeout(resolve, wait))
    }
    await client.send(new GetQueryResultsCommand({ QueryExecutionId }))
  }
  await s3.send(new CreateBucketCommand({ Bucket: bucket }))
  await query('CREATE DATABASE bench')
  for (const { name, columns } of tpchTables) {
    const Body = await readFile(join(folder, `${name}.parquet`))
    await s3.send(new PutObjectCommand({ Bucket: bucket, Key: `${name}/0.parquet`, Body }))
    await query(
      `CREATE EXTERNAL TABLE bench.${name} (${columns}) STORED AS PARQUET LOCATION 's3://${bucket}/${name}/'`,
    )
  }
  return {
    query,
    [Symbol.asyncDispose]: async () => {
      client.destroy()
      s3.destroy()
      await server[Symbol.asyncDispose]()
    },
  }
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
