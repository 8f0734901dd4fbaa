import { countChange, type DailyChange } from './daily-changes.ts'
import { StreamErrors } from './errors.ts'
import { evenRanges } from './hash-ring.ts'
import { streamKey, type LiveStream, type StreamParts } from './registry.ts'
import { shardName } from './sequence-number.ts'
import { findShard } from './shard-reader.ts'
import { closeShard, insertShards, updateStream } from './store.ts'
import {
  isOpen,
  type Shard,
  type Stream,
  type StreamReference,
  type StreamScope,
} from './stream.ts'
import { mustBeActive, mustBeWhole, mustHaveRoomForShards } from './stream-rules.ts'
import type { StreamTables } from './tables.ts'
import type { WriteGates } from './write-gates.ts'

const shardsOfStreamQuota = 10_000

/** Changes the shards of a stream as `plan` decides, counted as a change of the day; nothing is changed when it closes and makes none. */
export type Reshape = (
  scope: StreamScope,
  reference: StreamReference,
  plan: (live: LiveStream, lineage: Lineage) => void,
  counted?: DailyChange,
) => Promise<Stream>

/** Splits and merges of shards. Writers wait meanwhile; readers do not notice. */
export function resharding(parts: StreamParts, gates: WriteGates) {
  const { database, log, clock, registry } = parts

  const reshape: Reshape = async (scope, reference, plan, counted) => {
    const key = streamKey(scope, reference)
    return gates.alone(key, async () => {
      const live = await registry.live(scope, reference)
      const { stream } = live
      mustBeActive(stream)
      const nowMs = clock.now()
      const lineage = new Lineage(stream.shards, nowMs)
      plan(live, lineage)
      if (lineage.created.length === 0) return stream
      const closing = await Promise.all(
        lineage.closed.map(async (shard) => {
          const ref = live.shards.get(shard.number)?.ref
          return { shard, lastSequence: ref ? (await log.tip(ref)).sequence : 0n }
        }),
      )
      for (const { id } of lineage.created) {
        await log.createShard({ logId: stream.logId, shardId: id })
      }
      await database.transaction(async (tx) => {
        const db = tx.tables<StreamTables>()
        await mustHaveRoomForShards(db, scope, lineage.created.length - lineage.closed.length)
        if (counted) await countChange(parts, db, stream, counted)
        await insertShards(db, stream.logId, lineage.created)
        for (const { shard, lastSequence } of closing) {
          await closeShard(db, stream.logId, shard, { atMs: nowMs, lastSequence })
        }
        await updateStream(db, stream.logId, { status: 'ACTIVE' })
      })
      registry.forget(key)
      return stream
    })
  }

  return {
    reshape,
    split: (
      scope: StreamScope,
      reference: StreamReference,
      input: { readonly shardId: string; readonly newStartingHashKey: bigint },
    ) =>
      reshape(scope, reference, (live, lineage) => {
        const { stream } = live
        mustBeProvisioned(stream)
        const { shard } = findShard(live, input.shardId)
        mustBeOpen(stream, shard)
        const { newStartingHashKey: at } = input
        if (at <= shard.startingHashKey + 1n || at >= shard.endingHashKey) {
          throw StreamErrors.InvalidArgument(
            `NewStartingHashKey ${at} used in SplitShard() on shard ${shard.id} in stream ${stream.name} under account ${stream.accountId} is not both greater than one plus the shard's StartingHashKey ${shard.startingHashKey} and less than the shard's EndingHashKey ${shard.endingHashKey}.`,
          )
        }
        lineage.split(shard, at)
      }),

    merge: (
      scope: StreamScope,
      reference: StreamReference,
      input: { readonly shardId: string; readonly adjacentShardId: string },
    ) =>
      reshape(scope, reference, (live, lineage) => {
        const { stream } = live
        mustBeProvisioned(stream)
        const { shard } = findShard(live, input.shardId)
        const { shard: adjacent } = findShard(live, input.adjacentShardId)
        mustBeOpen(stream, shard)
        mustBeOpen(stream, adjacent)
        const areAdjacent =
          shard.endingHashKey + 1n === adjacent.startingHashKey ||
          adjacent.endingHashKey + 1n === shard.startingHashKey
        if (!areAdjacent) {
          throw StreamErrors.InvalidArgument(
            `Shards ${shard.id} and ${adjacent.id} in stream ${stream.name} under account ${stream.accountId} are not an adjacent pair of shards eligible for merging`,
          )
        }
        lineage.merge(shard, adjacent)
      }),

    /** Splits at the new bounds, then merges what lies between two of them: shards of equal size. */
    resize: (scope: StreamScope, reference: StreamReference, targetShardCount: number) => {
      const plan: Parameters<Reshape>[2] = ({ stream }, lineage) => {
        mustBeProvisioned(stream)
        const open = stream.shards.filter(isOpen)
        mustBeWhole('TargetShardCount', targetShardCount)
        if (parts.quotas) mustFitStream(targetShardCount)
        const [least, most] = [Math.ceil(open.length / 2), open.length * 2]
        if (targetShardCount > most || targetShardCount < least) {
          const bound = targetShardCount > most ? 'double' : 'half'
          throw StreamErrors.InvalidArgument(
            `UpdateShardCount cannot scale ${targetShardCount > most ? 'up over' : 'down below'} ${bound} your current open shard count. Current open shard count: ${open.length} Target shard count: ${targetShardCount}`,
          )
        }
        const ranges = evenRanges(targetShardCount)
        for (const { start } of ranges) lineage.splitAt(start)
        for (const { start, end } of ranges) lineage.mergeWithin(start, end)
      }
      return reshape(scope, reference, plan, 'UpdateShardCount')
    },
  }
}

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_UpdateShardCount.html: what a stream may have before its owner asks for more. */
function mustFitStream(targetShardCount: number): void {
  if (targetShardCount <= shardsOfStreamQuota) return
  throw StreamErrors.StreamLimitExceeded(
    `A stream may have ${shardsOfStreamQuota} shards. Target shard count: ${targetShardCount}`,
  )
}

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_SplitShard.html: for the provisioned mode only. */
function mustBeProvisioned(stream: Stream): void {
  if (stream.mode === 'PROVISIONED') return
  throw StreamErrors.StreamOnDemand(
    `Request is invalid. Stream ${stream.name} under account ${stream.accountId} is in On-Demand mode.`,
  )
}

function mustBeOpen(stream: Stream, shard: Shard): void {
  if (isOpen(shard)) return
  throw StreamErrors.InvalidArgument(
    `Shard ${shard.id} in stream ${stream.name} under account ${stream.accountId} is closed.`,
  )
}

/** The shards that a change closes and makes, in the order of their numbers. */
export class Lineage {
  readonly created: Shard[] = []
  readonly closed: Shard[] = []
  readonly #nowMs: number
  /** As it will be. */
  readonly open: Set<Shard>
  #nextNumber: number

  constructor(shards: readonly Shard[], nowMs: number) {
    this.#nowMs = nowMs
    this.open = new Set(shards.filter(isOpen))
    this.#nextNumber = Math.max(-1, ...shards.map((shard) => shard.number)) + 1
  }

  split(shard: Shard, at: bigint): void {
    this.#close(shard)
    this.#create(shard.startingHashKey, at - 1n, shard)
    this.#create(at, shard.endingHashKey, shard)
  }

  merge(shard: Shard, adjacent: Shard): void {
    this.#close(shard)
    this.#close(adjacent)
    const [low, high] =
      shard.startingHashKey < adjacent.startingHashKey ? [shard, adjacent] : [adjacent, shard]
    this.#create(low.startingHashKey, high.endingHashKey, shard, adjacent)
  }

  splitAt(at: bigint): void {
    const shard = [...this.open].find(
      (each) => each.startingHashKey < at && at <= each.endingHashKey,
    )
    if (shard) this.split(shard, at)
  }

  mergeWithin(start: bigint, end: bigint): void {
    for (;;) {
      const [first, second] = [...this.open]
        .filter((shard) => shard.startingHashKey >= start && shard.endingHashKey <= end)
        .toSorted((one, other) => (one.startingHashKey < other.startingHashKey ? -1 : 1))
      if (!first || !second) return
      this.merge(first, second)
    }
  }

  #close(shard: Shard): void {
    this.open.delete(shard)
    this.closed.push(shard)
  }

  #create(start: bigint, end: bigint, parent: Shard, adjacent?: Shard): void {
    const number = this.#nextNumber
    this.#nextNumber += 1
    // Sequence numbers must be greater than the parents', and they begin with these seconds.
    const parentsMs = Math.max(parent.createdAtMs, adjacent?.createdAtMs ?? 0)
    const shard: Shard = {
      id: shardName(number),
      number,
      startingHashKey: start,
      endingHashKey: end,
      createdAtMs: Math.max(this.#nowMs, parentsMs + 1000),
      parentId: parent.id,
      adjacentParentId: adjacent?.id,
    }
    this.created.push(shard)
    this.open.add(shard)
  }
}
