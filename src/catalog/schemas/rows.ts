import type { Kysely } from 'kysely'
import type { CatalogRef } from '#catalog/metastore'
import { SchemaErrors } from './errors.ts'
import type { SchemaTables } from './migrations.ts'
import type {
  Compatibility,
  DataFormat,
  RegistryRecord,
  SchemaRecord,
  SchemaRef,
  VersionRecord,
} from './schema-registry.ts'

export type SchemasDb = Kysely<SchemaTables>
export type SchemaRow = SchemaTables['schemas_schemas']
export type VersionRow = SchemaTables['schemas_versions']

export async function loadRegistry(
  db: SchemasDb,
  ref: CatalogRef,
  name: string,
): Promise<SchemaTables['schemas_registries']> {
  const row = await db
    .selectFrom('schemas_registries')
    .selectAll()
    .where('account_id', '=', ref.accountId)
    .where('region', '=', ref.region)
    .where('name', '=', name)
    .executeTakeFirst()
  if (row) return row
  throw SchemaErrors.RegistryNotFound(`Registry is not found. RegistryName: ${name}`)
}

export function findSchema(db: SchemasDb, ref: SchemaRef): Promise<SchemaRow | undefined> {
  return db
    .selectFrom('schemas_schemas')
    .selectAll()
    .where('account_id', '=', ref.accountId)
    .where('region', '=', ref.region)
    .where('registry', '=', ref.registry)
    .where('name', '=', ref.schema)
    .executeTakeFirst()
}

export async function loadSchema(db: SchemasDb, ref: SchemaRef): Promise<SchemaRow> {
  const row = await findSchema(db, ref)
  if (row) return row
  throw SchemaErrors.SchemaNotFound(
    `Schema is not found. RegistryName: ${ref.registry}, SchemaName: ${ref.schema}`,
  )
}

/** The versions of a schema, the first first. */
export function versionsOf(db: SchemasDb, ref: SchemaRef) {
  return db
    .selectFrom('schemas_versions')
    .selectAll()
    .where('account_id', '=', ref.accountId)
    .where('region', '=', ref.region)
    .where('registry', '=', ref.registry)
    .where('schema', '=', ref.schema)
    .orderBy('number')
}

export function toRegistry(row: SchemaTables['schemas_registries']): RegistryRecord {
  return {
    name: row.name,
    description: row.description ?? undefined,
    createTimeMs: row.create_time_ms,
    updateTimeMs: row.update_time_ms,
  }
}

export function toSchema(row: SchemaRow, latest: number): SchemaRecord {
  return {
    registry: row.registry,
    name: row.name,
    format: row.format as DataFormat,
    compatibility: row.compatibility as Compatibility,
    description: row.description ?? undefined,
    checkpoint: row.checkpoint,
    latest,
    next: row.next,
    createTimeMs: row.create_time_ms,
    updateTimeMs: row.update_time_ms,
  }
}

export function toVersion(row: VersionRow): VersionRecord {
  return {
    id: row.id,
    registry: row.registry,
    schema: row.schema,
    format: row.format as DataFormat,
    number: row.number,
    definition: row.definition,
    status: row.status as VersionRecord['status'],
    createTimeMs: row.create_time_ms,
  }
}
