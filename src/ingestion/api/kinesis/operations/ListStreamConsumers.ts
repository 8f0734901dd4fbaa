import {
  ListStreamConsumers$,
  type ListStreamConsumersInput,
  type ListStreamConsumersOutput,
} from '@aws-sdk/client-kinesis'
import { StreamErrors } from '#ingestion/streams'
import { operation } from '../context.ts'
import { pageLimit } from '../page-limit.ts'
import { openPage, sealPage } from '../page-token.ts'
import { asWireConsumer } from '../shapes.ts'

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListStreamConsumers.html */
export const ListStreamConsumers = operation<ListStreamConsumersInput, ListStreamConsumersOutput>(
  ListStreamConsumers$,
  async (input, ctx) => {
    if (input.NextToken !== undefined && input.StreamCreationTimestamp !== undefined) {
      throw StreamErrors.InvalidArgument(
        'NextToken and StreamCreationTimestamp cannot be provided together.',
      )
    }
    const [logId, after] =
      input.NextToken === undefined ? [] : openPage(ctx, 'consumers', input.NextToken)
    const limit = pageLimit(input.MaxResults, { usual: 100, max: 100 })
    const { stream, consumers } = await ctx.streams.consumers.list(
      ctx,
      input.StreamARN!,
      after ?? '',
      limit + 1,
    )
    const created = input.StreamCreationTimestamp?.getTime()
    const isAnother = created !== undefined && Math.abs(created - stream.createdAtMs) >= 1000
    if (isAnother || (logId !== undefined && logId !== stream.logId)) {
      throw StreamErrors.StreamNotFound(
        `Stream ${stream.name} under account ${ctx.accountId} not found.`,
      )
    }
    const page = consumers.slice(0, limit)
    return {
      Consumers: page.map(asWireConsumer),
      NextToken:
        consumers.length > limit
          ? sealPage(ctx, 'consumers', [stream.logId, page.at(-1)!.name])
          : undefined,
    }
  },
)
