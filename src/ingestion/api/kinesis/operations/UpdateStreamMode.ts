import { UpdateStreamMode$, type UpdateStreamModeInput } from '@aws-sdk/client-kinesis'
import { StreamErrors, mustBeActive } from '#ingestion/streams'
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
    const stream = await ctx.streams.change(ctx, { arn: input.StreamARN }, (found) => {
      mustBeActive(found)
      if (mode === 'PROVISIONED' && input.WarmThroughputMiBps !== undefined) {
        throw StreamErrors.InvalidArgument(
          'WarmThroughputMiBps is only valid when the stream mode is updated to ON_DEMAND.',
        )
      }
      return {
        mode,
        warm_throughput_mibps: input.WarmThroughputMiBps ?? null,
        // Only on-demand streams may spread records by themselves.
        ...(mode === 'PROVISIONED' ? { record_distribution: 'USER_PARTITION_KEY' } : {}),
      }
    })
    if (input.WarmThroughputMiBps !== undefined) await ctx.streams.warm(stream)
    return {}
  },
)
