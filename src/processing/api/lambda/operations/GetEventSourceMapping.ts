import {
  GetEventSourceMapping$,
  type EventSourceMappingConfiguration,
  type GetEventSourceMappingRequest,
} from '@aws-sdk/client-lambda'
import { operation } from '../context.ts'
import { shownMapping } from '../mapping-settings.ts'
import { scopeOf } from '../subject.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_GetEventSourceMapping.html */
export const GetEventSourceMapping = operation<
  GetEventSourceMappingRequest,
  EventSourceMappingConfiguration
>(GetEventSourceMapping$, async (input, ctx) =>
  shownMapping(ctx, await ctx.functions.mappings.get(scopeOf(ctx), input.UUID!)),
)
