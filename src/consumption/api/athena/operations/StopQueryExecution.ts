import {
  StopQueryExecution$,
  type StopQueryExecutionInput,
  type StopQueryExecutionOutput,
} from '@aws-sdk/client-athena'
import { scopeOf } from '../subject.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_StopQueryExecution.html. Answers when the query has stopped. */
export const StopQueryExecution = operation<StopQueryExecutionInput, StopQueryExecutionOutput>(
  StopQueryExecution$,
  async (input, ctx) => {
    await ctx.queries.stop(scopeOf(ctx), input.QueryExecutionId!)
    return {}
  },
)
