import {
  GetNamedQuery$,
  type GetNamedQueryInput,
  type GetNamedQueryOutput,
} from '@aws-sdk/client-athena'
import { QueryErrors } from '#consumption/queries'
import { toNamedQuery } from '../shapes.ts'
import { scopeOf } from '../subject.ts'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/athena/latest/APIReference/API_GetNamedQuery.html */
export const GetNamedQuery = operation<GetNamedQueryInput, GetNamedQueryOutput>(
  GetNamedQuery$,
  async (input, ctx) => {
    const query = await ctx.queries.namedQueries.find(scopeOf(ctx), input.NamedQueryId!)
    if (!query) {
      throw QueryErrors.QueryResourceNotFound(`NamedQuery ${input.NamedQueryId} does not exist.`)
    }
    return { NamedQuery: toNamedQuery(query) }
  },
)
