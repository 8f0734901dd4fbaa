import { setImmediate as nextTurn } from 'node:timers/promises'
import { crc32 } from 'node:zlib'
import {
  retentionHorizonMs,
  SequenceNumbers,
  type Shard,
  type Stream,
  type StreamLog,
} from '#ingestion/streams'
import { elapsedMs, sleep, type Clock } from '#kit'
import { FunctionErrors } from '../errors.ts'
import type { MappedRecord } from './kinesis-event.ts'
import { windowAt, type OpenWindow } from './tumbling-window.ts'

export interface LaneReaderOptions {
  readonly log: StreamLog
  readonly clock: Clock
  /** Of the stream whose shard it is; without, the shard is gone. */
  readonly logId: string | undefined
  readonly shardId: string
  readonly lane: number
  readonly lanes: number
  /** The stream as it is now. Errors: those of the streams module. */
  readonly stream: () => Promise<Stream>
  /** Throws when records under the key are not for the function. */
  readonly mustDecrypt: (keyArn: string) => Promise<void>
  /** Whether the function is to be given a record. */
  readonly wants: (record: MappedRecord) => boolean
  /** Told of each look at the shard: how many records there were for the lane, and how many of them nobody wants. */
  readonly onPolled: (polled: number, unwanted: number) => void
  /** Told now and then of how far it came without a record of its own. */
  readonly onPassed: (sequence: bigint) => Promise<void>
}

export interface Gathered {
  readonly records: readonly MappedRecord[]
  /** The shard is closed, and nothing comes after them. */
  readonly isLast: boolean
  /** There are none, and none will come any more in the window that is open. */
  readonly isWindowOver?: boolean
}

/** What makes a batch. */
export interface BatchLimits {
  readonly batchSize: number
  /** How long the first record may wait for others. */
  readonly windowMs: number
  /** With it a batch ends where a window does. */
  readonly tumblingMs?: number | undefined
  /** The window that has not ended. */
  readonly open?: OpenWindow | undefined
}

const pageBytes = 4 * 1024 * 1024
const pageRecords = 10_000
/** What a batch holds of records: in base64, and with what stands around most, it stays below the 6 MB of a payload. */
const batchBytesMax = 4_000_000
const recordOverheadBytes = 450
const waitMsMax = 1000
const passedRecords = 10_000n
/** How long after a window's end a record that arrived in it may still become readable. */
const lateMs = 5000

/** Reads one lane of a shard: the records whose partition key falls to it. */
export class LaneReader {
  readonly #options: LaneReaderOptions
  #after: bigint
  #passed: bigint
  /** Read, and not given yet. */
  #held: MappedRecord[] = []
  /** As it was when it was read last. */
  #stream: Stream | undefined

  constructor(options: LaneReaderOptions, after: bigint) {
    this.#options = options
    this.#after = after
    this.#passed = after
  }

  /** The next records, as soon as there are enough or the first has waited long enough; undefined when the signal is aborted. */
  async next(limits: BatchLimits, signal: AbortSignal): Promise<Gathered | undefined> {
    let sinceMs: number | undefined
    while (!signal.aborted) {
      const nowMs = this.#options.clock.now()
      const { hasMore, isLast } = await this.#read()
      const endMs = this.#windowEndMs(limits)
      const count = this.#fitting(limits.batchSize, endMs)
      const isOver = nowMs >= endMs + lateMs
      if (limits.open && count === 0 && (this.#held.length > 0 || (isOver && !hasMore))) {
        return { records: [], isLast: false, isWindowOver: true }
      }
      const isFull = count >= limits.batchSize || count < this.#held.length
      if (this.#held.length > 0) sinceMs ??= elapsedMs()
      const isDue = isOver || (sinceMs !== undefined && elapsedMs() - sinceMs >= limits.windowMs)
      if (isFull || (count > 0 && (isLast || (isDue && !hasMore)))) {
        const records = this.#held.splice(0, count)
        this.#passed = records.at(-1)!.sequence
        return { records, isLast: isLast && this.#held.length === 0 }
      }
      if (isLast) return { records: [], isLast: true }
      if (this.#held.length === 0 && this.#after - this.#passed >= passedRecords) {
        this.#passed = this.#after
        await this.#options.onPassed(this.#after)
      }
      if (!hasMore) await this.#wait(sinceMs === undefined ? waitMsMax : limits.windowMs, signal)
    }
    return undefined
  }

  /** What arrived before this is not kept by the stream any more; -Infinity when it keeps a record of `arrivalMs`. Errors: those of the stream. */
  async horizonMs(arrivalMs: number): Promise<number> {
    const stream = this.#stream
    if (!stream || arrivalMs >= this.#horizonMs(stream)) return -Infinity
    // It may be kept for longer by now.
    return this.#horizonMs(await this.#options.stream())
  }

  #horizonMs(stream: Stream): number {
    return retentionHorizonMs(stream, this.#options.clock.now())
  }

  /** Reads a page on, unless enough is held. */
  async #read(): Promise<{ readonly hasMore: boolean; readonly isLast: boolean }> {
    const { log, logId, shardId } = this.#options
    const stream = await this.#options.stream()
    const shard = stream.shards.find(({ id }) => id === shardId)
    this.#stream = stream
    // Gone with its records: what was read is all there is.
    if (!shard) return { hasMore: false, isLast: true }
    if (stream.logId !== logId) {
      throw FunctionErrors.FunctionNotFound(`The stream ${stream.arn} was made anew`)
    }
    const ref = { logId: stream.logId, shardId }
    if (this.#held.length >= pageRecords) return { hasMore: true, isLast: false }
    const read = (after: bigint) =>
      log.read(ref, { after, limitRecords: pageRecords, limitBytes: pageBytes })
    const horizonMs = this.#horizonMs(stream)
    const tip = await log.tip(ref)
    let records = await read(this.#after)
    if (records[0] && records[0].arrivalMs < horizonMs) {
      records = await read(await log.positionAt(ref, horizonMs))
    }
    const keyArns = new Set(records.map(({ kmsKeyArn }) => kmsKeyArn))
    for (const arn of keyArns) if (arn !== undefined) await this.#options.mustDecrypt(arn)
    const last = records.at(-1)
    if (last) this.#after = last.sequence
    // All that was there is too old, and may lie in the log for long: whoever waits for more is woken by it at once, again and again.
    else if (tip.sequence > this.#after) this.#after = tip.sequence
    this.#hold(records, shard)
    const isEnd =
      shard.closedAtMs !== undefined && (!last || this.#after >= (shard.lastSequence ?? 0n))
    return { hasMore: last !== undefined && !isEnd, isLast: isEnd }
  }

  #hold(records: Awaited<ReturnType<StreamLog['read']>>, shard: Shard): void {
    const { lane, lanes, shardId } = this.#options
    const numbers = new SequenceNumbers(shard)
    let [polled, unwanted] = [0, 0]
    for (const record of records) {
      if (lanes > 1 && crc32(record.partitionKey) % lanes !== lane) continue
      polled += 1
      const mapped = { ...record, shardId, sequenceNumber: numbers.of(record.sequence) }
      if (this.#options.wants(mapped)) this.#held.push(mapped)
      else unwanted += 1
    }
    this.#options.onPolled(polled, unwanted)
  }

  /** Where the window ends that the first of those that are held must fall into. */
  #windowEndMs({ tumblingMs, open }: BatchLimits): number {
    if (open) return open.endMs
    const first = this.#held[0]
    return tumblingMs !== undefined && first
      ? windowAt(first.arrivalMs, tumblingMs).endMs
      : Infinity
  }

  /** How many of those that are held make a batch. */
  #fitting(batchSize: number, endMs: number): number {
    let bytes = 0
    let count = 0
    for (const { data, partitionKey, arrivalMs } of this.#held) {
      if (arrivalMs >= endMs) break
      bytes += data.byteLength + partitionKey.length + recordOverheadBytes
      if (count > 0 && (count >= batchSize || bytes > batchBytesMax)) break
      count += 1
    }
    return count
  }

  async #wait(ms: number, signal: AbortSignal): Promise<void> {
    const stop = new AbortController()
    const abort = () => stop.abort()
    signal.addEventListener('abort', abort, { once: true })
    if (signal.aborted) stop.abort()
    try {
      const { logId } = await this.#options.stream()
      const ref = { logId, shardId: this.#options.shardId }
      await Promise.race([
        this.#options.log.wait(ref, this.#after, stop.signal),
        sleep(Math.min(Math.max(ms, 1), waitMsMax), stop.signal).catch(() => undefined),
      ])
      // Whatever wakes it, all others have their turn before it reads again: what it reads is mostly in memory.
      await nextTurn()
    } finally {
      signal.removeEventListener('abort', abort)
      stop.abort()
    }
  }
}
