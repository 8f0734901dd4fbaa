import type { LogPage, LogRecord } from '#ingestion/streams'

/** A record on its way from the source to a destination. */
export interface DeliveryRecord extends LogRecord {
  readonly shardId: string
  /** Its place among those that came packed in one record of the source. */
  readonly subSequence?: number
  /** The bytes as they came, where a transform has made others of them: what an error record shows. */
  readonly raw?: Uint8Array
  readonly keys?: PartitionKeys
}

/** What a record is partitioned by, by name: from a query of MetadataExtraction, or from a function. */
export interface PartitionKeys {
  readonly query?: Readonly<Record<string, string>>
  readonly lambda?: Readonly<Record<string, string>>
}

/** The records of a batch behind its transforms. */
export interface RecordSet {
  /** All of them, from the start at each call, always the same in the same order. */
  pages(signal: AbortSignal): AsyncIterable<readonly DeliveryRecord[]>
  /** The data of all of them, as cheaply as it can be had. Undefined where `pages` is the only way. */
  raw?(signal: AbortSignal): AsyncIterable<RawPage | readonly DeliveryRecord[]>
}

/** A page as it lies in the log, for who can use it so. */
export interface RawPage {
  readonly page: LogPage
  /** The data of its records: what was packed is taken apart. */
  records(): readonly { readonly data: Uint8Array }[]
}

export function rawOf(
  records: RecordSet,
  signal: AbortSignal,
): AsyncIterable<RawPage | readonly DeliveryRecord[]> {
  return records.raw?.(signal) ?? records.pages(signal)
}

/** Why a record cannot be delivered. */
export interface Failure {
  readonly outputType: ErrorOutputType
  readonly code: string
  readonly message: string
  /** Default 1. */
  readonly attempts?: number
  /** The function that failed. */
  readonly lambdaArn?: string
}

/** The kind of trouble, as `!{firehose:error-output-type}` names it: https://docs.aws.amazon.com/firehose/latest/dev/s3-prefixes.html */
export type ErrorOutputType =
  | 'processing-failed'
  | 'format-conversion-failed'
  | 'decompression-failed'
  | 'http-endpoint-failed'
  | 'iceberg-failed'

export interface FailedRecord {
  readonly record: DeliveryRecord
  readonly failure: Failure
}
