import { setImmediate as nextTurn } from 'node:timers/promises'
import type { LogParts } from './log-state.ts'
import { batchIsWhole, readBatchHeader, resealBatch, type BatchHeader } from './segment-format.ts'
import type { SegmentIndex } from './segment-index.ts'
import type { Segment } from './segment.ts'

const stagedBytes = 1024 * 1024
const readBytes = 4 * 1024 * 1024
/** Bytes of other shards that are rather read than jumped over. */
const gapBytesMax = 32 * 1024
/** So much is looked at before the event loop has its turn. */
const bytesPerTurn = 2 * 1024 * 1024

export interface MergeSource {
  readonly segment: Segment
  readonly salt: number
  readonly index: SegmentIndex
}

export interface MergeTarget {
  readonly fd: number
  readonly salt: number
  readonly index: SegmentIndex
  /** Where its batches begin. */
  readonly startBytes: number
}

/** Shards by their positions: from, and up to but without. */
export interface Slice {
  readonly from: number
  readonly to: number
}

/** A segment does not hold what it must: its readers are to find it. */
export class DamagedSegment extends Error {
  readonly segment: Segment

  constructor(segment: Segment) {
    super(`${segment.path} is damaged`)
    this.segment = segment
  }
}

/** What was being made is not wanted any more. */
export class MergeStopped extends Error {}

interface HeldBatch {
  readonly batch: BatchHeader
  readonly bytes: Buffer
  readonly start: number
}

/** Copies the batches of some shards after those of others, from several segments to a file. */
export class ShardCopier {
  readonly #sources: readonly MergeSource[]
  readonly #target: MergeTarget
  readonly #parts: LogParts
  readonly #isStopped: () => boolean
  #window: Buffer = Buffer.allocUnsafeSlow(readBytes)
  #staged: Buffer = Buffer.allocUnsafeSlow(stagedBytes)
  #stagedBytes = 0
  /** Where what is staged will stand. */
  #at: number
  #sinceTurn = 0
  /** Memory of slices that were written. */
  readonly #free: Buffer[] = []

  constructor(
    sources: readonly MergeSource[],
    target: MergeTarget,
    parts: LogParts,
    isStopped: () => boolean,
  ) {
    this.#sources = sources
    this.#target = target
    this.#parts = parts
    this.#isStopped = isStopped
    this.#at = target.startBytes
  }

  get sizeBytes(): number {
    return this.#at + this.#stagedBytes
  }

  /**
   * Copies what these shards have between `begins` and `ends`: their last sequences before and within. In memory is about what
   * a segment holds, and twice that when records of some shards are larger than others.
   */
  async copy(slice: Slice, begins: readonly number[], ends: readonly number[]): Promise<void> {
    const { from, to } = slice
    const held = new SliceBatches(from, to, this.#free)
    const tips = begins.slice(from, to)
    for (const source of this.#sources) {
      const isComplete = await this.#read(source, slice, (batch, buffer, start) => {
        const own = batch.shard - from
        if (batch.sequence !== tips[own]! + 1) throw new DamagedSegment(source.segment)
        tips[own]! += batch.count
        held.add(batch, buffer, start)
        return held.bytes <= 2 * this.#parts.mixedSegmentBytes || to - from === 1
      })
      if (isComplete && (to - from > 1 || held.bytes < this.#parts.mixedSegmentBytes)) continue
      if (isComplete) {
        // A shard alone has its batches in order already.
        await this.#write(held)
        continue
      }
      held.letGo()
      const middle = (from + to) >>> 1
      await this.copy({ from, to: middle }, begins, ends)
      return this.copy({ from: middle, to }, begins, ends)
    }
    const { segment } = this.#sources.at(-1)!
    if (tips.some((tip, own) => tip !== ends[from + own])) throw new DamagedSegment(segment)
    await this.#write(held)
    await this.#flush()
  }

  /** Visits the batches of the slice in a segment. False as soon as `visit` returns that. */
  async #read(
    { segment, salt, index }: MergeSource,
    { from, to }: Slice,
    visit: (batch: BatchHeader, buffer: Buffer, start: number) => boolean,
  ): Promise<boolean> {
    for (const region of regionsOf(index, from, to)) {
      let at = region.start
      while (at < region.end) {
        const window = await this.#load(segment, at, region.end)
        let start = 0
        for (;;) {
          const batch = readBatchHeader(window, start)
          if (!batch || start + batch.sizeBytes > window.byteLength) break
          const isOwn = batch.count > 0 && batch.shard >= from && batch.shard < to
          if (isOwn) {
            if (!batchIsWhole(window, start, batch, salt)) throw new DamagedSegment(segment)
            if (!visit(batch, window, start)) return false
          }
          start += batch.sizeBytes
        }
        if (start === 0) throw new DamagedSegment(segment)
        at += start
        await this.#turn(start)
      }
    }
    return true
  }

  /** What the segment has from `at` on, at least its first batch. It is good until the next call. */
  async #load(segment: Segment, at: number, end: number): Promise<Buffer> {
    const { files, handles } = this.#parts
    const load = async (sizeBytes: number) => {
      const window = this.#window.subarray(0, Math.min(sizeBytes, end - at))
      const count = await handles.use(segment.path, (fd) => files.read(fd, window, at))
      if (count < window.byteLength) throw new DamagedSegment(segment)
      return window
    }
    const window = await load(this.#window.byteLength)
    const needed = readBatchHeader(window, 0)?.sizeBytes ?? 0
    if (needed <= window.byteLength || at + needed > end) return window
    this.#window = Buffer.allocUnsafeSlow(needed)
    return load(needed)
  }

  /** Writes what is held, shard after shard, and holds nothing then. */
  async #write(held: SliceBatches): Promise<void> {
    const { index, salt } = this.#target
    for (const own of held.byShard) {
      for (const { batch, bytes, start } of own) {
        const { shard, sizeBytes, sequence, arrivalMs } = batch
        if (this.#stagedBytes + sizeBytes > this.#staged.byteLength) {
          await this.#flush()
          await this.#turn(bytesPerTurn)
          if (sizeBytes > this.#staged.byteLength) this.#staged = Buffer.allocUnsafeSlow(sizeBytes)
        }
        bytes.copy(this.#staged, this.#stagedBytes, start, start + sizeBytes)
        resealBatch(this.#staged, this.#stagedBytes, sizeBytes, salt)
        index.add(shard, this.sizeBytes, sizeBytes, sequence, arrivalMs)
        this.#stagedBytes += sizeBytes
      }
    }
    held.letGo()
  }

  async #flush(): Promise<void> {
    const staged = this.#staged.subarray(0, this.#stagedBytes)
    await this.#parts.files.write(this.#target.fd, [staged], this.#at)
    this.#at += this.#stagedBytes
    this.#stagedBytes = 0
  }

  async #turn(bytes: number): Promise<void> {
    this.#sinceTurn += bytes
    if (this.#sinceTurn < bytesPerTurn) return
    this.#sinceTurn = 0
    await nextTurn()
    if (this.#isStopped()) throw new MergeStopped()
  }
}

const chunkBytes = 1024 * 1024

/** Batches of some shards in memory, in the order of each shard. */
class SliceBatches {
  bytes = 0
  readonly byShard: HeldBatch[][]
  readonly #from: number
  readonly #free: Buffer[]
  #chunks: Buffer[] = []
  #used = 0

  constructor(from: number, to: number, free: Buffer[]) {
    this.#from = from
    this.#free = free
    this.byShard = Array.from({ length: to - from }, () => [])
  }

  add(batch: BatchHeader, buffer: Buffer, from: number): void {
    const { sizeBytes } = batch
    let chunk = this.#chunks.at(-1)
    if (!chunk || this.#used + sizeBytes > chunk.byteLength) {
      const free = sizeBytes <= chunkBytes ? this.#free.pop() : undefined
      chunk = free ?? Buffer.allocUnsafeSlow(Math.max(sizeBytes, chunkBytes))
      this.#chunks.push(chunk)
      this.#used = 0
    }
    buffer.copy(chunk, this.#used, from, from + sizeBytes)
    this.byShard[batch.shard - this.#from]!.push({ batch, bytes: chunk, start: this.#used })
    this.#used += sizeBytes
    this.bytes += sizeBytes
  }

  letGo(): void {
    for (const chunk of this.#chunks) if (chunk.byteLength === chunkBytes) this.#free.push(chunk)
    for (const own of this.byShard) own.length = 0
    this.#chunks = []
    this.bytes = 0
  }
}

interface Region {
  readonly start: number
  readonly end: number
}

/** Where a segment has batches of these shards, in order; what lies close together is one. */
function regionsOf(index: SegmentIndex, from: number, to: number): readonly Region[] {
  const pieces: Region[] = []
  for (let shard = from; shard < to; shard += 1) {
    const own = index.shards.get(shard)
    for (const [entry, start] of own?.offsets.entries() ?? []) {
      pieces.push({ start, end: own!.ends[entry]! })
    }
  }
  pieces.sort((one, other) => one.start - other.start)
  const regions: { readonly start: number; end: number }[] = []
  for (const { start, end } of pieces) {
    const last = regions.at(-1)
    if (last && start <= last.end + gapBytesMax) last.end = Math.max(last.end, end)
    else regions.push({ start, end })
  }
  return regions
}
