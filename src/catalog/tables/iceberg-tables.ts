import type { DatabaseRef, Page, PageInput, TableRecord, TableRef } from '#catalog/metastore'
import type { Snapshot, TableMetadata } from './format/types.ts'
import type { OnCommit, SnapshotInput } from './snapshots/snapshot-change.ts'
import type { MetadataFile } from './table-files.ts'

/** A table in one state, and the catalog's record that pointed to it. */
export interface LoadedTable extends MetadataFile {
  readonly record: TableRecord
}

/** What a table is made from; the parts are JSON as the REST specification has them. */
export interface CreateTableInput {
  readonly name: string
  /** Where its files go. Without it, a new folder in the database's location or in `warehouse`. */
  readonly location?: string
  readonly warehouse?: string
  readonly schema: unknown
  readonly partitionSpec?: unknown
  readonly writeOrder?: unknown
  readonly properties: Readonly<Record<string, string>>
  /** Asked before the metadata file is written at a place that the table had not before; refuses by throwing. */
  readonly checkLocation?: CheckLocation
}

export type CheckLocation = (metadataLocation: string) => Promise<void>

/** Changes of one table, and what they expect of it: `TableUpdate` and `TableRequirement` of the REST specification. */
export interface TableChange {
  readonly ref: TableRef
  readonly requirements: readonly unknown[]
  /** When it is a function, the updates are made from the state that they will be applied to, as often as it moves. */
  readonly updates: readonly unknown[] | ((metadata: TableMetadata) => readonly unknown[])
  /** A snapshot to add, on top of the updates. */
  readonly snapshot?: SnapshotInput
  readonly checkLocation?: CheckLocation
}

export interface CommitOptions {
  readonly onCommit?: OnCommit
}

export interface CommittedTable extends LoadedTable {
  /** The one that the change added; undefined when it asked for none. */
  readonly snapshot: Snapshot | undefined
}

/**
 * Iceberg tables over the metastore and the object store. The state of a table is its metadata file, an immutable
 * object; the catalog's record of the table points to it, and a commit swaps that pointer.
 *
 * Errors of all: those of the metastore, `NotAnIcebergTable`, `MetadataUnreadable`, `UnsupportedFormat`; of writes also
 * `InvalidMetadata`, `LocationInvalid`, and those of the object store (`NoSuchBucket`, `AccessDenied`).
 */
export interface IcebergTables {
  load(ref: TableRef): Promise<LoadedTable>
  /** The names of the database's Iceberg tables; other tables are passed over. */
  list(ref: DatabaseRef, page: PageInput): Promise<Page<string>>
  /** Errors: `AlreadyExists`. */
  create(
    ref: DatabaseRef,
    input: CreateTableInput,
    createdBy: string,
    options?: CommitOptions,
  ): Promise<LoadedTable>
  /** The metadata that a table would have: its creation is committed later, with `assert-create`. */
  stage(ref: DatabaseRef, input: CreateTableInput): Promise<MetadataFile['metadata']>
  /** A table as `stage` gave it, with its first rows: visible together or not at all. Errors: `TableExists`. */
  createStaged(
    ref: TableRef,
    metadata: TableMetadata,
    createdBy: string,
    options?: CommitOptions & { readonly snapshot?: SnapshotInput },
  ): Promise<CommittedTable>
  /** Errors: `CommitFailed` when a requirement does not hold. Lost races are repeated here while all requirements hold. */
  commit(change: TableChange, committedBy: string, options?: CommitOptions): Promise<CommittedTable>
  /** All changes, or none of them. Errors: as `commit`; each table may be named once. */
  commitAll(
    changes: readonly TableChange[],
    committedBy: string,
    options?: CommitOptions,
  ): Promise<readonly CommittedTable[]>
  /**
   * Adds a snapshot to a table: stages manifests, their list and the metadata file, then publishes them and the change's own
   * blobs, swaps the pointer and runs `onCommit` in ONE transaction. A lost race is tried again on the state that won; only the
   * list is made anew then, and manifests that the other commit replaced. Errors: `CommitConflict` when what was committed since
   * the base contradicts the change, `InvalidChange` when it does not fit the table, `CommitFailed`, `ManifestUnreadable`.
   */
  changeSnapshot(
    ref: TableRef,
    input: SnapshotInput,
    committedBy: string,
    options?: CommitOptions,
  ): Promise<CommittedTable & { readonly snapshot: Snapshot }>
  /** Takes a table into the catalog as a metadata file has it. Errors: `AlreadyExists` unless `overwrite`. */
  register(
    ref: TableRef,
    metadataLocation: string,
    options: CommitOptions & { readonly overwrite: boolean; readonly createdBy: string },
  ): Promise<LoadedTable>
  /** Errors: `AlreadyExists`. */
  rename(ref: TableRef, to: TableRef, options?: CommitOptions): Promise<void>
  /**
   * Takes the table out of the catalog. With `purgeAt`, the metadata file that it must still stand at (else `CommitFailed`), its
   * files go too, in the background: those within the location that this file names.
   */
  drop(ref: TableRef, options?: CommitOptions & { readonly purgeAt?: string }): Promise<void>
}
