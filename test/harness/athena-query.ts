import {
  GetQueryExecutionCommand,
  StartQueryExecutionCommand,
  type AthenaClient,
  type QueryExecution,
} from '@aws-sdk/client-athena'
import { poll } from './poll.ts'

export interface QueryOptions {
  /** `s3://bucket/prefix/` */
  readonly outputLocation: string
  readonly database?: string
  /** How often it is asked whether it has ended. */
  readonly intervalMs?: number
}

/** Runs a statement to its end. An error with its reason when it fails. */
export async function runQuery(
  athena: AthenaClient,
  sql: string,
  { outputLocation, database, intervalMs }: QueryOptions,
): Promise<QueryExecution> {
  const { QueryExecutionId } = await athena.send(
    new StartQueryExecutionCommand({
      QueryString: sql,
      ResultConfiguration: { OutputLocation: outputLocation },
      QueryExecutionContext: { Database: database },
    }),
  )
  const execution = await queryEnd(athena, QueryExecutionId!, intervalMs)
  const { State, StateChangeReason } = execution.Status!
  if (State !== 'SUCCEEDED') throw new Error(`${sql}: ${StateChangeReason}`)
  return execution
}

/** Waits until it has ended, however it does. */
export function queryEnd(
  athena: AthenaClient,
  QueryExecutionId: string,
  intervalMs?: number,
): Promise<QueryExecution> {
  return poll(
    `the end of query ${QueryExecutionId}`,
    async () => {
      const { QueryExecution } = await athena.send(
        new GetQueryExecutionCommand({ QueryExecutionId }),
      )
      const state = QueryExecution!.Status!.State!
      return state !== 'QUEUED' && state !== 'RUNNING' && QueryExecution!
    },
    { deadlineMs: 300_000, ...(intervalMs === undefined ? {} : { intervalMs }) },
  )
}
