import type { Transaction } from '#platform/database'
import type { StagedBlob } from '#storage/objects'
import type { TextMap, Snapshot } from '../format/types.ts'
import type { Filter } from '../scan/filter.ts'
import type { ContentFile } from '../scan/manifest.ts'
import type { Value } from '../scan/values.ts'

/** What a writer found in a file's columns, by field id; bounds are values of the column's type, without null and NaN. */
export interface FileMetrics {
  readonly columnSizes?: ReadonlyMap<number, number>
  readonly valueCounts?: ReadonlyMap<number, number>
  readonly nullCounts?: ReadonlyMap<number, number>
  readonly nanCounts?: ReadonlyMap<number, number>
  /** No value is below; it need not be a value of the column. Cut to the length that the table's properties say. */
  readonly lowerBounds?: ReadonlyMap<number, Value>
  /** No value is above. */
  readonly upperBounds?: ReadonlyMap<number, Value>
}

/** A file that a writer made, and that the table has once the change is committed. */
export interface NewFile {
  /** `data` when it is not said. */
  readonly content?: ContentFile['content']
  readonly location: string
  /**
   * Its bytes, staged for the location: they get their name in the commit's own transaction. Without it, the object must be
   * there already. When the commit is refused the blob is still the caller's, to discard or to try again with.
   */
  readonly blob?: StagedBlob
  /** `parquet` when it is not said. A deletion vector lies in a `puffin` file. */
  readonly format?: 'parquet' | 'avro' | 'orc' | 'puffin'
  readonly specId: number
  /** One value for each field of the spec, in its order, as the transform gives it; undefined is null. */
  readonly partition: readonly (Value | undefined)[]
  readonly recordCount: number
  readonly sizeBytes: number
  readonly metrics?: FileMetrics
  /** Where row groups begin, ascending. */
  readonly splitOffsets?: readonly number[]
  /** The order that its rows stand in; for equality deletes too. */
  readonly sortOrderId?: number
  /** Of equality deletes: the columns that they compare. */
  readonly equalityIds?: readonly number[]
  /** Of position deletes: the one data file that they are of. A deletion vector always has it. */
  readonly referencedDataFile?: string
  /** Of a deletion vector: where its blob lies in the Puffin file. */
  readonly contentOffset?: number
  readonly contentSizeBytes?: number
}

/** A file that the table has, as planning a scan gave it. */
export type OldFile = Pick<ContentFile, 'content' | 'path' | 'specId' | 'contentOffset'>

/** What a snapshot does to the snapshot before it: https://iceberg.apache.org/spec/#snapshots */
export type SnapshotChange =
  /** New rows. It never conflicts with anything. */
  | { readonly kind: 'append'; readonly added: readonly NewFile[] }
  /** Whole data files go. */
  | { readonly kind: 'delete'; readonly removed: readonly OldFile[] }
  /** Data files are replaced by others (copy on write), perhaps by none, or by nothing but others. */
  | {
      readonly kind: 'overwrite'
      readonly added: readonly NewFile[]
      readonly removed: readonly OldFile[]
    }
  /** New rows and new deletes (merge on read); `removedDeletes` are delete files that the new ones contain. */
  | {
      readonly kind: 'row-delta'
      readonly added: readonly NewFile[]
      readonly deletes: readonly NewFile[]
      readonly removedDeletes?: readonly OldFile[]
    }
  /**
   * The same rows in other files, with their deletes applied: what compaction does. New data files keep the data sequence
   * number of the snapshot that was read, so that deletes which came meanwhile still apply.
   */
  | {
      readonly kind: 'rewrite'
      readonly added: readonly NewFile[]
      readonly removed: readonly OldFile[]
      readonly addedDeletes?: readonly NewFile[]
      readonly removedDeletes?: readonly OldFile[]
    }
  /** The same files in other manifests: few and large ones, those of a partition together. */
  | { readonly kind: 'rewrite-manifests' }

/** A change, and what it rests on. */
export interface SnapshotInput {
  readonly change: SnapshotChange
  /** `main` when it is not said. A branch that is not there is made from the base, or from `main`. */
  readonly branch?: string
  /**
   * The snapshot that the writer read, undefined for none: what was committed since then on the branch may conflict. An append
   * needs none.
   */
  readonly baseSnapshotId?: bigint | undefined
  /**
   * `serializable` (the default): rows that were added meanwhile and pass `conflictFilter` are a conflict, as are deletes of rows
   * that the change replaced or deleted. `snapshot`: only the latter.
   * https://iceberg.apache.org/docs/latest/configuration/#write-properties, `write.delete.isolation-level`
   */
  readonly isolation?: 'serializable' | 'snapshot'
  /** The rows that the writer looked at; all when it is not said. */
  readonly conflictFilter?: Filter
  /** More members of the snapshot's summary, such as a checkpoint; the counts are made here. */
  readonly summary?: TextMap
}

/** In the transaction that makes the change visible: both or neither. No input or output but the transaction's own. */
export type OnCommit = (
  tx: Transaction,
  committed: { readonly snapshots: readonly (Snapshot | undefined)[] },
) => Promise<void>
