import type { HotGroup } from './hot-batches.ts'
import type { Segment } from './segment.ts'

/** The bytes of one group, in the buffers that they were written from. */
interface Piece {
  readonly path: string
  readonly buffers: readonly Buffer[]
  readonly batches: HotGroup
}

/**
 * The bytes that logs have made durable last, kept in memory so that a reader who keeps up with the writers makes no call into
 * the system: with a thousand shards each of its records would be a read of its own. Over all logs at most so many
 * bytes; the oldest go first. Where what lies in them, `HotBatches` knows.
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

  /** A group that the segment was just given: from now on the buffers are this object's, and `batches` goes with them. */
  keep({ path }: Segment, buffers: readonly Buffer[], batches: HotGroup): void {
    const piece = { path, buffers, batches }
    this.#pieces.push(piece)
    const own = this.#byPath.get(path)
    if (own) own.push(piece)
    else this.#byPath.set(path, [piece])
    this.#bytes += memoryOf(piece)
    while (this.#bytes > this.#bytesMax) this.#giveUpOldest()
  }

  /** The segment goes. */
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
