import { setImmediate as nextTurn } from 'node:timers/promises'
import type { LakeError } from '#kit'
import { StreamErrors } from '../errors.ts'
import type { GroupRecords } from './group-layout.ts'
import { createLogFolder, openLogFolder } from './log-folder.ts'
import { LogReader } from './log-reader.ts'
import type { LogParts, LogState, Waiter } from './log-state.ts'
import { freeSegments } from './log-trimmer.ts'
import { LogWriter } from './log-writer.ts'

export interface WaitingPlace {
  /** The shard's position in the log. */
  readonly position: number
  readonly after: number
}

/**
 * One log on disk: a folder of segments in which the batches of all its shards stand in the order they came, so
 * that one fsync makes a request durable however many shards it touches.
 */
export class DiskLog {
  readonly reader: LogReader
  readonly #state: LogState
  readonly #parts: LogParts
  readonly #writer: LogWriter
  #ended: Error | undefined

  private constructor(state: LogState, parts: LogParts) {
    this.#state = state
    this.#parts = parts
    this.#writer = new LogWriter(state, parts)
    this.reader = new LogReader(state, parts, this.#writer)
  }

  static async create(folder: string, shardId: string, parts: LogParts): Promise<DiskLog> {
    return new DiskLog(await createLogFolder(folder, shardId, parts), parts)
  }

  /** Undefined when the folder holds no log. */
  static async open(folder: string, parts: LogParts): Promise<DiskLog | undefined> {
    const state = await openLogFolder(folder, parts)
    return state && new DiskLog(state, parts)
  }

  get folder(): string {
    return this.#state.folder
  }

  /** The shard's position in the log. Error: `LogNotFound`. */
  position(shardId: string): number {
    const position = this.find(shardId)
    if (position === undefined) {
      throw unknownShard(shardId)
    }
    return position
  }

  /** The same; undefined when the log has no such shard. */
  find(shardId: string): number | undefined {
    return this.#state.positions.get(shardId)
  }

  hasShard(shardId: string): boolean {
    return this.#state.positions.has(shardId)
  }

  tip(position: number): { readonly sequence: number; readonly arrivalMs: number } {
    const { sequence, arrivalMs } = this.#state.shards[position]!
    return { sequence, arrivalMs }
  }

  addShard(shardId: string): Promise<void> {
    return this.#writer.addShard(shardId)
  }

  /** Resolves when all are on stable storage: see `LogWriter.append`. */
  append(records: GroupRecords, sizeBytes: number): Promise<Float64Array> {
    return this.#writer.append(records, sizeBytes)
  }

  /** Resolves when one of the shards, each by its position, has a record after the sequence beside it: see `StreamLog.wait`. */
  async waitAny(places: readonly WaitingPlace[], signal: AbortSignal): Promise<void> {
    const { shards } = this.#state
    if (this.#ended) throw this.#ended
    const isThere = places.some(({ position, after }) => {
      const { sequence, freedSequence } = shards[position]!
      return sequence > Math.max(after, freedSequence)
    })
    if (signal.aborted || isThere) return nextTurn()
    return new Promise((resolve, reject) => {
      const waiters: Waiter[] = []
      const settle = (done: () => void) => {
        for (const [index, { position }] of places.entries()) {
          shards[position]!.waiters.delete(waiters[index]!)
        }
        signal.removeEventListener('abort', wake)
        done()
      }
      const wake = () => settle(resolve)
      const fail = (error: Error) => settle(() => reject(error))
      for (const { position, after } of places) {
        const waiter = { after, wake, fail }
        waiters.push(waiter)
        shards[position]!.waiters.add(waiter)
      }
      signal.addEventListener('abort', wake)
    })
  }

  async trim(
    position: number,
    before: { readonly timeMs?: number; readonly sequence?: bigint },
  ): Promise<void> {
    const shard = this.#state.shards[position]!
    shard.trimTimeMs = Math.max(shard.trimTimeMs, before.timeMs ?? 0)
    shard.trimSequence = Math.max(shard.trimSequence, Number(before.sequence ?? 0n))
    await this.#writer.inTurn(() => freeSegments(this.#state, this.#parts, this.#writer))
  }

  /** Ends the log: waits for the group that is being written, and refuses what comes after it. */
  async end(error: Error): Promise<void> {
    await this.#writer.end(error)
    this.#ended = error
    for (const { waiters } of this.#state.shards) for (const waiter of waiters) waiter.fail(error)
  }

  /** Writes what is waiting, then ends the log. */
  async close(error: Error): Promise<void> {
    await this.#writer.close(error)
    await this.end(error)
  }

  /** Lets go of the log's open files and indexes. */
  async release(): Promise<void> {
    for (const segment of this.#state.segments) {
      await this.#parts.handles.drop(segment.path)
      await this.#parts.indexes.forget(segment.path)
      this.#parts.tail.forget(segment.path)
    }
  }
}

export function unknownShard(shardId: string): LakeError {
  return StreamErrors.LogNotFound(`the log has no shard ${shardId}`, { shardId })
}
