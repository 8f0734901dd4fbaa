import type { Clock, Logger } from '#kit'
import type { Database } from '#platform/database'
import { StreamErrors } from './errors.ts'
import { HashRing } from './hash-ring.ts'
import type { Meters } from './meters.ts'
import type { Quotas } from './quotas.ts'
import type { SealedTokens } from './sealed-token.ts'
import { SequenceNumbers } from './sequence-number.ts'
import { findStream, type StreamKey } from './store.ts'
import {
  isOpen,
  parseArn,
  type Shard,
  type Stream,
  type StreamReference,
  type StreamScope,
} from './stream.ts'
import type { ShardRef, StreamLog } from './stream-log.ts'
import type { StreamTables } from './tables.ts'

/** What every part of the streams module works with. */
export interface StreamParts {
  readonly database: Database
  readonly log: StreamLog
  readonly clock: Clock
  readonly logger: Logger
  readonly tokens: SealedTokens
  readonly registry: StreamRegistry
  readonly meters: Meters
  /** Only where AWS's limits are enforced. */
  readonly quotas?: Quotas
}

export interface LiveShard {
  readonly shard: Shard
  readonly ref: ShardRef
  readonly numbers: SequenceNumbers
}

/** A stream with what its data path needs, made once for each state of its row. */
export interface LiveStream {
  readonly stream: Stream
  readonly shards: ReadonlyMap<number, LiveShard>
  /** Leads a key to its open shard. */
  readonly ring: HashRing<LiveShard>
  /** The ids of the open shards as the log has them, in the order of the ring. */
  readonly openShardIds: readonly string[]
}

/**
 * The streams as the database has them, remembered so that a request for records reads no row. This
 * process is the only one that changes them; whoever does calls `forget` once it is committed.
 */
export class StreamRegistry {
  readonly #database: Database
  readonly #live = new Map<string, LiveStream>()
  readonly #watchers = new Map<string, Set<() => void>>()
  #changes = 0

  constructor(database: Database) {
    this.#database = database
  }

  async live(scope: StreamScope, reference: StreamReference): Promise<LiveStream> {
    const key = streamKey(scope, reference)
    const name = keyText(key)
    const known = this.#live.get(name)
    if (known) return known
    const changes = this.#changes
    const stream = await findStream(this.#database.tables<StreamTables>(), key)
    if (!stream) throw streamNotFound(key)
    const live = liveStream(stream)
    // What was read may be older than a change that was committed meanwhile.
    if (changes === this.#changes) {
      this.#live.set(name, live)
      this.#bound()
    }
    return live
  }

  forget(key: StreamKey): void {
    this.#changes += 1
    this.#live.delete(keyText(key))
    for (const changed of this.#watchers.get(keyText(key)) ?? []) changed()
  }

  /** Calls `changed` whenever the stream was changed, until the returned function is called. */
  watch(key: StreamKey, changed: () => void): () => void {
    const name = keyText(key)
    let watchers = this.#watchers.get(name)
    if (!watchers) this.#watchers.set(name, (watchers = new Set()))
    watchers.add(changed)
    return () => {
      watchers.delete(changed)
      if (watchers.size === 0 && this.#watchers.get(name) === watchers) this.#watchers.delete(name)
    }
  }

  #bound(): void {
    for (const name of this.#live.keys()) {
      if (this.#live.size <= liveStreamsMax) return
      this.#live.delete(name)
    }
  }
}

const liveStreamsMax = 1000

export function streamNotFound({ name, accountId }: StreamKey) {
  const message = `Stream ${name} under account ${accountId} not found.`
  return StreamErrors.StreamNotFound(message, { name, accountId })
}

/** Which stream is meant. A stream of another account or region is not found: nothing is shared yet. */
export function streamKey(scope: StreamScope, { name, arn }: StreamReference): StreamKey {
  if (arn === undefined) {
    if (name === undefined) {
      throw StreamErrors.InvalidArgument('Either StreamName or StreamARN should be provided.')
    }
    return { accountId: scope.accountId, region: scope.region, name }
  }
  const parsed = parseArn(arn)
  if (!parsed) throw StreamErrors.InvalidArgument(`Invalid StreamARN: ${arn}`)
  if (name !== undefined && name !== parsed.name) {
    throw StreamErrors.InvalidArgument(
      `StreamName ${name} does not match the stream name in StreamARN ${arn}.`,
    )
  }
  const key = { accountId: parsed.accountId, region: parsed.region, name: parsed.name }
  if (key.accountId !== scope.accountId || key.region !== scope.region) throw streamNotFound(key)
  return key
}

export function keyText({ accountId, region, name }: StreamKey): string {
  return `${accountId}/${region}/${name}`
}

function liveStream(stream: Stream): LiveStream {
  const shards = new Map<number, LiveShard>()
  for (const shard of stream.shards) {
    shards.set(shard.number, {
      shard,
      ref: { logId: stream.logId, shardId: shard.id },
      numbers: new SequenceNumbers(shard),
    })
  }
  const open = [...shards.values()].filter((live) => isOpen(live.shard))
  const ring = new HashRing(open.map((value) => ({ start: value.shard.startingHashKey, value })))
  return { stream, shards, ring, openShardIds: ring.values.map(({ ref }) => ref.shardId) }
}
