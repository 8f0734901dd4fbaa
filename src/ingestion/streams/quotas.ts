import type { Clock } from '#kit'
import type { ShardRef } from './stream-log.ts'
import type { StreamScope } from './stream.ts'
import { TokenBucket, remember } from './token-bucket.ts'

const mib = 1024 * 1024
/** What the largest page of records is worth. */
const closedMsMax = 5_000

/** What one shard lets pass: https://docs.aws.amazon.com/streams/latest/dev/service-sizes-and-limits.html */
class ShardQuota {
  readonly #writtenRecords: TokenBucket
  readonly #writtenBytes: TokenBucket
  readonly #reads: TokenBucket
  readonly #readBytes: TokenBucket
  readonly #iterators: TokenBucket
  #readableAtMs = 0

  constructor(nowMs: number) {
    this.#writtenRecords = new TokenBucket(1000, nowMs)
    this.#writtenBytes = new TokenBucket(mib, nowMs)
    this.#reads = new TokenBucket(5, nowMs)
    this.#readBytes = new TokenBucket(2 * mib, nowMs)
    this.#iterators = new TokenBucket(5, nowMs)
  }

  mayWrite(sizeBytes: number, nowMs: number): boolean {
    if (!this.#writtenRecords.has(1, nowMs) || !this.#writtenBytes.has(sizeBytes, nowMs)) {
      return false
    }
    this.#writtenRecords.take(1, nowMs)
    this.#writtenBytes.take(sizeBytes, nowMs)
    return true
  }

  mayRead(nowMs: number): boolean {
    if (this.#isClosed(nowMs) || !this.#reads.has(1, nowMs)) return false
    if (!this.#readBytes.has(1, nowMs)) return false
    this.#reads.take(1, nowMs)
    return true
  }

  /** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_GetShardIterator.html: five a second for each shard. */
  mayIterate(nowMs: number): boolean {
    if (!this.#iterators.has(1, nowMs)) return false
    this.#iterators.take(1, nowMs)
    return true
  }

  /** After a call that gave more than a second's worth, the shard gives nothing for as long as that is worth. */
  wasRead(sizeBytes: number, nowMs: number): void {
    this.#readBytes.take(sizeBytes, nowMs)
    if (sizeBytes > 2 * mib) this.#readableAtMs = nowMs + (sizeBytes / (2 * mib)) * 1000
  }

  isUnused(nowMs: number): boolean {
    const buckets = [
      this.#writtenRecords,
      this.#writtenBytes,
      this.#reads,
      this.#readBytes,
      this.#iterators,
    ]
    return !this.#isClosed(nowMs) && buckets.every((bucket) => bucket.isUnused(nowMs))
  }

  /** Never for longer than a read can be worth, or the clock was set back. */
  #isClosed(nowMs: number): boolean {
    return nowMs < this.#readableAtMs && this.#readableAtMs - nowMs <= closedMsMax
  }
}

/** AWS's limits on throughput, for those who want them enforced. */
export class Quotas {
  readonly #clock: Clock
  readonly #shards = new Map<string, ShardQuota>()
  readonly #calls = new Map<string, TokenBucket>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** False when the shard has had its megabyte or its thousand records of this second. */
  mayWrite(ref: ShardRef, sizeBytes: number): boolean {
    return this.#shard(ref).mayWrite(sizeBytes, this.#clock.now())
  }

  /** False when the shard was read five times, or two megabytes, in this second. */
  mayRead(ref: ShardRef): boolean {
    return this.#shard(ref).mayRead(this.#clock.now())
  }

  /** False when the shard has given its five iterators of this second. */
  mayIterate(ref: ShardRef): boolean {
    return this.#shard(ref).mayIterate(this.#clock.now())
  }

  wasRead(ref: ShardRef, sizeBytes: number): void {
    this.#shard(ref).wasRead(sizeBytes, this.#clock.now())
  }

  /** Counts a call of an account in a region; false when there were `perSecond` in this second. */
  mayCall(scope: StreamScope, operation: string, perSecond: number): boolean {
    const now = this.#clock.now()
    const name = `${scope.accountId}/${scope.region}/${operation}`
    const bucket = remember(this.#calls, name, () => new TokenBucket(perSecond, now), now)
    if (!bucket.has(1, now)) return false
    bucket.take(1, now)
    return true
  }

  #shard({ logId, shardId }: ShardRef): ShardQuota {
    const now = this.#clock.now()
    return remember(this.#shards, `${logId}/${shardId}`, () => new ShardQuota(now), now)
  }
}
