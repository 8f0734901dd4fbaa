import { UpdateStreamMode$, type UpdateStreamModeInput } from '@aws-sdk/client-kinesis'
import { operation } from '../context.ts'

/**
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateStreamMode.html
 *
 * The shards stay as they are, unless a warm throughput needs more; from then on the stream scales by itself.
 */
export const UpdateStreamMode = operation<UpdateStreamModeInput, object>(
  UpdateStreamMode$,
  async (input, ctx) => {
    const mode = input.StreamModeDetails!.StreamMode!
    if (input.WarmThroughputMiBps !== undefined) {
      await ctx.streams.commitments.mustAllowWarmThroughput(ctx)
    }
    const wanted = { mode, warmThroughputMibps: input.WarmThroughputMiBps }
    const stream = await ctx.streams.changeMode(
      ctx,
      { arn: input.StreamARN },
      wanted,
      // Channels are for on-demand streams only.
      mode === 'PROVISIONED' ? (tx, found) => ctx.channels.mustHaveNone(tx, found) : undefined,
    )
    if (input.WarmThroughputMiBps !== undefined) await ctx.streams.warm(stream)
    return {}
  },
)
