import type { Shard, Streams } from '#ingestion/streams'
import type { DeliveryStream } from './records.ts'

/**
 * The shards to deliver from, as columns: each has a place in them, parents before their children. The same object for as long as nothing
 * of them changes.
 */
export interface SourceShards {
  /** All are of one log. */
  readonly logId: string
  readonly shardIds: readonly string[]
  /** Ascending. Of shards of a log, no two ever have the same. */
  readonly numbers: readonly number[]
  /** The places of those that it came from: their records go before its own. */
  readonly parents: readonly (readonly number[])[]
  /** The last sequence of one that is closed; Infinity for an open one. */
  readonly ends: readonly number[]
}

/** The log behind a delivery stream: its own, or that of the stream it reads. */
export interface Source {
  /** Errors: those of the streams module when the stream is gone. */
  shards(): Promise<SourceShards>
  /** Its shards may change without a record that says so. */
  readonly mayReshard: boolean
}

const directPrefix = 'firehose-'

/** The log that PutRecord appends to. */
export function directShard(streamId: string) {
  return { logId: directPrefix + streamId, shardId: 'shardId-000000000000', number: 0 }
}

/** Whose log it is; undefined for one that is no delivery stream's own. */
export function streamIdOf(logId: string): string | undefined {
  return logId.startsWith(directPrefix) ? logId.slice(directPrefix.length) : undefined
}

export function sourceOf(stream: DeliveryStream, streams: Pick<Streams, 'find'>): Source {
  const { source } = stream
  if (source.kind === 'direct') {
    const shards = onceFor(stream, () => ownShards(stream.id))
    return { mayReshard: false, shards: async () => shards }
  }
  return {
    mayReshard: true,
    shards: async () => {
      const { logId, shards } = await streams.find(stream, { arn: source.stream })
      return onceFor(shards, () => columnsOf(logId, shards))
    },
  }
}

const made = new WeakMap<object, SourceShards>()

/** A delivery stream, and the list of a stream's shards, stay the same object until something of them changes. */
function onceFor(key: object, make: () => SourceShards): SourceShards {
  const known = made.get(key)
  if (known) return known
  const shards = make()
  made.set(key, shards)
  return shards
}

function ownShards(streamId: string): SourceShards {
  const { logId, shardId, number } = directShard(streamId)
  return { logId, shardIds: [shardId], numbers: [number], parents: [[]], ends: [Infinity] }
}

function columnsOf(logId: string, shards: readonly Shard[]): SourceShards {
  const sorted = shards.toSorted((a, b) => a.number - b.number)
  const places = new Map(sorted.map(({ id }, place) => [id, place]))
  return {
    logId,
    shardIds: sorted.map(({ id }) => id),
    numbers: sorted.map(({ number }) => number),
    // One that is gone from the stream is waited for in vain.
    parents: sorted.map(({ parentId, adjacentParentId }) =>
      [parentId, adjacentParentId].flatMap((id) => places.get(id ?? '') ?? []),
    ),
    ends: sorted.map(({ closedAtMs, lastSequence }) =>
      closedAtMs === undefined ? Infinity : Number(lastSequence ?? 0n),
    ),
  }
}
