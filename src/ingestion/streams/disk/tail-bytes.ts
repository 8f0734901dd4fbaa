import type { HotGroup } from './hot-batches.ts'
import type { Segment } from './segment.ts'

/** The bytes of one group, in the buffers that they were written from. */
interface Piece {
  readonly path: string
  readonly start: number
  readonly end: number
  readonly buffers: readonly Buffer[]
  /** Where each buffer ends in the file. */
  readonly ends: Float64Array
  readonly batches: HotGroup
}

/**
 * The bytes that logs have made durable last, kept in memory so that a reader who keeps up with the writers makes no call into
 * the system: with a thousand shards each of its records would be a read of its own. Over all logs at most so many
 * bytes; the oldest go first. What is read is copied, so that the buffers can be used again.
 */
export class TailBytes {
  readonly #bytesMax: number
  readonly #release: (buffer: Buffer) => void
  /** The oldest first, over all logs. Those before `#first` were given up. */
  #pieces: Piece[] = []
  #first = 0
  #bytes = 0
  readonly #byPath = new Map<string, Piece[]>()

  /** `release` is handed each buffer when nothing here knows it any more. */
  constructor(bytesMax: number, release: (buffer: Buffer) => void) {
    this.#bytesMax = bytesMax
    this.#release = release
  }

  /** The group that `segment` was just given at `start`: from now on the buffers are this object's, and `batches` goes with them. */
  keep({ path }: Segment, start: number, buffers: readonly Buffer[], batches: HotGroup): void {
    const ends = new Float64Array(buffers.length)
    let end = start
    for (const [index, buffer] of buffers.entries()) {
      end += buffer.byteLength
      ends[index] = end
    }
    const piece = { path, start, end, buffers, ends, batches }
    this.#pieces.push(piece)
    const own = this.#byPath.get(path)
    if (own) own.push(piece)
    else this.#byPath.set(path, [piece])
    this.#bytes += memoryOf(piece)
    while (this.#bytes > this.#bytesMax) this.#giveUpOldest()
  }

  /** A copy of the bytes from `offset` on; undefined when they are not all here. */
  read(
    { path }: Segment,
    offset: number,
    sizeBytes: number,
    allocate: (sizeBytes: number) => Buffer = Buffer.allocUnsafe,
  ): Buffer | undefined {
    const own = this.#byPath.get(path)
    const last = own?.at(-1)
    if (!own || offset < own[0]!.start || offset + sizeBytes > last!.end) return undefined
    const copy = allocate(sizeBytes)
    let filled = 0
    let index = firstEndingAfter(own.length, offset, (at) => own[at]!.end)
    while (filled < sizeBytes) {
      const piece = own[index]!
      filled += copyFrom(piece, offset + filled, copy, filled)
      index += 1
    }
    return copy
  }

  /** The segment goes, or was sealed and takes another shape. */
  forget(path: string): void {
    const own = this.#byPath.get(path)
    if (!own) return
    this.#byPath.delete(path)
    const gone = new Set(own)
    this.#pieces = this.#pieces.slice(this.#first).filter((piece) => !gone.has(piece))
    this.#first = 0
    for (const piece of own) this.#giveBack(piece)
  }

  #giveUpOldest(): void {
    const piece = this.#pieces[this.#first]!
    this.#first += 1
    if (this.#first > 1000 && this.#first * 2 > this.#pieces.length) {
      this.#pieces = this.#pieces.slice(this.#first)
      this.#first = 0
    }
    const own = this.#byPath.get(piece.path)!
    own.shift()
    if (own.length === 0) this.#byPath.delete(piece.path)
    this.#giveBack(piece)
  }

  #giveBack(piece: Piece): void {
    this.#bytes -= memoryOf(piece)
    piece.batches.giveUp()
    for (const buffer of piece.buffers) this.#release(buffer)
  }
}

/** What it takes: a buffer that is used again may be larger than what was written from it. Small ones share theirs with others. */
function memoryOf({ buffers, batches }: Piece): number {
  let bytes = batches.sizeBytes
  for (const { byteLength, buffer } of buffers) {
    bytes += byteLength < sharedBytesMax ? byteLength : buffer.byteLength
  }
  return bytes
}

/** Node gives smaller buffers a part of memory that others have parts of, too. */
const sharedBytesMax = 16 * 1024

/** Copies what the piece has from `offset` on, as far as there is room; returns how much that was. */
function copyFrom(piece: Piece, offset: number, copy: Buffer, filled: number): number {
  const { buffers, ends } = piece
  let at = filled
  let from = offset
  let index = firstEndingAfter(ends.length, offset, (place) => ends[place]!)
  for (; index < buffers.length && at < copy.byteLength; index += 1) {
    const buffer = buffers[index]!
    const begin = buffer.byteLength - (ends[index]! - from)
    const count = buffer.copy(copy, at, begin)
    at += count
    from += count
  }
  return at - filled
}

/** The first of `count` ascending ends that is greater than `offset`. */
function firstEndingAfter(count: number, offset: number, endOf: (at: number) => number): number {
  let low = 0
  let high = count
  while (low < high) {
    const middle = (low + high) >>> 1
    if (endOf(middle) > offset) high = middle
    else low = middle + 1
  }
  return low
}
