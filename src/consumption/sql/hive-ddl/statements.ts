/** A table's name as written: lower case, the database undefined when it is not named. */
export interface TableName {
  readonly database: string | undefined
  readonly table: string
}

export interface DdlColumn {
  readonly name: string
  /** As the catalog keeps it: lower case, without spaces. */
  readonly type: string
  readonly comment: string | undefined
}

/** Partition keys and values, as `PARTITION (dt = '2024-01-01')`. */
export type PartitionSpec = readonly {
  readonly key: string
  readonly operator: string
  readonly value: string
}[]

export interface RowFormat {
  readonly serde: string | undefined
  readonly serdeProperties: Readonly<Record<string, string>>
  readonly inputFormat: string | undefined
  readonly outputFormat: string | undefined
  /** `STORED AS PARQUET` and the like, upper case. */
  readonly storedAs: string | undefined
}

/** How files are cut by a hash of columns. */
export interface Buckets {
  readonly columns: readonly string[]
  readonly sorted: readonly { readonly column: string; readonly descending: boolean }[]
  readonly count: number
}

export type DdlStatement =
  | {
      readonly kind: 'createDatabase'
      readonly database: string
      readonly ifNotExists: boolean
      readonly comment: string | undefined
      readonly location: string | undefined
      readonly properties: Readonly<Record<string, string>>
    }
  | {
      readonly kind: 'setDatabaseProperties'
      readonly database: string
      readonly properties: Readonly<Record<string, string>>
    }
  | {
      readonly kind: 'dropDatabase'
      readonly database: string
      readonly ifExists: boolean
      readonly cascade: boolean
    }
  | {
      readonly kind: 'createTable'
      readonly name: TableName
      readonly ifNotExists: boolean
      readonly columns: readonly DdlColumn[]
      readonly partitionKeys: readonly DdlColumn[]
      readonly comment: string | undefined
      readonly format: RowFormat
      readonly buckets: Buckets | undefined
      readonly location: string | undefined
      readonly properties: Readonly<Record<string, string>>
    }
  | {
      readonly kind: 'createIcebergTable'
      readonly name: TableName
      readonly ifNotExists: boolean
      readonly columns: readonly DdlColumn[]
      /** `id`, `bucket(16, id)`: lower case. */
      readonly partitioning: readonly string[]
      readonly comment: string | undefined
      readonly location: string | undefined
      readonly properties: Readonly<Record<string, string>>
    }
  | {
      readonly kind: 'renameTable'
      readonly name: TableName
      readonly to: TableName
    }
  | {
      readonly kind: 'changeColumn'
      readonly name: TableName
      readonly column: string
      readonly to: DdlColumn
      /** Where the column is moved to; undefined to leave it. */
      readonly place: { readonly after: string | undefined } | undefined
    }
  | { readonly kind: 'dropColumn'; readonly name: TableName; readonly column: string }
  | {
      readonly kind: 'unsetProperties'
      readonly name: TableName
      readonly properties: readonly string[]
    }
  | {
      readonly kind: 'dropTable' | 'dropView'
      readonly name: TableName
      readonly ifExists: boolean
    }
  | {
      readonly kind: 'addPartitions'
      readonly name: TableName
      readonly ifNotExists: boolean
      readonly partitions: readonly {
        readonly spec: PartitionSpec
        readonly location: string | undefined
      }[]
    }
  | {
      readonly kind: 'dropPartitions'
      readonly name: TableName
      readonly ifExists: boolean
      readonly specs: readonly PartitionSpec[]
    }
  | {
      readonly kind: 'addColumns' | 'replaceColumns'
      readonly name: TableName
      /** Of this partition alone; undefined for the table. */
      readonly partition: PartitionSpec | undefined
      readonly columns: readonly DdlColumn[]
    }
  | {
      readonly kind: 'setProperties'
      readonly name: TableName
      readonly properties: Readonly<Record<string, string>>
    }
  | {
      readonly kind: 'setLocation'
      readonly name: TableName
      readonly partition: PartitionSpec | undefined
      readonly location: string
    }
  | {
      readonly kind: 'renamePartition'
      readonly name: TableName
      readonly partition: PartitionSpec
      readonly to: PartitionSpec
    }
  | { readonly kind: 'repair'; readonly name: TableName }
  | { readonly kind: 'showDatabases'; readonly pattern: string | undefined }
  | {
      readonly kind: 'showTables' | 'showViews'
      readonly database: string | undefined
      readonly pattern: string | undefined
    }
  | {
      readonly kind: 'showPartitions' | 'showCreateTable' | 'showCreateView'
      readonly name: TableName
    }
  | { readonly kind: 'showColumns'; readonly name: TableName }
  | {
      readonly kind: 'showProperties'
      readonly name: TableName
      readonly property: string | undefined
    }
  | {
      readonly kind: 'describe'
      readonly name: TableName
      readonly style: 'plain' | 'formatted' | 'extended'
      readonly partition: PartitionSpec | undefined
      /** A column and the way into it: `['items', '$elem$', 'price']`; empty for the table. */
      readonly column: readonly string[]
    }
  | {
      readonly kind: 'createView'
      readonly name: TableName
      readonly replace: boolean
      /** The query's text. */
      readonly sql: string
    }
