import {
  ListAliases$,
  type ListAliasesRequest,
  type ListAliasesResponse,
} from '@aws-sdk/client-lambda'
import { operation } from '../context.ts'
import { toAliasConfiguration } from '../shapes.ts'
import { wholeFunction } from '../subject.ts'

const itemsMax = 50

/** https://docs.aws.amazon.com/lambda/latest/api/API_ListAliases.html */
export const ListAliases = operation<ListAliasesRequest, ListAliasesResponse>(
  ListAliases$,
  async (input, ctx) => {
    const ref = wholeFunction(ctx, input)
    const page = await ctx.functions.aliases.list(ref, {
      limit: Math.min(input.MaxItems ?? itemsMax, itemsMax),
      marker: input.Marker,
      version: input.FunctionVersion,
    })
    return {
      Aliases: page.items.map((alias) => toAliasConfiguration(ref, alias)),
      NextMarker: page.marker,
    }
  },
)
