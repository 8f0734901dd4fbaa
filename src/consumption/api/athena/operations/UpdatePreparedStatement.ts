import {
  UpdatePreparedStatement$,
  type UpdatePreparedStatementInput,
  type UpdatePreparedStatementOutput,
} from '@aws-sdk/client-athena'
import { scopeOf } from '../subject.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_UpdatePreparedStatement.html */
export const UpdatePreparedStatement = operation<
  UpdatePreparedStatementInput,
  UpdatePreparedStatementOutput
>(UpdatePreparedStatement$, async (input, ctx) => {
  await ctx.queries.preparedStatements.put(
    {
      ...scopeOf(ctx),
      workGroup: input.WorkGroup!,
      name: input.StatementName!,
      query: input.QueryStatement!,
      description: input.Description,
    },
    true,
  )
  return {}
})
