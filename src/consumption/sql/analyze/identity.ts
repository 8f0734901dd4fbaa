import { type Type, fieldKey, quoteName } from '../types/type.ts'
import { holdsOwnZones, identitySql, ownZone } from '../types/zones.ts'

/** True when equal values may differ in the engine: maps, which it compares by the order of their entries. */
export function holdsMaps(type: Type): boolean {
  switch (type.kind) {
    case 'map':
      return true
    case 'array':
      return holdsMaps(type.element)
    case 'row':
      return type.fields.some((field) => holdsMaps(field.type))
    default:
      return false
  }
}

/** True for types of which the engine may take values for different that Trino groups together. */
export function formsDiffer(type: Type): boolean {
  return ownZone(type) || (holdsMaps(type) && !holdsOwnZones(type))
}

/**
 * A form of the value by which the engine tells values apart as Trino does (`IS DISTINCT FROM`, groups, DISTINCT): times with zones as
 * instants, maps with their entries in the keys' order. NULL within values is a value to both, and so is NaN.
 */
export function formSql(sql: string, type: Type, depth = 0): string {
  if (!holdsMaps(type)) return identitySql(sql, type)
  const z = `zf${depth}`
  const inner = (value: string, of: Type) => formSql(value, of, depth + 1)
  switch (type.kind) {
    case 'map': {
      const entry = `{'k': ${inner(`${z}.key`, type.key)}, 'v': ${inner(`${z}.value`, type.value)}}`
      return `list_sort(list_transform(map_entries(${sql}), lambda ${z}: ${entry}))`
    }
    case 'array':
      return `list_transform(${sql}, lambda ${z}: ${inner(z, type.element)})`
    case 'row': {
      const fields = type.fields.map((field, index) => {
        const key = quoteName(fieldKey(field, index))
        return `'f${index}': ${inner(`(${sql}).${key}`, field.type)}`
      })
      return `(CASE WHEN (${sql}) IS NOT NULL THEN {${fields.join(', ')}} END)`
    }
    default:
      return sql
  }
}
