import { ListShards$, type ListShardsInput, type ListShardsOutput } from '@aws-sdk/client-kinesis'
import { StreamErrors, parseArn } from '#ingestion/streams'
import { operation } from '../context.ts'
import { pageLimit } from '../page-limit.ts'
import { openPage, sealPage } from '../page-token.ts'
import { asWireShard, referenceOf } from '../shapes.ts'
import { filterOf, storedFilter, type StoredFilter } from '../shard-filter.ts'

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ListShards.html */
export const ListShards = operation<ListShardsInput, ListShardsOutput>(
  ListShards$,
  async (input, ctx) => {
    const request = requestOf(input, ctx)
    const stream = await ctx.streams.find(ctx, request.reference)
    const created = input.StreamCreationTimestamp?.getTime()
    const isAnother = created !== undefined && Math.abs(created - stream.createdAtMs) >= 1000
    if (isAnother || (request.logId !== undefined && request.logId !== stream.logId)) {
      throw StreamErrors.StreamNotFound(
        `Stream ${stream.name} under account ${ctx.accountId} not found.`,
      )
    }
    const limit = pageLimit(input.MaxResults, { usual: 1000, max: 1000 })
    const isWanted = filterOf(request.filter, stream, ctx.clock.now())
    const shards = stream.shards.filter((shard) => shard.id > request.after && isWanted(shard))
    const page = shards.slice(0, limit)
    const last = page.at(-1)
    return {
      Shards: page.map(asWireShard),
      NextToken:
        last && shards.length > limit
          ? sealPage(ctx, 'shards', [
              stream.name,
              stream.logId,
              last.id,
              JSON.stringify(request.filter ?? null),
            ])
          : undefined,
    }
  },
)

/** From the request itself, or from the token that an earlier page gave. */
function requestOf(input: ListShardsInput, ctx: Parameters<typeof openPage>[0]) {
  if (input.NextToken === undefined) {
    if (input.StreamName === undefined && input.StreamARN === undefined) {
      throw StreamErrors.InvalidArgument('Either NextToken or StreamName should be provided.')
    }
    return {
      reference: referenceOf(input),
      after: input.ExclusiveStartShardId ?? '',
      filter: storedFilter(input.ShardFilter),
    }
  }
  if (input.StreamName !== undefined || input.StreamCreationTimestamp !== undefined) {
    throw StreamErrors.InvalidArgument('NextToken and StreamName cannot be provided together.')
  }
  if (input.ExclusiveStartShardId !== undefined || input.ShardFilter !== undefined) {
    throw StreamErrors.InvalidArgument(
      'NextToken goes on with the list that gave it: ExclusiveStartShardId and ShardFilter cannot be provided together with it.',
    )
  }
  const [name, logId, after, filter] = openPage(ctx, 'shards', input.NextToken)
  if (input.StreamARN !== undefined && parseArn(input.StreamARN)?.name !== name) {
    throw StreamErrors.InvalidArgument(
      `StreamARN ${input.StreamARN} does not match the stream of the NextToken.`,
    )
  }
  return {
    reference: { name: name! },
    logId,
    after: after!,
    filter: (JSON.parse(filter!) ?? undefined) as StoredFilter | undefined,
  }
}
