import {
  GetQueryExecution$,
  type GetQueryExecutionInput,
  type GetQueryExecutionOutput,
} from '@aws-sdk/client-athena'
import { toQueryExecution } from '../shapes.ts'
import { executionNotFound, scopeOf } from '../subject.ts'
import { operation } from '../context.ts'

/** Clients ask until a query has ended, and sleep in between: an answer that waits this long spares most of them the first sleep. */
const waitMs = 100

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryExecution.html. The answer about one that has not ended waits up to 100 ms for its end. */
export const GetQueryExecution = operation<GetQueryExecutionInput, GetQueryExecutionOutput>(
  GetQueryExecution$,
  async (input, ctx) => {
    const execution = await ctx.queries.find(scopeOf(ctx), input.QueryExecutionId!, waitMs)
    if (!execution) throw executionNotFound(input.QueryExecutionId!)
    return { QueryExecution: toQueryExecution(execution) }
  },
)
