import { createHash } from 'node:crypto'
import type { LogRecord, ShardRef, StreamLog } from '#ingestion/streams'
import type { DeliveryStream, LaneName, S3Target } from './records.ts'

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
  readonly target: S3Target
  readonly ranges: readonly ShardRange[]
  readonly records: number
  readonly bytes: number
  /** Arrival of its oldest record. */
  readonly oldestMs: number
}

export interface BatchRecord extends LogRecord {
  readonly shardId: string
}

const pageBytes = 4 * 1024 * 1024
export const pageRecords = 10_000

/** The records of a batch in pages, always in the same order. */
export async function* recordsOf(
  log: StreamLog,
  batch: Batch,
  signal: AbortSignal,
): AsyncGenerator<readonly BatchRecord[]> {
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
      yield kept.map((record) => ({ ...record, shardId: ref.shardId }))
      after = last.sequence
    }
  }
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
