import { DeleteChannel$, type DeleteChannelInput } from '@aws-sdk/client-kinesis'
import { operation } from '../context.ts'

/**
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DeleteChannel.html
 *
 * The channel is gone when this answers, not DELETING. What it had not delivered is in the stream still.
 */
export const DeleteChannel = operation<DeleteChannelInput, object>(
  DeleteChannel$,
  async (input, ctx) => {
    await ctx.channels.remove(ctx, input.ChannelARN!)
    return {}
  },
)
