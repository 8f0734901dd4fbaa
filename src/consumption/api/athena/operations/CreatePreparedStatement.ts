import {
  CreatePreparedStatement$,
  type CreatePreparedStatementInput,
  type CreatePreparedStatementOutput,
} from '@aws-sdk/client-athena'
import { scopeOf } from '../subject.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_CreatePreparedStatement.html */
export const CreatePreparedStatement = operation<
  CreatePreparedStatementInput,
  CreatePreparedStatementOutput
>(CreatePreparedStatement$, async (input, ctx) => {
  await ctx.queries.workGroups.get(scopeOf(ctx), input.WorkGroup!)
  await ctx.queries.preparedStatements.put(
    {
      ...scopeOf(ctx),
      workGroup: input.WorkGroup!,
      name: input.StatementName!,
      query: input.QueryStatement!,
      description: input.Description,
    },
    false,
  )
  return {}
})
