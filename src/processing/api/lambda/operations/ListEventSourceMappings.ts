import {
  ListEventSourceMappings$,
  type ListEventSourceMappingsRequest,
  type ListEventSourceMappingsResponse,
} from '@aws-sdk/client-lambda'
import { functionArn } from '#processing/functions'
import { operation } from '../context.ts'
import { toMappingConfiguration } from '../mapping-settings.ts'
import { functionOf, scopeOf } from '../subject.ts'

const itemsMax = 100

/** https://docs.aws.amazon.com/lambda/latest/api/API_ListEventSourceMappings.html */
export const ListEventSourceMappings = operation<
  ListEventSourceMappingsRequest,
  ListEventSourceMappingsResponse
>(ListEventSourceMappings$, async (input, ctx) => {
  const named = input.FunctionName === undefined ? undefined : functionOf(ctx, input)
  const page = await ctx.functions.mappings.list(scopeOf(ctx), {
    limit: Math.min(input.MaxItems ?? itemsMax, itemsMax),
    marker: input.Marker,
    sourceArn: input.EventSourceArn,
    functionArn: named && functionArn(named.ref, named.qualifier),
  })
  return {
    EventSourceMappings: page.items.map(toMappingConfiguration),
    NextMarker: page.marker,
  }
})
