import {
  DeletePreparedStatement$,
  type DeletePreparedStatementInput,
  type DeletePreparedStatementOutput,
} from '@aws-sdk/client-athena'
import { scopeOf } from '../subject.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_DeletePreparedStatement.html */
export const DeletePreparedStatement = operation<
  DeletePreparedStatementInput,
  DeletePreparedStatementOutput
>(DeletePreparedStatement$, async (input, ctx) => {
  const { StatementName: name, WorkGroup: workGroup } = input
  await ctx.queries.preparedStatements.delete(scopeOf(ctx), workGroup!, name!)
  return {}
})
