import { createHash } from 'node:crypto'
import {
  deaggregate,
  type LogPage,
  type LogRecord,
  type ShardRef,
  type StreamLog,
} from '#ingestion/streams'
import type { DeliveryRecord, RawPage } from './delivery-record.ts'
import { filledOf, type Ranges } from './ranges.ts'
import type { DeliveryStream, LaneName, Target } from './records.ts'

/** What is delivered in one piece: ranges of the log, never the records themselves. */
export interface Batch {
  readonly stream: DeliveryStream
  readonly lane: LaneName
  readonly target: Target
  readonly ranges: Ranges
  readonly records: number
  readonly bytes: number
  /** Arrival of its oldest record. */
  readonly oldestMs: number
}

/** A batch has no more records than this, however small they are. */
export const batchRecordsMax = 1_000_000
export const pageRecords = 10_000
const pageLimits = { limitRecords: pageRecords, limitBytes: 4 * 1024 * 1024 }

/** Where a batch's records are read. */
export interface BatchSource {
  readonly log: StreamLog
  /** Asked for each KMS key that records lie encrypted under, before any of them is given: throws what refuses them. */
  readonly checkKey: (kmsKeyArn: string) => Promise<void>
}

/**
 * The records of a batch in pages, always in the same order. What a producer packed into one record of a stream comes
 * taken apart: https://docs.aws.amazon.com/firehose/latest/dev/basic-deliver.html
 */
export async function* recordsOf(
  { log, checkKey }: BatchSource,
  batch: Batch,
  signal: AbortSignal,
): AsyncGenerator<readonly DeliveryRecord[]> {
  const { ranges } = batch
  for (const place of filledOf(ranges)) {
    const ref = { logId: ranges.logId, shardId: ranges.shardIds[place]! }
    const to = ranges.tos[place]!
    let after = BigInt(ranges.afters[place]!)
    while (after < to) {
      signal.throwIfAborted()
      const page = await log.read(ref, { after, ...pageLimits })
      const last = page.at(-1)
      if (!last) break
      for (const kmsKeyArn of new Set(page.map((record) => record.kmsKeyArn))) {
        if (kmsKeyArn !== undefined) await checkKey(kmsKeyArn)
      }
      yield madeOf(batch, ref, page, to)
      after = last.sequence
    }
  }
}

/** The same records as pages of the log, where it gives such, as it does of none that is encrypted: each of as many shards as there is room for. */
export async function* pagesOf(
  source: BatchSource,
  batch: Batch,
  signal: AbortSignal,
): AsyncGenerator<RawPage | readonly DeliveryRecord[]> {
  let { ranges } = batch
  for (let isComplete = false; !isComplete;) {
    signal.throwIfAborted()
    const found = await source.log.readPages(ranges.logId, ranges, pageLimits)
    if (!found) {
      yield* recordsOf(source, { ...batch, ranges }, signal)
      return
    }
    for (const page of found.pages) yield rawPage(batch, page)
    ranges = { ...ranges, afters: found.afters }
    isComplete = found.isComplete
  }
}

function rawPage(batch: Batch, page: LogPage): RawPage {
  let made: readonly { readonly data: Uint8Array }[] | undefined
  return {
    page,
    records: () => {
      if (made) return made
      const isStream = batch.stream.source.kind === 'stream'
      const records: { readonly data: Uint8Array }[] = []
      for (const [index, start] of page.starts.entries()) {
        const data = page.bytes.subarray(start, page.ends[index])
        const packed = isStream ? deaggregate(data) : undefined
        if (packed) for (const record of packed) records.push(record)
        else records.push({ data })
      }
      return (made = records)
    },
  }
}

/** What of a page lies up to `to`, as records of the delivery. */
function madeOf(
  batch: Batch,
  { shardId }: ShardRef,
  page: readonly LogRecord[],
  to: number,
): readonly DeliveryRecord[] {
  const kept = page.at(-1)!.sequence <= to ? page : page.filter(({ sequence }) => sequence <= to)
  return batch.stream.source.kind === 'stream'
    ? unpacked(kept, shardId)
    : kept.map((record) => own(record, shardId))
}

/** What a delivery needs of a record, made in one piece: there are many. */
function own(record: LogRecord, shardId: string): DeliveryRecord {
  const { partitionKey, data, sequence, arrivalMs } = record
  return { partitionKey, data, sequence, arrivalMs, shardId }
}

function unpacked(page: readonly LogRecord[], shardId: string): readonly DeliveryRecord[] {
  return page.flatMap((record) => {
    const packed = deaggregate(record.data)
    if (!packed) return [own(record, shardId)]
    return packed.map(({ partitionKey, data }, subSequence) => ({
      ...own(record, shardId),
      partitionKey,
      data,
      subSequence,
    }))
  })
}

/** The same for the same ranges, so that what is tried again has the same name. Another for each use. */
export function batchUuid(batch: Batch, use?: 'errors'): string {
  const { stream, lane, ranges } = batch
  const filled = filledOf(ranges)
  const numbers = new Float64Array(3 * filled.length)
  for (const [index, place] of filled.entries()) {
    numbers[3 * index] = ranges.numbers[place]!
    numbers[3 * index + 1] = ranges.afters[place]!
    numbers[3 * index + 2] = ranges.tos[place]!
  }
  const hash = createHash('sha256')
    .update(JSON.stringify([stream.id, lane, ranges.logId, ...(use ? [use] : [])]))
    .update(numbers)
  const bytes = hash.digest().subarray(0, 16)
  // The form of a version 4 UUID, which is what AWS has there.
  bytes[6] = 0x40 | (bytes[6]! & 0x0f)
  bytes[8] = 0x80 | (bytes[8]! & 0x3f)
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
