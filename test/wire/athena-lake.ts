import assert from 'node:assert/strict'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  AthenaClient,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
  type QueryExecution,
  type StartQueryExecutionCommandInput,
} from '@aws-sdk/client-athena'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import type { Config } from '#config'
import { silentLogger } from '#kit'
import { createDuckdbEngine } from '#processing/engine'
import type { ServerOverrides } from '../../src/server.ts'
import { queryEnd } from '../harness/athena-query.ts'
import { startLake, type TestLake } from '../harness/index.ts'

type Row = readonly (string | null)[]

/** A lake with the buckets `data` and `results`, and what the tests of Athena ask of it. */
export interface AthenaLake {
  readonly lake: TestLake
  readonly athena: AthenaClient
  readonly s3: S3Client
  start(sql: string, more?: Partial<StartQueryExecutionCommandInput>): Promise<string>
  ended(id: string): Promise<QueryExecution>
  /** The rows of a statement that succeeds, without a query's header. */
  run(sql: string, more?: Partial<StartQueryExecutionCommandInput>): Promise<readonly Row[]>
  /** The rows of a query that has succeeded, without its header. */
  rows(id: string): Promise<readonly Row[]>
  /** Why a statement fails. */
  failure(sql: string): Promise<string>
  put(key: string, body: string | Uint8Array): Promise<void>
  /** Writes the rows of a query in the engine's SQL as a Parquet object. */
  putParquet(key: string, sql: string): Promise<void>
}

export async function startAthenaLake(
  overrides: ServerOverrides = {},
  config: Partial<Config> = {},
): Promise<AthenaLake> {
  const lake = await startLake(config, overrides)
  const athena = lake.client(AthenaClient)
  const s3 = lake.client(S3Client)
  for (const Bucket of ['data', 'results']) await s3.send(new CreateBucketCommand({ Bucket }))

  const start: AthenaLake['start'] = async (sql, more = {}) => {
    const { QueryExecutionId } = await athena.send(
      new StartQueryExecutionCommand({
        QueryString: sql,
        ResultConfiguration: { OutputLocation: 's3://results/out/' },
        QueryExecutionContext: { Database: 'shop' },
        ...more,
      }),
    )
    return QueryExecutionId!
  }
  const ended: AthenaLake['ended'] = (id) => queryEnd(athena, id)
  const run: AthenaLake['run'] = async (sql, more) => {
    const execution = await ended(await start(sql, more))
    const { State, StateChangeReason } = execution.Status!
    assert.equal(State, 'SUCCEEDED', `${sql}: ${StateChangeReason}`)
    const rows = await rowsOf(execution.QueryExecutionId!)
    return execution.StatementType === 'DML' ? rows.slice(1) : rows
  }
  const rowsOf = async (QueryExecutionId: string): Promise<readonly Row[]> => {
    const { ResultSet } = await athena.send(new GetQueryResultsCommand({ QueryExecutionId }))
    return ResultSet!.Rows!.map((row) => row.Data!.map((datum) => datum.VarCharValue ?? null))
  }
  const failure: AthenaLake['failure'] = async (sql) => {
    const execution = await ended(await start(sql))
    assert.equal(execution.Status!.State, 'FAILED', sql)
    assert.equal(execution.Status!.AthenaError!.ErrorMessage, execution.Status!.StateChangeReason)
    return execution.Status!.StateChangeReason!
  }
  const put: AthenaLake['put'] = async (Key, Body) => {
    await s3.send(new PutObjectCommand({ Bucket: 'data', Key, Body }))
  }
  const putParquet: AthenaLake['putParquet'] = async (key, sql) => {
    const folder = await mkdtemp(join(tmpdir(), 'boathouse-parquet-'))
    await using engine = createDuckdbEngine({
      folder: join(folder, 'engine'),
      processes: 1,
      log: silentLogger(),
    })
    const statements = [`COPY (${sql}) TO '{out}/file.parquet' (FORMAT parquet)`]
    await engine.run({ outputFolder: folder, statements })
    await put(key, await readFile(join(folder, 'file.parquet')))
    await rm(folder, { recursive: true })
  }
  const rows: AthenaLake['rows'] = async (id) => (await rowsOf(id)).slice(1)
  return { lake, athena, s3, start, ended, run, rows, failure, put, putParquet }
}
