import {
  ListFunctionUrlConfigs$,
  type ListFunctionUrlConfigsRequest,
  type ListFunctionUrlConfigsResponse,
} from '@aws-sdk/client-lambda'
import { operation } from '../context.ts'
import { wholeFunction } from '../subject.ts'
import { toUrlConfig } from '../url-settings.ts'

const itemsMax = 50

/** https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctionUrlConfigs.html */
export const ListFunctionUrlConfigs = operation<
  ListFunctionUrlConfigsRequest,
  ListFunctionUrlConfigsResponse
>(ListFunctionUrlConfigs$, async (input, ctx) => {
  const page = await ctx.functions.urls.list(wholeFunction(ctx, input), {
    limit: Math.min(input.MaxItems ?? itemsMax, itemsMax),
    marker: input.Marker,
  })
  return {
    FunctionUrlConfigs: page.items.map((url) => toUrlConfig(ctx, url)),
    NextMarker: page.marker,
  }
})
