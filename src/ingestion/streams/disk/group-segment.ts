import { setImmediate as nextTurn } from 'node:timers/promises'
import type { LogFiles } from './files.ts'
import type { LogParts, LogState } from './log-state.ts'
import type { LogWriter } from './log-writer.ts'
import { batchIsWhole, readBatchHeader } from './segment-format.ts'
import { SegmentIndex } from './segment-index.ts'
import {
  indexPath,
  segmentPath,
  startOf,
  temporarySuffix,
  type Segment,
  type SegmentStart,
} from './segment.ts'

/** Of a shard at an entry of the index, on average. */
const runBytesMin = 32 * 1024
/** So much of a segment for each read of its file that its shards cost before it is grouped, which costs as much as a few thousand. */
const bytesPerReadMin = 128 * 1024
const copyBytes = 4 * 1024 * 1024
/** So many batches are looked at before the event loop has its turn. */
const batchesPerTurn = 2_000

/**
 * Sorts sealed segments by shard, so that what a reader of one shard costs depends on that shard alone. Each batch is copied
 * as it is; the grouped file takes the place of the other under a name of its own. Only segments that are read from the disk, and
 * often: most are not, since who keeps up reads from memory, and to sort them all would write each record twice. One
 * segment at a time over all logs, which is held in memory meanwhile.
 */
export class SegmentGrouping {
  #queue: Promise<void> = Promise.resolve()
  #isStopped = false

  /** Counts reads of the segment's file, and adds it to the queue when grouping it pays. */
  count(fileReads: number, job: GroupingJob, index: SegmentIndex): void {
    const { segment, state, parts, writer } = job
    const asked = state.groupingAsked
    if (segment.isGrouped || asked.has(segment.path) || !isMixed(segment, index)) return
    segment.fileReads = (segment.fileReads ?? 0) + fileReads
    if (segment.fileReads * bytesPerReadMin < segment.durableBytes) return
    // Of one that turns out to be damaged, or finds no room, it is not tried again at once.
    segment.fileReads = 0
    asked.add(segment.path)
    this.#queue = this.#queue.then(async () => {
      if (this.#isStopped || writer.hasEnded) return
      try {
        if (state.segments.includes(segment)) await group(job)
        asked.delete(segment.path)
      } catch (error) {
        if (writer.hasEnded) return
        // The segment stays as it is. It is tried again after the next start.
        parts.log.warn({ err: error, path: segment.path }, 'a segment could not be grouped')
      }
    })
  }

  /** Finishes the segment that is being grouped, and leaves the others as they are. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#queue
  }
}

/** True when the shards of a segment stand in pieces so small that readers jump more than they read. */
export function isMixed(segment: Segment, index: SegmentIndex): boolean {
  return segment.durableBytes / Math.max(1, index.entries) < runBytesMin
}

export interface GroupingJob {
  readonly segment: Segment
  readonly state: LogState
  readonly parts: LogParts
  readonly writer: LogWriter
}

async function group({ segment, state, parts, writer }: GroupingJob): Promise<void> {
  const { files, handles, indexes } = parts
  if (!parts.hasRoom(segment.durableBytes)) return
  const start = await startOf(files, handles, segment)
  const bytes = Buffer.allocUnsafe(segment.durableBytes)
  await handles.use(segment.path, (fd) => files.read(fd, bytes, 0))
  const order = await batchesByShard(bytes, start)
  if (!order) return
  const path = segmentPath(state.folder, segment.number, true)
  const temporary = path + temporarySuffix
  await files.remove(temporary)
  const fd = await files.open(temporary, 'wx+')
  let index: SegmentIndex
  try {
    index = await copy(files, fd, bytes, start.headerBytes, order)
    await files.sync(fd)
  } finally {
    await files.close(fd)
  }
  const grouped: Segment = { ...segment, path, isGrouped: true, start }
  await writer.inTurn(async () => {
    // It may have been freed meanwhile.
    if (!state.segments.includes(segment)) return files.remove(temporary)
    await files.rename(temporary, path)
    await files.syncFolder(state.folder)
    state.segments = state.segments.map((other) => (other === segment ? grouped : other))
    await indexes.keep(grouped, index)
    await indexes.write(grouped, index).catch(() => undefined)
    // Readers that have the old file open finish with it; those who come too late find the new one.
    await files.remove(segment.path)
    await files.remove(indexPath(segment))
    await handles.drop(segment.path)
    parts.tail.forget(segment.path)
    await indexes.forget(segment.path)
  })
}

interface BatchPlace {
  readonly shard: number
  readonly offset: number
  readonly sizeBytes: number
  readonly sequence: number
  readonly arrivalMs: number
  readonly count: number
}

/** Those that add shards first, then each shard's own. Undefined when one is damaged: readers are to find it. */
async function batchesByShard(
  bytes: Buffer,
  { headerBytes, salt }: SegmentStart,
): Promise<readonly BatchPlace[] | undefined> {
  const added: BatchPlace[] = []
  const byShard = new Map<number, BatchPlace[]>()
  let seen = 0
  for (let offset = headerBytes; offset < bytes.byteLength;) {
    const batch = readBatchHeader(bytes, offset)
    if (!batch || !batchIsWhole(bytes, offset, batch, salt)) return undefined
    const { shard, sizeBytes, sequence, arrivalMs, count } = batch
    const place = { shard, offset, sizeBytes, sequence, arrivalMs, count }
    const own = count === 0 ? added : byShard.get(shard)
    if (own) own.push(place)
    else byShard.set(shard, [place])
    offset += sizeBytes
    seen += 1
    if (seen % batchesPerTurn === 0) await nextTurn()
  }
  return [
    ...added,
    ...[...byShard.keys()].toSorted((a, b) => a - b).flatMap((s) => byShard.get(s)!),
  ]
}

/** Writes the header and the batches in their new order. */
async function copy(
  files: LogFiles,
  fd: number,
  bytes: Buffer,
  headerBytes: number,
  order: readonly BatchPlace[],
): Promise<SegmentIndex> {
  const index = new SegmentIndex()
  let staged: Buffer = Buffer.allocUnsafe(copyBytes)
  let stagedBytes = 0
  let at = 0
  const put = async (from: number, sizeBytes: number): Promise<void> => {
    if (stagedBytes + sizeBytes > staged.byteLength) {
      await files.write(fd, [staged.subarray(0, stagedBytes)], at - stagedBytes)
      stagedBytes = 0
      if (sizeBytes > staged.byteLength) staged = Buffer.allocUnsafe(sizeBytes)
    }
    bytes.copy(staged, stagedBytes, from, from + sizeBytes)
    stagedBytes += sizeBytes
    at += sizeBytes
  }
  await put(0, headerBytes)
  for (const { shard, offset, sizeBytes, sequence, arrivalMs, count } of order) {
    if (count > 0) index.add(shard, at, sizeBytes, sequence, arrivalMs)
    await put(offset, sizeBytes)
  }
  await files.write(fd, [staged.subarray(0, stagedBytes)], at - stagedBytes)
  return index
}
