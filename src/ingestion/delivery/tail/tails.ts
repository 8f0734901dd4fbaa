import type { PartitionInput } from '#catalog/metastore'
import type { DeliveryScope } from '../records.ts'

/** A table whose rows are asked for. */
export interface TailTable extends DeliveryScope {
  readonly database: string
  readonly table: string
  /** Where it lies. */
  readonly bucket: string
  readonly prefix: string
  /** Of an Iceberg table: its id and how its rows are written now. Rows that were made for another are made anew. */
  readonly iceberg?: string
}

/**
 * What delivery streams have accepted and not yet delivered, as the objects that it will be. A query reads these beside the
 * objects that are there. See docs/internals/delivery.md.
 */
export interface Tails {
  /**
   * Begins a cut through the deliveries that may feed these tables; undefined when nothing waits to be delivered to them. List the objects
   * after this, then ask `settle`. With `exclusive` nothing is delivered to them until then.
   */
  cut(
    tables: readonly TailTable[],
    options?: { readonly exclusive?: boolean },
  ): Promise<TailCut | undefined>
  /**
   * Has delivered what was accepted for these tables when it was called, without waiting for buffers: then it is in their files. Errors: what
   * keeps a delivery from going on.
   */
  flush(tables: readonly TailTable[], signal: AbortSignal): Promise<void>
}

/** All records up to some moment: those up to the checkpoints are in objects, those after them are in the tail. */
export interface TailCut extends AsyncDisposable {
  /**
   * True when nothing of it was delivered since it was begun: then the objects that were listed meanwhile end where the tail
   * begins. False when the cut is of no use and another is to be tried.
   */
  settle(): Promise<boolean>
  /** The tail. Its files stay until the cut is disposed of. Error: `TailTooLarge`. */
  read(signal: AbortSignal): Promise<Tail>
}

export interface Tail {
  readonly objects: readonly TailObject[]
  /** Of Iceberg tables, in the order in which they apply: deletes are of rows that come before their own. */
  readonly rows: readonly TailRows[]
}

export interface TailRows extends DeliveryScope {
  readonly database: string
  readonly table: string
  readonly specId: number
  readonly data: readonly TailFile[]
  /** Rows with these values in the columns of `equalityIds` are no more. */
  readonly deletes: readonly TailFile[]
  readonly equalityIds: readonly number[]
}

/** A finished local Parquet file with the table's field ids. Never write to it. */
export interface TailFile {
  readonly path: string
  readonly sizeBytes: number
  readonly recordCount: number
  /** Another for each file. */
  readonly id: string
}

export interface TailObject {
  readonly bucket: string
  readonly key: string
  /** A finished local file. Never write to it. */
  readonly path: string
  readonly sizeBytes: number
  /** Another for other bytes. */
  readonly etag: string
  readonly madeMs: number
  /** The partition that its delivery will add to a table, unless it is there. */
  readonly partition?: DeliveryScope & {
    readonly database: string
    readonly table: string
    readonly input: PartitionInput
  }
}
