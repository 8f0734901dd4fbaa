import type {
  Partition as GluePartition,
  PartitionInput as GluePartitionInput,
} from '@aws-sdk/client-glue'
import type { PartitionInput, PartitionRecord, TableRef } from '#catalog/metastore'
import { compact } from './compact.ts'
import { fromStorage, toStorage } from './storage.ts'
import { toDate, toMs } from './times.ts'

export function fromPartitionInput(
  input: GluePartitionInput,
  defaultValues: readonly string[] = [],
): PartitionInput {
  return compact({
    values: input.Values ?? defaultValues,
    storage: input.StorageDescriptor && fromStorage(input.StorageDescriptor),
    parameters: input.Parameters,
    lastAccessTimeMs: toMs(input.LastAccessTime),
    lastAnalyzedTimeMs: toMs(input.LastAnalyzedTime),
  })
}

export function toPartition(
  record: PartitionRecord,
  ref: TableRef,
  options: { readonly excludeColumns?: boolean } = {},
): GluePartition {
  return compact<GluePartition>({
    Values: record.values.slice(),
    DatabaseName: ref.database.toLowerCase(),
    TableName: ref.table.toLowerCase(),
    CreationTime: toDate(record.createTimeMs),
    LastAccessTime: toDate(record.lastAccessTimeMs),
    LastAnalyzedTime: toDate(record.lastAnalyzedTimeMs),
    StorageDescriptor: record.storage && toStorage(record.storage, options),
    Parameters: record.parameters,
    CatalogId: ref.accountId,
  })
}
