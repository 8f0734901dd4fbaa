import {
  CreateEventSourceMapping$,
  type CreateEventSourceMappingRequest,
  type EventSourceMappingConfiguration,
} from '@aws-sdk/client-lambda'
import { operation } from '../context.ts'
import { newMapping, shownMapping } from '../mapping-settings.ts'
import { scopeOf } from '../subject.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_CreateEventSourceMapping.html. The mapping is enabled when this answers. */
export const CreateEventSourceMapping = operation<
  CreateEventSourceMappingRequest,
  EventSourceMappingConfiguration
>(CreateEventSourceMapping$, async (input, ctx) => {
  const mapping = await newMapping(ctx, input)
  return shownMapping(ctx, await ctx.functions.mappings.create(scopeOf(ctx), mapping))
})
