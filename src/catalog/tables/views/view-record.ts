import type { TableInput, TableRecord } from '#catalog/metastore'
import { hiveType, pointer } from '../catalog-record.ts'
import { currentVersion, type ViewMetadata } from './view-metadata.ts'

/**
 * An Iceberg view as the Glue catalog has it: in the form of Iceberg's Hive catalog (`HiveViewOperations`), since its Glue client
 * has no views.
 */
const typeParameter = 'table_type'
const typeName = 'iceberg-view'

export function isViewRecord(record: Pick<TableInput, 'parameters'>): boolean {
  return (
    record.parameters?.[typeParameter]?.toLowerCase() === typeName &&
    record.parameters[pointer] !== undefined
  )
}

export function viewPointerOf(record: Pick<TableInput, 'parameters'>): string {
  return record.parameters![pointer]!
}

/** What the catalog is to keep of a view in this state. */
export function viewRecord(
  name: string,
  metadata: ViewMetadata,
  location: string,
  current: TableRecord | undefined,
): TableInput {
  const version = currentVersion(metadata)!
  const schema = metadata.schemas.find((other) => other['schema-id'] === version['schema-id'])
  const text = version.representations[0]?.sql ?? ''
  return {
    name,
    description: metadata.properties['comment'] ?? current?.description,
    owner: metadata.properties['owner'] ?? current?.owner,
    tableType: 'VIRTUAL_VIEW',
    viewOriginalText: text,
    viewExpandedText: text,
    storage: {
      location: metadata.location,
      columns: (schema?.fields ?? []).map((field) => ({
        name: field.name,
        type: hiveType(field.type),
        ...(field.doc === undefined ? {} : { comment: field.doc }),
      })),
    },
    parameters: {
      ...current?.parameters,
      EXTERNAL: 'TRUE',
      [typeParameter]: typeName,
      [pointer]: location,
    },
  }
}
