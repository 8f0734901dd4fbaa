import type { MetadataInfo } from '@aws-sdk/client-glue'
import type { CatalogRef } from '#catalog/metastore'
import type { MetadataPair, MetadataRecord, VersionRecord } from '#catalog/schemas'
import { schemaArn, timeText } from './schema.ts'

export function toMetadataAnswer(version: VersionRecord, ref: CatalogRef, pair: MetadataPair) {
  return {
    SchemaArn: schemaArn(ref, version),
    SchemaName: version.schema,
    RegistryName: version.registry,
    VersionNumber: version.number,
    SchemaVersionId: version.id,
    MetadataKey: pair.key,
    MetadataValue: pair.value,
  }
}

/** By key; of several values of one key the newest comes first. */
export function toMetadataMap(records: readonly MetadataRecord[]): Record<string, MetadataInfo> {
  const map = new Map<string, MetadataInfo>()
  for (const { key, value: MetadataValue, createTimeMs } of records) {
    const item = { MetadataValue, CreatedTime: timeText(createTimeMs) }
    const first = map.get(key)
    if (first) (first.OtherMetadataValueList ??= []).push(item)
    else map.set(key, item)
  }
  return Object.fromEntries(map)
}
