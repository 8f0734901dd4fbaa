import type { ShardFilter } from '@aws-sdk/client-kinesis'
import {
  StreamErrors,
  isOpen,
  parseShardName,
  retentionHorizonMs,
  type Shard,
  type Stream,
} from '#ingestion/streams'

/** A shard filter as it is kept in a page token. */
export interface StoredFilter {
  readonly type: NonNullable<ShardFilter['Type']>
  readonly shardId?: string
  readonly timestampMs?: number
}

export function storedFilter(filter: ShardFilter | undefined): StoredFilter | undefined {
  if (!filter) return undefined
  const type = filter.Type!
  const needsTime = type === 'AT_TIMESTAMP' || type === 'FROM_TIMESTAMP'
  if (needsTime !== (filter.Timestamp !== undefined)) {
    throw StreamErrors.InvalidArgument(
      `Timestamp ${needsTime ? 'must' : 'must not'} be specified for the shard filter ${type}.`,
    )
  }
  const needsShard = type === 'AFTER_SHARD_ID'
  if (needsShard !== (filter.ShardId !== undefined)) {
    throw StreamErrors.InvalidArgument(
      `ShardId ${needsShard ? 'must' : 'must not'} be specified for the shard filter ${type}.`,
    )
  }
  return { type, shardId: filter.ShardId, timestampMs: filter.Timestamp?.getTime() }
}

/** Which shards a filter lets pass: https://docs.aws.amazon.com/kinesis/latest/APIReference/API_ShardFilter.html */
export function filterOf(
  filter: StoredFilter | undefined,
  stream: Stream,
  nowMs: number,
): (shard: Shard) => boolean {
  const horizonMs = Math.max(retentionHorizonMs(stream, nowMs), stream.createdAtMs)
  const endedBefore = (shard: Shard, timeMs: number) => !isOpen(shard) && shard.closedAtMs! < timeMs
  const openAt = (timeMs: number) => (shard: Shard) =>
    shard.createdAtMs <= timeMs && !endedBefore(shard, timeMs)
  switch (filter?.type) {
    case undefined:
    case 'FROM_TRIM_HORIZON':
      return (shard) => !endedBefore(shard, horizonMs)
    case 'AT_TRIM_HORIZON':
      return openAt(horizonMs)
    case 'AT_LATEST':
      return isOpen
    case 'AT_TIMESTAMP':
      return openAt(Math.max(filter.timestampMs!, horizonMs))
    case 'FROM_TIMESTAMP':
      return (shard) => !endedBefore(shard, Math.max(filter.timestampMs!, horizonMs))
    case 'AFTER_SHARD_ID': {
      const number = parseShardName(filter.shardId!)
      if (number === undefined) {
        throw StreamErrors.InvalidArgument(`ShardId ${filter.shardId} is invalid.`)
      }
      return (shard) => shard.number > number
    }
  }
}
