import { type Type, castSql, fieldKey, quoteName, rowSql } from '#consumption/sql'
import { nullSql } from './column.ts'

export function isNested(type: Type): boolean {
  return type.kind === 'array' || type.kind === 'map' || type.kind === 'row'
}

const at = { line: 1, column: 1 }
const text = { kind: 'varchar' } as const

/** A value from text: what is no value of the type is NULL, as in Hive. */
export function textValue(sql: string, type: Type, depth = 0): string {
  const e = `x${depth}`
  switch (type.kind) {
    case 'unknown':
      return nullSql(type)
    case 'varchar':
    case 'char':
      return castSql(sql, text, type, at)
    case 'varbinary':
      return `encode(${sql})`
    case 'array':
      return `list_transform(${sql}, lambda ${e}: ${textValue(e, type.element, depth + 1)})`
    case 'map': {
      const key = textValue(`${e}.key`, type.key, depth + 1)
      const value = textValue(`${e}.value`, type.value, depth + 1)
      return `map_from_entries(list_filter(list_transform(map_entries(${sql}), lambda ${e}: {'k': ${key}, 'v': ${value}}), lambda ${e}: ${e}.k IS NOT NULL))`
    }
    case 'row': {
      const fields = type.fields.map((field, index) => {
        const key = fieldKey(field, index)
        return { key, sql: textValue(`(${sql}).${quoteName(key)}`, field.type, depth) }
      })
      return `(CASE WHEN (${sql}) IS NOT NULL THEN ${rowSql(fields)} END)`
    }
    default:
      return `TRY(${castSql(sql, text, type, at)})`
  }
}
