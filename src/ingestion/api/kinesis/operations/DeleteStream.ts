import { DeleteStream$, type DeleteStreamInput } from '@aws-sdk/client-kinesis'
import { operation } from '../context.ts'
import { referenceOf } from '../shapes.ts'

/**
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DeleteStream.html
 *
 * The stream is gone when this answers, not DELETING. One with channels stays.
 */
export const DeleteStream = operation<DeleteStreamInput, object>(
  DeleteStream$,
  async (input, ctx) => {
    await ctx.streams.remove(ctx, referenceOf(input), {
      withConsumers: input.EnforceConsumerDeletion ?? false,
      check: (tx, stream) => ctx.channels.mustHaveNone(tx, stream),
    })
    return {}
  },
)
