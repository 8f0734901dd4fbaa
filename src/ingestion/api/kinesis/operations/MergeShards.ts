import { MergeShards$, type MergeShardsInput } from '@aws-sdk/client-kinesis'
import { operation } from '../context.ts'
import { referenceOf } from '../shapes.ts'

/**
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_MergeShards.html
 *
 * The child is there when this answers.
 */
export const MergeShards = operation<MergeShardsInput, object>(MergeShards$, async (input, ctx) => {
  await ctx.streams.reshard.merge(ctx, referenceOf(input), {
    shardId: input.ShardToMerge!,
    adjacentShardId: input.AdjacentShardToMerge!,
  })
  return {}
})
