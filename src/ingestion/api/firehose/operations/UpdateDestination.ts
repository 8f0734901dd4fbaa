import {
  UpdateDestination$,
  type UpdateDestinationInput,
  type UpdateDestinationOutput,
} from '@aws-sdk/client-firehose'
import { operation } from '../context.ts'
import { updatedDestination } from '../destinations.ts'
import { destinationId } from '../s3-destination.ts'
import { invalidArgument } from '../refusal.ts'
import { streamOf } from '../subject.ts'

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_UpdateDestination.html. The kind of destination cannot change. */
export const UpdateDestination = operation<UpdateDestinationInput, UpdateDestinationOutput>(
  UpdateDestination$,
  async (input, ctx) => {
    const ref = streamOf(ctx, input)
    const stream = ctx.delivery.get(ref)
    if (input.DestinationId !== destinationId) {
      throw invalidArgument(
        `Destination Id ${input.DestinationId} not found in the delivery stream ${ref.name}.`,
      )
    }
    const { description, settings } = await updatedDestination(stream, input, ctx)
    await ctx.delivery.update(ref, {
      expectedVersion: Number(input.CurrentDeliveryStreamVersionId),
      settings,
      description,
    })
    return {}
  },
)
