import type { DeliveryRecord, Failure } from '../delivery-record.ts'
import type { DeliveryStream } from '../records.ts'

/**
 * A step between the source and the destination that makes other records of records: a processor of Firehose.
 * https://docs.aws.amazon.com/firehose/latest/APIReference/API_Processor.html
 *
 * Its outcomes are kept for the attempt at a batch, and read from there however often the destination needs them. A batch that is tried again is
 * transformed again. Only the outcomes of the attempt that is committed are ever seen, so a transform need not
 * give the same twice.
 */
export interface Transform {
  /**
   * The same records always give the same outcomes, at no cost to others. A table fed through anything else does not show what is
   * not delivered yet.
   */
  readonly isRepeatable: boolean
  /** A record may become so much, or so many, that it is given one record at a time, and its outcomes are handed on as they come. */
  readonly makesLarge?: true
  /**
   * One outcome for each record, in their order. What it throws holds the whole batch up, which is then tried
   * again; trouble with single records is an outcome.
   */
  apply(records: readonly DeliveryRecord[], context: TransformContext): Promise<readonly Outcome[]>
}

export interface TransformContext {
  readonly stream: DeliveryStream
  /** The same for the same batch, however often it is tried. */
  readonly batchId: string
  readonly signal: AbortSignal
}

/** The statuses of https://docs.aws.amazon.com/firehose/latest/dev/data-transformation-status-model.html */
export type Outcome =
  | { readonly status: 'Ok'; readonly records: readonly DeliveryRecord[] }
  | { readonly status: 'Dropped' }
  | { readonly status: 'ProcessingFailed'; readonly failure: Failure }

/** The same record with other bytes; its own are kept for the error record. */
export function withData(record: DeliveryRecord, data: Uint8Array): DeliveryRecord {
  return { ...record, data, raw: record.raw ?? record.data }
}
