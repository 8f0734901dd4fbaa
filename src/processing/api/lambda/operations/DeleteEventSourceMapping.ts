import {
  DeleteEventSourceMapping$,
  type DeleteEventSourceMappingRequest,
  type EventSourceMappingConfiguration,
} from '@aws-sdk/client-lambda'
import { operation } from '../context.ts'
import { shownMapping } from '../mapping-settings.ts'
import { scopeOf } from '../subject.ts'

/** https://docs.aws.amazon.com/lambda/latest/api/API_DeleteEventSourceMapping.html. A call under way may end after the answer. */
export const DeleteEventSourceMapping = operation<
  DeleteEventSourceMappingRequest,
  EventSourceMappingConfiguration
>(DeleteEventSourceMapping$, async (input, ctx) => {
  const removed = await ctx.functions.mappings.remove(scopeOf(ctx), input.UUID!)
  return { ...(await shownMapping(ctx, removed)), State: 'Deleting' }
})
