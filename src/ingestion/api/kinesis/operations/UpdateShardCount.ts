import {
  UpdateShardCount$,
  type UpdateShardCountInput,
  type UpdateShardCountOutput,
} from '@aws-sdk/client-kinesis'
import { isOpen } from '#ingestion/streams'
import { operation } from '../context.ts'
import { referenceOf } from '../shapes.ts'

/**
 * https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateShardCount.html
 *
 * The new shards are there when this answers.
 */
export const UpdateShardCount = operation<UpdateShardCountInput, UpdateShardCountOutput>(
  UpdateShardCount$,
  async (input, ctx) => {
    const target = input.TargetShardCount!
    const stream = await ctx.streams.reshard.resize(ctx, referenceOf(input), target)
    return {
      StreamName: stream.name,
      StreamARN: stream.arn,
      CurrentShardCount: stream.shards.filter(isOpen).length,
      TargetShardCount: target,
    }
  },
)
