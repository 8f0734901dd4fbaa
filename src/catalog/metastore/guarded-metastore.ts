import type { Metastore } from './metastore.ts'
import type { CatalogRef, DatabaseRef, TableRef } from './records.ts'

/** What is done with the catalog for somebody. */
export type GuardedMetastore = Pick<
  Metastore,
  | 'createDatabase'
  | 'getDatabase'
  | 'listDatabases'
  | 'updateDatabase'
  | 'deleteDatabase'
  | 'createTable'
  | 'getTable'
  | 'listTables'
  | 'updateTable'
  | 'deleteTable'
  | 'addPartitions'
  | 'getPartition'
  | 'getPartitions'
  | 'listPartitions'
  | 'updatePartition'
  | 'deletePartitions'
  | 'putColumnStatistics'
>

/** Refuses, by throwing, what somebody may not do: `glue:GetTable` on an ARN, say. */
export type RequireOn = (action: string, resource: string) => Promise<void>

/** The catalog for somebody: each call is refused that Glue would refuse to him. */
export function guardedMetastore(
  metastore: GuardedMetastore,
  require: RequireOn,
): GuardedMetastore {
  const on = async (operation: string, ...resources: readonly string[]) => {
    for (const resource of resources) await require(`glue:${operation}`, resource)
  }
  const onDatabase = (operation: string, ref: CatalogRef, database: string) =>
    on(operation, arn(ref, 'catalog'), arn(ref, `database/${database}`))
  const onTable = (operation: string, ref: DatabaseRef, table: string) =>
    on(operation, ...tableArns({ ...ref, table }))
  return {
    createDatabase: async (ref, input, options) => {
      await onDatabase('CreateDatabase', ref, input.name)
      await metastore.createDatabase(ref, input, options)
    },
    getDatabase: async (ref) => {
      await onDatabase('GetDatabase', ref, ref.database)
      return metastore.getDatabase(ref)
    },
    listDatabases: async (ref, page) => {
      await onDatabase('GetDatabases', ref, '*')
      return metastore.listDatabases(ref, page)
    },
    updateDatabase: async (ref, input, options) => {
      await onDatabase('UpdateDatabase', ref, ref.database)
      await metastore.updateDatabase(ref, input, options)
    },
    deleteDatabase: async (ref, options) => {
      await onDatabase('DeleteDatabase', ref, ref.database)
      await metastore.deleteDatabase(ref, options)
    },
    createTable: async (ref, input, createdBy, options) => {
      await onTable('CreateTable', ref, input.name)
      await metastore.createTable(ref, input, createdBy, options)
    },
    getTable: async (ref, versionId) => {
      await onTable('GetTable', ref, ref.table)
      return metastore.getTable(ref, versionId)
    },
    listTables: async (ref, page) => {
      await onTable('GetTables', ref, '*')
      return metastore.listTables(ref, page)
    },
    updateTable: async (ref, input, options) => {
      await onTable('UpdateTable', ref, ref.table)
      await metastore.updateTable(ref, input, options)
    },
    deleteTable: async (ref, options) => {
      await onTable('DeleteTable', ref, ref.table)
      await metastore.deleteTable(ref, options)
    },
    addPartitions: async (ref, inputs, tx) => {
      await onTable('BatchCreatePartition', ref, ref.table)
      return metastore.addPartitions(ref, inputs, tx)
    },
    getPartition: async (ref, values) => {
      await onTable('GetPartition', ref, ref.table)
      return metastore.getPartition(ref, values)
    },
    getPartitions: async (ref, values) => {
      await onTable('BatchGetPartition', ref, ref.table)
      return metastore.getPartitions(ref, values)
    },
    listPartitions: async (ref, page) => {
      await onTable('GetPartitions', ref, ref.table)
      return metastore.listPartitions(ref, page)
    },
    updatePartition: async (ref, values, input, tx) => {
      await onTable('UpdatePartition', ref, ref.table)
      await metastore.updatePartition(ref, values, input, tx)
    },
    deletePartitions: async (ref, values) => {
      await onTable('BatchDeletePartition', ref, ref.table)
      return metastore.deletePartitions(ref, values)
    },
    putColumnStatistics: async (ref, statistics) => {
      await onTable('UpdateColumnStatisticsForTable', ref, ref.table)
      return metastore.putColumnStatistics(ref, statistics)
    },
  }
}

/** AWS asks for the catalog, the database and the table: each must be allowed. */
export function tableArns(ref: TableRef): readonly string[] {
  const database = ref.database.toLowerCase()
  const table = ref.table.toLowerCase()
  return [
    arn(ref, 'catalog'),
    arn(ref, `database/${database}`),
    arn(ref, `table/${database}/${table}`),
  ]
}

function arn({ accountId, region }: CatalogRef, path: string): string {
  return `arn:aws:glue:${region}:${accountId}:${path}`
}
