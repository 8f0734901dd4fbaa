/**
 * The records of an Iceberg table, under the names that its metadata file gives them, so that reading and writing
 * one is validation and no translation: https://iceberg.apache.org/spec/#table-metadata-and-snapshots
 * Snapshot ids are `bigint` (they have 63 random bits); every other integer fits a number.
 */

export interface StructField {
  readonly id: number
  readonly name: string
  readonly required: boolean
  readonly type: Type
  readonly doc?: string
  readonly 'initial-default'?: unknown
  readonly 'write-default'?: unknown
}

export interface StructType {
  readonly type: 'struct'
  readonly fields: readonly StructField[]
}

export interface ListType {
  readonly type: 'list'
  readonly 'element-id': number
  readonly 'element-required': boolean
  readonly element: Type
}

export interface MapType {
  readonly type: 'map'
  readonly 'key-id': number
  readonly key: Type
  readonly 'value-id': number
  readonly 'value-required': boolean
  readonly value: Type
}

/** A primitive by its name (`long`, `decimal(9,2)`), or a nested type. */
export type Type = string | StructType | ListType | MapType

export interface Schema extends StructType {
  readonly 'schema-id': number
  readonly 'identifier-field-ids'?: readonly number[]
}

export interface PartitionField {
  readonly 'source-id': number
  readonly 'field-id': number
  readonly name: string
  readonly transform: string
}

export interface PartitionSpec {
  readonly 'spec-id': number
  readonly fields: readonly PartitionField[]
}

export interface SortField {
  readonly 'source-id': number
  readonly transform: string
  readonly direction: 'asc' | 'desc'
  readonly 'null-order': 'nulls-first' | 'nulls-last'
}

export interface SortOrder {
  readonly 'order-id': number
  readonly fields: readonly SortField[]
}

export type TextMap = Readonly<Record<string, string>>

export interface Snapshot {
  readonly 'snapshot-id': bigint
  readonly 'parent-snapshot-id'?: bigint
  readonly 'sequence-number': number
  readonly 'timestamp-ms': number
  readonly 'manifest-list': string
  readonly summary?: TextMap
  readonly 'schema-id'?: number
  /** Format 3: the first row id of the snapshot's added rows, and how many ids it takes. */
  readonly 'first-row-id'?: number
  readonly 'added-rows'?: number
}

export interface SnapshotRef {
  readonly 'snapshot-id': bigint
  readonly type: 'branch' | 'tag'
  readonly 'min-snapshots-to-keep'?: number
  readonly 'max-snapshot-age-ms'?: number
  readonly 'max-ref-age-ms'?: number
}

export interface SnapshotLogEntry {
  readonly 'snapshot-id': bigint
  readonly 'timestamp-ms': number
}

export interface MetadataLogEntry {
  readonly 'metadata-file': string
  readonly 'timestamp-ms': number
}

export interface StatisticsFile {
  readonly 'snapshot-id': bigint
  readonly 'statistics-path': string
  readonly 'file-size-in-bytes': number
  readonly 'file-footer-size-in-bytes': number
  readonly 'blob-metadata': readonly unknown[]
}

export interface PartitionStatisticsFile {
  readonly 'snapshot-id': bigint
  readonly 'statistics-path': string
  readonly 'file-size-in-bytes': number
}

export interface TableMetadata {
  readonly 'format-version': 1 | 2 | 3
  readonly 'table-uuid': string
  readonly location: string
  readonly 'last-sequence-number': number
  readonly 'last-updated-ms': number
  readonly 'last-column-id': number
  readonly schemas: readonly Schema[]
  readonly 'current-schema-id': number
  readonly 'partition-specs': readonly PartitionSpec[]
  readonly 'default-spec-id': number
  readonly 'last-partition-id': number
  readonly 'sort-orders': readonly SortOrder[]
  readonly 'default-sort-order-id': number
  readonly properties: TextMap
  readonly 'current-snapshot-id'?: bigint
  readonly snapshots: readonly Snapshot[]
  readonly refs: Readonly<Record<string, SnapshotRef>>
  readonly 'snapshot-log': readonly SnapshotLogEntry[]
  readonly 'metadata-log': readonly MetadataLogEntry[]
  readonly statistics: readonly StatisticsFile[]
  readonly 'partition-statistics': readonly PartitionStatisticsFile[]
  /** Format 3. */
  readonly 'next-row-id'?: number
}

export const mainBranch = 'main'
/** Partition fields are numbered from here. */
export const firstPartitionId = 1000
