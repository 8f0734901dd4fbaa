import {
  BatchGetQueryExecution$,
  type BatchGetQueryExecutionInput,
  type BatchGetQueryExecutionOutput,
} from '@aws-sdk/client-athena'
import { toQueryExecution } from '../shapes.ts'
import { scopeOf } from '../subject.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_BatchGetQueryExecution.html */
export const BatchGetQueryExecution = operation<
  BatchGetQueryExecutionInput,
  BatchGetQueryExecutionOutput
>(BatchGetQueryExecution$, async (input, ctx) => {
  const ids = input.QueryExecutionIds!
  const found = await Promise.all(ids.map((id) => ctx.queries.find(scopeOf(ctx), id)))
  return {
    QueryExecutions: found.flatMap((execution) => (execution ? [toQueryExecution(execution)] : [])),
    UnprocessedQueryExecutionIds: ids
      .filter((_, index) => !found[index])
      .map((id) => ({
        QueryExecutionId: id,
        ErrorCode: 'INVALID_INPUT',
        ErrorMessage: `QueryExecution ${id} was not found`,
      })),
  }
})
