import {
  GetShardIterator$,
  type GetShardIteratorInput,
  type GetShardIteratorOutput,
} from '@aws-sdk/client-kinesis'
import { operation } from '../context.ts'
import { positionOf } from '../position.ts'
import { referenceOf, refuseDryRun } from '../shapes.ts'

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetShardIterator.html */
export const GetShardIterator = operation<GetShardIteratorInput, GetShardIteratorOutput>(
  GetShardIterator$,
  async (input, ctx) => {
    const iterator = await ctx.streams.shardIterator(
      ctx,
      referenceOf(input),
      input.ShardId!,
      positionOf(
        {
          type: input.ShardIteratorType!,
          sequenceNumber: input.StartingSequenceNumber,
          timestamp: input.Timestamp,
        },
        ctx.clock.now(),
      ),
    )
    refuseDryRun(input)
    return { ShardIterator: iterator }
  },
)
