import { setImmediate as nextTurn } from 'node:timers/promises'
import type { LakeError } from '#kit'
import { StreamErrors } from '../errors.ts'
import type {
  ExtentLimits,
  Extents,
  LogRecord,
  ReadInput,
  ShardPlaces,
  ShardSpans,
  SpanPages,
} from '../stream-log.ts'
import { countShards } from './extents.ts'
import { diskError } from './files.ts'
import { createLogFolder, openLogFolder } from './log-folder.ts'
import { LogReader, type PageLimits } from './log-reader.ts'
import type { LogParts, LogState } from './log-state.ts'
import { freeSegments, letGo } from './log-trimmer.ts'
import { LogWriter, type PlacedRecords } from './log-writer.ts'
import { isStale, shardForgotten } from './spent-shards.ts'

/** Where each of the shards of a list is in the log. */
export interface ShardPositions {
  readonly positions: Int32Array
  /** The places in the list of those that the log has not. */
  readonly unknown: readonly number[]
  /** How often shards had been forgotten then: each of these keeps its position until it is. */
  readonly since: number
}

const rememberedShardsMin = 8

/**
 * One log on disk: a folder of segments in which the batches of all its shards stand in the order they came, so
 * that one fsync makes a request durable however many shards it touches.
 */
export class DiskLog {
  readonly #state: LogState
  readonly #parts: LogParts
  readonly #reader: LogReader
  readonly #writer: LogWriter
  readonly #positions = new WeakMap<readonly string[], ShardPositions>()

  private constructor(state: LogState, parts: LogParts) {
    this.#state = state
    this.#parts = parts
    this.#writer = new LogWriter(state, parts)
    this.#reader = new LogReader(state, parts)
  }

  static async create(folder: string, shardId: string, parts: LogParts): Promise<DiskLog> {
    return new DiskLog(await createLogFolder(folder, shardId, parts), parts)
  }

  /** Undefined when the folder holds no log. */
  static async open(folder: string, parts: LogParts): Promise<DiskLog | undefined> {
    const state = await openLogFolder(folder, parts)
    return state && new DiskLog(state, parts)
  }

  /** The shard's position in the log. Error: `LogNotFound`. */
  position(shardId: string): number {
    const position = this.#state.positions.get(shardId)
    if (position === undefined) throw unknownShard(shardId)
    return position
  }

  /** Their positions; -1 for those that the log has not; known at once for a list that was asked for before. */
  positionsOf(shardIds: readonly string[]): ShardPositions {
    const known = this.#positions.get(shardIds)
    if (known && known.since === this.#state.forgets) return known
    const positions = new Int32Array(shardIds.length)
    const unknown: number[] = []
    for (let place = 0; place < positions.length; place += 1) {
      const position = this.#state.positions.get(shardIds[place]!)
      positions[place] = position ?? -1
      if (position === undefined) unknown.push(place)
    }
    const found = { positions, unknown, since: this.#state.forgets }
    // One that is not there may be added. To look few up costs no more than to remember them.
    if (unknown.length === 0 && shardIds.length >= rememberedShardsMin) {
      this.#positions.set(shardIds, found)
    }
    return found
  }

  /** The same for a list of which the log must have each. Error: `LogNotFound`. */
  #positionsOf(shardIds: readonly string[]): Int32Array {
    const { positions, unknown } = this.positionsOf(shardIds)
    if (unknown.length > 0) throw unknownShard(shardIds[unknown[0]!]!)
    return positions
  }

  hasShard(shardId: string): boolean {
    return this.#state.positions.has(shardId)
  }

  tip(position: number): { readonly sequence: number; readonly arrivalMs: number } {
    const { sequence, arrivalMs } = this.#state.shards[position]!
    return { sequence, arrivalMs }
  }

  /** See `StreamLog.read`. A promise only when something must be waited for. */
  read(shardId: string, input: ReadInput): readonly LogRecord[] | Promise<readonly LogRecord[]> {
    const position = this.position(shardId)
    return this.#ofSame([position], () => this.#reader.read(position, input))
  }

  trimHorizon(shardId: string): number | Promise<number> {
    const position = this.position(shardId)
    return this.#ofSame([position], () => this.#reader.trimHorizon(position))
  }

  positionAt(shardId: string, timeMs: number): number | Promise<number> {
    const position = this.position(shardId)
    return this.#ofSame([position], () => this.#reader.positionAt(position, timeMs))
  }

  /** Another shard may have the place of one that was forgotten while it was read. Error: then it is `LogNotFound`. */
  #ofSame<R>(positions: Iterable<number>, work: () => R | Promise<R>): R | Promise<R> {
    const { forgets } = this.#state
    const result = work()
    if (!(result instanceof Promise)) return result
    return result.finally(() => {
      if (isStale(this.#state, positions, forgets)) throw shardForgotten()
    })
  }

  /** See `StreamLog.tips`. */
  tips(shardIds: readonly string[]): Float64Array {
    const { shards } = this.#state
    const positions = this.#positionsOf(shardIds)
    const tips = new Float64Array(positions.length)
    for (let place = 0; place < tips.length; place += 1) {
      tips[place] = shards[positions[place]!]!.sequence
    }
    return tips
  }

  /** See `StreamLog.extents`. */
  extents({ shardIds, afters }: ShardPlaces, limits: ExtentLimits): Extents | Promise<Extents> {
    const places = { positions: this.#positionsOf(shardIds), afters }
    return this.#ofSame(places.positions, () =>
      countShards(this.#state, this.#reader, places, limits),
    )
  }

  /** See `StreamLog.readPages`. A promise only when something must be waited for. */
  readPages(
    { shardIds, afters, tos }: ShardSpans,
    limits: PageLimits,
  ): SpanPages | undefined | Promise<SpanPages | undefined> {
    const positions = this.#positionsOf(shardIds)
    return this.#ofSame(positions, () => this.#reader.readPages({ positions, afters, tos }, limits))
  }

  addShard(shardId: string): Promise<void> {
    return this.#writer.addShard(shardId)
  }

  /** Resolves when all are on stable storage: see `LogWriter.append`. */
  append(records: PlacedRecords, sizeBytes: number): Promise<Float64Array> {
    return this.#writer.append(records, sizeBytes)
  }

  /** Resolves when one of the shards has a record behind its place: see `StreamLog.waitAny`. */
  async waitAny({ shardIds, afters }: ShardPlaces, signal: AbortSignal): Promise<void> {
    const { shards } = this.#state
    const positions = this.#positionsOf(shardIds)
    if (this.#state.ended) throw this.#state.ended
    const isThere = positions.some((position, place) => {
      const { sequence, freedSequence } = shards[position]!
      return sequence > Math.max(afters[place]!, freedSequence)
    })
    if (signal.aborted || isThere) return nextTurn()
    return new Promise((resolve, reject) => {
      const settle = (done: () => void) => {
        end()
        signal.removeEventListener('abort', wake)
        done()
      }
      const wake = () => settle(resolve)
      const fail = (error: Error) => settle(() => reject(error))
      const end = this.#state.waiters.add({ positions, afters }, { wake, fail })
      signal.addEventListener('abort', wake)
    })
  }

  async trim(position: number, sequence: number): Promise<void> {
    const shard = this.#state.shards[position]!
    shard.trimSequence = Math.max(shard.trimSequence, sequence)
    await this.#freeSegments()
  }

  async trimBefore(timeMs: number, isSpent?: (shardId: string) => boolean): Promise<void> {
    if (isSpent) {
      for (const shard of this.#state.shards) shard.isSpent = isSpent(shard.shardId)
    }
    this.#state.trimTimeMs = Math.max(this.#state.trimTimeMs, timeMs)
    await this.#freeSegments()
  }

  async #freeSegments(): Promise<void> {
    const work = () => freeSegments(this.#state, this.#parts, this.#writer)
    await this.#writer.inTurn(work).catch((error: unknown) => {
      throw diskError(error, this.#state.folder)
    })
  }

  /** Ends the log: waits for the group that is being written, and refuses what comes after it. */
  async end(error: Error): Promise<void> {
    await this.#writer.end(error)
    this.#state.ended = error
    this.#state.waiters.fail(error)
  }

  /** Writes what is waiting, then ends the log. */
  async close(error: Error): Promise<void> {
    await this.#writer.close(error)
    await this.end(error)
  }

  /** Lets go of the log's open files and indexes. Its folder is gone from its path. */
  async release(): Promise<void> {
    const { segments, freed } = this.#state
    for (const segment of [...freed, ...segments]) await letGo(this.#parts, segment)
  }
}

export function unknownShard(shardId: string): LakeError {
  return StreamErrors.LogNotFound(`the log has no shard ${shardId}`, { shardId })
}
