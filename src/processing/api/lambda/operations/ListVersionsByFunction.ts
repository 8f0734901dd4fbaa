import {
  ListVersionsByFunction$,
  type ListVersionsByFunctionRequest,
  type ListVersionsByFunctionResponse,
} from '@aws-sdk/client-lambda'
import { operation } from '../context.ts'
import { toConfiguration } from '../shapes.ts'
import { wholeFunction } from '../subject.ts'

const itemsMax = 50

/** https://docs.aws.amazon.com/lambda/latest/api/API_ListVersionsByFunction.html */
export const ListVersionsByFunction = operation<
  ListVersionsByFunctionRequest,
  ListVersionsByFunctionResponse
>(ListVersionsByFunction$, async (input, ctx) => {
  const page = await ctx.functions.versions.list(wholeFunction(ctx, input), {
    limit: Math.min(input.MaxItems ?? itemsMax, itemsMax),
    marker: input.Marker,
  })
  return {
    Versions: await Promise.all(
      page.items.map((version) => toConfiguration(ctx, version, version.version)),
    ),
    NextMarker: page.marker,
  }
})
