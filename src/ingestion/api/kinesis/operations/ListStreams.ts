import {
  ListStreams$,
  type ListStreamsInput,
  type ListStreamsOutput,
} from '@aws-sdk/client-kinesis'
import { operation } from '../context.ts'
import { pageLimit } from '../page-limit.ts'
import { openPage, sealPage } from '../page-token.ts'

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListStreams.html */
export const ListStreams = operation<ListStreamsInput, ListStreamsOutput>(
  ListStreams$,
  async (input, ctx) => {
    const [fromToken] =
      input.NextToken === undefined ? [] : openPage(ctx, 'streams', input.NextToken)
    const after = fromToken ?? input.ExclusiveStartStreamName ?? ''
    const limit = pageLimit(input.Limit, { usual: 100, max: 10_000 })
    const found = await ctx.streams.list(ctx, after, limit + 1)
    const page = found.slice(0, limit)
    const hasMore = found.length > limit
    return {
      StreamNames: page.map((stream) => stream.name),
      HasMoreStreams: hasMore,
      NextToken: hasMore ? sealPage(ctx, 'streams', [page.at(-1)!.name]) : undefined,
      StreamSummaries: page.map((stream) => ({
        StreamName: stream.name,
        StreamARN: stream.arn,
        StreamStatus: stream.status,
        StreamModeDetails: { StreamMode: stream.mode },
        StreamCreationTimestamp: new Date(stream.createdAtMs),
      })),
    }
  },
)
