import {
  DeleteNamedQuery$,
  type DeleteNamedQueryInput,
  type DeleteNamedQueryOutput,
} from '@aws-sdk/client-athena'
import { scopeOf } from '../subject.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_DeleteNamedQuery.html */
export const DeleteNamedQuery = operation<DeleteNamedQueryInput, DeleteNamedQueryOutput>(
  DeleteNamedQuery$,
  async (input, ctx) => {
    await ctx.queries.namedQueries.delete(scopeOf(ctx), input.NamedQueryId!)
    return {}
  },
)
