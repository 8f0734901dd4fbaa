import { uuid, type Clock, type Logger } from '#kit'
import { newsKey, sendNews, type DestinationParts } from '../destinations.ts'
import { eventBytesMax, type Invoked } from '../invoke.ts'
import type { FunctionMeter } from '../measure.ts'
import { parseFunctionArn } from '../names.ts'
import type { FunctionVersion } from '../records.ts'
import type { EventRow } from '../tables.ts'
import type { MappedRecord } from './kinesis-event.ts'
import type { Mapping } from './mapping.ts'
import type { OpenWindow } from './tumbling-window.ts'

export interface GivenUpParts {
  readonly clock: Clock
  readonly log: Logger
  readonly meter: FunctionMeter
  readonly destinations: DestinationParts
  /** The version of the function that the mapping calls. */
  readonly version: (mapping: Mapping) => Promise<FunctionVersion>
}

/** A call that is not made again: records that are passed over, or the last call of a window. */
export interface GivenUp {
  readonly shardId: string
  readonly records: readonly MappedRecord[]
  /** Where there are no records: the window that is closed without the function. */
  readonly window?: OpenWindow | undefined
  readonly condition: 'RetryAttemptsExhausted' | 'RecordAgeExceeded'
  readonly attempts: number
  readonly done: Invoked | undefined
  /** What the function was given. */
  readonly eventOf: (version: FunctionVersion) => unknown
}

/** Where the news are: nobody wants them, a destination has them or will when the row is kept, or they are lost. */
export type GivenUpNews =
  | { readonly became: 'unwanted' | 'delivered' | 'lost' }
  | { readonly became: 'delivered'; readonly row: EventRow }

/** Tells of what is given up where the mapping says. https://docs.aws.amazon.com/lambda/latest/dg/kinesis-on-failure-destination.html */
export async function tellOfGivenUp(
  parts: GivenUpParts,
  mapping: Mapping,
  given: GivenUp,
): Promise<GivenUpNews> {
  const { onFailure, functionArn } = mapping.settings
  if (onFailure === undefined) return { became: 'unwanted' }
  try {
    const version = await parts.version(mapping)
    const nowMs = parts.clock.now()
    const record = newsOf(mapping, given, nowMs)
    const payload = JSON.stringify(given.eventOf(version))
    // Records can be read again by their numbers, the state of a window cannot.
    const fits = given.window !== undefined && payload.length * 2 < eventBytesMax
    const isWhole = onFailure.includes(':s3:::') || fits
    const key = newsKey(`aws/lambda/${mapping.id}/${given.shardId}`, nowMs, uuid())
    const news = { record: isWhole ? { ...record, payload } : record, key }
    const row = await sendNews(parts.destinations, version, onFailure, news)
    return row ? { became: 'delivered', row } : { became: 'delivered' }
  } catch (error) {
    parts.log.error({ err: error, mapping: mapping.id }, 'news of records were lost')
    const { qualifier, ...ref } = parseFunctionArn(functionArn)!
    parts.meter.destinationFailed({ ref, qualifier })
    return { became: 'lost' }
  }
}

function newsOf(mapping: Mapping, given: GivenUp, nowMs: number) {
  const { condition, attempts, done } = given
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
    timestamp: iso(nowMs),
    KinesisBatchInfo: { ...batchInfo(given), streamArn: mapping.sourceArn },
  }
}

function batchInfo({ shardId, records, window }: GivenUp) {
  const [first, last] = [records[0], records.at(-1)]
  return {
    shardId,
    ...(first && last
      ? { startSequenceNumber: first.sequenceNumber, endSequenceNumber: last.sequenceNumber }
      : {}),
    approximateArrivalOfFirstRecord: iso(first?.arrivalMs ?? window!.startMs),
    approximateArrivalOfLastRecord: iso(last?.arrivalMs ?? window!.endMs),
    batchSize: records.length,
  }
}

const iso = (ms: number): string => new Date(ms).toISOString()
