import type { Table as GlueTable, TableInput as GlueTableInput } from '@aws-sdk/client-glue'
import type { CatalogRef, TableInput, TableRecord } from '#catalog/metastore'
import { compact, extras } from './compact.ts'
import { fromColumns, fromStorage, toColumns, toStorage } from './storage.ts'
import { toDate, toMs } from './times.ts'

export function fromTableInput(input: GlueTableInput): TableInput {
  const { TargetTable, FederatedTable, ViewDefinition } = input
  return compact({
    name: input.Name!,
    description: input.Description,
    owner: input.Owner,
    retention: input.Retention,
    storage: input.StorageDescriptor && fromStorage(input.StorageDescriptor),
    partitionKeys: input.PartitionKeys && fromColumns(input.PartitionKeys),
    viewOriginalText: input.ViewOriginalText,
    viewExpandedText: input.ViewExpandedText,
    tableType: input.TableType,
    parameters: input.Parameters,
    lastAccessTimeMs: toMs(input.LastAccessTime),
    lastAnalyzedTimeMs: toMs(input.LastAnalyzedTime),
    extra: extras({ TargetTable, FederatedTable, ViewDefinition }),
  })
}

export function toTable(record: TableRecord, ref: CatalogRef): GlueTable {
  return compact<GlueTable>({
    Name: record.name,
    DatabaseName: record.database,
    Description: record.description,
    Owner: record.owner,
    CreateTime: toDate(record.createTimeMs),
    UpdateTime: toDate(record.updateTimeMs),
    LastAccessTime: toDate(record.lastAccessTimeMs),
    LastAnalyzedTime: toDate(record.lastAnalyzedTimeMs),
    Retention: record.retention ?? 0,
    StorageDescriptor: record.storage && toStorage(record.storage),
    PartitionKeys: toColumns(record.partitionKeys ?? []),
    ViewOriginalText: record.viewOriginalText,
    ViewExpandedText: record.viewExpandedText,
    TableType: record.tableType,
    Parameters: record.parameters,
    CreatedBy: record.createdBy,
    IsRegisteredWithLakeFormation: false,
    CatalogId: ref.accountId,
    VersionId: record.versionId,
    IsMultiDialectView: false,
    ...record.extra,
  })
}
