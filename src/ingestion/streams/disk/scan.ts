import type { LogFiles } from './files.ts'
import { StreamErrors } from '../errors.ts'
import {
  batchHeaderBytes,
  batchIsWhole,
  batchMagic,
  decodeSegmentHeader,
  noShard,
  readBatchHeader,
  segmentHeaderBytesMin,
  segmentHeaderLength,
  type BatchHeader,
  type SegmentHeader,
  type ShardTip,
} from './segment-format.ts'
import { SegmentIndex } from './segment-index.ts'

const windowBytes = 4 * 1024 * 1024

/** What a segment holds, found by reading all of it. */
export interface ScannedSegment {
  readonly header: SegmentHeader
  readonly index: SegmentIndex
  /** Every shard of the log, where it stands at the segment's end. */
  readonly tips: readonly ShardTip[]
  /** Where the last whole batch ends. */
  readonly validBytes: number
  readonly sizeBytes: number
}

export async function readHeader(
  files: LogFiles,
  fd: number,
  path: string,
): Promise<SegmentHeader> {
  const start = Buffer.alloc(segmentHeaderBytesMin)
  const count = await files.read(fd, start, 0)
  const length = segmentHeaderLength(start.subarray(0, count))
  if (length === undefined || length > (await files.sizeBytes(fd))) throw corrupted(path, 0)
  const whole = Buffer.alloc(length)
  await files.read(fd, whole, 0)
  const header = decodeSegmentHeader(whole)
  if (!header) throw corrupted(path, 0)
  return header
}

/**
 * Reads a segment from its start to the first batch that is not whole, or not the next one of its shard.
 * Throws `LogCorrupted` when what follows shows that it had been acknowledged: a torn tail is what
 * a crash leaves of the last group that was written, and nothing is ever written after it.
 */
export async function scanSegment(
  files: LogFiles,
  fd: number,
  path: string,
): Promise<ScannedSegment> {
  const header = await readHeader(files, fd, path)
  const sizeBytes = await files.sizeBytes(fd)
  const index = new SegmentIndex()
  const tips = header.shards.map((shard) => ({ ...shard }))
  const window = new Window(files, fd, sizeBytes)
  let at = header.sizeBytes
  while (at < sizeBytes) {
    const found = await window.batch(at)
    if (!found || !batchIsWhole(found.buffer, found.start, found.batch, header.salt)) break
    if (!accept(tips, found.batch, () => shardIdIn(found))) break
    const { shard, sequence, arrivalMs, count } = found.batch
    if (count > 0) index.add(shard, at, found.batch.sizeBytes, sequence, arrivalMs)
    at += found.batch.sizeBytes
  }
  if (at < sizeBytes && (await wasAcknowledged(window, header.salt, at, sizeBytes))) {
    throw corrupted(path, at)
  }
  return { header, index, tips, validBytes: at, sizeBytes }
}

interface FoundBatch {
  readonly buffer: Buffer
  readonly start: number
  readonly batch: BatchHeader
}

function shardIdIn(found: FoundBatch): string {
  const start = found.start + batchHeaderBytes
  return found.buffer.toString('utf8', start, found.start + found.batch.sizeBytes)
}

type MutableTip = { -readonly [K in keyof ShardTip]: ShardTip[K] }

/** Moves the shard's tip over the batch; false when the batch is not the next one. */
function accept(tips: MutableTip[], batch: BatchHeader, shardId: () => string): boolean {
  const tip = tips[batch.shard]
  const isVacant = tip?.shardId === noShard
  if (batch.count === 0) {
    if (batch.shard !== tips.length && !isVacant) return false
    tips[batch.shard] = { shardId: shardId(), sequence: 0, arrivalMs: 0 }
    return true
  }
  if (!tip || isVacant || batch.sequence !== tip.sequence + 1) return false
  tip.sequence += batch.count
  tip.arrivalMs = batch.arrivalMs
  return true
}

/** True when a whole batch after `from` says that the bytes at `from` were on stable storage before it. */
async function wasAcknowledged(
  window: Window,
  salt: number,
  from: number,
  sizeBytes: number,
): Promise<boolean> {
  const magic = Buffer.alloc(4)
  magic.writeUInt32LE(batchMagic)
  let at = from
  while (at < sizeBytes) {
    const { buffer, start } = await window.at(at, batchHeaderBytes)
    const hit = buffer.indexOf(magic, start)
    if (hit < 0) {
      at += Math.max(1, buffer.byteLength - start - 3)
      continue
    }
    const offset = at + hit - start
    // What merely looks like a batch, in somebody's data, is not read as far as it says.
    const groupStart = (await window.header(offset))?.groupStart ?? 0
    if (groupStart > from && groupStart <= offset) {
      const found = await window.batch(offset)
      if (found && batchIsWhole(found.buffer, found.start, found.batch, salt)) return true
    }
    at = offset + 1
  }
  return false
}

/** A piece of the file in memory that moves forward. */
class Window {
  readonly #files: LogFiles
  readonly #fd: number
  readonly #sizeBytes: number
  #buffer: Buffer = Buffer.alloc(0)
  #start = 0

  constructor(files: LogFiles, fd: number, sizeBytes: number) {
    this.#files = files
    this.#fd = fd
    this.#sizeBytes = sizeBytes
  }

  /** At least `length` bytes from `offset`, or as many as there are. */
  async at(offset: number, length: number): Promise<{ buffer: Buffer; start: number }> {
    const end = Math.min(offset + length, this.#sizeBytes)
    if (offset < this.#start || end > this.#start + this.#buffer.byteLength) {
      const size = Math.min(Math.max(length, windowBytes), this.#sizeBytes - offset)
      const buffer = Buffer.allocUnsafe(size)
      const count = await this.#files.read(this.#fd, buffer, offset)
      this.#buffer = buffer.subarray(0, count)
      this.#start = offset
    }
    return { buffer: this.#buffer, start: offset - this.#start }
  }

  async header(offset: number): Promise<BatchHeader | undefined> {
    const { buffer, start } = await this.at(offset, batchHeaderBytes)
    return readBatchHeader(buffer, start)
  }

  async batch(offset: number): Promise<FoundBatch | undefined> {
    const batch = await this.header(offset)
    if (!batch || offset + batch.sizeBytes > this.#sizeBytes) return undefined
    const whole = await this.at(offset, batch.sizeBytes)
    return { ...whole, batch }
  }
}

/** A record that was acknowledged and never freed is not where it must be: what held it is taken for something else. */
export function missing(shardId: string, sequence: number) {
  return StreamErrors.LogCorrupted(
    `record ${sequence} of the shard ${shardId} is missing from its log`,
    { shardId, sequence },
  )
}

export function corrupted(path: string, offset: number) {
  return StreamErrors.LogCorrupted(`the segment ${path} is damaged at byte ${offset}`, {
    path,
    offset,
  })
}
