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

export type TextMap = Readonly<Record<string, string>>

/** A column: `type` in Hive's syntax, e.g. `struct<a:int,b:array<string>>`. */
export interface Column {
  readonly name: string
  readonly type?: string
  readonly comment?: string
  readonly parameters?: TextMap
}

export interface SerDe {
  readonly name?: string
  readonly serializationLibrary?: string
  readonly parameters?: TextMap
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
  readonly parameters?: TextMap
  readonly skewedInfo?: Readonly<Record<string, unknown>>
  readonly storedAsSubDirectories?: boolean
  readonly schemaReference?: Readonly<Record<string, unknown>>
}

export interface DatabaseInput {
  readonly name: string
  readonly description?: string
  readonly locationUri?: string
  readonly parameters?: TextMap
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
  readonly parameters?: TextMap
  readonly lastAccessTimeMs?: number
  readonly lastAnalyzedTimeMs?: number
  readonly extra?: Readonly<Record<string, unknown>>
}

export interface TableRecord extends TableInput {
  readonly database: string
  readonly createTimeMs: number
  readonly updateTimeMs: number
  readonly createdBy: string
  /** '0' at creation, one more after each update. */
  readonly versionId: string
}

export interface PartitionInput {
  readonly values: readonly string[]
  readonly storage?: StorageDescriptor
  readonly parameters?: TextMap
  readonly lastAccessTimeMs?: number
  readonly lastAnalyzedTimeMs?: number
}

export interface PartitionRecord extends PartitionInput {
  readonly createTimeMs: number
}

/** Statistics of one column; `data` is kept and returned as it came. */
export interface ColumnStatistics {
  readonly columnName: string
  readonly columnType: string
  readonly analyzedTimeMs: number
  readonly data: unknown
}

/** The statistics of a table, or of the partition with these values. */
export interface StatisticsRef extends TableRef {
  readonly partitionValues?: readonly string[]
}

export interface FunctionInput {
  readonly name: string
  readonly className?: string
  readonly ownerName?: string
  readonly ownerType?: string
  readonly functionType?: string
  readonly resourceUris?: readonly { readonly resourceType?: string; readonly uri?: string }[]
  readonly extra?: Readonly<Record<string, unknown>>
}

export interface FunctionRecord extends FunctionInput {
  readonly database: string
  readonly createTimeMs: number
}

/** An index over some partition keys, in this order. */
export interface PartitionIndexInput {
  readonly name: string
  readonly keys: readonly string[]
}

export interface PartitionIndexRecord {
  readonly name: string
  readonly keys: readonly { readonly name: string; readonly type: string }[]
}

export interface ResourcePolicyRecord {
  readonly policy: string
  readonly hash: string
  readonly createTimeMs: number
  readonly updateTimeMs: number
}

/** One condition on tables: see `search-fields.ts`. */
export interface SearchFilter {
  readonly key: string
  readonly value: string
  /** Of times; default EQUALS. */
  readonly comparator?:
    | 'EQUALS'
    | 'GREATER_THAN'
    | 'LESS_THAN'
    | 'GREATER_THAN_EQUALS'
    | 'LESS_THAN_EQUALS'
}

export interface TableSearch {
  /** Anywhere in names, descriptions, comments and parameters, any case; in double quotes: one of them, the whole of it. */
  readonly text?: string
  /** All must hold. */
  readonly filters?: readonly SearchFilter[]
  readonly sort?: { readonly field: string; readonly descending: boolean }
}

export interface ConnectionInput {
  readonly name: string
  readonly description?: string
  readonly connectionType: string
  readonly properties: TextMap
  /** Properties that are secret: sealed before they are stored. */
  readonly secrets?: TextMap
  readonly matchCriteria?: readonly string[]
  /** Members that are stored and returned as they came. */
  readonly extra?: Readonly<Record<string, unknown>>
}

export interface ConnectionRecord extends ConnectionInput {
  readonly createTimeMs: number
  readonly updateTimeMs: number
}

export interface SecurityConfigurationRecord {
  readonly name: string
  /** As it came. */
  readonly encryption: unknown
  readonly createTimeMs: number
}

export interface Page<T> {
  /** May be short, even empty, while `nextToken` is set. */
  readonly items: readonly T[]
  /** Opaque; survives restarts. */
  readonly nextToken: string | undefined
}

export interface PageInput {
  /** 1 to 1,000. */
  readonly limit: number
  readonly nextToken?: string
}
