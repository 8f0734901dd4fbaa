import { type ReadInput, sealedOverheadBytes } from '../stream-log.ts'
import {
  batchHeaderBytes,
  dataBytesAt,
  isSealedAt,
  skipRecord,
  type BatchHeader,
} from './segment-format.ts'
import type { Wanted } from './shard-pieces.ts'

export interface CursorInput extends Omit<ReadInput, 'after'> {
  readonly after: bigint | number
}

/** How far a reader has come in its shard: which records it wants of each batch that it meets. */
export class RecordCursor {
  /** The sequence of the last record that was taken. */
  after: number
  /** Of the batch that was met last: where the records that are wanted begin and end, and how many they are. */
  start = 0
  end = 0
  count = 0
  /** Of the first of them. */
  sequence = 0
  /** Sum of the data lengths of all that was taken, as they were before any was sealed. */
  dataBytes = 0
  #until: number
  #leftRecords: number
  #leftBytes: number
  #isFirst = true

  /** Takes nothing with a sequence greater than `until`. */
  constructor({ after, limitRecords, limitBytes }: CursorInput, until = Infinity) {
    this.after = Number(after)
    this.#until = until
    this.#leftRecords = limitRecords
    this.#leftBytes = limitBytes
  }

  get isFull(): boolean {
    return this.#leftRecords <= 0 || this.#leftBytes <= 0 || this.after >= this.#until
  }

  /** Goes on with another shard, as far as the limits allow yet. */
  goOn(after: number, until: number): void {
    this.after = after
    this.#until = until
  }

  /**
   * Takes a batch of which the sums are known, when all of it is wanted: none of its records is looked at. False, with nothing taken, when
   * they must be, and it is for `take`.
   */
  takeWhole(sequence: number, count: number, dataBytes: number): boolean {
    const last = sequence + count - 1
    if (sequence <= this.after || last > this.#until) return false
    // Where the bytes are used up by a record the empty ones behind it are not taken.
    if (count > this.#leftRecords || dataBytes >= this.#leftBytes) return false
    this.after = last
    this.sequence = sequence
    this.count = count
    this.dataBytes += dataBytes
    this.#leftRecords -= count
    this.#leftBytes -= dataBytes
    this.#isFirst = false
    return true
  }

  /** How much the limits allow yet. */
  get left(): { readonly records: number; readonly bytes: number } {
    return { records: this.#leftRecords, bytes: this.#leftBytes }
  }

  /** The last record that may be taken, and how many bytes. */
  get wanted(): Wanted {
    const sequence = Math.min(this.after + this.#leftRecords, this.#until)
    return { sequence, bytes: this.#leftBytes }
  }

  /** The batch begins at `start` of `buffer`, and was found whole. False when nothing is wanted of it. */
  take(batch: Pick<BatchHeader, 'sequence' | 'count'>, buffer: Buffer, start: number): boolean {
    const end = Math.min(batch.sequence + batch.count, this.#until + 1)
    let at = start + batchHeaderBytes
    let sequence = batch.sequence
    for (; sequence <= this.after && sequence < end; sequence += 1) at = skipRecord(buffer, at)
    this.start = at
    this.sequence = sequence
    for (; sequence < end && !this.isFull; sequence += 1) {
      const sizeBytes = dataBytesAt(buffer, at) - (isSealedAt(buffer, at) ? sealedOverheadBytes : 0)
      if (sizeBytes > this.#leftBytes && !this.#isFirst) {
        this.#leftBytes = 0
        break
      }
      this.#isFirst = false
      this.#leftBytes -= sizeBytes
      this.dataBytes += sizeBytes
      this.#leftRecords -= 1
      at = skipRecord(buffer, at)
    }
    this.end = at
    this.count = sequence - this.sequence
    if (this.count > 0) this.after = sequence - 1
    return this.count > 0
  }
}
