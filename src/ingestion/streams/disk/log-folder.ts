import { dirname, join } from 'node:path'
import { randomHex } from '#kit'
import { newLogState, noteFreed, type LogParts, type LogState } from './log-state.ts'
import { scanSegment } from './scan.ts'
import { encodeSegmentHeader, type ShardTip } from './segment-format.ts'
import { SegmentIndex } from './segment-index.ts'
import {
  indexPath,
  parseSegmentName,
  segmentPath,
  segmentStart,
  startOf,
  temporarySuffix,
  type Segment,
  type SegmentName,
} from './segment.ts'

/** Makes the folder of a log with its first shard; all of it is on stable storage when this resolves. */
export async function createLogFolder(
  folder: string,
  shardId: string,
  parts: LogParts,
): Promise<LogState> {
  await parts.files.makeFolder(folder)
  const tips = [{ shardId, sequence: 0, arrivalMs: 0 }]
  const segment = await createSegment(folder, 1, tips, parts)
  await parts.files.syncFolder(dirname(folder))
  return newLogState(folder, [segment], tips)
}

/**
 * Finds the log as the last durable write left it: cuts a torn tail off the newest segment, and makes sure of the rest.
 * Undefined when the folder holds no log: it is not there, or its first segment was never finished.
 */
export async function openLogFolder(
  folder: string,
  parts: LogParts,
): Promise<LogState | undefined> {
  const { files, handles } = parts
  const segments = await listSegments(folder, parts)
  const newest = segments.at(-1)
  if (!newest) return undefined
  const tips = await handles.use(newest, async (fd) => {
    const scanned = await scanSegment(files, fd, newest.path)
    if (scanned.validBytes < scanned.sizeBytes) {
      const { validBytes, sizeBytes } = scanned
      parts.log.warn({ path: newest.path, validBytes, sizeBytes }, 'a torn tail was cut off')
      await files.truncate(fd, validBytes)
    }
    // What was written and not yet fsynced when the process died may be whole: it is kept, so it must be durable.
    await files.sync(fd)
    newest.durableBytes = scanned.validBytes
    newest.index = scanned.index
    newest.start = segmentStart(scanned.header)
    return scanned.tips
  })
  const state = newLogState(folder, segments, tips)
  // Where it cannot be read, whoever reads is told so.
  const start = await startOf(files, handles, segments[0]!).catch(() => undefined)
  if (start) noteFreed(state, start)
  return state
}

/** A new segment under its final name, with the name itself on stable storage. The one before had `entriesLikely` entries. */
export async function createSegment(
  folder: string,
  number: number,
  shards: readonly ShardTip[],
  { files }: LogParts,
  entriesLikely = 0,
): Promise<Segment> {
  const path = segmentPath(folder, number)
  const temporary = path + temporarySuffix
  const salt = Number.parseInt(randomHex(4), 16)
  const header = encodeSegmentHeader(salt, shards)
  await files.remove(temporary)
  const fd = await files.open(temporary, 'wx+')
  try {
    await files.write(fd, [header], 0)
    await files.sync(fd)
  } finally {
    await files.close(fd)
  }
  await files.rename(temporary, path)
  await files.syncFolder(folder)
  return {
    number,
    path,
    durableBytes: header.byteLength,
    index: new SegmentIndex(entriesLikely),
    start: segmentStart({ sizeBytes: header.byteLength, salt, shards }),
  }
}

/** The log's segments, the oldest first, without gaps: what is older than a gap was being freed. */
async function listSegments(folder: string, { files }: LogParts): Promise<Segment[]> {
  const names = await files.list(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const found: SegmentName[] = []
  for (const name of names) {
    if (name.endsWith(temporarySuffix)) await files.remove(join(folder, name))
    const parsed = parseSegmentName(name)
    if (parsed) found.push(parsed)
  }
  const kept = keptSegments(found)
  for (const name of found) {
    if (kept.includes(name)) continue
    const path = join(folder, name.name)
    await files.remove(path)
    await files.remove(indexPath({ path }))
  }
  const segments: Segment[] = []
  for (const { name, number } of kept) {
    const path = join(folder, name)
    segments.push({ number, path, durableBytes: await files.sizeBytesOf(path) })
  }
  return segments
}

/**
 * Those of a log's files that are part of it, the oldest first. A sorted segment was whole as soon as it had its name, and what it was made
 * from was being removed then; so was what is older than a gap.
 */
export function keptSegments(found: readonly SegmentName[]): readonly SegmentName[] {
  const widestFirst = found.toSorted(
    (one, other) =>
      other.number - one.number ||
      one.firstNumber - other.firstNumber ||
      Number(other.isSorted) - Number(one.isSorted),
  )
  const kept: SegmentName[] = []
  for (const name of widestFirst) {
    const newer = kept[0]
    if (newer && name.number >= newer.firstNumber) continue
    if (newer && name.number !== newer.firstNumber - 1) break
    kept.unshift(name)
  }
  return kept
}
