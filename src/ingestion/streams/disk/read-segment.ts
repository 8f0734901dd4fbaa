import type { LogFiles } from './files.ts'
import type { FileHandles } from './handles.ts'
import { corrupted } from './scan.ts'
import type { Segment } from './segment.ts'
import {
  batchHeaderBytes,
  batchIsWhole,
  readBatchHeader,
  type BatchHeader,
} from './segment-format.ts'
import { strideBytes, type ShardIndex } from './segment-index.ts'

const readBytesMax = 1024 * 1024
const readBytesMin = 64 * 1024

export interface WalkInput {
  readonly files: LogFiles
  readonly handles: FileHandles
  readonly segment: Segment
  readonly salt: number
  /** The shard's position in the log. */
  readonly shard: number
  readonly index: ShardIndex
  /** The entry of the index to begin at. */
  readonly entry: number
  /** About how many bytes the caller hopes to use. */
  readonly wantedBytes: number
  /** Given each of the shard's batches in order, found whole. Return false to stop. */
  readonly visit: (batch: BatchHeader, buffer: Buffer, start: number) => boolean
}

/** Visits the batches of one shard in a segment; those of other shards in between are passed over. */
export async function walkSegment(input: WalkInput): Promise<void> {
  const { files, handles, segment, index } = input
  const chunkBytes = Math.min(readBytesMax, Math.max(readBytesMin, input.wantedBytes))
  await handles.use(segment.path, async (fd) => {
    const end = Math.min(index.end, segment.durableBytes)
    let buffer: Buffer = Buffer.alloc(0)
    let bufferStart = 0
    const load = async (offset: number, sizeBytes: number): Promise<void> => {
      buffer = Buffer.allocUnsafe(sizeBytes)
      const count = await files.read(fd, buffer, offset)
      if (count < sizeBytes) throw corrupted(segment.path, offset + count)
      bufferStart = offset
    }
    let entry = input.entry
    let at = index.offsets[entry] ?? end
    while (at < end) {
      while (entry + 1 < index.offsets.length && index.offsets[entry + 1]! <= at) entry += 1
      if (at >= index.offsets[entry]! + strideBytes) {
        if (entry + 1 >= index.offsets.length) return
        entry += 1
        at = index.offsets[entry]!
      }
      if (!covers(buffer, bufferStart, at, batchHeaderBytes)) {
        const wanted = Math.max(runEnd(index, entry, at + chunkBytes), at + batchHeaderBytes)
        await load(at, Math.min(wanted, end) - at)
      }
      const batch = readBatchHeader(buffer, at - bufferStart)
      if (!batch || at + batch.sizeBytes > segment.durableBytes) throw corrupted(segment.path, at)
      if (batch.shard === input.shard) {
        if (!covers(buffer, bufferStart, at, batch.sizeBytes)) {
          await load(at, Math.min(Math.max(batch.sizeBytes, chunkBytes), end - at))
        }
        const start = at - bufferStart
        if (!batchIsWhole(buffer, start, batch, input.salt)) throw corrupted(segment.path, at)
        if (batch.count > 0 && !input.visit(batch, buffer, start)) return
      }
      at += batch.sizeBytes
    }
  })
}

function covers(buffer: Buffer, bufferStart: number, offset: number, sizeBytes: number): boolean {
  return offset >= bufferStart && offset + sizeBytes <= bufferStart + buffer.byteLength
}

/** How far to read from an entry on: over the entries that follow it closely, up to `limit`. */
function runEnd(index: ShardIndex, entry: number, limit: number): number {
  let end = index.offsets[entry]! + strideBytes
  for (let next = entry + 1; next < index.offsets.length && end < limit; next += 1) {
    if (index.offsets[next]! > end + readBytesMin) break
    end = index.offsets[next]! + strideBytes
  }
  return Math.max(Math.min(end, limit), index.offsets[entry]! + strideBytes)
}
