import type { Column, TableInput, TableRecord } from '#catalog/metastore'
import { currentSchema } from './format/metadata.ts'
import { parsePrimitive } from './format/primitives.ts'
import type { TableMetadata, Type } from './format/types.ts'

/**
 * An Iceberg table as the Glue catalog has it, in the form that Iceberg's own Glue clients read and write:
 * https://iceberg.apache.org/docs/latest/aws/#glue-catalog. `metadata_location` is the pointer to the table's state;
 * there is no other.
 */
export const pointer = 'metadata_location'
const previousPointer = 'previous_metadata_location'
const tableTypeParameter = 'table_type'

export function isIcebergTable(record: Pick<TableInput, 'parameters'>): boolean {
  return record.parameters?.[tableTypeParameter]?.toUpperCase() === 'ICEBERG'
}

export function metadataLocationOf(record: Pick<TableInput, 'parameters'>): string | undefined {
  return isIcebergTable(record) ? record.parameters?.[pointer] : undefined
}

/** What the catalog is to keep of a table in this state; what else it keeps of the table stays. */
export function toTableInput(
  name: string,
  metadata: TableMetadata,
  location: string,
  current: TableRecord | undefined,
): TableInput {
  const before = current && metadataLocationOf(current)
  const {
    database: _1,
    createTimeMs: _2,
    updateTimeMs: _3,
    createdBy: _4,
    versionId: _5,
    ...kept
  } = current ?? { database: '', createTimeMs: 0, updateTimeMs: 0, createdBy: '', versionId: '' }
  const { [previousPointer]: earlier, ...parameters } = current?.parameters ?? {}
  const previous = before === location ? earlier : before
  return {
    ...kept,
    name,
    description: metadata.properties['comment'] ?? current?.description,
    owner: metadata.properties['owner'] ?? current?.owner,
    tableType: 'EXTERNAL_TABLE',
    storage: {
      ...current?.storage,
      location: metadata.location,
      columns: columnsOf(metadata),
    },
    parameters: {
      ...parameters,
      EXTERNAL: 'TRUE',
      [tableTypeParameter]: 'ICEBERG',
      [pointer]: location,
      ...(previous === undefined ? {} : { [previousPointer]: previous }),
    },
  }
}

function columnsOf(metadata: TableMetadata): readonly Column[] {
  return currentSchema(metadata).fields.map((field) => ({
    name: field.name,
    type: hiveType(field.type),
    ...(field.doc === undefined ? {} : { comment: field.doc }),
    parameters: {
      'iceberg.field.id': String(field.id),
      'iceberg.field.optional': String(!field.required),
      'iceberg.field.current': 'true',
    },
  }))
}

/** The type in Hive's syntax, as near as Hive has it. */
export function hiveType(type: Type): string {
  if (typeof type !== 'string') {
    switch (type.type) {
      case 'struct':
        return `struct<${type.fields.map((field) => `${field.name}:${hiveType(field.type)}`).join(',')}>`
      case 'list':
        return `array<${hiveType(type.element)}>`
      case 'map':
        return `map<${hiveType(type.key)},${hiveType(type.value)}>`
    }
  }
  const primitive = parsePrimitive(type)
  switch (primitive.kind) {
    case 'long':
      return 'bigint'
    case 'time':
    case 'uuid':
    case 'unknown':
    case 'variant':
      return 'string'
    case 'timestamptz':
    case 'timestamp_ns':
    case 'timestamptz_ns':
      return 'timestamp'
    case 'fixed':
    case 'geometry':
    case 'geography':
      return 'binary'
    case 'decimal':
      return `decimal(${primitive.precision},${primitive.scale})`
    default:
      return primitive.kind
  }
}
