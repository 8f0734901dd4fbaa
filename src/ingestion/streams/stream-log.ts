import type { LakeError } from '#kit'
import type { RecordColumns } from './record-columns.ts'

/** One ordered sequence of records. A stream is a log with one or more shards. */
export interface ShardRef {
  readonly logId: string
  readonly shardId: string
}

/** By so much sealed data is longer than what was sealed: limits in bytes count what was sealed. */
export const sealedOverheadBytes = 32

export interface NewRecord {
  readonly partitionKey: string
  readonly explicitHashKey?: string | undefined
  readonly data: Uint8Array
  /** The data is sealed (see `sealedStreamLog`): the log keeps this with the record and reads nothing in it. */
  readonly isSealed?: boolean
}

/** Records for the shards of one log, to be appended with one call. */
export interface BatchAppend {
  readonly logId: string
  readonly columns: RecordColumns
  /** More than get records, it may be. Never changed: a caller who gives the same list each time spares the log its look-ups. */
  readonly shardIds: readonly string[]
  /** For each record which of `shardIds` it goes to, each in its shard in the order given; negative: to none. */
  readonly shards: Int32Array
}

export interface BatchAppended {
  /** Of each record, 0 for one that was not taken; those of a shard follow one another without a gap. Exact up to 2^53. */
  readonly sequences: Float64Array
  /** Of the shards that take nothing, by their place among `shardIds`. */
  readonly errors: ReadonlyMap<number, LakeError>
}

export interface LogRecord extends NewRecord {
  /** Grows strictly within a shard, starting at 1n. */
  readonly sequence: bigint
  /** When the record was accepted, epoch milliseconds; never falls within a shard. */
  readonly arrivalMs: number
  /** The KMS key that its data lies encrypted under; given by `sealedStreamLog`, which has opened it. */
  readonly kmsKeyArn?: string
}

/** Data of records, as they lie in the log. */
export interface LogPage {
  /** The caller's own until he lets go of them. */
  readonly bytes: Buffer
  /** Where the data of each record, in their order, begins and ends: anywhere, and anything may lie between. */
  readonly starts: Uint32Array
  readonly ends: Uint32Array
  /** Sum of data lengths. */
  readonly dataBytes: number
  /** The caller is through with the bytes, which others may have now. Who keeps them does not call it. */
  release(): void
}

export interface ReadInput {
  /** Records with a sequence greater than this; 0n for all that is kept. */
  readonly after: bigint
  /** 1 to 10,000. */
  readonly limitRecords: number
  /** Sum of data lengths; one record is always returned if there is one. */
  readonly limitBytes: number
}

/** Places in shards of one log, as columns: who follows a thousand of them makes no object for any. Sequences are exact up to 2^53. */
export interface ShardPlaces {
  /** Never changed: a caller who gives the same list each time spares the log its look-ups. */
  readonly shardIds: readonly string[]
  /** For each of them the sequence of the record that the place is behind; 0 for the start of the shard. */
  readonly afters: Float64Array
}

/** What lies in shards behind places, for each up to and with the record of a sequence. */
export interface ShardSpans extends ShardPlaces {
  readonly tos: Float64Array
}

export interface SpanPages {
  /** Of one span after the other, in the order given; a page may have records of several. */
  readonly pages: readonly LogPage[]
  /** How far each span is read now: where to go on, and its end when nothing of it is left. */
  readonly afters: Float64Array
  /** Nothing is left of any. */
  readonly isComplete: boolean
}

/** How much a look at many shards counts. */
export interface ExtentLimits {
  /** For all shards together. One record is always counted if there is one, and no more than one goes beyond. */
  readonly limitRecords: number
  readonly limitBytes: number
  /** For each of them, as a read of it has them: a busy one leaves something to the others. */
  readonly shardRecords: number
  readonly shardBytes: number
}

/** What lies in shards behind places: for each, in their order, a number in each column. */
export interface Extents {
  readonly records: Float64Array
  /** Sum of data lengths, as they were before any was sealed. */
  readonly dataBytes: Float64Array
  /** When the first of them arrived, which is the oldest; 0 when there is none. */
  readonly arrivalMs: Float64Array
  /**
   * The sequence of the last of them. With none: the shard's newest when it was looked at, and nothing up to it is kept; 0 for a shard that
   * has nothing newer, or was not looked at.
   */
  readonly lasts: Float64Array
  /** False when the limits for all were used up before each shard was looked at. */
  readonly isComplete: boolean
}

/**
 * Durable, ordered, per-shard append. `append` resolves when the records are on stable storage;
 * appends that arrive together share one fsync. After a crash everything that was acknowledged is
 * there, and nothing torn is ever returned. Errors: `LogNotFound`, `DiskFull`.
 */
export interface StreamLog extends AsyncDisposable {
  /** Idempotent. */
  createShard(shard: ShardRef): Promise<void>
  /** Returns the sequence of each record, in the order given: contiguous in the shard. */
  append(shard: ShardRef, records: readonly NewRecord[]): Promise<readonly bigint[]>
  /**
   * The same for many shards at once: cheaper than a call for each. A shard that fails fails its own records only; rejects when
   * nothing was taken for a reason that all shards share. The columns are read until it has settled.
   */
  appendBatch(batch: BatchAppend): Promise<BatchAppended>
  read(shard: ShardRef, input: ReadInput): Promise<readonly LogRecord[]>
  /**
   * The data of the records that reads of these spans return, in their order, for those who read a great deal and need no more of them: of as
   * many spans as the limits allow for all together, one record at least if there is one, and no more than one beyond. What is gone of
   * a span is passed over. Undefined when it cannot be had so: then `read` has it.
   */
  readPages(
    logId: string,
    spans: ShardSpans,
    limits: Pick<ReadInput, 'limitRecords' | 'limitBytes'>,
  ): Promise<SpanPages | undefined>
  /**
   * What reads of these shards, each named once, would find, counted with one call: who follows a thousand shards pays for a thousand reads
   * otherwise. Nothing is counted that came after the call. Of each shard it is what a read of it would give, or, where the limits for all
   * end it, the beginning of that.
   */
  extents(logId: string, places: ShardPlaces, limits: ExtentLimits): Promise<Extents>
  /** The sequence and time of the newest durable record; 0n when there is none. */
  tip(shard: ShardRef): Promise<{ readonly sequence: bigint; readonly arrivalMs: number }>
  /** The sequence of the newest durable record of each of these shards, 0 where there is none, exact up to 2^53. */
  tips(logId: string, shardIds: readonly string[]): Promise<Float64Array>
  /** The oldest sequence still kept, 0n when none is. */
  trimHorizon(shard: ShardRef): Promise<bigint>
  /** The `after` that makes `read` start at the first record that arrived at or after this time. */
  positionAt(shard: ShardRef, timeMs: number): Promise<bigint>
  /**
   * Resolves when there is a durable record after `after` that is still kept, or when the signal is aborted. Never in the same turn of the
   * event loop: who waits, reads and waits again must not keep the others from theirs, whatever he makes of what he reads.
   */
  wait(shard: ShardRef, after: bigint, signal: AbortSignal): Promise<void>
  /** The same for whichever shard of a log has one first: who follows many of them waits once. Of none, until the signal is aborted. */
  waitAny(logId: string, places: ShardPlaces, signal: AbortSignal): Promise<void>
  /** Gives up the shard's records up to this sequence. Whole segments are freed, when every record in them is given up. */
  trim(shard: ShardRef, before: { readonly sequence: bigint }): Promise<void>
  /**
   * Gives up all records that arrived before this time, epoch milliseconds: those of every shard that the log ever had. Shards that are
   * spent nobody will name again: the log may forget those of which it keeps nothing.
   */
  trimBefore(logId: string, timeMs: number, isSpent?: (shardId: string) => boolean): Promise<void>
  /** The names of all logs, in any order; of one that a crash left half made, too. */
  logs(): Promise<readonly string[]>
  /** Removes a log with all its shards, damaged or half made as it may be; nothing when there is none. */
  deleteLog(logId: string): Promise<void>
  close(): Promise<void>
}
