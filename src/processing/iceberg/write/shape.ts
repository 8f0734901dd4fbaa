import type { StructField, Type } from '#catalog/tables'
import { type TypeForms, engineTypeOf } from '../read/engine-type.ts'
import { quoteName, quoteText, structSql } from '../read/sql.ts'
import { IcebergErrors } from '../errors.ts'

/** SQL that fails with the text that another SQL gives. */
export type Raise = (engineType: string, textSql: string) => string

/**
 * A column's value as a data file holds it: in the table's type, fields under the table's names, and an error where a value that
 * must be there is missing. `forms` tells how the value comes. Errors: `WriteUnsupported`.
 */
export function fileValueSql(
  sql: string,
  field: StructField,
  forms: TypeForms,
  raise: Raise,
): string {
  const type = engineTypeOf(field.type)
  if (type === undefined || field.type === 'unknown') {
    const shown = typeof field.type === 'string' ? field.type : field.type.type
    throw IcebergErrors.WriteUnsupported(
      `Column ${field.name} is of the type ${shown}, which cannot be written here`,
    )
  }
  const value = `CAST(${renamed(sql, field.type, forms)} AS ${type})`
  if (!field.required) return value
  const text = quoteText(
    `CONSTRAINT_VIOLATION: NULL value not allowed for NOT NULL column: ${field.name}`,
  )
  return `list_transform([${value}], lambda v: CASE WHEN v IS NULL THEN ${raise(type, text)} ELSE v END)[1]`
}

/** The same value with structs' fields under the schema's names, where they come under others, and with instants as files have them. */
function renamed(sql: string, type: Type, forms: TypeForms, depth = 0): string {
  const e = `w${depth}`
  // An instant's time in UTC.
  if (type === 'timestamptz_ns' && forms.nanos) return `((${sql}) AT TIME ZONE 'UTC')`
  if (typeof type === 'string' || !needsNames(type, forms)) return sql
  switch (type.type) {
    case 'list':
      return `list_transform(${sql}, lambda ${e}: ${renamed(e, type.element, forms, depth + 1)})`
    case 'map': {
      const key = renamed(`${e}.key`, type.key, forms, depth + 1)
      const value = renamed(`${e}.value`, type.value, forms, depth + 1)
      return `map_from_entries(list_transform(map_entries(${sql}), lambda ${e}: {'k': ${key}, 'v': ${value}}))`
    }
    case 'struct': {
      const fields = type.fields.map((field) => ({
        name: field.name,
        sql: renamed(
          `(${sql}).${quoteName(forms.fieldName?.(field.name) ?? field.name)}`,
          field.type,
          forms,
          depth,
        ),
      }))
      return `(CASE WHEN (${sql}) IS NOT NULL THEN ${structSql(fields)} END)`
    }
  }
}

function needsNames(type: Type, forms: TypeForms): boolean {
  if (typeof type === 'string') return type === 'timestamptz_ns' && forms.nanos !== undefined
  switch (type.type) {
    case 'list':
      return needsNames(type.element, forms)
    case 'map':
      return needsNames(type.key, forms) || needsNames(type.value, forms)
    case 'struct':
      return type.fields.some(
        (field) =>
          (forms.fieldName?.(field.name) ?? field.name) !== field.name ||
          needsNames(field.type, forms),
      )
  }
}
