import { activeSegment, noteFreed, type LogParts, type LogState } from './log-state.ts'
import type { LogWriter } from './log-writer.ts'
import { areWorthRoll } from './spent-shards.ts'
import { indexPath, startOf, type Segment } from './segment.ts'

/**
 * Frees the segments that every shard of the log has given up, the oldest first. One that is still written to is sealed
 * before, so that an idle log gives its records up too.
 */
export async function freeSegments(
  state: LogState,
  parts: LogParts,
  writer: LogWriter,
): Promise<void> {
  // What could not be removed before.
  await removeFreed(state, parts)
  if (areWorthRoll(state)) await writer.roll()
  while (state.segments.length > 1 && (await isFree(state, parts, state.segments[0]!))) {
    await removeOldest(state, parts)
  }
  const only = activeSegment(state)
  const holdsRecords = only.index!.shardCount > 0
  if (state.segments.length > 1 || !holdsRecords || !(await isFree(state, parts, only))) return
  await writer.roll()
  await removeOldest(state, parts)
}

/** True when each shard has given up all that it has in this segment. */
async function isFree(state: LogState, parts: LogParts, segment: Segment): Promise<boolean> {
  const { files, handles } = parts
  const next = state.segments[state.segments.indexOf(segment) + 1]
  const start = await startOf(files, handles, segment)
  const end = next && (await startOf(files, handles, next))
  return state.shards.every((shard, position) => {
    const first = start.sequences[position] ?? 0
    const last = end ? (end.sequences[position] ?? 0) : shard.sequence
    const lastArrivalMs = end ? (end.arrivals[position] ?? 0) : shard.arrivalMs
    return last === first || last <= shard.trimSequence || lastArrivalMs < state.trimTimeMs
  })
}

async function removeOldest(state: LogState, parts: LogParts): Promise<void> {
  const [oldest, ...kept] = state.segments
  const start = await startOf(parts.files, parts.handles, kept[0]!)
  state.segments = kept
  noteFreed(state, start)
  state.freed.push(oldest!)
  await removeFreed(state, parts)
}

async function removeFreed({ freed }: LogState, parts: LogParts): Promise<void> {
  for (let oldest = freed[0]; oldest; oldest = freed[0]) {
    await parts.files.remove(oldest.path)
    await letGo(parts, oldest)
    await parts.files.remove(indexPath(oldest))
    freed.shift()
  }
}

/**
 * Lets go of the open file, the index and the bytes in memory of a segment that is under its path no more: who reads it still opens it
 * no more, which would keep a removed file on the disk.
 */
export async function letGo({ handles, indexes, tail }: LogParts, segment: Segment): Promise<void> {
  segment.isGone = true
  await handles.drop(segment)
  await indexes.forget(segment)
  tail.forget(segment.path)
}
