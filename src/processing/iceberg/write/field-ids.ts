import type { StructField, Type } from '#catalog/tables'
import { quoteName } from '../read/sql.ts'

/** Of the columns that format 3 keeps with rows: https://iceberg.apache.org/spec/#row-lineage */
export const rowIdField = 2_147_483_540
export const rowSequenceField = 2_147_483_539

/** The engine's option FIELD_IDS for these columns. */
export function fieldIds(fields: readonly Pick<StructField, 'id' | 'name' | 'type'>[]): string {
  return `{${fields.map(({ id, name, type }) => `${quoteName(name)}: ${idsOf(id, type)}`).join(', ')}}`
}

function idsOf(id: number, type: Type): string {
  if (typeof type === 'string')
    return type === 'variant' ? `{__duckdb_field_id: ${id}}` : String(id)
  const own = `__duckdb_field_id: ${id}`
  switch (type.type) {
    case 'struct':
      return `{${[own, ...type.fields.map((field) => `${quoteName(field.name)}: ${idsOf(field.id, field.type)}`)].join(', ')}}`
    case 'list':
      return `{${own}, element: ${idsOf(type['element-id'], type.element)}}`
    case 'map':
      return `{${own}, key: ${idsOf(type['key-id'], type.key)}, value: ${idsOf(type['value-id'], type.value)}}`
  }
}
