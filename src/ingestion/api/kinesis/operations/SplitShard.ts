import { SplitShard$, type SplitShardInput } from '@aws-sdk/client-kinesis'
import { operation } from '../context.ts'
import { referenceOf } from '../shapes.ts'

/**
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SplitShard.html
 *
 * The children are there when this answers.
 */
export const SplitShard = operation<SplitShardInput, object>(SplitShard$, async (input, ctx) => {
  await ctx.streams.reshard.split(ctx, referenceOf(input), {
    shardId: input.ShardToSplit!,
    newStartingHashKey: BigInt(input.NewStartingHashKey!),
  })
  return {}
})
