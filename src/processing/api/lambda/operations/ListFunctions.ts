import {
  ListFunctions$,
  type ListFunctionsRequest,
  type ListFunctionsResponse,
} from '@aws-sdk/client-lambda'
import { operation } from '../context.ts'
import { toConfiguration } from '../shapes.ts'
import { scopeOf } from '../subject.ts'

const itemsMax = 50

/** https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctions.html */
export const ListFunctions = operation<ListFunctionsRequest, ListFunctionsResponse>(
  ListFunctions$,
  async (input, ctx) => {
    const all = input.FunctionVersion === 'ALL'
    const page = await ctx.functions.list(scopeOf(ctx), {
      limit: Math.min(input.MaxItems ?? itemsMax, itemsMax),
      marker: input.Marker,
      all,
    })
    return {
      Functions: await Promise.all(
        page.items.map((version) =>
          toConfiguration(ctx, version, all ? version.version : undefined),
        ),
      ),
      NextMarker: page.marker,
    }
  },
)
