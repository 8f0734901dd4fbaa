import {
  GetPreparedStatement$,
  type GetPreparedStatementInput,
  type GetPreparedStatementOutput,
} from '@aws-sdk/client-athena'
import { preparedNotFound } from '#consumption/queries'
import { toPreparedStatement } from '../shapes.ts'
import { scopeOf } from '../subject.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_GetPreparedStatement.html */
export const GetPreparedStatement = operation<
  GetPreparedStatementInput,
  GetPreparedStatementOutput
>(GetPreparedStatement$, async (input, ctx) => {
  const { StatementName: name, WorkGroup: workGroup } = input
  const found = await ctx.queries.preparedStatements.find(scopeOf(ctx), workGroup!, name!)
  if (!found) throw preparedNotFound(name!, workGroup!)
  return { PreparedStatement: toPreparedStatement(found) }
})
