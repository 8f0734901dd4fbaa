export { catalogArn, databaseArn, tableArn } from './arns.ts'
export { createMetastore } from './create-metastore.ts'
export { CatalogErrors } from './errors.ts'
export type { Metastore } from './metastore.ts'
export { migrations } from './migrations.ts'
export type {
  CatalogRef,
  Column,
  ColumnStatistics,
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
  SerDe,
  StatisticsRef,
  StorageDescriptor,
  TableInput,
  TableRecord,
  TableRef,
  TextMap,
} from './records.ts'
