import { BufferPool } from '#kit'
import type { Segment } from './segment.ts'

/** What is read at once for all who want a piece of it. */
export const blockBytes = 256 * 1024
/** Who wants more reads for himself. */
const pieceBytesMax = blockBytes / 4
/** So many blocks are remembered as asked for once. */
const askedMax = 256
/** Segments are far smaller than so many blocks. */
const blocksOfSegment = 2 ** 20

interface Block {
  /** When the bytes are there. */
  buffer?: Buffer
  loading?: Promise<void>
}

type ReadBytes = (buffer: Buffer, offset: number) => Promise<number>

/**
 * Pieces of segments of which several want small parts. In a grouped segment the records of a thousand shards stand side by side in
 * runs of some KiB, and readers of all shards come by at about the same time: a call into the system for each run costs more than
 * what is done with its records. A block is read when it is asked for the second time, so that who reads one shard
 * alone reads no more than it has. At most so many bytes over all logs; those used longest ago go first.
 */
export class SegmentBlocks {
  readonly #blocksMax: number
  readonly #pool = new BufferPool(16 * blockBytes)
  /** In order of last use, the oldest first. */
  readonly #blocks = new Map<number, Block>()
  readonly #asked = new Set<number>()
  /** By the object and not by its path, which a log that was deleted may leave to another. */
  readonly #numbers = new WeakMap<Segment, number>()
  #lastNumber = 0

  constructor(bytesMax: number) {
    this.#blocksMax = Math.floor(bytesMax / blockBytes)
  }

  /** Fills `into` from `offset` of the segment, and returns how much there was. `read` reads its file. */
  async fill(segment: Segment, offset: number, into: Buffer, read: ReadBytes): Promise<number> {
    const start = offset - (offset % blockBytes)
    // What is still written to has whole blocks only.
    const end = segment.index
      ? start + blockBytes
      : Math.min(start + blockBytes, segment.durableBytes)
    const isWithin = end <= segment.durableBytes && offset + into.byteLength <= end
    if (!isWithin || into.byteLength > pieceBytesMax) return read(into, offset)
    const key = this.#numberOf(segment) * blocksOfSegment + start / blockBytes
    const block = this.#block(key)
    if (!block) return read(into, offset)
    if (!block.buffer) {
      block.loading ??= this.#load(key, block, { start, end }, read)
      await block.loading
    }
    // Nothing is waited for between here and the copy: a block that goes leaves its memory to others.
    if (!block.buffer) return read(into, offset)
    return block.buffer.copy(into, 0, offset - start, offset - start + into.byteLength)
  }

  #numberOf(segment: Segment): number {
    const known = this.#numbers.get(segment)
    if (known !== undefined) return known
    this.#lastNumber += 1
    this.#numbers.set(segment, this.#lastNumber)
    return this.#lastNumber
  }

  /** Undefined when nobody has asked for it lately. */
  #block(key: number): Block | undefined {
    const known = this.#blocks.get(key)
    if (known) {
      this.#blocks.delete(key)
      this.#blocks.set(key, known)
      return known
    }
    if (!this.#asked.delete(key)) {
      this.#asked.add(key)
      if (this.#asked.size > askedMax) this.#asked.delete(first(this.#asked.keys()))
      return undefined
    }
    const block: Block = {}
    this.#blocks.set(key, block)
    if (this.#blocks.size > this.#blocksMax) this.#drop(first(this.#blocks.keys()))
    return this.#blocks.get(key)
  }

  async #load(
    key: number,
    block: Block,
    { start, end }: { readonly start: number; readonly end: number },
    read: ReadBytes,
  ): Promise<void> {
    const buffer = this.#pool.take(end - start)
    try {
      const count = await read(buffer, start)
      if (count < buffer.byteLength) throw new Error('the segment is shorter than it was')
      if (this.#blocks.get(key) === block) block.buffer = buffer
      else this.#pool.give(buffer)
    } catch {
      // Whoever waits reads for himself, and tells what he finds.
      this.#pool.give(buffer)
      this.#drop(key)
    }
  }

  #drop(key: number): void {
    const block = this.#blocks.get(key)
    this.#blocks.delete(key)
    if (!block?.buffer) return
    this.#pool.give(block.buffer)
    delete block.buffer
  }
}

function first(keys: Iterable<number>): number {
  for (const key of keys) return key
  return Number.NaN
}
