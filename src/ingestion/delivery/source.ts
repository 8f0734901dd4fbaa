import type { ShardRef, Streams } from '#ingestion/streams'
import type { DeliveryStream } from './records.ts'

/** A shard to deliver from. */
export interface SourceShard {
  readonly ref: ShardRef
  /** The shards it came from: their records go before its own. */
  readonly parents: readonly string[]
  /** Of a closed shard: where it ends. */
  readonly lastSequence?: bigint
}

/** The log behind a delivery stream: its own, or that of the stream it reads. */
export interface Source {
  /** Parents before their children. Errors: those of the streams module when the stream is gone. */
  shards(): Promise<readonly SourceShard[]>
  /** Its shards may change without a record that says so. */
  readonly mayReshard: boolean
}

const directPrefix = 'firehose-'

/** The log that PutRecord appends to. */
export function directShard(streamId: string): ShardRef {
  return { logId: directPrefix + streamId, shardId: 'shardId-000000000000' }
}

/** Whose log it is; undefined for one that is no delivery stream's own. */
export function streamIdOf(logId: string): string | undefined {
  return logId.startsWith(directPrefix) ? logId.slice(directPrefix.length) : undefined
}

export function sourceOf(stream: DeliveryStream, streams: Pick<Streams, 'find'>): Source {
  const { source } = stream
  if (source.kind === 'direct') {
    const shards = [{ ref: directShard(stream.id), parents: [] }]
    return { mayReshard: false, shards: async () => shards }
  }
  return {
    mayReshard: true,
    shards: async () => {
      const found = await streams.find(stream, { arn: source.stream })
      return found.shards
        .toSorted((a, b) => a.number - b.number)
        .map((shard) => ({
          ref: { logId: found.logId, shardId: shard.id },
          parents: [shard.parentId, shard.adjacentParentId].filter((id) => id !== undefined),
          ...(shard.closedAtMs === undefined ? {} : { lastSequence: shard.lastSequence ?? 0n }),
        }))
    },
  }
}
