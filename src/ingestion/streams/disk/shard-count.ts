import { sealedOverheadBytes, type ExtentLimits, type Extents } from '../stream-log.ts'
import type { HotBatches } from './hot-batches.ts'
import {
  batchHeaderBytes,
  dataBytesAt,
  isSealedAt,
  skipRecord,
  type BatchHeader,
} from './segment-format.ts'

/** What was found of so many shards: nothing, to be filled. */
export function newExtents(count: number): { -readonly [key in keyof Extents]: Extents[key] } {
  const column = () => new Float64Array(count)
  return {
    records: column(),
    dataBytes: column(),
    arrivalMs: column(),
    lasts: column(),
    isComplete: true,
  }
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

  spend(records: number, bytes: number): void {
    this.leftRecords -= records
    this.leftBytes -= bytes
  }
}

interface RecordsOfBatch {
  /** Of the first. */
  readonly sequence: number
  /** The sequence behind the last that may be counted. */
  readonly end: number
  readonly arrivalMs: number
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

  /** Goes on behind what is not kept any more. False when that is all. */
  passFreed(freedSequence: number): boolean {
    this.last = Math.max(this.last, freedSequence)
    this.isDone = this.last >= this.tip
    return !this.isDone
  }

  /** Counts what is wanted of one of the shard's batches. */
  addRow(hot: HotBatches, row: number, budget: CountBudget): void {
    if (this.#addWhole(hot, row, budget)) return
    const end = Math.min(hot.sequenceOf(row) + hot.recordsOf(row), this.tip + 1)
    const buffer = hot.bufferOf(row)
    const { sequence, start } = hot.recordBefore(row, this.last + 1)
    const arrivalMs = hot.arrivalMsOf(row)
    this.#addRecords({ sequence, end, arrivalMs }, buffer, start, budget)
  }

  /** The same of one that was found whole in a buffer. */
  addBatch(batch: BatchHeader, buffer: Buffer, start: number, budget: CountBudget): void {
    const { sequence, count, arrivalMs } = batch
    const end = Math.min(sequence + count, this.tip + 1)
    this.#addRecords({ sequence, end, arrivalMs }, buffer, start + batchHeaderBytes, budget)
  }

  #addRecords(
    { sequence: first, end, arrivalMs }: RecordsOfBatch,
    buffer: Buffer,
    start: number,
    budget: CountBudget,
  ): void {
    let sequence = first
    let at = start
    for (; sequence <= this.last && sequence < end; sequence += 1) at = skipRecord(buffer, at)
    for (; sequence < end && !budget.isSpent; sequence += 1) {
      const sizeBytes = dataBytesAt(buffer, at) - (isSealedAt(buffer, at) ? sealedOverheadBytes : 0)
      const leftBytes = Math.min(budget.shardBytes - this.dataBytes, budget.leftBytes)
      this.isDone = this.records > 0 && sizeBytes > leftBytes
      if (this.isDone) return
      if (this.records === 0) this.arrivalMs = arrivalMs
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

  /** False, with nothing counted, when not all is wanted, or may be. */
  #addWhole(hot: HotBatches, row: number, budget: CountBudget): boolean {
    const first = hot.sequenceOf(row)
    const count = hot.recordsOf(row)
    const last = first + count - 1
    const sizeBytes = hot.dataBytesOf(row)
    if (first <= this.last || last > this.tip) return false
    if (this.records + count > budget.shardRecords || count > budget.leftRecords) return false
    // Where the bytes are used up by a record the empty ones behind it are not counted.
    if (this.dataBytes + sizeBytes >= budget.shardBytes || sizeBytes >= budget.leftBytes) {
      return false
    }
    if (this.records === 0) this.arrivalMs = hot.arrivalMsOf(row)
    this.last = last
    this.records += count
    this.dataBytes += sizeBytes
    budget.spend(count, sizeBytes)
    this.isDone = last === this.tip || this.records === budget.shardRecords
    return true
  }
}
