import {
  GetQueryExecution$,
  type GetQueryExecutionInput,
  type GetQueryExecutionOutput,
} from '@aws-sdk/client-athena'
import { toQueryExecution } from '../shapes.ts'
import { executionNotFound, scopeOf } from '../subject.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryExecution.html */
export const GetQueryExecution = operation<GetQueryExecutionInput, GetQueryExecutionOutput>(
  GetQueryExecution$,
  async (input, ctx) => {
    const execution = await ctx.queries.find(scopeOf(ctx), input.QueryExecutionId!)
    if (!execution) throw executionNotFound(input.QueryExecutionId!)
    return { QueryExecution: toQueryExecution(execution) }
  },
)
