import type { Transaction } from '#platform/database'

/** Whose catalog, and where. The catalog id on AWS is the account id. */
export interface CatalogRef {
  readonly accountId: string
  readonly region: string
}

export interface DatabaseRef extends CatalogRef {
  readonly database: string
}

export interface TableRef extends DatabaseRef {
  readonly table: string
}

/** A column: `type` in Hive's syntax, e.g. `struct<a:int,b:array<string>>`. */
export interface Column {
  readonly name: string
  readonly type?: string
  readonly comment?: string
  readonly parameters?: Readonly<Record<string, string>>
}

export interface SerDe {
  readonly name?: string
  readonly serializationLibrary?: string
  readonly parameters?: Readonly<Record<string, string>>
}

/** Where and how data lies: Glue's StorageDescriptor. */
export interface StorageDescriptor {
  readonly columns?: readonly Column[]
  readonly location?: string
  readonly additionalLocations?: readonly string[]
  readonly inputFormat?: string
  readonly outputFormat?: string
  readonly compressed?: boolean
  readonly numberOfBuckets?: number
  readonly serde?: SerDe
  readonly bucketColumns?: readonly string[]
  readonly sortColumns?: readonly { readonly column: string; readonly sortOrder: number }[]
  readonly parameters?: Readonly<Record<string, string>>
  readonly skewedInfo?: Readonly<Record<string, unknown>>
  readonly storedAsSubDirectories?: boolean
  readonly schemaReference?: Readonly<Record<string, unknown>>
}

export interface DatabaseInput {
  readonly name: string
  readonly description?: string
  readonly locationUri?: string
  readonly parameters?: Readonly<Record<string, string>>
  /** Members that are stored and returned as they came (permissions, target database, …). */
  readonly extra?: Readonly<Record<string, unknown>>
}

export interface DatabaseRecord extends DatabaseInput {
  readonly createTimeMs: number
}

export interface TableInput {
  readonly name: string
  readonly description?: string
  readonly owner?: string
  readonly retention?: number
  readonly storage?: StorageDescriptor
  readonly partitionKeys?: readonly Column[]
  readonly viewOriginalText?: string
  readonly viewExpandedText?: string
  readonly tableType?: string
  readonly parameters?: Readonly<Record<string, string>>
  readonly lastAccessTimeMs?: number
  readonly lastAnalyzedTimeMs?: number
  readonly extra?: Readonly<Record<string, unknown>>
}

export interface TableRecord extends TableInput {
  readonly database: string
  readonly createTimeMs: number
  readonly updateTimeMs: number
  readonly createdBy: string
  readonly versionId: string
}

export interface PartitionInput {
  readonly values: readonly string[]
  readonly storage?: StorageDescriptor
  readonly parameters?: Readonly<Record<string, string>>
  readonly lastAccessTimeMs?: number
  readonly lastAnalyzedTimeMs?: number
}

export interface PartitionRecord extends PartitionInput {
  readonly createTimeMs: number
}

export interface Page<T> {
  readonly items: readonly T[]
  /** Opaque; survives restarts. */
  readonly nextToken: string | undefined
}

/**
 * The catalog: one truth for the Glue API, the SQL front, crawlers and delivery. Names are stored
 * lower-case, as Glue does. Errors: `DatabaseNotFound`, `TableNotFound`, `PartitionNotFound`, `AlreadyExists`,
 * `InvalidInput`, `VersionMismatch`.
 */
export interface Metastore {
  createDatabase(ref: CatalogRef, input: DatabaseInput): Promise<void>
  getDatabase(ref: DatabaseRef): Promise<DatabaseRecord>
  listDatabases(ref: CatalogRef, page: PageInput): Promise<Page<DatabaseRecord>>
  updateDatabase(ref: DatabaseRef, input: DatabaseInput): Promise<void>
  deleteDatabase(ref: DatabaseRef): Promise<void>

  createTable(ref: DatabaseRef, input: TableInput, createdBy: string): Promise<void>
  getTable(ref: TableRef, versionId?: string): Promise<TableRecord>
  /** `expression` is Glue's pattern for names: a regular expression over the whole name. */
  listTables(
    ref: DatabaseRef,
    page: PageInput & { readonly expression?: string },
  ): Promise<Page<TableRecord>>
  updateTable(
    ref: TableRef,
    input: TableInput,
    options?: { readonly skipArchive?: boolean; readonly versionId?: string },
  ): Promise<void>
  deleteTable(ref: TableRef): Promise<void>

  /** Adds partitions; those that are there already are reported, never changed. In a caller's transaction when given. */
  addPartitions(
    ref: TableRef,
    inputs: readonly PartitionInput[],
    tx?: Transaction,
  ): Promise<{ readonly existing: readonly (readonly string[])[] }>
  getPartition(ref: TableRef, values: readonly string[]): Promise<PartitionRecord>
  /** `expression` is Glue's partition filter, evaluated in the database; `InvalidInput` when it is wrong. */
  listPartitions(
    ref: TableRef,
    page: PageInput & { readonly expression?: string },
  ): Promise<Page<PartitionRecord>>
  deletePartitions(
    ref: TableRef,
    values: readonly (readonly string[])[],
  ): Promise<{ readonly missing: readonly (readonly string[])[] }>
}

export interface PageInput {
  /** 1 to 1,000. */
  readonly limit: number
  readonly nextToken?: string
}
