import { randomHex } from '#kit'
import type { LogParts } from './log-state.ts'
import { readHeader } from './scan.ts'
import { encodeSegmentHeader, type SegmentHeader } from './segment-format.ts'
import { SegmentIndex } from './segment-index.ts'
import { segmentStart, type Segment, type SegmentStart } from './segment.ts'
import { ShardCopier, type MergeSource, type Slice } from './shard-copier.ts'

export interface MergeInput {
  /** Sealed, the oldest first, without gaps. */
  readonly segments: readonly Segment[]
  /** The one that comes after them: it tells where they end. */
  readonly next: Segment
  /** Where the file is made; nobody else knows it. */
  readonly path: string
  readonly parts: LogParts
  /** Nobody wants it any more. */
  readonly isStopped: () => boolean
}

export interface Merged {
  readonly sizeBytes: number
  readonly start: SegmentStart
  readonly index: SegmentIndex
}

/**
 * Makes one file of what several segments hold, shard by shard, and fsyncs it. Read and written are some shards at a time: groups have
 * their shards in one order, so what neighbours have stands together in each, and every byte is read about once. Each batch is
 * checked as a reader would, that it is whole and the next of its shard, and that none is missing at the end.
 * Errors: `DamagedSegment`, `MergeStopped`, and those of the disk.
 */
export async function mergeSegments(input: MergeInput): Promise<Merged> {
  const { segments, next, path, parts } = input
  const { files } = parts
  await files.remove(path)
  const fd = await files.open(path, 'wx+')
  try {
    const headers: SegmentHeader[] = []
    for (const segment of [...segments, next]) headers.push(await headerOf(segment, parts))
    const header = mergedHeader(headers[0]!, headers.at(-1)!)
    await files.write(fd, [header.bytes], 0)
    const index = new SegmentIndex()
    const sources: MergeSource[] = []
    for (const [at, segment] of segments.entries()) {
      const { salt } = headers[at]!
      sources.push({ segment, salt, index: await parts.indexes.of(segment) })
    }
    const target = { fd, salt: header.decoded.salt, index, startBytes: header.bytes.byteLength }
    const copier = new ShardCopier(sources, target, parts, input.isStopped)
    const ends = headers.at(-1)!.shards.map(({ sequence }) => sequence)
    const begins = header.decoded.shards.map(({ sequence }) => sequence)
    for (const slice of slices(begins, ends, segments, parts.mixedSegmentBytes)) {
      await copier.copy(slice, begins, ends)
      // Not all at once at the end: what others fsync meanwhile would wait for it.
      await files.sync(fd)
    }
    return { sizeBytes: copier.sizeBytes, start: segmentStart(header.decoded), index }
  } finally {
    await files.close(fd)
  }
}

function headerOf(segment: Segment, { files, handles }: LogParts): Promise<SegmentHeader> {
  return handles.use(segment.path, (fd) => readHeader(files, fd, segment.path))
}

/** Every shard that the log has at the end, where it stood at the beginning: what added them is not needed then. */
function mergedHeader(first: SegmentHeader, end: SegmentHeader) {
  const salt = Number.parseInt(randomHex(4), 16)
  const shards = end.shards.map(
    ({ shardId }, position) => first.shards[position] ?? { shardId, sequence: 0, arrivalMs: 0 },
  )
  const bytes = encodeSegmentHeader(salt, shards)
  return { bytes, decoded: { sizeBytes: bytes.byteLength, salt, shards } }
}

/** Cuts the shards into neighbours that have about as much together as is held in memory. */
function slices(
  begins: readonly number[],
  ends: readonly number[],
  segments: readonly Segment[],
  sliceBytes: number,
): readonly Slice[] {
  const records = ends.map((end, position) => end - begins[position]!)
  const total = records.reduce((sum, count) => sum + count, 0)
  const sizeBytes = segments.reduce((sum, { durableBytes }) => sum + durableBytes, 0)
  const most = (total * sliceBytes) / sizeBytes
  const found: Slice[] = []
  let from = 0
  let own = 0
  for (const [position, count] of records.entries()) {
    if (own > 0 && own + count > most) {
      found.push({ from, to: position })
      from = position
      own = 0
    }
    own += count
  }
  if (own > 0) found.push({ from, to: records.length })
  return found
}
