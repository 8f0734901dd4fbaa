import type { Transaction } from '#platform/database'
import type { Batch } from '../batch.ts'
import type { FailedRecord, RecordSet } from '../delivery-record.ts'
import type { DeliveryTrouble } from '../error-log.ts'
import type { Target } from '../records.ts'

/** A place where batches go. */
export interface Destination {
  /**
   * Makes durable what the batch will be, without showing it; or, where a destination cannot hold anything back, hands it over. What it
   * throws leaves the batch undelivered, to be tried again.
   */
  stage(input: StageInput): Promise<Staged>
}

export interface StageInput {
  readonly batch: Batch
  readonly records: RecordSet
  /** Takes records that the destination will never take: they go under the error prefix, with this batch. */
  readonly fail: (failed: readonly FailedRecord[]) => Promise<void>
  /** Tells the owner of trouble that a destination deals with by itself. */
  readonly tell: (trouble: DeliveryTrouble) => Promise<void>
  /** The target as its owner has it now; undefined when the delivery stream is gone. */
  readonly latest: () => Target | undefined
  /** A folder of the batch's own, on the object store's disk, made when first asked for. */
  readonly folder: () => Promise<string>
  readonly signal: AbortSignal
}

export interface Staged {
  /**
   * Shows it, in one transaction with `checkpoints`, which moves those of the batch: both or nothing. Runs
   * `checkpoints` exactly once in the transaction that is committed.
   */
  commit(checkpoints: (tx: Transaction) => Promise<void>): Promise<void>
  /** Frees what was made durable, when the commit was refused. */
  discard(): Promise<void>
}
