import {
  UpdateEventSourceMapping$,
  type EventSourceMappingConfiguration,
  type UpdateEventSourceMappingRequest,
} from '@aws-sdk/client-lambda'
import { operation } from '../context.ts'
import { changedMapping, shownMapping } from '../mapping-settings.ts'
import { scopeOf } from '../subject.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_UpdateEventSourceMapping.html. It holds from the next batch on. */
export const UpdateEventSourceMapping = operation<
  UpdateEventSourceMappingRequest,
  EventSourceMappingConfiguration
>(UpdateEventSourceMapping$, async (input, ctx) => {
  const changed = await ctx.functions.mappings.update(scopeOf(ctx), input.UUID!, (present) =>
    changedMapping(ctx, present, input),
  )
  return shownMapping(ctx, changed)
})
