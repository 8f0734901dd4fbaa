import {
  DescribeLimits$,
  type DescribeLimitsInput,
  type DescribeLimitsOutput,
} from '@aws-sdk/client-kinesis'
import { operation } from '../context.ts'

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeLimits.html */
export const DescribeLimits = operation<DescribeLimitsInput, DescribeLimitsOutput>(
  DescribeLimits$,
  async (_input, ctx) => {
    const limits = await ctx.streams.limits(ctx)
    return {
      ShardLimit: limits.shardsMax,
      OpenShardCount: limits.openShards,
      OnDemandStreamCount: limits.onDemandStreams,
      OnDemandStreamCountLimit: limits.onDemandStreamsMax,
      ChannelCount: ctx.channels.list(ctx, { limit: Infinity }).length,
      // One of each on-demand stream.
      ChannelCountLimit: limits.onDemandStreamsMax,
    }
  },
)
