import {
  ListPreparedStatements$,
  type ListPreparedStatementsInput,
  type ListPreparedStatementsOutput,
} from '@aws-sdk/client-athena'
import { scopeOf } from '../subject.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_ListPreparedStatements.html */
export const ListPreparedStatements = operation<
  ListPreparedStatementsInput,
  ListPreparedStatementsOutput
>(ListPreparedStatements$, async (input, ctx) => {
  await ctx.queries.workGroups.get(scopeOf(ctx), input.WorkGroup!)
  const page = { limit: input.MaxResults ?? 50, nextToken: input.NextToken }
  const found = await ctx.queries.preparedStatements.list(scopeOf(ctx), input.WorkGroup!, page)
  return {
    PreparedStatements: found.items.map((each) => ({
      StatementName: each.name,
      LastModifiedTime: new Date(each.modifiedMs),
    })),
    NextToken: found.nextToken,
  }
})
