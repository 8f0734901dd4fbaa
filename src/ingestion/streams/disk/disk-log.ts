import { basename, dirname, join } from 'node:path'
import { randomHex, type Clock, type Logger } from '#kit'
import { StreamErrors } from '../errors.ts'
import type { LogRecord, ReadInput } from '../stream-log.ts'
import { diskError, type LogFiles } from './files.ts'
import type { FileHandles } from './handles.ts'
import { walkSegment, type WalkInput } from './read-segment.ts'
import { scanSegment } from './scan.ts'
import {
  encodeSegmentHeader,
  encodeShard,
  readRecord,
  sealBatch,
  skipRecord,
  batchHeaderBytes,
  type OpenBatch,
  type ShardTip,
} from './segment-format.ts'
import { SegmentIndex, lastAtMost, type ShardIndex } from './segment-index.ts'
import {
  indexPath,
  segmentPath,
  segmentStart,
  segmentSuffix,
  startOf,
  temporarySuffix,
  type Segment,
  type SegmentIndexes,
} from './segment.ts'

export interface DiskLogParts {
  readonly files: LogFiles
  readonly handles: FileHandles
  readonly indexes: SegmentIndexes
  readonly clock: Clock
  readonly log: Logger
  /** A segment that is at least so long is sealed before the next write. */
  readonly segmentBytes: number
  /** How much is written and fsynced as one group. */
  readonly groupBytesMax: number
}

interface Shard {
  readonly shardId: string
  /** The newest durable record. */
  sequence: number
  arrivalMs: number
  trimTimeMs: number
  trimSequence: number
  readonly waiters: Set<Waiter>
}

interface Waiter {
  readonly after: number
  readonly wake: () => void
  readonly fail: (error: Error) => void
}

interface Pending {
  readonly shard: number
  readonly shardId?: string
  readonly batches: readonly OpenBatch[]
  readonly sizeBytes: number
  readonly resolve: (firstSequence: number) => void
  readonly reject: (error: Error) => void
}

/**
 * One log on disk: a folder of segments in which the batches of all its shards stand in the order they came, so
 * that one fsync makes a request durable however many shards it touches. One group is written at
 * a time; what arrives meanwhile forms the next.
 */
export class DiskLog {
  readonly folder: string
  readonly #parts: DiskLogParts
  /** The oldest first; never empty. Replaced, never changed, so that a reader keeps its own. */
  #segments: readonly Segment[]
  readonly #shards: Shard[]
  readonly #byId = new Map<string, number>()
  #pending: Pending[] = []
  #draining = false
  /** Group writes, rolls and trims run one at a time. */
  #turn: Promise<unknown> = Promise.resolve()
  /** Bytes past `durableBytes` may be left of a write that failed. */
  #needsRepair = false
  /** A roll was begun and failed: the next segment may be there, so nothing is added to this one. */
  #needsRoll = false
  #ended: Error | undefined

  private constructor(
    folder: string,
    parts: DiskLogParts,
    segments: readonly Segment[],
    shards: Shard[],
  ) {
    this.folder = folder
    this.#parts = parts
    this.#segments = segments
    this.#shards = shards
    for (const [position, shard] of shards.entries()) this.#byId.set(shard.shardId, position)
  }

  static async create(folder: string, shardId: string, parts: DiskLogParts): Promise<DiskLog> {
    const { files } = parts
    await files.makeFolder(folder)
    const shards = [newShard({ shardId, sequence: 0, arrivalMs: 0 })]
    const segment = await createSegment(folder, 1, shards, parts)
    await files.syncFolder(dirname(folder))
    return new DiskLog(folder, parts, [segment], shards)
  }

  /** Undefined when the folder holds no log: it is not there, or its first segment was never finished. */
  static async open(folder: string, parts: DiskLogParts): Promise<DiskLog | undefined> {
    const { files, handles } = parts
    const segments = await listSegments(folder, parts)
    const newest = segments.at(-1)
    if (!newest) return undefined
    const shards = await handles.use(newest.path, async (fd) => {
      const scanned = await scanSegment(files, fd, newest.path)
      if (scanned.validBytes < scanned.sizeBytes) {
        parts.log.warn(
          { path: newest.path, from: scanned.validBytes, to: scanned.sizeBytes },
          'a torn tail was cut off',
        )
        await files.truncate(fd, scanned.validBytes)
      }
      await files.sync(fd)
      newest.durableBytes = scanned.validBytes
      newest.index = scanned.index
      newest.start = segmentStart(scanned.header)
      return scanned.tips.map((tip) => newShard(tip))
    })
    return new DiskLog(folder, parts, segments, shards)
  }

  get #active(): Segment {
    return this.#segments.at(-1)!
  }

  /** The shard's position in the log. */
  position(shardId: string): number {
    const position = this.#byId.get(shardId)
    if (position === undefined) {
      throw StreamErrors.LogNotFound(`the log has no shard ${shardId}`, { shardId })
    }
    return position
  }

  hasShard(shardId: string): boolean {
    return this.#byId.has(shardId)
  }

  tip(position: number): { readonly sequence: number; readonly arrivalMs: number } {
    const { sequence, arrivalMs } = this.#shards[position]!
    return { sequence, arrivalMs }
  }

  async addShard(shardId: string): Promise<void> {
    const batch = encodeShard(shardId)
    await this.#enqueue({
      shard: -1,
      shardId,
      batches: [batch],
      sizeBytes: batch.buffer.byteLength,
    })
  }

  /** Resolves with the sequence of the first record when all of them are on stable storage. */
  append(position: number, batches: readonly OpenBatch[], sizeBytes: number): Promise<number> {
    return this.#enqueue({ shard: position, batches, sizeBytes })
  }

  #enqueue(input: Omit<Pending, 'resolve' | 'reject'>): Promise<number> {
    if (this.#ended) return Promise.reject(this.#ended)
    return new Promise((resolve, reject) => {
      this.#pending.push({ ...input, resolve, reject })
      if (this.#draining) return
      this.#draining = true
      // Not at once: the other shards of the same request are about to join.
      queueMicrotask(() => void this.#drain())
    })
  }

  async #drain(): Promise<void> {
    while (this.#pending.length > 0) {
      const group = this.#takeGroup()
      try {
        await this.#inTurn(() => this.#writeGroup(group))
      } catch (error) {
        const failure = diskError(error, this.#active.path)
        for (const pending of group) pending.reject(failure)
      }
    }
    this.#draining = false
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

  #inTurn<R>(work: () => Promise<R>): Promise<R> {
    const result = this.#turn.then(work)
    this.#turn = result.catch(() => undefined)
    return result
  }

  async #writeGroup(group: readonly Pending[]): Promise<void> {
    if (this.#ended) throw this.#ended
    const { files, handles, segmentBytes } = this.#parts
    if (this.#needsRepair) await this.#repair()
    if (this.#needsRoll || this.#active.durableBytes >= segmentBytes) await this.#roll()
    const segment = this.#active
    const plan = this.#seal(group, segment)
    const buffers = plan.flatMap(({ pending }) => pending.batches.map((batch) => batch.buffer))
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
    this.#commit(plan, segment)
  }

  /** Gives each batch its sequence and time; nothing of the log changes until the group is durable. */
  #seal(group: readonly Pending[], segment: Segment): readonly PlannedAppend[] {
    const now = this.#parts.clock.now()
    const next = new Map<number, number>()
    const added = new Map<string, number>()
    const plan: PlannedAppend[] = []
    for (const pending of group) {
      let shard = pending.shard
      if (pending.shardId !== undefined) {
        // Two calls may add the same shard at once: the second adds nothing.
        if (added.has(pending.shardId) || this.#byId.has(pending.shardId)) {
          plan.push({ pending: { ...pending, batches: [] }, shard: -1, sequence: 0, arrivalMs: 0 })
          continue
        }
        shard = this.#shards.length + added.size
        added.set(pending.shardId, shard)
      }
      const current = this.#shards[shard]
      const arrivalMs = Math.max(now, current?.arrivalMs ?? 0)
      const first = next.get(shard) ?? (current?.sequence ?? 0) + 1
      let sequence = first
      for (const batch of pending.batches) {
        sealBatch(batch, {
          shard,
          sequence: batch.count === 0 ? 0 : sequence,
          arrivalMs,
          groupStart: segment.durableBytes,
          salt: segment.start!.salt,
        })
        sequence += batch.count
      }
      next.set(shard, sequence)
      plan.push({ pending, shard, sequence: first, arrivalMs })
    }
    return plan
  }

  #commit(plan: readonly PlannedAppend[], segment: Segment): void {
    const touched = new Set<Shard>()
    let offset = segment.durableBytes
    for (const { pending, shard: position, sequence: first, arrivalMs } of plan) {
      let sequence = first
      for (const { buffer, count } of pending.batches) {
        if (count > 0) {
          segment.index!.add(position, offset, buffer.byteLength, sequence, arrivalMs)
        }
        offset += buffer.byteLength
        sequence += count
      }
      if (pending.shardId !== undefined) {
        if (position >= 0) {
          this.#shards.push(newShard({ shardId: pending.shardId, sequence: 0, arrivalMs: 0 }))
          this.#byId.set(pending.shardId, position)
        }
      } else if (pending.batches.length > 0) {
        const shard = this.#shards[position]!
        shard.sequence = sequence - 1
        shard.arrivalMs = arrivalMs
        touched.add(shard)
      }
      pending.resolve(first)
    }
    segment.durableBytes = offset
    for (const shard of touched) {
      for (const waiter of shard.waiters) if (waiter.after < shard.sequence) waiter.wake()
    }
  }

  /** Cuts off what a failed write may have left, so that it can never be taken for a record. */
  async #repair(): Promise<void> {
    const { files, handles } = this.#parts
    const segment = this.#active
    await handles.use(segment.path, async (fd) => {
      await files.truncate(fd, segment.durableBytes)
      await files.sync(fd)
    })
    this.#needsRepair = false
  }

  /** Seals the newest segment and begins another. */
  async #roll(): Promise<void> {
    const sealed = this.#active
    this.#needsRoll = true
    const segment = await createSegment(this.folder, sealed.number + 1, this.#shards, this.#parts)
    const index = sealed.index!
    await this.#parts.indexes.keep(sealed, index)
    this.#segments = [...this.#segments, segment]
    delete sealed.index
    this.#needsRoll = false
    await this.#parts.indexes.write(sealed, index).catch((error: unknown) => {
      // It is made again from the segment when it is first needed.
      this.#parts.log.warn({ err: error, path: sealed.path }, 'an index could not be written')
    })
  }

  async read(position: number, input: ReadInput): Promise<readonly LogRecord[]> {
    const tip = this.#shards[position]!.sequence
    let after = Number(input.after)
    const records: LogRecord[] = []
    let leftBytes = input.limitBytes
    const isFull = () => records.length >= input.limitRecords || leftBytes <= 0
    const segments = this.#segments
    if (after >= tip) return records
    const wantedBytes = Math.min(input.limitBytes, input.limitRecords * 2048)
    const first = await this.#segmentWith(segments, position, (start) => start.sequence <= after)
    for (const segment of segments.slice(first)) {
      const entryOf = (index: ShardIndex) => lastAtMost(index.sequences, after + 1)
      await this.#walk(segment, position, entryOf, wantedBytes, (batch, buffer, start) => {
        let at = start + batchHeaderBytes
        let sequence = batch.sequence
        for (; sequence <= after && sequence < batch.sequence + batch.count; sequence += 1) {
          at = skipRecord(buffer, at)
        }
        for (; sequence < batch.sequence + batch.count; sequence += 1) {
          const { next, ...record } = readRecord(buffer, at)
          if (records.length > 0 && record.data.byteLength > leftBytes) {
            leftBytes = 0
            return false
          }
          records.push({ ...record, sequence: BigInt(sequence), arrivalMs: batch.arrivalMs })
          leftBytes -= record.data.byteLength
          after = sequence
          at = next
          if (isFull()) return false
        }
        return true
      })
      if (isFull() || after >= tip) break
    }
    return records
  }

  /** The sequence before the first record that arrived at or after `timeMs`. */
  async positionAt(position: number, timeMs: number): Promise<number> {
    const tip = this.tip(position)
    if (tip.arrivalMs < timeMs) return tip.sequence
    const segments = this.#segments
    const first = await this.#segmentWith(segments, position, (start) => start.arrivalMs < timeMs)
    let result = await this.#startSequence(segments[first]!, position)
    const entryOf = (index: ShardIndex) => lastAtMost(index.arrivals, timeMs - 1)
    for (const segment of segments.slice(first)) {
      let found = false
      await this.#walk(segment, position, entryOf, 0, (batch) => {
        found = batch.arrivalMs >= timeMs
        result = found ? batch.sequence - 1 : batch.sequence + batch.count - 1
        return !found
      })
      if (found) break
    }
    return result
  }

  /** The oldest sequence that is kept, 0 when none is. */
  async trimHorizon(position: number): Promise<number> {
    const oldest = (await this.#startSequence(this.#segments[0]!, position)) + 1
    return oldest <= this.#shards[position]!.sequence ? oldest : 0
  }

  wait(position: number, after: number, signal: AbortSignal): Promise<void> {
    const shard = this.#shards[position]!
    if (this.#ended) return Promise.reject(this.#ended)
    if (signal.aborted || shard.sequence > after) return Promise.resolve()
    return new Promise((resolve, reject) => {
      const settle = (done: () => void) => {
        shard.waiters.delete(waiter)
        signal.removeEventListener('abort', waiter.wake)
        done()
      }
      const waiter: Waiter = {
        after,
        wake: () => settle(resolve),
        fail: (error) => settle(() => reject(error)),
      }
      shard.waiters.add(waiter)
      signal.addEventListener('abort', waiter.wake)
    })
  }

  async trim(
    position: number,
    before: { readonly timeMs?: number; readonly sequence?: bigint },
  ): Promise<void> {
    const shard = this.#shards[position]!
    shard.trimTimeMs = Math.max(shard.trimTimeMs, before.timeMs ?? 0)
    shard.trimSequence = Math.max(shard.trimSequence, Number(before.sequence ?? 0n))
    await this.#inTurn(async () => {
      if (this.#ended) throw this.#ended
      while (this.#segments.length > 1 && (await this.#isFree(this.#segments[0]!))) {
        const [oldest, ...kept] = this.#segments
        this.#segments = kept
        await this.#remove(oldest!)
      }
      const only = this.#active
      const holdsRecords = only.index!.shards.size > 0
      if (this.#segments.length > 1 || !holdsRecords || !(await this.#isFree(only))) return
      if (this.#needsRepair) await this.#repair()
      await this.#roll()
      this.#segments = this.#segments.slice(1)
      await this.#remove(only)
    })
  }

  /** True when each shard has given up all that it has in this segment. */
  async #isFree(segment: Segment): Promise<boolean> {
    const next = this.#segments[this.#segments.indexOf(segment) + 1]
    const start = await startOf(this.#parts.files, this.#parts.handles, segment)
    const end = next && (await startOf(this.#parts.files, this.#parts.handles, next))
    return this.#shards.every((shard, position) => {
      const first = start.sequences[position] ?? 0
      const last = end ? (end.sequences[position] ?? 0) : shard.sequence
      const lastArrivalMs = end ? (end.arrivals[position] ?? 0) : shard.arrivalMs
      return last === first || last <= shard.trimSequence || lastArrivalMs < shard.trimTimeMs
    })
  }

  async #remove(segment: Segment): Promise<void> {
    await this.#parts.handles.drop(segment.path)
    await this.#parts.indexes.forget(segment.path)
    await this.#parts.files.remove(segment.path)
    await this.#parts.files.remove(indexPath(segment))
  }

  /** Ends the log: waits for the group that is being written, and refuses what comes after it. */
  async end(error: Error): Promise<void> {
    this.#ended ??= error
    await this.#turn
    for (const shard of this.#shards) for (const waiter of shard.waiters) waiter.fail(error)
  }

  /** Writes what is waiting, then ends the log. */
  async close(error: Error): Promise<void> {
    while (this.#draining) await this.#turn
    await this.end(error)
  }

  /** Lets go of the log's open files and indexes. */
  async release(): Promise<void> {
    for (const segment of this.#segments) {
      await this.#parts.handles.drop(segment.path)
      await this.#parts.indexes.forget(segment.path)
    }
  }

  /** The last segment that began in a state that satisfies `test`; the first one when none does. */
  async #segmentWith(
    segments: readonly Segment[],
    position: number,
    test: (start: { readonly sequence: number; readonly arrivalMs: number }) => boolean,
  ): Promise<number> {
    let low = 0
    let high = segments.length
    while (low < high) {
      const middle = (low + high) >>> 1
      const start = await this.#startIfKept(segments[middle]!)
      const state = {
        sequence: start?.sequences[position] ?? 0,
        arrivalMs: start?.arrivals[position] ?? 0,
      }
      // A segment that was freed meanwhile is older than all that are kept.
      if (!start || test(state)) low = middle + 1
      else high = middle
    }
    return Math.max(0, low - 1)
  }

  async #startIfKept(segment: Segment) {
    try {
      return await startOf(this.#parts.files, this.#parts.handles, segment)
    } catch (error) {
      if (!this.#segments.includes(segment)) return undefined
      throw diskError(error, segment.path)
    }
  }

  async #startSequence(segment: Segment, position: number): Promise<number> {
    return (await this.#startIfKept(segment))?.sequences[position] ?? 0
  }

  /** Visits the shard's batches of a segment, from the entry of its index that `entryOf` names. */
  async #walk(
    segment: Segment,
    position: number,
    entryOf: (index: ShardIndex) => number,
    wantedBytes: number,
    visit: WalkInput['visit'],
  ): Promise<void> {
    const { files, handles, indexes } = this.#parts
    try {
      const index = (await indexes.of(segment)).shards.get(position)
      if (!index) return
      const { salt } = await startOf(files, handles, segment)
      const entry = Math.max(0, entryOf(index))
      const where = { files, handles, segment, salt, shard: position, index, entry }
      await walkSegment({ ...where, wantedBytes, visit })
    } catch (error) {
      // Freed meanwhile: as if it had been before.
      if (this.#segments.includes(segment)) throw diskError(error, segment.path)
    }
  }
}

interface PlannedAppend {
  readonly pending: Pending
  readonly shard: number
  readonly sequence: number
  readonly arrivalMs: number
}

function newShard(tip: ShardTip): Shard {
  const { shardId, sequence, arrivalMs } = tip
  return { shardId, sequence, arrivalMs, trimTimeMs: 0, trimSequence: 0, waiters: new Set() }
}

/** A new segment under its final name, with the name itself on stable storage. */
async function createSegment(
  folder: string,
  number: number,
  shards: readonly Shard[],
  parts: DiskLogParts,
): Promise<Segment> {
  const { files } = parts
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
    index: new SegmentIndex(),
    start: segmentStart({ sizeBytes: header.byteLength, salt, shards }),
  }
}

/** The log's segments, the oldest first, without gaps: what is older than a gap was being freed. */
async function listSegments(folder: string, parts: DiskLogParts): Promise<Segment[]> {
  const { files } = parts
  const names = await files.list(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return []
    throw error
  })
  const numbers: number[] = []
  for (const name of names) {
    if (name.endsWith(temporarySuffix)) await files.remove(join(folder, name))
    if (name.endsWith(segmentSuffix)) numbers.push(Number(basename(name, segmentSuffix)))
  }
  numbers.sort((a, b) => b - a)
  const segments: Segment[] = []
  for (const [index, number] of numbers.entries()) {
    const path = segmentPath(folder, number)
    if (number !== numbers[0]! - index) {
      await files.remove(path)
      continue
    }
    const durableBytes = await files.sizeBytesOf(path)
    segments.unshift({ number, path, durableBytes })
  }
  return segments
}
