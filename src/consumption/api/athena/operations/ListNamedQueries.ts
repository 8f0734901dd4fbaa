import {
  ListNamedQueries$,
  type ListNamedQueriesInput,
  type ListNamedQueriesOutput,
} from '@aws-sdk/client-athena'
import { scopeOf, workGroupOf } from '../subject.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_ListNamedQueries.html */
export const ListNamedQueries = operation<ListNamedQueriesInput, ListNamedQueriesOutput>(
  ListNamedQueries$,
  async (input, ctx) => {
    const workGroup = workGroupOf(input.WorkGroup)
    await ctx.queries.workGroups.get(scopeOf(ctx), workGroup)
    const { items, nextToken } = await ctx.queries.namedQueries.list(scopeOf(ctx), workGroup, {
      limit: input.MaxResults || 50,
      nextToken: input.NextToken,
    })
    return { NamedQueryIds: [...items], NextToken: nextToken }
  },
)
