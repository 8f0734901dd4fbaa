import type { Clock, Logger } from '#kit'
import type { LogFiles } from './files.ts'
import type { FileHandles } from './handles.ts'
import { HotBatches } from './hot-batches.ts'
import { LogWaiters } from './log-waiters.ts'
import { noShard, type ShardTip } from './segment-format.ts'
import type { Segment, SegmentIndexes, SegmentStart } from './segment.ts'
import type { TailBytes } from './tail-bytes.ts'

/** What the logs of a folder share. */
export interface LogParts {
  readonly files: LogFiles
  readonly handles: FileHandles
  readonly indexes: SegmentIndexes
  readonly clock: Clock
  readonly log: Logger
  readonly tail: TailBytes
  /** A segment that is at least so long is sealed before the next write. */
  readonly segmentBytes: number
  /** How much is written and fsynced as one group. */
  readonly groupBytesMax: number
}

export interface ShardState {
  readonly shardId: string
  /** The newest durable record. */
  sequence: number
  arrivalMs: number
  /** What the shard has given up: sequences up to this one. */
  trimSequence: number
  /** No record up to this one is kept any more. */
  freedSequence: number
  /** Nobody will name it again: it may be forgotten when nothing of it is kept. */
  isSpent: boolean
  /** How often shards had been forgotten when it got its place. */
  readonly since: number
}

/** Shards, by their positions in the log, and for each the sequence behind which somebody wants to know of it. */
export interface LogPlaces {
  readonly positions: Int32Array
  readonly afters: Float64Array
}

/** What they have up to and with the records of others. */
export interface LogSpans extends LogPlaces {
  readonly tos: Float64Array
}

/** One log as it is on stable storage; only its writer changes it. */
export interface LogState {
  readonly folder: string
  /** The oldest first; never empty. Replaced, never changed, so that a reader keeps its own. */
  segments: readonly Segment[]
  /** Those that are part of the log no more and not removed yet, the oldest first. */
  readonly freed: Segment[]
  /** By the shard's position in the log; with `noShard` for an id where there is none. */
  readonly shards: ShardState[]
  readonly positions: Map<string, number>
  /** How often shards were forgotten. */
  forgets: number
  /** What all shards have given up: records that arrived before. */
  trimTimeMs: number
  readonly waiters: LogWaiters
  /** What was written last. */
  readonly hot: HotBatches
  /** It was closed or deleted: what whoever uses it still is told. */
  ended?: Error
}

export function newLogState(
  folder: string,
  segments: readonly Segment[],
  tips: readonly ShardTip[],
): LogState {
  const state: LogState = {
    folder,
    segments,
    freed: [],
    shards: [],
    positions: new Map(),
    forgets: 0,
    trimTimeMs: 0,
    waiters: new LogWaiters(),
    hot: new HotBatches(),
  }
  for (const [position, tip] of tips.entries()) placeShard(state, position, tip)
  return state
}

export function placeShard(state: LogState, position: number, tip: ShardTip): void {
  const { shardId, sequence, arrivalMs } = tip
  if (shardId !== noShard) state.positions.set(shardId, position)
  state.shards[position] = {
    shardId,
    sequence,
    arrivalMs,
    trimSequence: 0,
    freedSequence: 0,
    isSpent: false,
    since: state.forgets,
  }
}

/** Takes notice that the oldest segment that is kept begins here. */
export function noteFreed(state: LogState, { sequences }: SegmentStart): void {
  for (const [position, sequence] of sequences.entries()) {
    state.shards[position]!.freedSequence = sequence
  }
}

/** The segment that is written to. */
export function activeSegment(state: LogState): Segment {
  return state.segments.at(-1)!
}
