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
  ListObjectsV2Command,
  PutObjectCommand,
  S3Client,
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
  put(key: string, body: Uint8Array): Promise<void>
  /** The objects under a prefix, of which there are at most a thousand. */
  get(prefix: string): Promise<readonly { readonly key: string; readonly body: Uint8Array }[]>
}

export async function openAthena(bucket: string): Promise<BenchAthena> {
  const server = await spawnBoathouse()
  const config = { endpoint: `http://127.0.0.1:${server.port}`, region, credentials }
  const s3 = new S3Client({ ...config, forcePathStyle: true })
  const client = new AthenaClient(config)
  const query = async (QueryString: string): Promise<QueryExecution> => {
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
        await client.send(new GetQueryResultsCommand({ QueryExecutionId }))
        return QueryExecution!
      }
      await new Promise((resolve) => setTimeout(resolve, wait))
    }
  }
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
    get: async (Prefix) => {
      const { Contents = [] } = await s3.send(new ListObjectsV2Command({ Bucket: bucket, Prefix }))
      const objects = []
      for (const { Key } of Contents) {
        const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key }))
        objects.push({ key: Key!, body: await Body!.transformToByteArray() })
      }
      return objects
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
