import assert from 'node:assert/strict'
import {
  AthenaClient,
  GetQueryExecutionCommand,
  GetQueryResultsCommand,
  StartQueryExecutionCommand,
} from '@aws-sdk/client-athena'
import { GlueClient } from '@aws-sdk/client-glue'
import { S3Client } from '@aws-sdk/client-s3'
import { queryEnd } from '../harness/athena-query.ts'
import { testCredentials, type ServerProcess } from '#test/harness'

/** What faults ask of a server's SQL: statements of the database `db`, results in the bucket `lake`. */
export function athenaOf({ endpoint }: ServerProcess) {
  const config = { endpoint, region: 'us-east-1', credentials: testCredentials, maxAttempts: 1 }
  const athena = new AthenaClient(config)
  const start = async (QueryString: string) => {
    const ResultConfiguration = { OutputLocation: 's3://lake/results/' }
    const QueryExecutionContext = { Database: 'db' }
    const { QueryExecutionId } = await athena.send(
      new StartQueryExecutionCommand({ QueryString, ResultConfiguration, QueryExecutionContext }),
    )
    return QueryExecutionId!
  }
  const stateOf = async (QueryExecutionId: string) => {
    const { QueryExecution } = await athena.send(new GetQueryExecutionCommand({ QueryExecutionId }))
    const { State, StateChangeReason } = QueryExecution!.Status!
    return { state: State!, reason: StateChangeReason }
  }
  const ended = async (id: string) => {
    const { State, StateChangeReason } = (await queryEnd(athena, id)).Status!
    return { state: State!, reason: StateChangeReason }
  }
  const run = async (sql: string) => {
    const id = await start(sql)
    const { state, reason } = await ended(id)
    assert.equal(state, 'SUCCEEDED', `${sql}: ${reason}`)
    return id
  }
  const rows = async (sql: string) => {
    const QueryExecutionId = await run(sql)
    const { ResultSet } = await athena.send(new GetQueryResultsCommand({ QueryExecutionId }))
    return ResultSet!
      .Rows!.slice(1)
      .map((row) => row.Data!.map((datum) => datum.VarCharValue ?? null))
  }
  return {
    start,
    stateOf,
    ended,
    run,
    rows,
    s3: new S3Client({ ...config, forcePathStyle: true }),
    glue: new GlueClient(config),
  }
}
