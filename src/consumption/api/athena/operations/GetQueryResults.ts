import {
  GetQueryResults$,
  type GetQueryResultsInput,
  type GetQueryResultsOutput,
} from '@aws-sdk/client-athena'
import { type Execution, isWrite } from '#consumption/queries'
import { toResultSet } from '../shapes.ts'
import { requireResult, scopeOf } from '../subject.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_GetQueryResults.html. The rows are read from the result object: it must not be changed or removed. */
export const GetQueryResults = operation<GetQueryResultsInput, GetQueryResultsOutput>(
  GetQueryResults$,
  async (input, ctx) => {
    const { execution, page } = await ctx.queries.results(
      scopeOf(ctx),
      input.QueryExecutionId!,
      { limit: input.MaxResults ?? 1000, nextToken: input.NextToken },
      (asked) => requireResult(ctx, asked),
    )
    return {
      UpdateCount: updateCount(execution),
      ResultSet: toResultSet(page),
      NextToken: page.nextToken,
    }
  },
)

/** Rows that a statement has written; 0 for a query. */
function updateCount(execution: Execution): number | undefined {
  if (isWrite(execution)) return execution.statistics?.outputRows ?? 0
  return execution.statementType === 'DML' ? 0 : undefined
}
