import { createHash } from 'node:crypto'
import { deaggregate, type LogRecord, type ShardRef, type StreamLog } from '#ingestion/streams'
import type { DeliveryRecord } from './delivery-record.ts'
import type { DeliveryStream, LaneName, Target } from './records.ts'

/** The records of a shard after `from`, up to and with `to`. */
export interface ShardRange {
  readonly ref: ShardRef
  readonly from: bigint
  readonly to: bigint
}

/** What is delivered in one piece: ranges of the log, never the records themselves. */
export interface Batch {
  readonly stream: DeliveryStream
  readonly lane: LaneName
  readonly target: Target
  readonly ranges: readonly ShardRange[]
  readonly records: number
  readonly bytes: number
  /** Arrival of its oldest record. */
  readonly oldestMs: number
}

const pageBytes = 4 * 1024 * 1024
export const pageRecords = 10_000

/**
 * The records of a batch in pages, always in the same order. What a producer packed into one record of a stream comes
 * taken apart: https://docs.aws.amazon.com/firehose/latest/dev/basic-deliver.html
 */
export async function* recordsOf(
  log: StreamLog,
  batch: Batch,
  signal: AbortSignal,
): AsyncGenerator<readonly DeliveryRecord[]> {
  const fromStream = batch.stream.source.kind === 'stream'
  for (const { ref, from, to } of batch.ranges) {
    let after = from
    while (after < to) {
      signal.throwIfAborted()
      const page = await log.read(ref, {
        after,
        limitRecords: pageRecords,
        limitBytes: pageBytes,
      })
      const last = page.at(-1)
      if (!last) break
      const kept = last.sequence <= to ? page : page.filter((record) => record.sequence <= to)
      yield fromStream
        ? unpacked(kept, ref.shardId)
        : kept.map((record) => own(record, ref.shardId))
      after = last.sequence
    }
  }
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

/** The same for the same ranges, so that what is tried again has the same name. */
export function batchUuid(batch: Batch): string {
  const hash = createHash('sha256').update(
    JSON.stringify([
      batch.stream.id,
      batch.lane,
      ...batch.ranges.map(({ ref, from, to }) => [ref.logId, ref.shardId, `${from}`, `${to}`]),
    ]),
  )
  const bytes = hash.digest().subarray(0, 16)
  // The form of a version 4 UUID, which is what AWS has there.
  bytes[6] = 0x40 | (bytes[6]! & 0x0f)
  bytes[8] = 0x80 | (bytes[8]! & 0x3f)
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`
}
