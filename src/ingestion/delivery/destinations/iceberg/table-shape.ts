import {
  currentSchema,
  defaultSpec,
  hiveType,
  type StructField,
  type TableMetadata,
  type Type,
} from '#catalog/tables'
import { parseHiveType } from '../../conversion/index.ts'
import type { RowColumn } from '../../conversion/rows-plan.ts'

/** A table that records cannot be written to. */
export class UnwritableTable extends Error {}

/** The columns that records are read as, in the schema's order. Throws `UnwritableTable`. */
export function rowColumns(metadata: TableMetadata): readonly RowColumn[] {
  return currentSchema(metadata).fields.map(({ name, type, required }, index) => {
    const unreadable = unreadableType(type)
    if (unreadable !== undefined) {
      throw new UnwritableTable(
        `The column '${name}' is of the type ${unreadable}, which records are not converted to.`,
      )
    }
    try {
      return { name, type: parseHiveType(hiveType(type)), alias: `c${index}`, required }
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error)
      throw new UnwritableTable(`The column '${name}' cannot be converted to: ${why}`)
    }
  })
}

/** Types whose values the conversion does not check. */
const unchecked = /^(uuid|time|timestamp_ns|timestamptz_ns|unknown|variant|fixed|geo[a-z]+)\b/

function unreadableType(type: Type): string | undefined {
  if (typeof type === 'string') return unchecked.test(type) ? type : undefined
  switch (type.type) {
    case 'list':
      return unreadableType(type.element)
    case 'map':
      return unreadableType(type.key) ?? unreadableType(type.value)
    case 'struct':
      return type.fields
        .map((field) => unreadableType(field.type))
        .find((each) => each !== undefined)
  }
}

/** The columns by which rows are found: those that are named, else the identifier fields of the schema. Throws `UnwritableTable`. */
export function keyFields(
  metadata: TableMetadata,
  names: readonly string[],
): readonly StructField[] {
  const schema = currentSchema(metadata)
  const ids = schema['identifier-field-ids'] ?? []
  const wanted = names.map((name) => name.toLowerCase())
  const fields = schema.fields.filter(({ id, name }) =>
    wanted.length > 0 ? wanted.includes(name.toLowerCase()) : ids.includes(id),
  )
  const missing = wanted.find((name) => !fields.some((field) => field.name.toLowerCase() === name))
  if (missing !== undefined) throw new UnwritableTable(`There is no column '${missing}'.`)
  if (fields.length === 0) {
    throw new UnwritableTable(
      'Updates and deletes need UniqueKeys, or a table with identifier fields.',
    )
  }
  if (fields.some(({ type }) => typeof type !== 'string')) {
    throw new UnwritableTable('Unique keys must be columns of primitive types.')
  }
  if (metadata['format-version'] < 2) {
    throw new UnwritableTable('Updates and deletes need a table of format version 2 or later.')
  }
  const outside = defaultSpec(metadata).fields.find(
    (part) => part.transform !== 'void' && !fields.some(({ id }) => id === part['source-id']),
  )
  if (outside) {
    throw new UnwritableTable(
      `Unique keys must hold the columns that the table is partitioned by; ${outside.name} is of another.`,
    )
  }
  return fields
}

/** The table as its equality deletes see it: the same partitions, and no column but the keys. */
export function keyMetadata(metadata: TableMetadata, keys: readonly StructField[]): TableMetadata {
  const { 'schema-id': id } = currentSchema(metadata)
  return {
    ...metadata,
    schemas: metadata.schemas.map((schema) =>
      schema['schema-id'] === id ? { ...schema, fields: keys } : schema,
    ),
    'default-sort-order-id': 0,
    'sort-orders': [],
  }
}
