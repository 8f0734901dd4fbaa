import type { TableInput, TableRecord } from '#catalog/metastore'
import { hiveType, pointer } from '../catalog-record.ts'
import type { TextMap } from '../format/types.ts'
import {
  currentVersion,
  type ViewMetadata,
  type ViewRepresentation,
  type ViewVersion,
} from './view-metadata.ts'

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

/** The dialect that SQL here is of, by the name that Trino gives it. */
const ownDialect = 'trino'
const dialectParameter = 'view.dialect'
const catalogParameter = 'view.default-catalog'
const namespaceParameter = 'view.default-namespace'

/** A view's SQL, and where the names in it are looked up. */
export interface ViewSql {
  readonly sql: string
  readonly database: string | undefined
  /** The name that whoever made the view has for this catalog. */
  readonly catalog: string | undefined
}

/** The SQL of an Iceberg view, when it has one in Trino's dialect. */
export function viewSqlOf(record: TableInput): ViewSql | undefined {
  const { parameters = {}, viewOriginalText: sql } = record
  if (!isViewRecord(record) || parameters[dialectParameter] !== ownDialect) return undefined
  if (sql === undefined) return undefined
  return { sql, database: parameters[namespaceParameter], catalog: parameters[catalogParameter] }
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
  const { representations } = version
  const shown = representations.find(isOwn) ?? representations[0]
  const text = shown?.sql ?? ''
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
      ...withoutPlace(current?.parameters),
      ...placeOf(version, shown?.dialect),
      EXTERNAL: 'TRUE',
      [typeParameter]: typeName,
      [pointer]: location,
    },
  }
}

function isOwn({ dialect }: ViewRepresentation): boolean {
  return dialect.toLowerCase() === ownDialect
}

function placeOf(version: ViewVersion, dialect: string | undefined): TextMap {
  const { 'default-catalog': catalog, 'default-namespace': namespace } = version
  return {
    ...(dialect === undefined ? {} : { [dialectParameter]: dialect.toLowerCase() }),
    ...(catalog === undefined ? {} : { [catalogParameter]: catalog }),
    ...(namespace.length === 1 ? { [namespaceParameter]: namespace[0]! } : {}),
  }
}

function withoutPlace(parameters: TextMap = {}): TextMap {
  const { [dialectParameter]: _d, [catalogParameter]: _c, ...rest } = parameters
  const { [namespaceParameter]: _n, ...kept } = rest
  return kept
}
