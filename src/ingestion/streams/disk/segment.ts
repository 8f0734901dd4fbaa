import { join } from 'node:path'
import type { LogFiles } from './files.ts'
import type { FileHandles } from './handles.ts'
import { corrupted, readHeader, scanSegment } from './scan.ts'
import type { SegmentHeader } from './segment-format.ts'
import type { SegmentDemand } from './segment-demand.ts'
import { decodeIndex, encodeIndex, type SegmentIndex } from './segment-index.ts'

/** Where every shard stood when a segment began, by the shard's position in the log. */
export interface SegmentStart {
  readonly headerBytes: number
  readonly salt: number
  readonly sequences: Float64Array
  readonly arrivals: Float64Array
}

/** One file of a log. Only the newest segment of a log is written to; the others are sealed. */
export interface Segment {
  readonly number: number
  /** Of the oldest of those that it was made from; its own number when it was made from itself alone. */
  readonly firstNumber: number
  readonly path: string
  /** Its batches stand shard by shard, and no longer in the order they came. */
  readonly isGrouped: boolean
  /** How much of the file is on stable storage and may be read. */
  durableBytes: number
  /** The newest segment's, kept in memory. A sealed segment's comes from `SegmentIndexes`. */
  index?: SegmentIndex
  start?: SegmentStart
  /** What readers of one shard had to go to its file for, as long as it is not grouped. */
  demand?: SegmentDemand
  /** Some of it cannot be read: it is never grouped. */
  isDamaged?: boolean
}

export const segmentSuffix = '.seg'
export const indexSuffix = '.idx'
export const temporarySuffix = '.tmp'

const groupedMark = '.g'

/** Of which segments a file has the records, as its name tells. */
export interface SegmentName {
  readonly firstNumber: number
  readonly number: number
  readonly isGrouped: boolean
}

/** `0000000001.seg`, when grouped `0000000001.g.seg`, or `0000000001-0000000008.g.seg` when made from several. */
export function segmentPath(
  folder: string,
  { firstNumber, number, isGrouped }: SegmentName,
): string {
  const numbers = firstNumber === number ? [number] : [firstNumber, number]
  const name = numbers.map((each) => String(each).padStart(10, '0')).join('-')
  return join(folder, name + (isGrouped ? groupedMark : '') + segmentSuffix)
}

export function parseSegmentName(name: string): SegmentName | undefined {
  const [, first, last, mark] = /^(\d{10,})(?:-(\d{10,}))?(\.g)?\.seg$/.exec(name) ?? []
  if (first === undefined) return undefined
  const firstNumber = Number(first)
  const number = last === undefined ? firstNumber : Number(last)
  return { firstNumber, number, isGrouped: mark === groupedMark }
}

/** True when the segment, or the file it has become part of, has the records of the other. */
export function covers(segment: SegmentName, other: SegmentName): boolean {
  return segment.firstNumber <= other.firstNumber && other.number <= segment.number
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

export async function startOf(
  files: LogFiles,
  handles: FileHandles,
  segment: Segment,
): Promise<SegmentStart> {
  segment.start ??= segmentStart(
    await handles.use(segment.path, (fd) => readHeader(files, fd, segment.path)),
  )
  return segment.start
}

/** The indexes of sealed segments that were used last, up to so many entries in all. */
export class SegmentIndexes {
  readonly #files: LogFiles
  readonly #handles: FileHandles
  readonly #entriesMax: number
  readonly #byPath = new Map<string, Promise<SegmentIndex>>()
  #entries = 0

  constructor(files: LogFiles, handles: FileHandles, entriesMax: number) {
    this.#files = files
    this.#handles = handles
    this.#entriesMax = entriesMax
  }

  async of(segment: Segment): Promise<SegmentIndex> {
    if (segment.index) return segment.index
    const cached = this.#byPath.get(segment.path)
    if (cached) {
      this.#byPath.delete(segment.path)
      this.#byPath.set(segment.path, cached)
      return cached
    }
    const loading = this.#load(segment)
    this.#byPath.set(segment.path, loading)
    try {
      this.#entries += (await loading).entries
    } catch (error) {
      this.#byPath.delete(segment.path)
      throw error
    }
    await this.#evict(segment.path)
    return loading
  }

  /** Remembers the index of a segment that has just been sealed. */
  async keep(segment: Segment, index: SegmentIndex): Promise<void> {
    this.#byPath.set(segment.path, Promise.resolve(index))
    this.#entries += index.entries
    await this.#evict(segment.path)
  }

  /** Writes the side file of a segment that has just been sealed. */
  async write(segment: Segment, index: SegmentIndex): Promise<void> {
    const path = indexPath(segment)
    const temporary = path + temporarySuffix
    await this.#files.remove(temporary)
    const fd = await this.#files.open(temporary, 'wx+')
    try {
      await this.#files.write(fd, [encodeIndex(index, segment.durableBytes)], 0)
    } finally {
      await this.#files.close(fd)
    }
    await this.#files.rename(temporary, path)
  }

  async forget(path: string): Promise<void> {
    const cached = this.#byPath.get(path)
    if (!cached) return
    this.#byPath.delete(path)
    this.#entries -= await cached.then(
      (index) => index.entries,
      () => 0,
    )
  }

  async #load(segment: Segment): Promise<SegmentIndex> {
    const stored = await this.#readSideFile(segment)
    if (stored) return stored
    const scanned = await this.#handles.use(segment.path, (fd) =>
      scanSegment(this.#files, fd, segment.path),
    )
    // All of a sealed segment had been acknowledged.
    if (scanned.validBytes < segment.durableBytes) throw corrupted(segment.path, scanned.validBytes)
    await this.write(segment, scanned.index).catch(() => undefined)
    return scanned.index
  }

  async #readSideFile(segment: Segment): Promise<SegmentIndex | undefined> {
    let fd: number
    try {
      fd = await this.#files.open(indexPath(segment), 'r')
    } catch {
      return undefined
    }
    try {
      const buffer = Buffer.alloc(await this.#files.sizeBytes(fd))
      const count = await this.#files.read(fd, buffer, 0)
      return decodeIndex(buffer.subarray(0, count), segment.durableBytes)
    } finally {
      await this.#files.close(fd)
    }
  }

  async #evict(keep: string): Promise<void> {
    for (const path of this.#byPath.keys()) {
      if (this.#entries <= this.#entriesMax) return
      if (path !== keep) await this.forget(path)
    }
  }
}
