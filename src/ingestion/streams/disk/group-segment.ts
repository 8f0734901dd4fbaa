import type { LogParts, LogState } from './log-state.ts'
import type { LogWriter } from './log-writer.ts'
import { mergeSegments, type Merged } from './merge-segments.ts'
import type { SegmentIndex } from './segment-index.ts'
import { indexPath, segmentPath, temporarySuffix, type Segment } from './segment.ts'
import { SegmentDemand } from './segment-demand.ts'
import { DamagedSegment, MergeStopped } from './shard-copier.ts'

/** Of a shard at an entry of the index, on average. */
const runBytesMin = 32 * 1024
/** Of a thousand shards each has 32 KiB in a segment: in so many it has enough for a read. */
const mergedSegments = 8

/**
 * Sorts sealed segments by shard, several to one, so that what a reader of one shard costs depends on that shard alone. The
 * grouped file takes the place of the others under a name of its own. Only segments that are read from the disk, and
 * often, or for several shards: most are not, since who keeps up reads from memory, and to sort them all would write each record
 * twice. One file at a time is made over all logs.
 */
export class SegmentGrouping {
  #queue: Promise<void> = Promise.resolve()
  #isStopped = false

  /** Counts reads of the segment's file for a shard alone, and adds it to the queue when grouping it pays. */
  count(
    { fileReads, position }: { readonly fileReads: number; readonly position: number },
    job: GroupingJob,
    index: SegmentIndex,
  ): void {
    const { segment, state, parts, writer } = job
    const asked = state.groupingAsked
    if (!mayBeGrouped(segment) || asked.has(segment.path) || !isMixed(segment, index)) return
    segment.demand ??= new SegmentDemand()
    if (!segment.demand.add(fileReads, position, index.shards.size, segment.durableBytes)) return
    // Of one that finds no room it is not tried again at once.
    delete segment.demand
    asked.add(segment.path)
    this.#queue = this.#queue.then(async () => {
      if (this.#isStopped || writer.hasEnded) return
      try {
        if (state.segments.includes(segment)) await group(job, () => this.#isStopped)
        asked.delete(segment.path)
      } catch (error) {
        if (writer.hasEnded || error instanceof MergeStopped) return
        if (error instanceof DamagedSegment) {
          error.segment.isDamaged = true
          asked.delete(segment.path)
        }
        // The segments stay as they are, and are tried again after the next start.
        parts.log.warn({ err: error, path: segment.path }, 'a segment could not be grouped')
      }
    })
  }

  /** Leaves the segments that are being grouped as they are. */
  async stop(): Promise<void> {
    this.#isStopped = true
    await this.#queue
  }
}

/** True when the shards of a segment stand in pieces so small that readers jump more than they read. */
export function isMixed(segment: Segment, index: SegmentIndex): boolean {
  return segment.durableBytes / Math.max(1, index.entries) < runBytesMin
}

function mayBeGrouped({ isGrouped, isDamaged }: Segment): boolean {
  return !isGrouped && !isDamaged
}

export interface GroupingJob {
  readonly segment: Segment
  readonly state: LogState
  readonly parts: LogParts
  readonly writer: LogWriter
}

async function group(job: GroupingJob, isStopped: () => boolean): Promise<void> {
  const { state, parts, writer } = job
  const segments = await togetherWith(job)
  const isKept = () => segments.every((segment) => state.segments.includes(segment))
  if (segments.length === 0 || !isKept()) return
  const next = state.segments[state.segments.indexOf(segments.at(-1)!) + 1]!
  const names = { firstNumber: segments[0]!.firstNumber, number: segments.at(-1)!.number }
  const path = segmentPath(state.folder, { ...names, isGrouped: true })
  const temporary = path + temporarySuffix
  try {
    const merged = await mergeSegments({
      segments,
      next,
      path: temporary,
      parts,
      isStopped: () => isStopped() || writer.hasEnded || !isKept(),
    })
    await writer.inTurn(async () => {
      // One may have been freed meanwhile.
      if (!isKept()) throw new MergeStopped()
      await replace(state, parts, segments, { ...names, path, merged })
    })
  } catch (error) {
    await parts.files.remove(temporary).catch(() => undefined)
    if (error instanceof MergeStopped || !isKept()) return
    throw error
  }
  for (const segment of segments) await remove(segment, parts)
}

/** Gives the file its name and its place in the log. Readers that have an old one open finish with it; those who come too late find the new one. */
async function replace(
  state: LogState,
  { files, indexes }: LogParts,
  segments: readonly Segment[],
  made: Pick<Segment, 'firstNumber' | 'number' | 'path'> & { readonly merged: Merged },
): Promise<void> {
  const { merged, ...names } = made
  const { sizeBytes, start, index } = merged
  await files.rename(names.path + temporarySuffix, names.path)
  await files.syncFolder(state.folder)
  const grouped: Segment = { ...names, isGrouped: true, durableBytes: sizeBytes, start }
  await indexes.keep(grouped, index)
  await indexes.write(grouped, index).catch(() => undefined)
  const first = state.segments.indexOf(segments[0]!)
  state.segments = state.segments.toSpliced(first, segments.length, grouped)
}

/** Removes a segment that has become part of another. */
async function remove(segment: Segment, parts: LogParts): Promise<void> {
  const { files, handles, indexes, tail } = parts
  await files.remove(segment.path)
  await files.remove(indexPath(segment))
  await handles.drop(segment.path)
  tail.forget(segment.path)
  await indexes.forget(segment.path)
}

/** The segment with its neighbours, as far as they are sealed, not grouped and worth it, and there is room for a copy of all. */
async function togetherWith({ segment, state, parts }: GroupingJob): Promise<readonly Segment[]> {
  const { segments } = state
  const place = (number: number) => Math.floor((number - 1) / mergedSegments)
  const isCandidate = async (other: Segment | undefined): Promise<boolean> =>
    other !== undefined &&
    other !== segments.at(-1) &&
    place(other.number) === place(segment.number) &&
    mayBeGrouped(other) &&
    (await parts.indexes.of(other).then(
      (index) => isMixed(other, index),
      () => false,
    ))
  const at = segments.indexOf(segment)
  let first = at
  let last = at
  while (await isCandidate(segments[first - 1])) first -= 1
  while (await isCandidate(segments[last + 1])) last += 1
  const all = segments.slice(first, last + 1)
  const sizeBytes = all.reduce((sum, { durableBytes }) => sum + durableBytes, 0)
  if (parts.hasRoom(sizeBytes)) return all
  return parts.hasRoom(segment.durableBytes) ? [segment] : []
}
