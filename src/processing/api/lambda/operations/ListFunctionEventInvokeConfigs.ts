import {
  ListFunctionEventInvokeConfigs$,
  type ListFunctionEventInvokeConfigsRequest,
  type ListFunctionEventInvokeConfigsResponse,
} from '@aws-sdk/client-lambda'
import { operation } from '../context.ts'
import { toEventInvokeConfig } from '../event-config.ts'
import { wholeFunction } from '../subject.ts'

const itemsMax = 50

/** https://docs.aws.amazon.com/lambda/latest/api/API_ListFunctionEventInvokeConfigs.html */
export const ListFunctionEventInvokeConfigs = operation<
  ListFunctionEventInvokeConfigsRequest,
  ListFunctionEventInvokeConfigsResponse
>(ListFunctionEventInvokeConfigs$, async (input, ctx) => {
  const ref = wholeFunction(ctx, input)
  const page = await ctx.functions.eventConfigs.list(ref, {
    limit: input.MaxItems ?? itemsMax,
    marker: input.Marker,
  })
  return {
    FunctionEventInvokeConfigs: page.items.map((config) => toEventInvokeConfig(ref, config)),
    NextMarker: page.marker,
  }
})
