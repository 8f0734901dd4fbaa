import { join } from 'node:path'
import type { LogFiles } from './files.ts'
import type { FileHandles, LogFile } from './handles.ts'
import { corrupted, readHeader, scanSegment } from './scan.ts'
import type { SegmentHeader } from './segment-format.ts'
import { decodeIndex, sealIndex, type SealedIndex } from './sealed-index.ts'
import type { SegmentIndex } from './segment-index.ts'

/** Where every shard stood when a segment began, by the shard's position in the log. */
export interface SegmentStart {
  readonly headerBytes: number
  readonly salt: number
  readonly sequences: Float64Array
  readonly arrivals: Float64Array
}

/** One file of a log. Only the newest segment of a log is written to; the others are sealed. */
export interface Segment extends LogFile {
  readonly number: number
  /** How much of the file is on stable storage and may be read. */
  durableBytes: number
  /** The newest segment's, kept in memory. A sealed segment's comes from `SegmentIndexes`. */
  index?: SegmentIndex
  start?: SegmentStart
  /** While it is read. */
  starting?: Promise<SegmentStart>
}

export const segmentSuffix = '.seg'
export const indexSuffix = '.idx'
export const temporarySuffix = '.tmp'

/** Of which segments a file has the records, as its name tells. */
export interface SegmentName {
  readonly name: string
  readonly firstNumber: number
  readonly number: number
  /**
   * Its batches stand shard by shard, and may be those of several segments: former versions made such files of segments with many shards.
   * They are read and freed as all others.
   */
  readonly isSorted: boolean
}

/** `0000000001.seg` */
export function segmentPath(folder: string, number: number): string {
  return join(folder, String(number).padStart(10, '0') + segmentSuffix)
}

/** The name of a segment; those of sorted ones are `0000000001.g.seg` or, with the records of several, `0000000001-0000000008.g.seg`. */
export function parseSegmentName(name: string): SegmentName | undefined {
  const [, first, last, mark] = /^(\d{10,})(?:-(\d{10,}))?(\.g)?\.seg$/.exec(name) ?? []
  if (first === undefined) return undefined
  const firstNumber = Number(first)
  const number = last === undefined ? firstNumber : Number(last)
  return { name, firstNumber, number, isSorted: mark !== undefined }
}

export function indexPath(segment: Pick<Segment, 'path'>): string {
  return segment.path.slice(0, -segmentSuffix.length) + indexSuffix
}

export function segmentStart(header: SegmentHeader): SegmentStart {
  return {
    headerBytes: header.sizeBytes,
    salt: header.salt,
    sequences: Float64Array.from(header.shards, (shard) => shard.sequence),
    arrivals: Float64Array.from(header.shards, (shard) => shard.arrivalMs),
  }
}

/** Read once for all who ask at a time: readers of all shards come by together. */
export async function startOf(
  files: LogFiles,
  handles: FileHandles,
  segment: Segment,
): Promise<SegmentStart> {
  if (segment.start) return segment.start
  segment.starting ??= readStart(files, handles, segment)
  return segment.starting
}

async function readStart(
  files: LogFiles,
  handles: FileHandles,
  segment: Segment,
): Promise<SegmentStart> {
  try {
    const header = await handles.use(segment, (fd) => readHeader(files, fd, segment.path))
    segment.start = segmentStart(header)
    return segment.start
  } finally {
    delete segment.starting
  }
}

/** The indexes of sealed segments that were used last, up to so many bytes in all. */
export class SegmentIndexes {
  readonly #files: LogFiles
  readonly #handles: FileHandles
  readonly #bytesMax: number
  readonly #bySegment = new Map<Segment, Promise<SealedIndex>>()
  #bytes = 0

  constructor(files: LogFiles, handles: FileHandles, bytesMax: number) {
    this.#files = files
    this.#handles = handles
    this.#bytesMax = bytesMax
  }

  async of(segment: Segment): Promise<SegmentIndex | SealedIndex> {
    if (segment.index) return segment.index
    const cached = this.#bySegment.get(segment)
    if (cached) {
      this.#bySegment.delete(segment)
      this.#bySegment.set(segment, cached)
      return cached
    }
    if (segment.isGone) throw new Error(`the segment ${segment.path} is gone`)
    const loading = this.#load(segment)
    this.#bySegment.set(segment, loading)
    try {
      this.#bytes += (await loading).bytes.byteLength
    } catch (error) {
      this.#bySegment.delete(segment)
      throw error
    }
    await this.#evict(segment)
    return loading
  }

  /** Remembers the index of a segment that has just been sealed. */
  async keep(segment: Segment, index: SealedIndex): Promise<void> {
    this.#bySegment.set(segment, Promise.resolve(index))
    this.#bytes += index.bytes.byteLength
    await this.#evict(segment)
  }

  /** Writes the side file of a segment that has just been sealed. */
  async write(segment: Segment, { bytes }: SealedIndex): Promise<void> {
    const path = indexPath(segment)
    const temporary = path + temporarySuffix
    await this.#files.remove(temporary)
    const fd = await this.#files.open(temporary, 'wx+')
    try {
      await this.#files.write(fd, [bytes], 0)
    } finally {
      await this.#files.close(fd)
    }
    await this.#files.rename(temporary, path)
  }

  /** Waits for the index if it is being made, and for its side file. */
  async forget(segment: Segment): Promise<void> {
    const cached = this.#bySegment.get(segment)
    if (!cached) return
    this.#bySegment.delete(segment)
    this.#bytes -= await cached.then(
      ({ bytes }) => bytes.byteLength,
      () => 0,
    )
  }

  async #load(segment: Segment): Promise<SealedIndex> {
    const stored = await this.#readSideFile(segment)
    if (stored) return stored
    const scanned = await this.#handles.use(segment, (fd) =>
      scanSegment(this.#files, fd, segment.path),
    )
    // All of a sealed segment had been acknowledged.
    if (scanned.validBytes < segment.durableBytes) throw corrupted(segment.path, scanned.validBytes)
    const index = sealIndex(scanned.index, segment.durableBytes)
    await this.write(segment, index).catch(() => undefined)
    return index
  }

  async #readSideFile(segment: Segment): Promise<SealedIndex | undefined> {
    let fd: number
    try {
      fd = await this.#files.open(indexPath(segment), 'r')
    } catch {
      return undefined
    }
    try {
      // Memory of its own: its columns are read where they lie.
      const buffer = Buffer.from(new ArrayBuffer(await this.#files.sizeBytes(fd)))
      const count = await this.#files.read(fd, buffer, 0)
      return decodeIndex(buffer.subarray(0, count), segment.durableBytes)
    } finally {
      await this.#files.close(fd)
    }
  }

  async #evict(keep: Segment): Promise<void> {
    for (const segment of this.#bySegment.keys()) {
      if (this.#bytes <= this.#bytesMax) return
      if (segment !== keep) await this.forget(segment)
    }
  }
}
