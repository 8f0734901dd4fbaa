import type { Operation } from '#protocol/aws'
import type { GlueContext } from '../context.ts'
import { BatchCreatePartition } from './BatchCreatePartition.ts'
import { BatchDeleteConnection } from './BatchDeleteConnection.ts'
import { BatchDeletePartition } from './BatchDeletePartition.ts'
import { BatchDeleteTable } from './BatchDeleteTable.ts'
import { BatchDeleteTableVersion } from './BatchDeleteTableVersion.ts'
import { BatchGetCrawlers } from './BatchGetCrawlers.ts'
import { BatchGetPartition } from './BatchGetPartition.ts'
import { BatchGetTableOptimizer } from './BatchGetTableOptimizer.ts'
import { BatchUpdatePartition } from './BatchUpdatePartition.ts'
import { CheckSchemaVersionValidity } from './CheckSchemaVersionValidity.ts'
import { CreateClassifier } from './CreateClassifier.ts'
import { CreateColumnStatisticsTaskSettings } from './CreateColumnStatisticsTaskSettings.ts'
import { CreateConnection } from './CreateConnection.ts'
import { CreateCrawler } from './CreateCrawler.ts'
import { CreateDatabase } from './CreateDatabase.ts'
import { CreatePartition } from './CreatePartition.ts'
import { CreatePartitionIndex } from './CreatePartitionIndex.ts'
import { CreateRegistry } from './CreateRegistry.ts'
import { CreateSchema } from './CreateSchema.ts'
import { CreateSecurityConfiguration } from './CreateSecurityConfiguration.ts'
import { CreateTable } from './CreateTable.ts'
import { CreateTableOptimizer } from './CreateTableOptimizer.ts'
import { CreateUserDefinedFunction } from './CreateUserDefinedFunction.ts'
import { DeleteClassifier } from './DeleteClassifier.ts'
import { DeleteColumnStatisticsForPartition } from './DeleteColumnStatisticsForPartition.ts'
import { DeleteColumnStatisticsForTable } from './DeleteColumnStatisticsForTable.ts'
import { DeleteColumnStatisticsTaskSettings } from './DeleteColumnStatisticsTaskSettings.ts'
import { DeleteConnection } from './DeleteConnection.ts'
import { DeleteCrawler } from './DeleteCrawler.ts'
import { DeleteDatabase } from './DeleteDatabase.ts'
import { DeletePartition } from './DeletePartition.ts'
import { DeletePartitionIndex } from './DeletePartitionIndex.ts'
import { DeleteRegistry } from './DeleteRegistry.ts'
import { DeleteResourcePolicy } from './DeleteResourcePolicy.ts'
import { DeleteSchema } from './DeleteSchema.ts'
import { DeleteSchemaVersions } from './DeleteSchemaVersions.ts'
import { DeleteSecurityConfiguration } from './DeleteSecurityConfiguration.ts'
import { DeleteTable } from './DeleteTable.ts'
import { DeleteTableOptimizer } from './DeleteTableOptimizer.ts'
import { DeleteTableVersion } from './DeleteTableVersion.ts'
import { DeleteUserDefinedFunction } from './DeleteUserDefinedFunction.ts'
import { GetCatalog } from './GetCatalog.ts'
import { GetCatalogImportStatus } from './GetCatalogImportStatus.ts'
import { GetCatalogs } from './GetCatalogs.ts'
import { GetClassifier } from './GetClassifier.ts'
import { GetClassifiers } from './GetClassifiers.ts'
import { GetColumnStatisticsForPartition } from './GetColumnStatisticsForPartition.ts'
import { GetColumnStatisticsForTable } from './GetColumnStatisticsForTable.ts'
import { GetColumnStatisticsTaskRun } from './GetColumnStatisticsTaskRun.ts'
import { GetColumnStatisticsTaskRuns } from './GetColumnStatisticsTaskRuns.ts'
import { GetColumnStatisticsTaskSettings } from './GetColumnStatisticsTaskSettings.ts'
import { GetConnection } from './GetConnection.ts'
import { GetConnections } from './GetConnections.ts'
import { GetCrawler } from './GetCrawler.ts'
import { GetCrawlerMetrics } from './GetCrawlerMetrics.ts'
import { GetCrawlers } from './GetCrawlers.ts'
import { GetDataCatalogEncryptionSettings } from './GetDataCatalogEncryptionSettings.ts'
import { GetDatabase } from './GetDatabase.ts'
import { GetDatabases } from './GetDatabases.ts'
import { GetPartition } from './GetPartition.ts'
import { GetPartitionIndexes } from './GetPartitionIndexes.ts'
import { GetPartitions } from './GetPartitions.ts'
import { GetRegistry } from './GetRegistry.ts'
import { GetResourcePolicies } from './GetResourcePolicies.ts'
import { GetResourcePolicy } from './GetResourcePolicy.ts'
import { GetSchema } from './GetSchema.ts'
import { GetSchemaByDefinition } from './GetSchemaByDefinition.ts'
import { GetSchemaVersion } from './GetSchemaVersion.ts'
import { GetSchemaVersionsDiff } from './GetSchemaVersionsDiff.ts'
import { GetSecurityConfiguration } from './GetSecurityConfiguration.ts'
import { GetSecurityConfigurations } from './GetSecurityConfigurations.ts'
import { GetTable } from './GetTable.ts'
import { GetTableOptimizer } from './GetTableOptimizer.ts'
import { GetTableVersion } from './GetTableVersion.ts'
import { GetTableVersions } from './GetTableVersions.ts'
import { GetTables } from './GetTables.ts'
import { GetTags } from './GetTags.ts'
import { GetUnfilteredPartitionMetadata } from './GetUnfilteredPartitionMetadata.ts'
import { GetUnfilteredPartitionsMetadata } from './GetUnfilteredPartitionsMetadata.ts'
import { GetUnfilteredTableMetadata } from './GetUnfilteredTableMetadata.ts'
import { GetUserDefinedFunction } from './GetUserDefinedFunction.ts'
import { GetUserDefinedFunctions } from './GetUserDefinedFunctions.ts'
import { ListColumnStatisticsTaskRuns } from './ListColumnStatisticsTaskRuns.ts'
import { ListCrawlers } from './ListCrawlers.ts'
import { ListCrawls } from './ListCrawls.ts'
import { ListRegistries } from './ListRegistries.ts'
import { ListSchemaVersions } from './ListSchemaVersions.ts'
import { ListSchemas } from './ListSchemas.ts'
import { ListTableOptimizerRuns } from './ListTableOptimizerRuns.ts'
import { PutDataCatalogEncryptionSettings } from './PutDataCatalogEncryptionSettings.ts'
import { PutResourcePolicy } from './PutResourcePolicy.ts'
import { PutSchemaVersionMetadata } from './PutSchemaVersionMetadata.ts'
import { QuerySchemaVersionMetadata } from './QuerySchemaVersionMetadata.ts'
import { RegisterSchemaVersion } from './RegisterSchemaVersion.ts'
import { RemoveSchemaVersionMetadata } from './RemoveSchemaVersionMetadata.ts'
import { SearchTables } from './SearchTables.ts'
import { StartColumnStatisticsTaskRun } from './StartColumnStatisticsTaskRun.ts'
import { StartColumnStatisticsTaskRunSchedule } from './StartColumnStatisticsTaskRunSchedule.ts'
import { StartCrawler } from './StartCrawler.ts'
import { StartCrawlerSchedule } from './StartCrawlerSchedule.ts'
import { StopColumnStatisticsTaskRun } from './StopColumnStatisticsTaskRun.ts'
import { StopColumnStatisticsTaskRunSchedule } from './StopColumnStatisticsTaskRunSchedule.ts'
import { StopCrawler } from './StopCrawler.ts'
import { StopCrawlerSchedule } from './StopCrawlerSchedule.ts'
import { TagResource } from './TagResource.ts'
import { UntagResource } from './UntagResource.ts'
import { UpdateClassifier } from './UpdateClassifier.ts'
import { UpdateColumnStatisticsForPartition } from './UpdateColumnStatisticsForPartition.ts'
import { UpdateColumnStatisticsForTable } from './UpdateColumnStatisticsForTable.ts'
import { UpdateColumnStatisticsTaskSettings } from './UpdateColumnStatisticsTaskSettings.ts'
import { UpdateConnection } from './UpdateConnection.ts'
import { UpdateCrawler } from './UpdateCrawler.ts'
import { UpdateCrawlerSchedule } from './UpdateCrawlerSchedule.ts'
import { UpdateDatabase } from './UpdateDatabase.ts'
import { UpdatePartition } from './UpdatePartition.ts'
import { UpdateRegistry } from './UpdateRegistry.ts'
import { UpdateSchema } from './UpdateSchema.ts'
import { UpdateTable } from './UpdateTable.ts'
import { UpdateTableOptimizer } from './UpdateTableOptimizer.ts'
import { UpdateUserDefinedFunction } from './UpdateUserDefinedFunction.ts'

export const operations: Readonly<Record<string, Operation<GlueContext>>> = {
  BatchCreatePartition,
  BatchDeleteConnection,
  BatchDeletePartition,
  BatchDeleteTable,
  BatchDeleteTableVersion,
  BatchGetCrawlers,
  BatchGetPartition,
  BatchGetTableOptimizer,
  BatchUpdatePartition,
  CheckSchemaVersionValidity,
  CreateClassifier,
  CreateColumnStatisticsTaskSettings,
  CreateConnection,
  CreateCrawler,
  CreateDatabase,
  CreatePartition,
  CreatePartitionIndex,
  CreateRegistry,
  CreateSchema,
  CreateSecurityConfiguration,
  CreateTable,
  CreateTableOptimizer,
  CreateUserDefinedFunction,
  DeleteClassifier,
  DeleteColumnStatisticsForPartition,
  DeleteColumnStatisticsForTable,
  DeleteColumnStatisticsTaskSettings,
  DeleteConnection,
  DeleteCrawler,
  DeleteDatabase,
  DeletePartition,
  DeletePartitionIndex,
  DeleteRegistry,
  DeleteResourcePolicy,
  DeleteSchema,
  DeleteSchemaVersions,
  DeleteSecurityConfiguration,
  DeleteTable,
  DeleteTableOptimizer,
  DeleteTableVersion,
  DeleteUserDefinedFunction,
  GetCatalog,
  GetCatalogImportStatus,
  GetCatalogs,
  GetClassifier,
  GetClassifiers,
  GetColumnStatisticsForPartition,
  GetColumnStatisticsForTable,
  GetColumnStatisticsTaskRun,
  GetColumnStatisticsTaskRuns,
  GetColumnStatisticsTaskSettings,
  GetConnection,
  GetConnections,
  GetCrawler,
  GetCrawlerMetrics,
  GetCrawlers,
  GetDataCatalogEncryptionSettings,
  GetDatabase,
  GetDatabases,
  GetPartition,
  GetPartitionIndexes,
  GetPartitions,
  GetRegistry,
  GetResourcePolicies,
  GetResourcePolicy,
  GetSchema,
  GetSchemaByDefinition,
  GetSchemaVersion,
  GetSchemaVersionsDiff,
  GetSecurityConfiguration,
  GetSecurityConfigurations,
  GetTable,
  GetTableOptimizer,
  GetTableVersion,
  GetTableVersions,
  GetTables,
  GetTags,
  GetUnfilteredPartitionMetadata,
  GetUnfilteredPartitionsMetadata,
  GetUnfilteredTableMetadata,
  GetUserDefinedFunction,
  GetUserDefinedFunctions,
  ListColumnStatisticsTaskRuns,
  ListCrawlers,
  ListCrawls,
  ListRegistries,
  ListSchemaVersions,
  ListSchemas,
  ListTableOptimizerRuns,
  PutDataCatalogEncryptionSettings,
  PutResourcePolicy,
  PutSchemaVersionMetadata,
  QuerySchemaVersionMetadata,
  RegisterSchemaVersion,
  RemoveSchemaVersionMetadata,
  SearchTables,
  StartColumnStatisticsTaskRun,
  StartColumnStatisticsTaskRunSchedule,
  StartCrawler,
  StartCrawlerSchedule,
  StopColumnStatisticsTaskRun,
  StopColumnStatisticsTaskRunSchedule,
  StopCrawler,
  StopCrawlerSchedule,
  TagResource,
  UntagResource,
  UpdateClassifier,
  UpdateColumnStatisticsForPartition,
  UpdateColumnStatisticsForTable,
  UpdateColumnStatisticsTaskSettings,
  UpdateConnection,
  UpdateCrawler,
  UpdateCrawlerSchedule,
  UpdateDatabase,
  UpdatePartition,
  UpdateRegistry,
  UpdateSchema,
  UpdateTable,
  UpdateTableOptimizer,
  UpdateUserDefinedFunction,
}
