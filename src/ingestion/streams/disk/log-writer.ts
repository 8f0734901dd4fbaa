import { diskError } from './files.ts'
import { createSegment } from './log-folder.ts'
import {
  activeSegment,
  addShard,
  type LogParts,
  type LogState,
  type ShardState,
} from './log-state.ts'
import { layOutGroup, type PlacedBatch } from './group-layout.ts'
import { isMixed } from './group-segment.ts'
import { batchBuffers, type OpenBatch } from './segment-format.ts'
import type { Segment } from './segment.ts'

/** What waits to be written: records of a shard, or a shard that is new. */
export interface Append {
  /** The shard's position in the log; of a new shard its id instead. */
  readonly shard: number | { readonly newId: string }
  readonly batches: readonly OpenBatch[]
  readonly sizeBytes: number
}

interface PendingAppend extends Append {
  readonly resolve: (firstSequence: number) => void
  readonly reject: (error: Error) => void
}

/** An append with its place in the group that is being written. */
interface PlannedAppend {
  readonly pending: PendingAppend
  readonly position: number
  readonly batches: readonly PlacedBatch[]
  readonly firstSequence: number
  /** Of the record after its last. */
  readonly nextSequence: number
  readonly arrivalMs: number
}

/**
 * Group commit: one group is written and fsynced at a time, and what arrives meanwhile forms the next, whatever its shard.
 * An idle log writes at once. Nothing of the state changes before the group is durable.
 */
export class LogWriter {
  readonly #state: LogState
  readonly #parts: LogParts
  #pending: PendingAppend[] = []
  #isDraining = false
  /** Group writes, rolls and what else must not meet them run one at a time. */
  #turn: Promise<unknown> = Promise.resolve()
  /** Bytes past the durable ones may be left of a write that failed. */
  #needsRepair = false
  /** A roll was begun and failed: the next segment may be there, so nothing is added to this one. */
  #needsRoll = false
  #ended: Error | undefined

  constructor(state: LogState, parts: LogParts) {
    this.#state = state
    this.#parts = parts
  }

  /** It refuses everything. */
  get hasEnded(): boolean {
    return this.#ended !== undefined
  }

  /** Resolves with the sequence of the first record when all are on stable storage. */
  append(append: Append): Promise<number> {
    if (this.#ended) return Promise.reject(this.#ended)
    return new Promise((resolve, reject) => {
      this.#pending.push({ ...append, resolve, reject })
      if (this.#isDraining) return
      this.#isDraining = true
      // Not at once: the other shards of the same request are about to join.
      queueMicrotask(() => void this.#drain())
    })
  }

  /** Runs `work` when no group is being written, and lets none be written meanwhile. */
  inTurn<R>(work: () => Promise<R>): Promise<R> {
    const result = this.#turn.then(() => {
      if (this.#ended) throw this.#ended
      return work()
    })
    this.#turn = result.catch(() => undefined)
    return result
  }

  /** Seals the newest segment and begins another. Only in turn. */
  async roll(): Promise<void> {
    if (this.#needsRepair) await this.#repair()
    const sealed = activeSegment(this.#state)
    this.#needsRoll = true
    const { folder, shards } = this.#state
    const segment = await createSegment(folder, sealed.number + 1, shards, this.#parts)
    const index = sealed.index!
    await this.#parts.indexes.keep(sealed, index)
    this.#state.segments = [...this.#state.segments, segment]
    delete sealed.index
    this.#needsRoll = false
    await this.#parts.indexes.write(sealed, index).catch((error: unknown) => {
      // It is made again from the segment when it is first needed.
      this.#parts.log.warn({ err: error, path: sealed.path }, 'an index could not be written')
    })
    const job = { segment: sealed, state: this.#state, parts: this.#parts, writer: this }
    this.#parts.grouping.request(job, index)
  }

  /** Waits for the group that is being written, and refuses what comes after it. */
  async end(error: Error): Promise<void> {
    this.#ended ??= error
    await this.#turn
  }

  /** Writes what is waiting, then ends. */
  async close(error: Error): Promise<void> {
    while (this.#isDraining) await this.#turn
    await this.end(error)
  }

  async #drain(): Promise<void> {
    while (this.#pending.length > 0) {
      const group = this.#takeGroup()
      try {
        await this.inTurn(() => this.#writeGroup(group))
      } catch (error) {
        const failure = diskError(error, activeSegment(this.#state).path)
        for (const pending of group) pending.reject(failure)
      }
    }
    this.#isDraining = false
  }

  #takeGroup(): readonly PendingAppend[] {
    let sizeBytes = 0
    let count = 0
    for (const pending of this.#pending) {
      sizeBytes += pending.sizeBytes
      if (count > 0 && sizeBytes > this.#parts.groupBytesMax) break
      count += 1
    }
    // What one shard was given by several requests stands together, so that a reader takes it at once, and the shards stand
    // in one order in all groups: readers of neighbours find what they want in the same blocks.
    return this.#pending.splice(0, count).toSorted((one, other) => placeOf(one) - placeOf(other))
  }

  async #writeGroup(group: readonly PendingAppend[]): Promise<void> {
    const { files, handles, tail } = this.#parts
    if (this.#needsRepair) await this.#repair()
    if (this.#needsRoll || this.#isFull(activeSegment(this.#state))) await this.roll()
    const segment = activeSegment(this.#state)
    const plan = this.#place(group)
    const placed = plan.flatMap((each) => each.batches)
    const fields = { groupStart: segment.durableBytes, salt: segment.start!.salt }
    const { buffers, batches } = layOutGroup(placed, fields, batchBuffers)
    try {
      await handles.use(segment.path, async (fd) => {
        await files.write(fd, buffers, segment.durableBytes)
        await files.sync(fd)
      })
    } catch (error) {
      this.#needsRepair = true
      await this.#repair().catch(() => undefined)
      throw error
    }
    tail.keep(segment, segment.durableBytes, buffers)
    this.#index(batches, segment)
    this.#commit(plan)
  }

  #isFull(segment: Segment): boolean {
    const { segmentBytes, mixedSegmentBytes } = this.#parts
    const { durableBytes, index } = segment
    return (
      durableBytes >= segmentBytes ||
      (durableBytes >= mixedSegmentBytes && isMixed(segment, index!))
    )
  }

  /** Gives each batch its sequence and time. */
  #place(group: readonly PendingAppend[]): readonly PlannedAppend[] {
    const { shards } = this.#state
    const now = this.#parts.clock.now()
    const next = new Map<number, number>()
    const added = new Set<string>()
    return group.map((pending) => {
      const position = this.#positionOf(pending, added)
      const shard = shards[position]
      const arrivalMs = Math.max(now, shard?.arrivalMs ?? 0)
      const firstSequence = next.get(position) ?? (shard?.sequence ?? 0) + 1
      // Two calls may add the same shard at once: the second adds nothing.
      let nextSequence = firstSequence
      const batches = (position < 0 ? [] : pending.batches).map(({ buffer, count }) => {
        const sequence = count === 0 ? 0 : nextSequence
        nextSequence += count
        return { buffer, count, shard: position, sequence, arrivalMs }
      })
      next.set(position, nextSequence)
      return { pending, position, batches, firstSequence, nextSequence, arrivalMs }
    })
  }

  /** Negative for a shard that is there already. */
  #positionOf({ shard }: PendingAppend, added: Set<string>): number {
    if (typeof shard === 'number') return shard
    if (added.has(shard.newId) || this.#state.positions.has(shard.newId)) return -1
    added.add(shard.newId)
    return this.#state.shards.length + added.size - 1
  }

  #index(batches: readonly PlacedBatch[], segment: Segment): void {
    let offset = segment.durableBytes
    for (const { shard, buffer, count, sequence, arrivalMs } of batches) {
      if (count > 0) segment.index!.add(shard, offset, buffer.byteLength, sequence, arrivalMs)
      offset += buffer.byteLength
    }
    segment.durableBytes = offset
  }

  #commit(plan: readonly PlannedAppend[]): void {
    const touched = new Set<ShardState>()
    for (const { pending, position, firstSequence, nextSequence, arrivalMs } of plan) {
      if (typeof pending.shard !== 'number' && position >= 0) {
        addShard(this.#state, { shardId: pending.shard.newId, sequence: 0, arrivalMs: 0 })
      }
      if (nextSequence > firstSequence) {
        const shard = this.#state.shards[position]!
        shard.sequence = nextSequence - 1
        shard.arrivalMs = arrivalMs
        touched.add(shard)
      }
      pending.resolve(firstSequence)
    }
    for (const shard of touched) {
      for (const waiter of shard.waiters) if (waiter.after < shard.sequence) waiter.wake()
    }
  }

  /** Cuts off what a failed write may have left, so that it can never be taken for a record. */
  async #repair(): Promise<void> {
    const { files, handles } = this.#parts
    const segment = activeSegment(this.#state)
    await handles.use(segment.path, async (fd) => {
      await files.truncate(fd, segment.durableBytes)
      await files.sync(fd)
    })
    this.#needsRepair = false
  }
}

/** Shards that are new come first. */
function placeOf({ shard }: PendingAppend): number {
  return typeof shard === 'number' ? shard : -1
}
