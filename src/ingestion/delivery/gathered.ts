import { elapsedMs } from '#kit'
import type { Extents, ShardRef } from '#ingestion/streams'
import type { ShardRange } from './batch.ts'
import { shardKey } from './checkpoints.ts'
import type { SourceShard } from './source.ts'

/** What a batch will hold, as numbers. */
export class Gathered {
  readonly #checkpoints: ReadonlyMap<string, bigint>
  readonly #ranges = new Map<string, { readonly shard: SourceShard; to: bigint }>()
  readonly #keys = new Map<string, { readonly logId: string; readonly key: string }>()
  /** Closed shards with nothing more to read: retention may have taken their end. */
  readonly exhausted = new Set<string>()
  /** Where the shards ended when the batch was due. */
  tips: ReadonlyMap<string, number> | undefined
  records = 0
  bytes = 0
  oldestMs = Infinity
  /** When the first was seen, by a clock that nobody sets. */
  #sinceMs = Infinity

  constructor(checkpoints: ReadonlyMap<string, bigint>) {
    this.#checkpoints = checkpoints
  }

  /** The same text each time, so that it is made and hashed once: each look asks for that of each shard several times. */
  keyOf(ref: ShardRef): string {
    const known = this.#keys.get(ref.shardId)
    if (known?.logId === ref.logId) return known.key
    const key = shardKey(ref)
    this.#keys.set(ref.shardId, { logId: ref.logId, key })
    return key
  }

  after({ ref }: SourceShard): bigint {
    const key = this.keyOf(ref)
    return this.#ranges.get(key)?.to ?? this.#checkpoints.get(key) ?? 0n
  }

  /** Takes in what was found behind its place in the shard: one record at least. */
  add(shard: SourceShard, { records, dataBytes, arrivalMs, lasts }: Extents, place: number): void {
    this.pass(shard, BigInt(lasts[place]!))
    if (this.records === 0) this.#sinceMs = elapsedMs()
    this.records += records[place]!
    this.bytes += dataBytes[place]!
    this.oldestMs = Math.min(this.oldestMs, arrivalMs[place]!)
  }

  /** Goes on behind `to`: what lay before it is gone from the source. */
  pass(shard: SourceShard, to: bigint): void {
    const key = this.keyOf(shard.ref)
    const range = this.#ranges.get(key)
    if (range) range.to = to
    else this.#ranges.set(key, { shard, to })
  }

  /** Shards that may have more: a child waits until its parents are through, so that order is kept. */
  open(shards: readonly SourceShard[]): readonly SourceShard[] {
    const done = new Set(
      shards
        .filter(
          (shard) =>
            shard.lastSequence !== undefined &&
            (this.after(shard) >= shard.lastSequence || this.exhausted.has(shard.ref.shardId)),
        )
        .map(({ ref }) => ref.shardId),
    )
    const known = new Set(shards.map(({ ref }) => ref.shardId))
    return shards.filter(
      ({ ref, parents }) =>
        !done.has(ref.shardId) && parents.every((parent) => !known.has(parent) || done.has(parent)),
    )
  }

  /** How long it may wait yet, Infinity when it holds nothing. A clock that was set back does not hold it up. */
  dueMs(bufferMs: number, nowMs: number): number {
    return Math.min(this.oldestMs - nowMs, this.#sinceMs - elapsedMs()) + bufferMs
  }

  /** In the order in which the shards were first read: parents before their children. */
  ranges(): readonly ShardRange[] {
    return [...this.#ranges.entries()].map(([key, { shard, to }]) => ({
      ref: shard.ref,
      from: this.#checkpoints.get(key) ?? 0n,
      to,
    }))
  }
}
