import type { LogFiles } from './files.ts'
import type { FileHandles } from './handles.ts'
import { corrupted } from './scan.ts'
import type { SegmentBlocks } from './segment-blocks.ts'
import type { Segment } from './segment.ts'
import type { TailBytes } from './tail-bytes.ts'
import {
  batchHeaderBytes,
  batchIsWhole,
  readBatchHeader,
  type BatchHeader,
} from './segment-format.ts'
import type { ShardIndex } from './segment-index.ts'

const readBytesMax = 1024 * 1024
const readBytesMin = 64 * 1024
/** Bytes of other shards that are rather read than jumped over. */
const gapBytesMax = 32 * 1024

/** Of those who find what they want in a block so many make good a read of the file. */
const sharedReads = 1 / 4

export interface WalkInput {
  readonly files: LogFiles
  readonly handles: FileHandles
  readonly tail: TailBytes
  readonly blocks: SegmentBlocks
  readonly segment: Segment
  readonly salt: number
  /** The shard's position in the log. */
  readonly shard: number
  readonly index: ShardIndex
  /** The entry of the index to begin at. */
  readonly entry: number
  /** About how many bytes the caller hopes to use. */
  readonly wantedBytes: number
  /** Makes room for what is read. */
  readonly allocate: (sizeBytes: number) => Buffer
  /** Given each of the shard's batches in order, found whole. Return false to stop. */
  readonly visit: (batch: BatchHeader, buffer: Buffer, start: number) => boolean
}

/**
 * Visits the batches of one shard in a segment; those of other shards in between are passed over. Returns how often its file was
 * read; less, down below zero, when others had read for it.
 */
export async function walkSegment(input: WalkInput): Promise<number> {
  const { files, handles, segment, index } = input
  const chunkBytes = Math.min(readBytesMax, Math.max(readBytesMin, input.wantedBytes))
  return handles.use(segment.path, async (fd) => {
    const window = new ReadWindow(files, fd, segment, input)
    // The index may grow while this waits, and the last entry with it: what comes after the entries
    // that are there now is for the next read, or a batch that joined the last one would be passed over.
    const entries = index.offsets.length
    for (let entry = input.entry; entry < entries; entry += 1) {
      const end = index.ends[entry]!
      let at = index.offsets[entry]!
      while (at < end) {
        if (!window.covers(at, batchHeaderBytes)) {
          await window.load(at, Math.max(runEnd(index, entry, at + chunkBytes), end) - at)
        }
        const batch = readBatchHeader(window.buffer, at - window.start)
        if (!batch || at + batch.sizeBytes > end) throw corrupted(segment.path, at)
        if (batch.shard === input.shard) {
          if (!window.covers(at, batch.sizeBytes)) await window.load(at, end - at)
          const start = at - window.start
          if (!batchIsWhole(window.buffer, start, batch, input.salt)) {
            throw corrupted(segment.path, at)
          }
          if (batch.count > 0 && !input.visit(batch, window.buffer, start)) return window.fileReads
        }
        at += batch.sizeBytes
      }
    }
    return window.fileReads
  })
}

/** A piece of a segment in memory. Each load has a buffer of its own: what was read before stays valid. */
class ReadWindow {
  buffer: Buffer = Buffer.alloc(0)
  start = 0
  fileReads = 0
  readonly #files: LogFiles
  readonly #fd: number
  readonly #segment: Segment
  readonly #memory: Pick<WalkInput, 'tail' | 'blocks' | 'allocate'>

  constructor(
    files: LogFiles,
    fd: number,
    segment: Segment,
    memory: Pick<WalkInput, 'tail' | 'blocks' | 'allocate'>,
  ) {
    this.#files = files
    this.#fd = fd
    this.#segment = segment
    this.#memory = memory
  }

  covers(offset: number, sizeBytes: number): boolean {
    return offset >= this.start && offset + sizeBytes <= this.start + this.buffer.byteLength
  }

  async load(offset: number, sizeBytes: number): Promise<void> {
    const { durableBytes, path } = this.#segment
    const length = Math.min(sizeBytes, durableBytes - offset)
    this.start = offset
    const { tail, blocks, allocate } = this.#memory
    const inMemory = tail.read(this.#segment, offset, length, allocate)
    this.buffer = inMemory ?? allocate(length)
    if (inMemory) return
    let calls = 0
    const count = await blocks.fill(this.#segment, offset, this.buffer, (buffer, at) => {
      calls += 1
      return this.#files.read(this.#fd, buffer, at)
    })
    this.fileReads += calls > 0 ? calls : -sharedReads
    if (count < length) throw corrupted(path, offset + count)
  }
}

/** How far to read from an entry on: over the entries that follow it closely, up to about `limit`. */
function runEnd(index: ShardIndex, entry: number, limit: number): number {
  let end = index.ends[entry]!
  for (let next = entry + 1; next < index.offsets.length && end < limit; next += 1) {
    if (index.offsets[next]! > end + gapBytesMax) break
    end = index.ends[next]!
  }
  return end
}
