import { type Position, sqlError } from '../errors.ts'
import { commonTypeOf } from '../types/coercion.ts'
import { castTextSql, rowSql } from '../types/text.ts'
import {
  BIGINT,
  type Type,
  UNKNOWN,
  arrayOf,
  canBeText,
  fieldKey,
  isInteger,
  quoteName,
  typeText,
} from '../types/type.ts'
import { coerce, differentTypes, keySql } from './cast.ts'
import { type Typed, raiseSql, withType } from './typed.ts'

/** `base.name`: a field of a row. */
export function fieldOf(base: Typed, name: string, at: Position): Typed {
  if (base.type.kind !== 'row') {
    throw sqlError('TypeMismatch', at, `Expression is not of type ROW`)
  }
  const index = base.type.fields.findIndex((field) => field.name === name)
  const field = base.type.fields[index]
  if (!field)
    throw sqlError(
      'ColumnNotFound',
      at,
      `Column '${name}' cannot be resolved or requester is not authorized to access requested resources`,
    )
  return { sql: `(${base.sql}).${quoteName(fieldKey(field, index))}`, type: field.type }
}

/** `base[index]` of an array, a map or a row. */
export function subscript(base: Typed, index: Typed, at: Position): Typed {
  if (base.type.kind === 'array') {
    const place = coerce(index, BIGINT, at).sql
    const element = base.type.element
    const raise = (text: string, ...more: string[]) =>
      raiseSql(element, [`'INVALID_FUNCTION_ARGUMENT: ${text}'`, ...more].join(', '))
    const sql =
      `(CASE WHEN ${place} = 0 THEN ${raise('SQL array indices start at 1')} ` +
      `WHEN ${place} < 0 THEN ${raise('Array subscript is negative: ', place)} ` +
      `WHEN ${place} > len(${base.sql}) THEN ${raise('Array subscript must be less than or equal to array length: ', place, `' > '`, `len(${base.sql})`)} ` +
      `ELSE list_extract(${base.sql}, ${place}) END)`
    return { sql, type: element }
  }
  if (base.type.kind === 'map') {
    const key = keySql(index, base.type.key, at)
    const told = canBeText(index.type) || isInteger(index.type) || index.type.kind === 'date'
    const shown = told ? `, ': ', ${castTextSql(withType(index), index.type)}` : ''
    const text = `'INVALID_FUNCTION_ARGUMENT: Key not present in map'${shown}`
    const raise = raiseSql(base.type.value, text)
    const missing = `NOT coalesce(map_contains(${base.sql}, ${key}), false)`
    const sql = `(CASE WHEN ${base.sql} IS NOT NULL AND ${withType(index)} IS NOT NULL AND ${missing} THEN ${raise} ELSE map_extract_value(${base.sql}, ${key}) END)`
    return { sql, type: base.type.value }
  }
  if (base.type.kind === 'row' && typeof index.constant === 'number') {
    const field = base.type.fields[index.constant - 1]
    if (!field) {
      const [place, max] = [index.constant, base.type.fields.length]
      const text =
        place < 1
          ? `Invalid subscript index: ${place}. ROW indices start at 1`
          : `Subscript index out of bounds: ${place}, max value is ${max}`
      throw sqlError('InvalidArgument', at, text)
    }
    return {
      sql: `(${base.sql}).${quoteName(fieldKey(field, index.constant - 1))}`,
      type: field.type,
    }
  }
  const types = `${typeText(index.type)} for subscript of ${typeText(base.type)}`
  throw sqlError('TypeMismatch', at, `Cannot use ${types}`)
}

/** `ROW(a, b)`. */
export function rowOf(fields: readonly Typed[]): Typed {
  const type: Type = {
    kind: 'row',
    fields: fields.map((f) => ({ name: undefined, type: f.type })),
  }
  const parts = fields.map((field, index) => ({
    key: fieldKey({ name: undefined, type: field.type }, index),
    sql: withType(field),
  }))
  return { sql: rowSql(parts), type }
}

/** `ARRAY[a, b]`. */
export function arrayFrom(
  items: readonly Typed[],
  nodes: readonly Position[],
  at: Position,
): Typed {
  if (items.length === 0) return { sql: '[]', type: arrayOf(UNKNOWN) }
  const element = commonTypeOf(items.map((item) => item.type))
  if (!element) throw differentTypes('All ARRAY elements', nodes, items)
  return {
    sql: `[${items.map((item) => coerce(item, element, at).sql).join(', ')}]`,
    type: arrayOf(element),
  }
}
