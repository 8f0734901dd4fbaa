export { catalogArn, databaseArn, tableArn } from './arns.ts'
export { createMetastore } from './create-metastore.ts'
export { CatalogErrors } from './errors.ts'
export {
  guardedMetastore,
  tableArns,
  type GuardedMetastore,
  type RequireOn,
} from './guarded-metastore.ts'
export type { Metastore } from './metastore.ts'
export { migrations } from './migrations.ts'
export { checkPage, numberPosition, pageOf, textPosition } from './paging.ts'
export type {
  CatalogRef,
  Column,
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
  SearchFilter,
  SecurityConfigurationRecord,
  SerDe,
  StatisticsRef,
  StorageDescriptor,
  TableInput,
  TableRecord,
  TableRef,
  TableSearch,
  TextMap,
} from './records.ts'
