import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, readdir, stat } from 'node:fs/promises'
import { dirname, join, relative } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
  type QueryExecution,
} from '@aws-sdk/client-athena'
import {
  CreateBucketCommand,
  GetObjectCommand,
  PutObjectCommand,
  S3Client,
  paginateListObjectsV2,
} from '@aws-sdk/client-s3'
import { credentials, region, spawnBoathouse } from './boathouse.ts'
import { median } from './benchmark.ts'
import type { MeasuredServer } from './child.ts'

/** Our server as built, with a bucket and the database `bench`. */
export interface BenchAthena extends AsyncDisposable {
  readonly bucket: string
  readonly server: MeasuredServer
  readonly config: {
    readonly endpoint: string
    readonly region: string
    readonly credentials: typeof credentials
  }
  /** Runs a statement to its first page of results; asks for its state as often as it can. */
  query(sql: string): Promise<QueryExecution>
  /** The rows of that page, without the header. */
  rows(sql: string): Promise<readonly (readonly (string | undefined)[])[]>
  put(key: string, body: Uint8Array): Promise<void>
  /** The files of a folder as objects under a prefix, as they stream from the disk. */
  upload(folder: string, prefix: string): Promise<void>
  /** The objects under a prefix as files of a folder, under their keys. */
  download(prefix: string, folder: string): Promise<void>
}

/** `options`: further variables of the server. */
export async function openAthena(
  bucket: string,
  options: Readonly<Record<string, string>> = {},
): Promise<BenchAthena> {
  const server = await spawnBoathouse(options)
  const config = { endpoint: `http://127.0.0.1:${server.port}`, region, credentials }
  const s3 = new S3Client({ ...config, forcePathStyle: true })
  const client = new AthenaClient(config)
  const run = async (QueryString: string) => {
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
      if (State === 'SUCCEEDED') {
        const { ResultSet } = await client.send(new GetQueryResultsCommand({ QueryExecutionId }))
        return { execution: QueryExecution!, rows: ResultSet!.Rows! }
      }
      await new Promise((resolve) => setTimeout(resolve, wait))
    }
  }
  const query = async (sql: string) => (await run(sql)).execution
  await s3.send(new CreateBucketCommand({ Bucket: bucket }))
  await query('CREATE DATABASE bench')
  return {
    bucket,
    server,
    config,
    query,
    put: async (Key, Body) => {
      await s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body }))
    },
    rows: async (sql) =>
      (await run(sql)).rows
        .slice(1)
        .map(({ Data }) => Data!.map(({ VarCharValue }) => VarCharValue)),
    upload: async (folder, prefix) => {
      const entries = await readdir(folder, { recursive: true, withFileTypes: true })
      for (const entry of entries.filter((each) => each.isFile())) {
        const path = join(entry.parentPath, entry.name)
        const { size } = await stat(path)
        const put = {
          Bucket: bucket,
          Key: prefix + relative(folder, path),
          Body: createReadStream(path),
          ContentLength: size,
        }
        await s3.send(new PutObjectCommand(put))
      }
    },
    download: async (Prefix, folder) => {
      for await (const { Contents = [] } of paginateListObjectsV2(
        { client: s3 },
        { Bucket: bucket, Prefix },
      )) {
        for (const { Key } of Contents) {
          const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }))
          const path = join(folder, Key!)
          await mkdir(dirname(path), { recursive: true })
          await pipeline(Body as Readable, createWriteStream(path))
        }
      }
    },
    [Symbol.asyncDispose]: async () => {
      client.destroy()
      s3.destroy()
      await server[Symbol.asyncDispose]()
    },
  }
}

/** The median of some runs in milliseconds, after one that is not counted. */
export async function timed(work: () => Promise<unknown>, rounds: number): Promise<number> {
  const times: number[] = []
  for (let round = 0; round <= rounds; round += 1) {
    const started = performance.now()
    await work()
    if (round > 0) times.push(performance.now() - started)
  }
  return median(times)
}

/** What the work costs in processor seconds, of which `read` tells the sum so far: the mean of some runs, after one that is not counted. */
export async function cpuSeconds(
  read: () => number,
  work: () => Promise<unknown>,
  rounds: number,
): Promise<number> {
  await work()
  const before = read()
  for (let round = 0; round < rounds; round += 1) await work()
  return (read() - before) / rounds
}
