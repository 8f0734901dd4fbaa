import type { Transaction } from '#platform/database'
import type {
  CatalogRef,
  ColumnStatistics,
  ConnectionInput,
  ConnectionRecord,
  DatabaseInput,
  DatabaseRecord,
  DatabaseRef,
  FunctionInput,
  FunctionRecord,
  Page,
  PageInput,
  PartitionIndexInput,
  PartitionIndexRecord,
  PartitionInput,
  PartitionRecord,
  ResourcePolicyRecord,
  SecurityConfigurationRecord,
  StatisticsRef,
  TableInput,
  TableRecord,
  TableRef,
  TableSearch,
  TextMap,
} from './records.ts'

/** A caller's transaction, which the change becomes a part of; without it, it has one of its own. */
export interface InTransaction {
  readonly tx?: Transaction
}

/**
 * The catalog: one truth for the Glue API, the SQL front, crawlers and delivery. Names are stored
 * lower-case, as Glue does. Errors: `DatabaseNotFound`, `TableNotFound`, `PartitionNotFound`, `AlreadyExists`,
 * `InvalidInput`, `VersionMismatch`; `CatalogErrors` has all with their meaning.
 */
export interface Metastore {
  createDatabase(ref: CatalogRef, input: DatabaseInput, options?: InTransaction): Promise<void>
  getDatabase(ref: DatabaseRef): Promise<DatabaseRecord>
  listDatabases(ref: CatalogRef, page: PageInput): Promise<Page<DatabaseRecord>>
  /** Where there are databases: for work on all tables. */
  listPlaces(): Promise<readonly CatalogRef[]>
  /** `input` may be made from the record as it is in the transaction. */
  updateDatabase(
    ref: DatabaseRef,
    input: DatabaseInput | ((current: DatabaseRecord) => DatabaseInput),
    options?: InTransaction,
  ): Promise<void>
  /**
   * With its tables and functions, or `DatabaseNotEmpty` when `onlyEmpty` and there are any. What belongs to the tables is
   * freed in the background.
   */
  deleteDatabase(
    ref: DatabaseRef,
    options?: InTransaction & { readonly onlyEmpty?: boolean },
  ): Promise<void>

  createTable(
    ref: DatabaseRef,
    input: TableInput,
    createdBy: string,
    options?: {
      readonly partitionIndexes?: readonly PartitionIndexInput[]
      /** A caller's transaction. */
      readonly tx?: Transaction
    },
  ): Promise<void>
  getTable(ref: TableRef, versionId?: string): Promise<TableRecord>
  /** `expression` is Glue's pattern for names: a regular expression over the whole name. */
  listTables(
    ref: DatabaseRef,
    page: PageInput & { readonly expression?: string },
  ): Promise<Page<TableRecord>>
  /** Tables of all databases that a search finds, in the order that they were made when it asks for none. */
  searchTables(ref: CatalogRef, page: PageInput & TableSearch): Promise<Page<TableRecord>>
  /** The version before is archived unless `skipArchive`. `VersionMismatch` when `versionId` is not the current one. */
  updateTable(
    ref: TableRef,
    /** May be made from the record as it is in the transaction. */
    input: TableInput | ((current: TableRecord) => TableInput),
    options?: {
      readonly skipArchive?: boolean
      readonly versionId?: string
      /** A caller's transaction. */
      readonly tx?: Transaction
    },
  ): Promise<void>
  /** Gives a table another name, perhaps in another database; the rest of it stays. `AlreadyExists`. */
  moveTable(ref: TableRef, to: TableRef, options?: InTransaction): Promise<void>
  /** `check` sees the record in the transaction, and may refuse by throwing. In a caller's transaction when given. */
  deleteTable(
    ref: TableRef,
    options?: { readonly check?: (current: TableRecord) => void; readonly tx?: Transaction },
  ): Promise<void>

  /** All versions that are kept, the newest (current) first. */
  listTableVersions(ref: TableRef, page: PageInput): Promise<Page<TableRecord>>
  /** Deletes an archived version; the current one cannot go (`InvalidInput`). */
  deleteTableVersion(ref: TableRef, versionId: string): Promise<void>

  /** Adds partitions; those that are there already are reported, never changed. In a caller's transaction when given. */
  addPartitions(
    ref: TableRef,
    inputs: readonly PartitionInput[],
    tx?: Transaction,
  ): Promise<{ readonly existing: readonly (readonly string[])[] }>
  getPartition(ref: TableRef, values: readonly string[]): Promise<PartitionRecord>
  /** Those of these partitions that are there, in the order asked. */
  getPartitions(
    ref: TableRef,
    values: readonly (readonly string[])[],
  ): Promise<readonly PartitionRecord[]>
  /**
   * `expression` is Glue's partition filter, evaluated in the database; `InvalidInput` when it is wrong.
   * `segment` gives one of `total` disjoint parts of the answer.
   */
  listPartitions(
    ref: TableRef,
    page: PageInput & {
      readonly expression?: string
      readonly segment?: { readonly number: number; readonly total: number }
    },
  ): Promise<Page<PartitionRecord>>
  /** Replaces a partition, perhaps with other values. `PartitionNotFound`, `AlreadyExists`. In a caller's transaction when given. */
  updatePartition(
    ref: TableRef,
    values: readonly string[],
    input: PartitionInput,
    tx?: Transaction,
  ): Promise<void>
  deletePartitions(
    ref: TableRef,
    values: readonly (readonly string[])[],
  ): Promise<{ readonly missing: readonly (readonly string[])[] }>

  /** Stores, and replaces by column name. */
  putColumnStatistics(ref: StatisticsRef, statistics: readonly ColumnStatistics[]): Promise<void>
  /** Those of the named columns that have statistics. */
  getColumnStatistics(
    ref: StatisticsRef,
    columns: readonly string[],
  ): Promise<readonly ColumnStatistics[]>
  /** A column of the table that has no statistics is not an error. */
  deleteColumnStatistics(ref: StatisticsRef, column: string): Promise<void>

  createPartitionIndex(ref: TableRef, input: PartitionIndexInput): Promise<void>
  listPartitionIndexes(ref: TableRef): Promise<readonly PartitionIndexRecord[]>
  deletePartitionIndex(ref: TableRef, name: string): Promise<void>

  createFunction(ref: DatabaseRef, input: FunctionInput): Promise<void>
  getFunction(ref: DatabaseRef, name: string): Promise<FunctionRecord>
  updateFunction(ref: DatabaseRef, name: string, input: FunctionInput): Promise<void>
  deleteFunction(ref: DatabaseRef, name: string): Promise<void>
  /** `pattern` as in `listTables`; without `database`, of all databases. */
  listFunctions(
    ref: CatalogRef & { readonly database?: string },
    page: PageInput & { readonly pattern?: string },
  ): Promise<Page<FunctionRecord>>

  /** Tags of any resource of the catalog, by its ARN. */
  tagResource(arn: string, tags: TextMap): Promise<void>
  untagResource(arn: string, keys: readonly string[]): Promise<void>
  getTags(arn: string): Promise<TextMap>

  /** The policy of the catalog itself, for whoever decides about access: kept at hand. */
  catalogPolicy(ref: CatalogRef): Promise<string | undefined>
  /** `resource` is an ARN, or '' for the catalog itself. */
  getResourcePolicy(ref: CatalogRef, resource: string): Promise<ResourcePolicyRecord>
  /** Returns the new hash. `ConditionFailed` when `expectedHash` or `mustExist` does not hold. */
  putResourcePolicy(
    ref: CatalogRef,
    resource: string,
    policy: string,
    condition?: { readonly expectedHash?: string; readonly mustExist?: boolean },
  ): Promise<string>
  /** Of resources of the catalog, and of the catalog itself. */
  listResourcePolicies(
    ref: CatalogRef,
    page: PageInput,
  ): Promise<Page<ResourcePolicyRecord & { readonly resource: string }>>
  deleteResourcePolicy(
    ref: CatalogRef,
    resource: string,
    condition?: { readonly expectedHash?: string },
  ): Promise<void>

  createConnection(ref: CatalogRef, input: ConnectionInput): Promise<void>
  /** Errors of all: `ConnectionNotFound`. Without `withSecrets` the record has none. */
  getConnection(
    ref: CatalogRef,
    name: string,
    options?: { readonly withSecrets?: boolean },
  ): Promise<ConnectionRecord>
  listConnections(
    ref: CatalogRef,
    page: PageInput & {
      readonly matches?: (record: ConnectionRecord) => boolean
      readonly withSecrets?: boolean
    },
  ): Promise<Page<ConnectionRecord>>
  updateConnection(ref: CatalogRef, name: string, input: ConnectionInput): Promise<void>
  deleteConnection(ref: CatalogRef, name: string): Promise<void>

  /** Errors of all: `SecurityConfigurationNotFound`. */
  createSecurityConfiguration(
    ref: CatalogRef,
    name: string,
    encryption: unknown,
  ): Promise<SecurityConfigurationRecord>
  getSecurityConfiguration(ref: CatalogRef, name: string): Promise<SecurityConfigurationRecord>
  listSecurityConfigurations(
    ref: CatalogRef,
    page: PageInput,
  ): Promise<Page<SecurityConfigurationRecord>>
  deleteSecurityConfiguration(ref: CatalogRef, name: string): Promise<void>

  /** Frees rows of deleted tables, some thousands at a time; true when more are left. */
  purge(): Promise<boolean>
}
