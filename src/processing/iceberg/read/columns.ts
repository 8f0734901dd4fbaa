import {
  type Schema,
  type StructField,
  type TableMetadata,
  type Type,
  type Value,
  fromAvro,
  parsePrimitive,
  parseTransform,
} from '#catalog/tables'
import { convertSql } from './convert.ts'
import { type TypeForms, engineTypeOf } from './engine-type.ts'
import { type FileField, type FileSchema, type FileType, hasIds } from './file-schema.ts'
import { defaultSql } from './literal.ts'
import { quoteName } from './sql.ts'

/** Where a column's values come from in files of one schema. */
export type ColumnSource =
  | { readonly kind: 'sql'; readonly sql: string }
  /** The file's own partition value: it was written by Hive, and says nothing of the column inside. */
  | { readonly kind: 'partition' }
  | { readonly kind: 'unreadable'; readonly fileType: string }

/** A file's schema with the ids that it has, or those that the table's name mapping gives it. Undefined when it has neither. */
export function identified(schema: FileSchema, metadata: TableMetadata): FileSchema | undefined {
  if (hasIds(schema)) return schema
  const text = metadata.properties['schema.name-mapping.default']
  if (text === undefined) return undefined
  let mapping: unknown
  try {
    mapping = JSON.parse(text)
  } catch {
    return undefined
  }
  return Array.isArray(mapping) ? named(schema, mapping as readonly MappedField[]) : undefined
}

/** https://iceberg.apache.org/spec/#name-mapping-serialization */
interface MappedField {
  readonly 'field-id'?: number
  readonly names: readonly string[]
  readonly fields?: readonly MappedField[]
}

function named(fields: FileSchema, mapping: readonly MappedField[]): FileSchema {
  return fields.map((field) => {
    const found = mapping.find(({ names }) => names.includes(field.name))
    return { ...field, id: found?.['field-id'], type: namedType(field.type, found?.fields ?? []) }
  })
}

function namedType(type: FileType, mapping: readonly MappedField[]): FileType {
  const child = (field: FileField, name: string) =>
    named([{ ...field, name }], mapping).map((each) => ({ ...each, name: field.name }))[0]!
  switch (type.kind) {
    case 'struct':
      return { kind: 'struct', fields: named(type.fields, mapping) }
    case 'list':
      return { kind: 'list', element: child(type.element, 'element') }
    case 'map':
      return { kind: 'map', key: child(type.key, 'key'), value: child(type.value, 'value') }
    default:
      return type
  }
}

/** How a column is found in files of a schema: https://iceberg.apache.org/spec/#column-projection */
export function sourceOf(
  column: StructField,
  file: FileSchema,
  identityIds: ReadonlySet<number>,
  forms: TypeForms,
): ColumnSource {
  const field = file.find(({ id }) => id === column.id)
  if (field) {
    const sql = convertSql(`s.${quoteName(field.name)}`, field.type, column.type, forms)
    if (sql !== undefined) return { kind: 'sql', sql }
    return { kind: 'unreadable', fileType: typeText(field.type) }
  }
  if (engineTypeOf(column.type, forms) === undefined) return { kind: 'unreadable', fileType: '' }
  if (identityIds.has(column.id)) return { kind: 'partition' }
  return { kind: 'sql', sql: defaultSql(column.type, column['initial-default'], forms) }
}

/** A file's partition values, of columns that it is partitioned by as they are, by the column's id. */
export function identityValues(
  metadata: TableMetadata,
  specId: number,
  partition: readonly unknown[],
): ReadonlyMap<number, { readonly type: string; readonly value: Value | undefined }> {
  const values = new Map<number, { type: string; value: Value | undefined }>()
  const spec = metadata['partition-specs'].find((each) => each['spec-id'] === specId)
  for (const [at, field] of (spec?.fields ?? []).entries()) {
    if (parseTransform(field.transform).kind !== 'identity') continue
    const type = columnById(metadata, field['source-id'])?.type
    if (typeof type !== 'string') continue
    values.set(field['source-id'], { type, value: fromAvro(parsePrimitive(type), partition[at]) })
  }
  return values
}

/** A top-level column of any schema that the table has had, the newest first. */
export function columnById(metadata: TableMetadata, id: number): StructField | undefined {
  const current = metadata.schemas.find(
    (schema) => schema['schema-id'] === metadata['current-schema-id'],
  )
  const schemas: readonly (Schema | undefined)[] = [current, ...metadata.schemas.toReversed()]
  for (const schema of schemas) {
    const found = schema?.fields.find((field) => field.id === id)
    if (found) return found
  }
  return undefined
}

function typeText(type: FileType): string {
  return type.kind === 'leaf' ? type.logical || type.physical : type.kind
}

/** The engine's type of a column, or one that NULL can stand in. */
export function columnType(type: Type, forms: TypeForms): string {
  return engineTypeOf(type, forms) ?? 'INTEGER'
}
