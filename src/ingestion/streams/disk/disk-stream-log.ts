import { join } from 'node:path'
import { silentLogger, systemClock, type Clock, type LakeError, type Logger } from '#kit'
import { StreamErrors } from '../errors.ts'
import { columnsOf, spanBytes, type RecordColumns } from '../record-columns.ts'
import type {
  BatchAppend,
  BatchAppended,
  ExtentLimits,
  Extents,
  LogRecord,
  NewRecord,
  ReadInput,
  ShardPlaces,
  ShardRef,
  ShardSpans,
  SpanPages,
  StreamLog,
} from '../stream-log.ts'
import { ByteBudget } from './byte-budget.ts'
import { DiskLog, unknownShard } from './disk-log.ts'
import { diskError, diskFiles, type LogFiles } from './files.ts'
import { FileHandles } from './handles.ts'
import type { LogParts } from './log-state.ts'
import { releaseBatch } from './segment-format.ts'
import { SegmentIndexes } from './segment.ts'
import { TailBytes } from './tail-bytes.ts'

export interface DiskStreamLogOptions {
  /** Made when it is not there. Nobody else may write to it. */
  readonly folder: string
  readonly clock?: Clock
  readonly log?: Logger
  /** Default 64 MiB. */
  readonly segmentBytes?: number
  /** Largest sum of keys and data in one append. Default 32 MiB. */
  readonly appendBytesMax?: number
  /** What may wait to be written, over all logs. Default 64 MiB. */
  readonly pendingBytesMax?: number
  /** What was written last and stays in memory for readers who keep up, over all logs. Default 32 MiB. */
  readonly tailBytes?: number
  readonly files?: LogFiles
  /** Asked before records are taken; false is answered with `DiskFull`. */
  readonly hasRoom?: (sizeBytes: number) => boolean
}

const segmentBytesMax = 64 * 1024 * 1024
const groupBytesMax = 8 * 1024 * 1024
const openFilesMax = 512
const indexBytesMax = 32 * 1024 * 1024
const tailBytesMax = 32 * 1024 * 1024
const waitingAppendsMax = 10_000
const deletedPrefix = '.deleted-'
const namePattern = /^[A-Za-z0-9_][A-Za-z0-9_.-]{0,254}$/

/** The embedded `StreamLog`: a folder for each log below `folder`. See docs/internals/streams.md. */
export async function openDiskStreamLog(options: DiskStreamLogOptions): Promise<StreamLog> {
  const files = options.files ?? diskFiles
  await files.makeFolder(options.folder)
  const log = options.log ?? silentLogger()
  for (const name of await files.list(options.folder)) {
    if (name.startsWith(deletedPrefix)) await files.removeTree(join(options.folder, name))
  }
  return new DiskStreamLog(options, files, log)
}

class DiskStreamLog implements StreamLog {
  readonly #folder: string
  readonly #parts: LogParts
  readonly #appendBytesMax: number
  readonly #hasRoom: (sizeBytes: number) => boolean
  readonly #budget: ByteBudget
  readonly #logs = new Map<string, Promise<DiskLog | undefined>>()
  /** Those of them that are open, for what need not wait. */
  readonly #opened = new Map<string, DiskLog>()
  #closed = false
  /** Their folders are about to go: nobody may open them. */
  readonly #deleting = new Map<string, Promise<void>>()
  #deletions = 0

  constructor(options: DiskStreamLogOptions, files: LogFiles, log: Logger) {
    const handles = new FileHandles(files, openFilesMax)
    this.#folder = options.folder
    this.#hasRoom = options.hasRoom ?? (() => true)
    this.#appendBytesMax = options.appendBytesMax ?? 32 * 1024 * 1024
    this.#budget = new ByteBudget(options.pendingBytesMax ?? 64 * 1024 * 1024, waitingAppendsMax)
    this.#parts = {
      files,
      handles,
      indexes: new SegmentIndexes(files, handles, indexBytesMax),
      clock: options.clock ?? systemClock,
      log,
      tail: new TailBytes(options.tailBytes ?? tailBytesMax, releaseBatch),
      segmentBytes: options.segmentBytes ?? segmentBytesMax,
      groupBytesMax,
    }
  }

  async createShard({ logId, shardId }: ShardRef): Promise<void> {
    if (!namePattern.test(logId) || shardId.length === 0 || shardId.length > 255) {
      throw StreamErrors.InvalidArgument(`not a name for a log and its shard: ${logId} ${shardId}`)
    }
    for (;;) {
      // A log of this name that is being deleted takes its folder along.
      await this.#deleting.get(logId)?.catch(() => undefined)
      const log = await this.#find(logId)
      if (this.#deleting.has(logId)) continue
      if (log) return log.hasShard(shardId) ? undefined : log.addShard(shardId)
      // Another call may look for it at this moment, or make it.
      if (!this.#logs.has(logId)) await this.#create(logId, shardId)
    }
  }

  async append(shard: ShardRef, records: readonly NewRecord[]): Promise<readonly bigint[]> {
    const { sequences, errors } = await this.appendBatch({
      logId: shard.logId,
      columns: columnsOf(records),
      shardIds: [shard.shardId],
      shards: new Int32Array(records.length),
    })
    const error = errors.get(0)
    if (error) throw error
    return Array.from(sequences, BigInt)
  }

  async appendBatch({ logId, columns, shardIds, shards }: BatchAppend): Promise<BatchAppended> {
    const log = this.#opened.get(logId) ?? (await this.#log(logId))
    const { positions, unknown, since } = log.positionsOf(shardIds)
    const errors = unknown.length === 0 ? noErrors : errorsOf(unknown, shardIds)
    const sizeBytes = bytesOf(columns, shards, positions)
    if (sizeBytes < 0) return { sequences: new Float64Array(columns.count), errors }
    this.#check(sizeBytes)
    const waiting = this.#budget.take(sizeBytes)
    if (waiting) await waiting
    try {
      const sequences = await log.append({ columns, shards, positions, since }, sizeBytes)
      return { sequences, errors }
    } finally {
      this.#budget.give(sizeBytes)
    }
  }

  #check(sizeBytes: number): void {
    if (sizeBytes > this.#appendBytesMax) {
      throw StreamErrors.AppendTooLarge(`an append may have ${this.#appendBytesMax} bytes`, {
        sizeBytes,
      })
    }
    if (!this.#hasRoom(sizeBytes)) {
      throw StreamErrors.DiskFull('the disk that holds the streams is full')
    }
  }

  async read(shard: ShardRef, input: ReadInput): Promise<readonly LogRecord[]> {
    const log = this.#opened.get(shard.logId) ?? (await this.#log(shard.logId))
    return log.read(shard.shardId, input)
  }

  async readPages(
    logId: string,
    spans: ShardSpans,
    limits: Pick<ReadInput, 'limitRecords' | 'limitBytes'>,
  ): Promise<SpanPages | undefined> {
    const log = this.#opened.get(logId) ?? (await this.#log(logId))
    return log.readPages(spans, limits)
  }

  async extents(logId: string, places: ShardPlaces, limits: ExtentLimits): Promise<Extents> {
    const log = this.#opened.get(logId) ?? (await this.#log(logId))
    return log.extents(places, limits)
  }

  async tip(shard: ShardRef): Promise<{ readonly sequence: bigint; readonly arrivalMs: number }> {
    const log = this.#opened.get(shard.logId) ?? (await this.#log(shard.logId))
    const { sequence, arrivalMs } = log.tip(log.position(shard.shardId))
    return { sequence: BigInt(sequence), arrivalMs }
  }

  async tips(logId: string, shardIds: readonly string[]): Promise<Float64Array> {
    const log = this.#opened.get(logId) ?? (await this.#log(logId))
    return log.tips(shardIds)
  }

  async trimHorizon(shard: ShardRef): Promise<bigint> {
    const log = await this.#log(shard.logId)
    return BigInt(await log.trimHorizon(shard.shardId))
  }

  async positionAt(shard: ShardRef, timeMs: number): Promise<bigint> {
    const log = await this.#log(shard.logId)
    return BigInt(await log.positionAt(shard.shardId, timeMs))
  }

  wait({ logId, shardId }: ShardRef, after: bigint, signal: AbortSignal): Promise<void> {
    const places = { shardIds: [shardId], afters: Float64Array.of(Number(after)) }
    return this.waitAny(logId, places, signal)
  }

  async waitAny(logId: string, places: ShardPlaces, signal: AbortSignal): Promise<void> {
    const log = this.#opened.get(logId) ?? (await this.#log(logId))
    await log.waitAny(places, signal)
  }

  async trim(shard: ShardRef, { sequence }: { readonly sequence: bigint }): Promise<void> {
    const log = await this.#log(shard.logId)
    await log.trim(log.position(shard.shardId), Number(sequence))
  }

  async trimBefore(
    logId: string,
    timeMs: number,
    isSpent?: (shardId: string) => boolean,
  ): Promise<void> {
    const log = await this.#log(logId)
    await log.trimBefore(timeMs, isSpent)
  }

  async logs(): Promise<readonly string[]> {
    const names = await this.#parts.files.list(this.#folder)
    return names.filter((name) => namePattern.test(name))
  }

  async deleteLog(logId: string): Promise<void> {
    if (this.#closed) throw StreamErrors.LogClosed('the log is closed')
    if (!namePattern.test(logId)) return
    const under = this.#deleting.get(logId)
    if (under) return under
    const work = this.#delete(logId).finally(() => this.#deleting.delete(logId))
    this.#deleting.set(logId, work)
    return work
  }

  async #delete(logId: string): Promise<void> {
    // It need not be opened for this: one that is damaged cannot be.
    const log = await this.#logs.get(logId)?.catch(() => undefined)
    this.#logs.delete(logId)
    this.#opened.delete(logId)
    await log?.end(StreamErrors.LogNotFound(`the log ${logId} was deleted`, { logId }))
    const { files } = this.#parts
    this.#deletions += 1
    const grave = join(this.#folder, `${deletedPrefix}${this.#deletions}-${logId}`)
    try {
      await files.rename(join(this.#folder, logId), grave)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return
      throw error
    } finally {
      await log?.release()
    }
    await files.syncFolder(this.#folder)
    await files.removeTree(grave)
  }

  async close(): Promise<void> {
    if (this.#closed) return
    this.#closed = true
    this.#opened.clear()
    const closed = StreamErrors.LogClosed('the log is closed')
    for (const opening of this.#logs.values()) {
      const log = await opening.catch(() => undefined)
      await log?.close(closed)
    }
    await Promise.allSettled(this.#deleting.values())
    await this.#parts.handles.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #log(logId: string): Promise<DiskLog> {
    const log = await this.#find(logId)
    if (!log) throw StreamErrors.LogNotFound(`there is no log ${logId}`, { logId })
    return log
  }

  /** The log, opened when it is first used. A log that is not there is not remembered. */
  #find(logId: string): Promise<DiskLog | undefined> {
    if (this.#closed) return Promise.reject(StreamErrors.LogClosed('the log is closed'))
    const known = this.#logs.get(logId)
    if (known) return known
    if (!namePattern.test(logId) || this.#deleting.has(logId)) return Promise.resolve(undefined)
    return this.#remember(logId, DiskLog.open(join(this.#folder, logId), this.#parts))
  }

  #create(logId: string, shardId: string): Promise<DiskLog | undefined> {
    if (this.#closed) return Promise.reject(StreamErrors.LogClosed('the log is closed'))
    return this.#remember(logId, DiskLog.create(join(this.#folder, logId), shardId, this.#parts))
  }

  #remember(logId: string, opening: Promise<DiskLog | undefined>): Promise<DiskLog | undefined> {
    const forget = () => {
      if (this.#logs.get(logId) === remembered) this.#logs.delete(logId)
    }
    const remembered: Promise<DiskLog | undefined> = opening.then(
      (log) => {
        if (!log) forget()
        else if (!this.#closed) this.#opened.set(logId, log)
        return log
      },
      (error: unknown) => {
        forget()
        throw diskError(error, join(this.#folder, logId))
      },
    )
    this.#logs.set(logId, remembered)
    return remembered
  }
}

const noErrors: ReadonlyMap<number, LakeError> = new Map()

function errorsOf(unknown: readonly number[], shardIds: readonly string[]) {
  return new Map(unknown.map((place) => [place, unknownShard(shardIds[place]!)]))
}

/** Keys and data of the records that go to some shard; -1 when none does. */
function bytesOf(columns: RecordColumns, shards: Int32Array, positions: Int32Array): number {
  let sizeBytes = -1
  for (let index = 0; index < columns.count; index += 1) {
    const place = shards[index]!
    if (place < 0 || positions[place]! < 0) continue
    if (sizeBytes < 0) sizeBytes = 0
    sizeBytes += spanBytes(columns, columns.data, index) + spanBytes(columns, columns.key, index)
  }
  return sizeBytes
}
