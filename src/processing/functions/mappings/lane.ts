import { isLakeError, randomHex, sleep, uuid, type Clock, type Logger } from '#kit'
import type { Database } from '#platform/database'
import { newsKey, sendNews, type DestinationParts } from '../destinations.ts'
import { requestBytesMax, type Invoke, type Invoked } from '../invoke.ts'
import type { FunctionMeter } from '../measure.ts'
import { parseFunctionArn } from '../names.ts'
import type { FunctionVersion } from '../records.ts'
import { loadEntry, resolveVersion } from '../registry/lookups.ts'
import { tablesOf, type EventRow } from '../tables.ts'
import { moveCheckpoint, type LaneRef } from './checkpoints.ts'
import { firstFailure, kinesisEvent, type MappedRecord } from './kinesis-event.ts'
import type { LaneReader } from './lane-reader.ts'
import type { Mapping } from './mapping.ts'

export interface LaneOptions {
  readonly ref: LaneRef
  readonly database: Database
  readonly clock: Clock
  readonly log: Logger
  readonly invoke: Invoke
  readonly meter: FunctionMeter
  readonly destinations: DestinationParts
  readonly reader: LaneReader
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

const retryMsFirst = 200
const retryMsLast = 30_000

/**
 * Gives the records of one lane to the function, batch after batch in their order: the next only when the one before it was
 * taken, or given up as the mapping says. What is done is written down behind each, so that a restart repeats one batch at most.
 */
export class Lane {
  readonly #options: LaneOptions

  constructor(options: LaneOptions) {
    this.#options = options
  }

  /** Resolves true at the end of the shard, false when the signal is aborted or the mapping is gone. */
  async run(signal: AbortSignal): Promise<boolean> {
    for (;;) {
      const mapping = this.#options.mapping()
      if (!mapping || signal.aborted) return false
      const gathered = await this.#options.reader.next(mapping.settings, signal)
      if (!gathered) return false
      if (!(await this.#handle(gathered.records, signal))) return false
      if (gathered.isLast) return true
    }
  }

  /** False when it was stopped before all was done. */
  async #handle(records: readonly MappedRecord[], signal: AbortSignal): Promise<boolean> {
    const segments: Segment[] = records.length > 0 ? [{ records, attempts: 0 }] : []
    while (segments.length > 0) {
      const mapping = this.#options.mapping()
      if (!mapping || signal.aborted) return false
      const segment = segments.pop()!
      const young = await this.#withoutOld(mapping, segment)
      if (young.records.length === 0) continue
      const rest = await this.#try(mapping, young, signal)
      segments.push(...rest)
    }
    return true
  }

  /** Records that are older than the mapping allows are given up before they are tried. */
  async #withoutOld(mapping: Mapping, segment: Segment): Promise<Segment> {
    const { ageSecondsMax } = mapping.settings
    if (ageSecondsMax < 0) return segment
    const horizonMs = this.#options.clock.now() - ageSecondsMax * 1000
    const young = segment.records.findIndex(({ arrivalMs }) => arrivalMs >= horizonMs)
    const count = young < 0 ? segment.records.length : young
    if (count === 0) return segment
    const old = segment.records.slice(0, count)
    await this.#giveUp(mapping, { ...segment, records: old }, 'RecordAgeExceeded', undefined)
    return { ...segment, records: segment.records.slice(count) }
  }

  /** What is left to try, the next last. */
  async #try(mapping: Mapping, segment: Segment, signal: AbortSignal): Promise<readonly Segment[]> {
    const { records } = segment
    const { settings } = mapping
    const done = await this.#invoke(mapping, records)
    if (done === 'tooLarge') return this.#part(mapping, segment)
    if (typeof done === 'string') {
      this.#options.onResult(done)
      await this.#pause(segment.attempts + 3, signal)
      return [segment]
    }
    const failed = done.functionError !== undefined
    const reported = settings.reportsFailures && !failed
    const taken = failed ? 0 : reported ? firstFailure(done.payload, records) : records.length
    this.#options.onResult(taken === records.length ? 'OK' : 'PROBLEM: Function call failed')
    if (taken > 0) await this.#commit(records[taken - 1]!)
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
  async #part(mapping: Mapping, segment: Segment): Promise<readonly Segment[]> {
    if (segment.records.length > 1) return bisect(segment)
    this.#options.onResult('PROBLEM: A record is larger than what a function can be given')
    await this.#giveUp(mapping, segment, 'RetryAttemptsExhausted', undefined)
    return []
  }

  /** What the function answered, or why it could not be asked. */
  async #invoke(
    mapping: Mapping,
    records: readonly MappedRecord[],
  ): Promise<Invoked | 'tooLarge' | `PROBLEM: ${string}`> {
    const named = parseFunctionArn(mapping.settings.functionArn)!
    const { qualifier, ...ref } = named
    try {
      const { settings } = await this.#version(mapping)
      const { region, sourceArn } = mapping
      const event = kinesisEvent(records, { roleArn: settings.roleArn, region, sourceArn })
      const payload = Buffer.from(JSON.stringify(event))
      if (payload.byteLength > requestBytesMax) return 'tooLarge'
      const { clock, meter } = this.#options
      meter.readBatch({ ref, qualifier }, clock.now() - records.at(-1)!.arrivalMs)
      return await this.#options.invoke({ ref, qualifier, payload })
    } catch (error) {
      if (!isLakeError(error)) throw error
      return `PROBLEM: ${error.message}`
    }
  }

  async #version(mapping: Mapping): Promise<FunctionVersion> {
    const { qualifier, ...ref } = parseFunctionArn(mapping.settings.functionArn)!
    const db = tablesOf(this.#options.database)
    return resolveVersion(db, await loadEntry(db, ref), qualifier)
  }

  /** Passes over records, and tells of them where the mapping says. */
  async #giveUp(
    mapping: Mapping,
    segment: Segment,
    condition: string,
    done: Invoked | undefined,
  ): Promise<void> {
    const { onFailure } = mapping.settings
    let news: EventRow | undefined
    if (onFailure !== undefined) {
      try {
        const version = await this.#version(mapping)
        const isBucket = onFailure.includes(':s3:::')
        const record = this.#newsOf(mapping, version, segment, condition, done, isBucket)
        const prefix = `aws/lambda/${mapping.id}/${this.#options.ref.shardId}`
        const key = newsKey(prefix, this.#options.clock.now(), uuid())
        news = await sendNews(this.#options.destinations, version, onFailure, { record, key })
      } catch (error) {
        this.#options.log.error({ err: error, mapping: mapping.id }, 'news of records were lost')
      }
    }
    await this.#commit(segment.records.at(-1)!, news)
  }

  /** https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html */
  #newsOf(
    mapping: Mapping,
    version: FunctionVersion,
    { records, attempts }: Segment,
    condition: string,
    done: Invoked | undefined,
    withPayload: boolean,
  ) {
    const [first, last] = [records[0]!, records.at(-1)!]
    const { region, sourceArn } = mapping
    const about = { roleArn: version.settings.roleArn, region, sourceArn }
    const iso = (ms: number) => new Date(ms).toISOString()
    return {
      requestContext: {
        requestId: done?.requestId ?? uuid(),
        functionArn: mapping.settings.functionArn,
        condition,
        approximateInvokeCount: attempts,
      },
      ...(done
        ? {
            responseContext: {
              statusCode: 200,
              executedVersion: done.executedVersion,
              functionError: done.functionError ?? 'Unhandled',
            },
          }
        : {}),
      version: '1.0',
      timestamp: iso(this.#options.clock.now()),
      KinesisBatchInfo: {
        shardId: first.shardId,
        startSequenceNumber: first.sequenceNumber,
        endSequenceNumber: last.sequenceNumber,
        approximateArrivalOfFirstRecord: iso(first.arrivalMs),
        approximateArrivalOfLastRecord: iso(last.arrivalMs),
        batchSize: records.length,
        streamArn: sourceArn,
      },
      ...(withPayload ? { payload: JSON.stringify(kinesisEvent(records, about)) } : {}),
    }
  }

  async #commit({ sequence }: MappedRecord, news?: EventRow): Promise<void> {
    await moveCheckpoint(this.#options.database, this.#options.ref, sequence, news)
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
