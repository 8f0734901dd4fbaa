import {
  CreateNamedQuery$,
  type CreateNamedQueryInput,
  type CreateNamedQueryOutput,
} from '@aws-sdk/client-athena'
import { scopeOf, workGroupOf } from '../subject.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_CreateNamedQuery.html */
export const CreateNamedQuery = operation<CreateNamedQueryInput, CreateNamedQueryOutput>(
  CreateNamedQuery$,
  async (input, ctx) => {
    const workGroup = workGroupOf(input.WorkGroup)
    await ctx.queries.workGroups.get(scopeOf(ctx), workGroup)
    const id = await ctx.queries.namedQueries.create(
      scopeOf(ctx),
      {
        name: input.Name!,
        description: input.Description,
        database: input.Database!,
        query: input.QueryString!,
        workGroup,
      },
      input.ClientRequestToken,
    )
    return { NamedQueryId: id }
  },
)
