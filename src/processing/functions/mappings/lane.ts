import { isLakeError, randomHex, sleep, type Clock, type Logger } from '#kit'
import type { Database } from '#platform/database'
import type { DestinationParts } from '../destinations.ts'
import { requestBytesMax, type Invoke, type Invoked } from '../invoke.ts'
import type { EventCount, FunctionMeter } from '../measure.ts'
import { parseFunctionArn } from '../names.ts'
import type { FunctionVersion } from '../records.ts'
import { loadEntry, resolveVersion } from '../registry/lookups.ts'
import { tablesOf } from '../tables.ts'
import { moveCheckpoint, type LaneRef, type LaneStep } from './checkpoints.ts'
import { tellOfGivenUp, type GivenUp, type GivenUpParts } from './given-up.ts'
import { firstFailure, kinesisEvent, type MappedRecord } from './kinesis-event.ts'
import type { LaneReader } from './lane-reader.ts'
import type { Mapping } from './mapping.ts'
import {
  endsEarly,
  hasState,
  stateIn,
  windowAt,
  windowFields,
  type OpenWindow,
  type WindowEnd,
} from './tumbling-window.ts'

export interface LaneOptions {
  readonly ref: LaneRef
  readonly database: Database
  readonly clock: Clock
  readonly log: Logger
  readonly invoke: Invoke
  readonly meter: FunctionMeter
  readonly destinations: DestinationParts
  readonly reader: LaneReader
  /** The window that it was in. */
  readonly window?: OpenWindow | undefined
  /** The mapping as it is now; undefined when it is gone. */
  readonly mapping: () => Mapping | undefined
  /** Told how each call ended: `OK`, or what the problem is. */
  readonly onResult: (result: string) => void
}

/** Records that are tried together. */
interface Segment {
  readonly records: readonly MappedRecord[]
  readonly attempts: number
}

const callFailed = 'PROBLEM: Function call failed'
const retryMsFirst = 200
const retryMsLast = 30_000

/**
 * Gives the records of one lane to the function, batch after batch in their order: the next only when the one before it was
 * taken, or given up as the mapping says. What is done, and the state of the window that is open, is written down behind each, so
 * that a restart repeats one batch at most, with the state that it had.
 */
export class Lane {
  readonly #options: LaneOptions
  readonly #givenUpParts: GivenUpParts
  #window: OpenWindow | undefined

  constructor(options: LaneOptions) {
    this.#options = options
    this.#window = options.window
    this.#givenUpParts = { ...options, version: (mapping) => this.#version(mapping) }
  }

  /** Resolves true at the end of the shard, false when the signal is aborted or the mapping is gone. */
  async run(signal: AbortSignal): Promise<boolean> {
    for (;;) {
      const mapping = this.#options.mapping()
      if (!mapping || signal.aborted) return false
      if (!(await this.#endEarly(mapping, signal))) return false
      const limits = { ...mapping.settings, open: this.#window }
      const gathered = await this.#options.reader.next(limits, signal)
      if (!gathered) return false
      if (!(await this.#handle(gathered.records, signal))) return false
      const isOver = gathered.isWindowOver === true || gathered.isLast
      if (isOver && !(await this.#endWindow('inTime', signal))) return false
      if (gathered.isLast) return true
    }
  }

  /** False when it was stopped before all was done. */
  async #handle(records: readonly MappedRecord[], signal: AbortSignal): Promise<boolean> {
    const segments: Segment[] = records.length > 0 ? [{ records, attempts: 0 }] : []
    while (segments.length > 0) {
      const mapping = this.#options.mapping()
      if (!mapping || signal.aborted) return false
      if (!(await this.#endEarly(mapping, signal))) return false
      const segment = segments.pop()!
      const young = await this.#withoutOld(mapping, segment)
      if (young.records.length === 0) continue
      const rest = await this.#try(mapping, young, signal)
      segments.push(...rest)
    }
    return true
  }

  async #endEarly({ settings }: Mapping, signal: AbortSignal): Promise<boolean> {
    const isEarly = this.#window && endsEarly(this.#window, settings.tumblingMs ?? 0)
    return isEarly ? this.#endWindow('early', signal) : true
  }

  /**
   * Gives the function its state for the last time. Nothing goes on before it took it, or it is given up as the mapping says of records;
   * false when it was stopped.
   */
  async #endWindow(ends: WindowEnd, signal: AbortSignal): Promise<boolean> {
    let failures = 0
    for (let attempts = 1; this.#window; attempts += 1) {
      const mapping = this.#options.mapping()
      if (!mapping || signal.aborted) return false
      const done = await this.#invoke(mapping, [], ends)
      const isTaken = typeof done !== 'string' && !done.functionError && stateIn(done.payload)
      this.#options.onResult(typeof done === 'string' ? done : isTaken ? 'OK' : callFailed)
      if (isTaken) {
        await this.#commit({ window: null })
        this.#window = undefined
        continue
      }
      if (typeof done !== 'string') failures += 1
      const condition = this.#lastReason(mapping, this.#window.endMs, failures)
      const last = typeof done === 'string' ? undefined : done
      if (condition) await this.#giveUpWindow(mapping, ends, { condition, failures, done: last })
      else await this.#pause(attempts, signal)
    }
    return true
  }

  /** Why a call that failed is not made again. */
  #lastReason(
    { settings }: Mapping,
    arrivalMs: number,
    failures: number,
  ): GivenUp['condition'] | undefined {
    const { retriesMax, ageSecondsMax } = settings
    if (retriesMax >= 0 && failures > retriesMax) return 'RetryAttemptsExhausted'
    const isOld = ageSecondsMax >= 0 && this.#horizonMs(ageSecondsMax) > arrivalMs
    return isOld ? 'RecordAgeExceeded' : undefined
  }

  #horizonMs(ageSecondsMax: number): number {
    return this.#options.clock.now() - ageSecondsMax * 1000
  }

  /** Records that are older than the mapping allows, or than the stream keeps them, are given up before they are tried (again). */
  async #withoutOld(mapping: Mapping, segment: Segment): Promise<Segment> {
    const { records } = segment
    const { ageSecondsMax } = mapping.settings
    const allowedMs = ageSecondsMax < 0 ? -Infinity : this.#horizonMs(ageSecondsMax)
    const keptMs = await this.#options.reader.horizonMs(records[0]!.arrivalMs)
    const horizonMs = Math.max(allowedMs, keptMs)
    const young = records.findIndex(({ arrivalMs }) => arrivalMs >= horizonMs)
    const count = young < 0 ? records.length : young
    if (count === 0) return segment
    const old = { ...segment, records: records.slice(0, count) }
    await this.#giveUp(mapping, old, 'RecordAgeExceeded', undefined, allowedMs < keptMs)
    return { ...segment, records: records.slice(count) }
  }

  /** What is left to try, the next last. */
  async #try(mapping: Mapping, segment: Segment, signal: AbortSignal): Promise<readonly Segment[]> {
    const { records } = segment
    const { settings } = mapping
    const { tumblingMs } = settings
    if (tumblingMs !== undefined) this.#window ??= windowAt(records[0]!.arrivalMs, tumblingMs)
    const done = await this.#invoke(mapping, records)
    if (done === 'tooLarge') return this.#part(mapping, segment, signal)
    this.#count(mapping, 'InvokedEventCount', records.length)
    if (typeof done === 'string') {
      this.#count(mapping, 'FailedInvokeEventCount', records.length)
      this.#options.onResult(done)
      await this.#pause(segment.attempts + 3, signal)
      return [segment]
    }
    const state = this.#window && stateIn(done.payload)
    const failed = done.functionError !== undefined || (this.#window !== undefined && !state)
    const reported = settings.reportsFailures && !failed
    const taken = failed ? 0 : reported ? firstFailure(done.payload, records) : records.length
    this.#count(mapping, 'FailedInvokeEventCount', records.length - taken)
    this.#options.onResult(taken === records.length ? 'OK' : callFailed)
    if (taken > 0) {
      if (this.#window && state) this.#window = { ...this.#window, state }
      await this.#commit({ sequence: records[taken - 1]!.sequence, window: this.#window })
    }
    if (taken === records.length) return []
    const rest: Segment = { records: records.slice(taken), attempts: segment.attempts }
    if (failed && settings.bisects && records.length > 1) return bisect(rest)
    const attempts = rest.attempts + 1
    if (settings.retriesMax >= 0 && attempts > settings.retriesMax) {
      await this.#giveUp(mapping, { ...rest, attempts }, 'RetryAttemptsExhausted', done)
      return []
    }
    await this.#pause(attempts, signal)
    return [{ ...rest, attempts }]
  }

  /** Of records that are too large for one call; one that is so alone can never be given. */
  async #part(
    mapping: Mapping,
    segment: Segment,
    signal: AbortSignal,
  ): Promise<readonly Segment[]> {
    if (segment.records.length > 1) return bisect(segment)
    if (this.#window && hasState(this.#window)) {
      await this.#endWindow('early', signal)
      return [segment]
    }
    this.#options.onResult('PROBLEM: A record is larger than what a function can be given')
    await this.#giveUp(mapping, segment, 'RetryAttemptsExhausted', undefined)
    return []
  }

  /** What the function answered, or why it could not be asked. */
  async #invoke(
    mapping: Mapping,
    records: readonly MappedRecord[],
    ends?: WindowEnd,
  ): Promise<Invoked | 'tooLarge' | `PROBLEM: ${string}`> {
    const named = parseFunctionArn(mapping.settings.functionArn)!
    const { qualifier, ...ref } = named
    try {
      const { settings } = await this.#version(mapping)
      const event = this.#eventOf(mapping, settings.roleArn, records, ends)
      const payload = Buffer.from(JSON.stringify(event))
      if (payload.byteLength > requestBytesMax) return 'tooLarge'
      const { clock, meter } = this.#options
      const last = records.at(-1)
      if (last) meter.readBatch({ ref, qualifier }, clock.now() - last.arrivalMs)
      return await this.#options.invoke({ ref, qualifier, payload })
    } catch (error) {
      if (!isLakeError(error)) throw error
      return `PROBLEM: ${error.message}`
    }
  }

  #eventOf(
    { region, sourceArn }: Mapping,
    roleArn: string,
    records: readonly MappedRecord[],
    ends?: WindowEnd,
  ) {
    const event = kinesisEvent(records, { roleArn, region, sourceArn })
    if (!this.#window) return event
    const { shardId } = this.#options.ref
    return { ...event, ...windowFields(this.#window, { shardId, sourceArn, ends }) }
  }

  async #version(mapping: Mapping): Promise<FunctionVersion> {
    const { qualifier, ...ref } = parseFunctionArn(mapping.settings.functionArn)!
    const db = tablesOf(this.#options.database)
    return resolveVersion(db, await loadEntry(db, ref), qualifier)
  }

  /** Passes over records, and tells of them where the mapping says. */
  async #giveUp(
    mapping: Mapping,
    { records, attempts }: Segment,
    condition: GivenUp['condition'],
    done: Invoked | undefined,
    /** Those that the stream has dropped are not counted as dropped. */
    isExpired = false,
  ): Promise<void> {
    const { shardId } = this.#options.ref
    const eventOf: GivenUp['eventOf'] = ({ settings }) =>
      this.#eventOf(mapping, settings.roleArn, records)
    const given = { shardId, records, condition, attempts, done, eventOf }
    const news = await tellOfGivenUp(this.#givenUpParts, mapping, given)
    const row = 'row' in news ? news.row : undefined
    await this.#commit({ sequence: records.at(-1)!.sequence, window: this.#window, news: row })
    const isDelivered = news.became === 'delivered'
    const name = isDelivered ? 'OnFailureDestinationDeliveredEventCount' : 'DroppedEventCount'
    if (isDelivered || !isExpired) this.#count(mapping, name, records.length)
  }

  /** The state is dropped, as if the function had taken it. */
  async #giveUpWindow(
    mapping: Mapping,
    ends: WindowEnd,
    last: Pick<GivenUp, 'condition' | 'done'> & { readonly failures: number },
  ): Promise<void> {
    const { shardId } = this.#options.ref
    const { condition, done, failures: attempts } = last
    const eventOf: GivenUp['eventOf'] = ({ settings }) =>
      this.#eventOf(mapping, settings.roleArn, [], ends)
    const window = this.#window
    const given = { shardId, records: [], window, condition, attempts, done, eventOf }
    const news = await tellOfGivenUp(this.#givenUpParts, mapping, given)
    await this.#commit({ window: null, news: 'row' in news ? news.row : undefined })
    this.#window = undefined
  }

  #count(mapping: Mapping, name: EventCount, events: number): void {
    if (mapping.settings.countsEvents) this.#options.meter.counted(mapping, name, events)
  }

  async #commit(step: LaneStep): Promise<void> {
    await moveCheckpoint(this.#options.database, this.#options.ref, step)
  }

  async #pause(attempts: number, signal: AbortSignal): Promise<void> {
    const ms = Math.min(retryMsLast, retryMsFirst * 2 ** Math.min(attempts - 1, 20))
    const jittered = ms * (0.5 + parseInt(randomHex(2), 16) / 131_072)
    await sleep(jittered, signal).catch(() => undefined)
  }
}

/** Halving takes nothing off the retries. The first half is the last of the list: it is tried next. */
function bisect({ records, attempts }: Segment): readonly Segment[] {
  const half = Math.ceil(records.length / 2)
  return [
    { records: records.slice(half), attempts },
    { records: records.slice(0, half), attempts },
  ]
}
