import type { BufferPool } from '#kit'
import type { LogPage } from '../stream-log.ts'
import { dataBytesAt, dataStartAt, isSealedAt } from './segment-format.ts'

const recordsMin = 64
const nothing = new Uint32Array(0)
const noBytes: Buffer = Buffer.alloc(0)

/** Records of a batch that follow one another, from `start` on in the buffer. */
interface TakenRecords {
  readonly start: number
  readonly count: number
}

/** Makes a page of the records of each buffer, as they are found; the buffer of a page that was let go goes back to the pool. */
export class LogPages {
  readonly #pool: BufferPool
  readonly #pages: LogPage[] = []
  #hasSealed = false
  #buffer = noBytes
  #starts = nothing
  #ends = nothing
  #count = 0
  #dataBytes = 0

  constructor(pool: BufferPool) {
    this.#pool = pool
  }

  /** Adds what a cursor took of a batch. */
  add(buffer: Buffer, taken: TakenRecords): void {
    let at = taken.start
    if (buffer !== this.#buffer) {
      this.#endPage()
      this.#buffer = buffer
    }
    if (this.#count + taken.count > this.#starts.length) this.#grow(taken.count)
    for (let left = taken.count; left > 0; left -= 1) {
      if (isSealedAt(buffer, at)) this.#hasSealed = true
      const start = dataStartAt(buffer, at)
      const end = start + dataBytesAt(buffer, at)
      this.#starts[this.#count] = start
      this.#ends[this.#count] = end
      this.#count += 1
      this.#dataBytes += end - start
      at = end
    }
  }

  get isEmpty(): boolean {
    return this.#count === 0 && this.#pages.length === 0
  }

  /** Undefined when a record is sealed. */
  end(): readonly LogPage[] | undefined {
    this.#endPage()
    return this.#hasSealed ? undefined : this.#pages
  }

  #endPage(): void {
    if (this.#count === 0) return
    const buffer = this.#buffer
    this.#pages.push({
      bytes: buffer,
      starts: this.#found(this.#starts),
      ends: this.#found(this.#ends),
      dataBytes: this.#dataBytes,
      release: () => this.#pool.give(buffer),
    })
    this.#starts = nothing
    this.#ends = nothing
    this.#count = 0
    this.#dataBytes = 0
  }

  #found(places: Uint32Array): Uint32Array {
    return places.length === this.#count ? places : places.subarray(0, this.#count)
  }

  #grow(records: number): void {
    const length = Math.max(recordsMin, this.#count + records, this.#starts.length * 2)
    const starts = new Uint32Array(length)
    const ends = new Uint32Array(length)
    starts.set(this.#starts)
    ends.set(this.#ends)
    this.#starts = starts
    this.#ends = ends
  }
}
