import {
  ListQueryExecutions$,
  type ListQueryExecutionsInput,
  type ListQueryExecutionsOutput,
} from '@aws-sdk/client-athena'
import { scopeOf, workGroupOf } from '../subject.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_ListQueryExecutions.html */
export const ListQueryExecutions = operation<ListQueryExecutionsInput, ListQueryExecutionsOutput>(
  ListQueryExecutions$,
  async (input, ctx) => {
    const { items, nextToken } = await ctx.queries.list(
      scopeOf(ctx),
      workGroupOf(input.WorkGroup),
      {
        limit: input.MaxResults || 50,
        nextToken: input.NextToken,
      },
    )
    return { QueryExecutionIds: [...items], NextToken: nextToken }
  },
)
