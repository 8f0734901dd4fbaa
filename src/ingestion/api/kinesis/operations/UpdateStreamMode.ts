import { UpdateStreamMode$, type UpdateStreamModeInput } from '@aws-sdk/client-kinesis'
import { StreamErrors, type Stream } from '#ingestion/streams'
import { operation, type KinesisContext } from '../context.ts'

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
    const reference = { arn: input.StreamARN }
    if (mode === 'PROVISIONED') mustHaveNoChannel(ctx, await ctx.streams.find(ctx, reference))
    const stream = await ctx.streams.changeMode(ctx, reference, {
      mode,
      warmThroughputMibps: input.WarmThroughputMiBps,
    })
    if (input.WarmThroughputMiBps !== undefined) await ctx.streams.warm(stream)
    return {}
  },
)

/** Channels are for on-demand streams only. */
function mustHaveNoChannel({ channels }: KinesisContext, stream: Stream): void {
  const isOf = ({ stream: arn }: { readonly stream: string }) => arn === stream.arn
  if (channels.list(stream, { limit: 1, isOf }).length === 0) return
  throw StreamErrors.StreamInUse(
    `Stream ${stream.name} under account ${stream.accountId} has channels, which need the on-demand capacity mode. Delete them first.`,
  )
}
