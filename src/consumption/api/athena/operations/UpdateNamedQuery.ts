import {
  UpdateNamedQuery$,
  type UpdateNamedQueryInput,
  type UpdateNamedQueryOutput,
} from '@aws-sdk/client-athena'
import { scopeOf } from '../subject.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_UpdateNamedQuery.html */
export const UpdateNamedQuery = operation<UpdateNamedQueryInput, UpdateNamedQueryOutput>(
  UpdateNamedQuery$,
  async (input, ctx) => {
    await ctx.queries.namedQueries.update(scopeOf(ctx), input.NamedQueryId!, {
      name: input.Name!,
      description: input.Description,
      query: input.QueryString!,
    })
    return {}
  },
)
