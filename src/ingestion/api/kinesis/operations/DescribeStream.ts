import {
  DescribeStream$,
  type DescribeStreamInput,
  type DescribeStreamOutput,
} from '@aws-sdk/client-kinesis'
import { operation } from '../context.ts'
import { pageLimit } from '../page-limit.ts'
import { asWireShard, asWireStream, referenceOf } from '../shapes.ts'

const page = { usual: 100, max: 100 }

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_DescribeStream.html */
export const DescribeStream = operation<DescribeStreamInput, DescribeStreamOutput>(
  DescribeStream$,
  async (input, ctx) => {
    const stream = await ctx.streams.find(ctx, referenceOf(input))
    const limit = pageLimit(input.Limit, page)
    const after = input.ExclusiveStartShardId ?? ''
    const shards = stream.shards.filter((shard) => shard.id > after)
    return {
      StreamDescription: {
        ...asWireStream(stream),
        Shards: shards.slice(0, limit).map(asWireShard),
        HasMoreShards: shards.length > limit,
      },
    }
  },
)
