import { sealedOverheadBytes, type ExtentLimits } from '../stream-log.ts'
import type { CursorInput } from './record-cursor.ts'
import {
  batchHeaderBytes,
  dataBytesAt,
  isSealedAt,
  skipRecord,
  type BatchHeader,
} from './segment-format.ts'

/** Records of a shard that follow one another, as numbers. */
export interface CountedRecords {
  readonly records: number
  readonly dataBytes: number
  /** Of the first. */
  readonly arrivalMs: number
  /** The sequence of the last. */
  readonly last: number
}

/** What all shards that are counted together may have yet. */
export class CountBudget {
  readonly #limits: ExtentLimits
  leftRecords: number
  leftBytes: number

  constructor(limits: ExtentLimits) {
    this.#limits = limits
    this.leftRecords = limits.limitRecords
    this.leftBytes = limits.limitBytes
  }

  get isSpent(): boolean {
    return this.leftRecords <= 0 || this.leftBytes <= 0
  }

  get shardRecords(): number {
    return this.#limits.shardRecords
  }

  get shardBytes(): number {
    return this.#limits.shardBytes
  }

  /** What a read of one shard may have. */
  inputFor(after: number): CursorInput {
    return {
      after,
      limitRecords: Math.min(this.shardRecords, this.leftRecords),
      limitBytes: Math.min(this.shardBytes, this.leftBytes),
    }
  }

  spend(records: number, bytes: number): void {
    this.leftRecords -= records
    this.leftBytes -= bytes
  }
}

/** How far the records of one shard were counted. */
export class ShardCount {
  /** The shard's place in the log. */
  readonly position: number
  /** Nothing is counted beyond: the shard's newest record when it was asked for. */
  readonly tip: number
  /** The sequence of the record that was counted last. */
  last: number
  records = 0
  dataBytes = 0
  arrivalMs = 0
  /** All that it has was counted, whether there was any or not, or as much as it may have. */
  isDone = false

  constructor(position: number, after: number, tip: number) {
    this.position = position
    this.tip = tip
    this.last = after
  }

  /** Counts what is wanted of one of the shard's batches, which begins at `start` of `buffer`. */
  addBatch(batch: BatchHeader, buffer: Buffer, start: number, budget: CountBudget): void {
    const end = Math.min(batch.sequence + batch.count, this.tip + 1)
    let at = start + batchHeaderBytes
    let sequence = batch.sequence
    for (; sequence <= this.last && sequence < end; sequence += 1) at = skipRecord(buffer, at)
    for (; sequence < end && !budget.isSpent; sequence += 1) {
      const sizeBytes = dataBytesAt(buffer, at) - (isSealedAt(buffer, at) ? sealedOverheadBytes : 0)
      const leftBytes = Math.min(budget.shardBytes - this.dataBytes, budget.leftBytes)
      this.isDone = this.records > 0 && sizeBytes > leftBytes
      if (this.isDone) return
      if (this.records === 0) this.arrivalMs = batch.arrivalMs
      this.last = sequence
      this.records += 1
      this.dataBytes += sizeBytes
      budget.spend(1, sizeBytes)
      this.isDone =
        sequence === this.tip ||
        this.records >= budget.shardRecords ||
        this.dataBytes >= budget.shardBytes
      if (this.isDone) return
      at = skipRecord(buffer, at)
    }
  }

  /** What a read of the shard found. */
  set({ records, dataBytes, arrivalMs, last }: CountedRecords, budget: CountBudget): void {
    this.records = records
    this.dataBytes = dataBytes
    this.arrivalMs = arrivalMs
    this.last = last
    this.isDone = true
    budget.spend(records, dataBytes)
  }
}
