import { diskError, writeBytesMax } from './files.ts'
import { createSegment } from './log-folder.ts'
import { activeSegment, placeShard, type LogParts, type LogState } from './log-state.ts'
import { BatchTable } from './batch-table.ts'
import { layOutGroup, type NewShard } from './group-layout.ts'
import type { GroupRecords } from './group-plan.ts'
import { batchBuffers } from './segment-format.ts'
import { sealIndex } from './sealed-index.ts'
import type { Segment } from './segment.ts'
import {
  forgetShards,
  isStale,
  shardForgotten,
  spentShards,
  tipsWithout,
  vacantPositions,
} from './spent-shards.ts'

export interface PlacedRecords extends GroupRecords {
  /** How often shards had been forgotten when their positions were looked up. */
  readonly since: number
}

/** Records that wait to be written. */
interface PendingRecords extends PlacedRecords {
  readonly kind: 'records'
  readonly sizeBytes: number
  readonly resolve: (sequences: Float64Array) => void
  readonly reject: (error: Error) => void
}

/** A shard that waits to be added. */
interface PendingShard {
  readonly kind: 'shard'
  readonly shardId: string
  readonly sizeBytes: number
  readonly resolve: () => void
  readonly reject: (error: Error) => void
}

type Pending = PendingRecords | PendingShard

/**
 * Group commit: one group is written and fsynced at a time, and what arrives meanwhile forms the next, whatever its shard.
 * An idle log writes at once. Nothing of the state changes before the group is durable.
 */
export class LogWriter {
  readonly #state: LogState
  readonly #parts: LogParts
  /** Of the group that is written. */
  readonly #batches = new BatchTable()
  #pending: Pending[] = []
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

  /**
   * Resolves when all are on stable storage, with the sequence of each; 0 for one that was left out. The records' bytes are read
   * until then.
   */
  append(records: PlacedRecords, sizeBytes: number): Promise<Float64Array> {
    return new Promise((resolve, reject) =>
      this.#enqueue({ kind: 'records', ...records, sizeBytes, resolve, reject }),
    )
  }

  addShard(shardId: string): Promise<void> {
    return new Promise((resolve, reject) =>
      this.#enqueue({ kind: 'shard', shardId, sizeBytes: shardId.length, resolve, reject }),
    )
  }

  #enqueue(pending: Pending): void {
    if (this.#ended) {
      pending.reject(this.#ended)
      return
    }
    this.#pending.push(pending)
    if (this.#isDraining) return
    this.#isDraining = true
    // Not at once: what else is asked for in this turn joins.
    queueMicrotask(() => void this.#drain())
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
    const { folder } = this.#state
    const spent = spentShards(this.#state)
    // What is gone of them must not come back behind a header that knows them no more.
    if (spent.length > 0) await this.#parts.files.syncFolder(folder)
    const tips = tipsWithout(this.#state, spent)
    const number = sealed.number + 1
    const entriesLikely = sealed.index!.entries
    const segment = await createSegment(folder, number, tips, this.#parts, entriesLikely)
    const index = sealIndex(sealed.index!, sealed.durableBytes)
    await this.#parts.indexes.keep(sealed, index)
    this.#state.segments = [...this.#state.segments, segment]
    forgetShards(this.#state, spent)
    delete sealed.index
    this.#needsRoll = false
    await this.#parts.handles.dropSynced(sealed)
    await this.#parts.indexes.write(sealed, index).catch((error: unknown) => {
      // It is made again from the segment when it is first needed.
      this.#parts.log.warn({ err: error, path: sealed.path }, 'an index could not be written')
    })
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

  #takeGroup(): readonly Pending[] {
    let sizeBytes = 0
    let count = 0
    for (const pending of this.#pending) {
      sizeBytes += pending.sizeBytes
      if (count > 0 && sizeBytes > this.#parts.groupBytesMax) break
      count += 1
    }
    return this.#pending.splice(0, count)
  }

  async #writeGroup(group: readonly Pending[]): Promise<void> {
    const { tail, clock } = this.#parts
    if (this.#needsRepair) await this.#repair()
    if (this.#needsRoll || activeSegment(this.#state).durableBytes >= this.#parts.segmentBytes)
      await this.roll()
    const segment = activeSegment(this.#state)
    const records = this.#placed(group)
    const added = await this.#newShards(group)
    const { shards } = this.#state
    const { salt } = segment.start!
    const start = { shards, nowMs: clock.now(), groupStart: segment.durableBytes, salt }
    const layout = layOutGroup(records, added, start, batchBuffers, this.#batches)
    try {
      await this.#writeDurably(segment, layout.buffers)
    } catch (error) {
      this.#needsRepair = true
      await this.#repair().catch(() => undefined)
      throw error
    }
    const hot = this.#state.hot.add(layout.batches, layout.buffers)
    tail.keep(segment, layout.buffers, hot)
    this.#index(layout.batches, segment)
    this.#commit(added, layout.batches)
    let index = 0
    for (const pending of group) {
      if (pending.kind === 'shard') pending.resolve()
      else if (pending === records[index]) {
        pending.resolve(layout.sequences[index]!)
        index += 1
      }
    }
  }

  async #writeDurably(segment: Segment, buffers: readonly Buffer[]): Promise<void> {
    const { files, handles } = this.#parts
    const { durableBytes } = segment
    if (buffers.reduce((sum, { byteLength }) => sum + byteLength, 0) <= writeBytesMax) {
      return handles.useSynced(segment, (fd) => files.writeSynced(fd, buffers, durableBytes))
    }
    await handles.use(segment, async (fd) => {
      await files.write(fd, buffers, durableBytes)
      await files.sync(fd)
    })
  }

  /** Those whose shards were not forgotten while they waited; the others are refused. */
  #placed(group: readonly Pending[]): readonly PendingRecords[] {
    return group.filter((pending) => {
      if (pending.kind === 'shard') return false
      const isRefused = isStale(this.#state, pending.positions, pending.since)
      if (isRefused) pending.reject(shardForgotten())
      return !isRefused
    }) as readonly PendingRecords[]
  }

  /** Two calls may add the same shard at once: the second adds nothing. */
  async #newShards(group: readonly Pending[]): Promise<readonly NewShard[]> {
    const ids = new Set<string>()
    for (const pending of group) {
      if (pending.kind === 'shard' && !this.#state.positions.has(pending.shardId)) {
        ids.add(pending.shardId)
      }
    }
    if (ids.size === 0) return []
    const vacant = vacantPositions(this.#state)
    // Those who had these places before must not come back with segments that were freed.
    if (vacant.length > 0) await this.#parts.files.syncFolder(this.#state.folder)
    const end = this.#state.shards.length
    return [...ids].map((shardId, index) => ({
      shardId,
      position: vacant[index] ?? end + index - vacant.length,
    }))
  }

  #index(batches: BatchTable, segment: Segment): void {
    const index = segment.index!
    let offset = segment.durableBytes
    for (let batch = 0; batch < batches.count; batch += 1) {
      const sizeBytes = batches.sizeBytesOf(batch)
      if (batches.recordsOf(batch) > 0) {
        const arrivalMs = batches.arrivalMsOf(batch)
        const sequence = batches.sequenceOf(batch)
        index.add(batches.shardOf(batch), offset, sizeBytes, sequence, arrivalMs)
      }
      offset += sizeBytes
    }
    segment.durableBytes = offset
  }

  #commit(added: readonly NewShard[], batches: BatchTable): void {
    for (const { shardId, position } of added) {
      placeShard(this.#state, position, { shardId, sequence: 0, arrivalMs: 0 })
    }
    const { shards, waiters } = this.#state
    const areAwaited = !waiters.areNone
    let last = -1
    for (let batch = 0; batch < batches.count; batch += 1) {
      const records = batches.recordsOf(batch)
      if (records === 0) continue
      const position = batches.shardOf(batch)
      const shard = shards[position]!
      shard.sequence = batches.sequenceOf(batch) + records - 1
      shard.arrivalMs = batches.arrivalMsOf(batch)
      // The batches of a shard stand together: its readers are woken once.
      if (areAwaited && last >= 0 && last !== position) waiters.wake(last, shards[last]!.sequence)
      last = position
    }
    if (areAwaited && last >= 0) waiters.wake(last, shards[last]!.sequence)
  }

  /** Cuts off what a failed write may have left, so that it can never be taken for a record. */
  async #repair(): Promise<void> {
    const { files, handles } = this.#parts
    const segment = activeSegment(this.#state)
    await handles.use(segment, async (fd) => {
      await files.truncate(fd, segment.durableBytes)
      await files.sync(fd)
    })
    this.#needsRepair = false
  }
}
