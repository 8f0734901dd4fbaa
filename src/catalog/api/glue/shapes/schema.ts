import type { GetRegistryResponse, GetSchemaResponse } from '@aws-sdk/client-glue'
import { catalogArn, type CatalogRef } from '#catalog/metastore'
import type { RegistryRecord, SchemaRecord, VersionRecord } from '#catalog/schemas'
import { compact } from './compact.ts'

export function registryArn(ref: CatalogRef, name: string): string {
  return catalogArn(ref, `registry/${name}`)
}

export function schemaArn(
  ref: CatalogRef,
  { registry, schema }: { readonly registry: string; readonly schema: string },
): string {
  return catalogArn(ref, `schema/${registry}/${schema}`)
}

export function toRegistry(record: RegistryRecord, ref: CatalogRef): GetRegistryResponse {
  return compact<GetRegistryResponse>({
    RegistryName: record.name,
    RegistryArn: registryArn(ref, record.name),
    Description: record.description,
    Status: 'AVAILABLE',
    CreatedTime: timeText(record.createTimeMs),
    UpdatedTime: timeText(record.updateTimeMs),
  })
}

/** What a list of schemas says of one. */
export function toSchemaItem(record: SchemaRecord, ref: CatalogRef) {
  return compact({
    RegistryName: record.registry,
    SchemaName: record.name,
    SchemaArn: schemaArn(ref, { registry: record.registry, schema: record.name }),
    Description: record.description,
    SchemaStatus: 'AVAILABLE' as const,
    CreatedTime: timeText(record.createTimeMs),
    UpdatedTime: timeText(record.updateTimeMs),
  })
}

export function toSchema(record: SchemaRecord, ref: CatalogRef): GetSchemaResponse {
  return {
    ...toSchemaItem(record, ref),
    RegistryArn: registryArn(ref, record.registry),
    DataFormat: record.format,
    Compatibility: record.compatibility,
    SchemaCheckpoint: record.checkpoint,
    LatestSchemaVersion: record.latest,
    NextSchemaVersion: record.next,
  }
}

/** What a list of versions says of one. */
export function toVersionItem(record: VersionRecord, ref: CatalogRef) {
  return {
    SchemaArn: schemaArn(ref, record),
    SchemaVersionId: record.id,
    VersionNumber: record.number,
    Status: record.status,
    CreatedTime: timeText(record.createTimeMs),
  }
}

/** Times of the registry are texts. */
export function timeText(ms: number): string {
  return new Date(ms).toISOString()
}
