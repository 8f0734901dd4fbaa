import { type Primitive, type Type, type Value, literalOf, parsePrimitive } from '#catalog/tables'
import { type TypeForms, engineTypeOf } from './engine-type.ts'
import { quoteText, structSql } from './sql.ts'

/** SQL for a value of a primitive type, in the engine's type for it. */
export function valueSql(type: Primitive, value: Value): string {
  switch (type.kind) {
    case 'boolean':
      return value ? 'true' : 'false'
    case 'int':
      return `CAST(${String(value)} AS INTEGER)`
    case 'long':
      return `CAST('${String(value)}' AS BIGINT)`
    case 'float':
    case 'double':
      return `CAST('${String(value)}' AS ${type.kind.toUpperCase()})`
    case 'decimal':
      return `CAST('${decimalText(value as bigint, type.scale)}' AS DECIMAL(${type.precision},${type.scale}))`
    case 'date':
      return `(DATE '1970-01-01' + CAST(${String(value)} AS INTEGER))`
    case 'time':
      return `CAST(make_timestamp(${String(value)}) AS TIME)`
    case 'timestamp':
      return `make_timestamp(${String(value)})`
    case 'timestamptz':
      return `make_timestamptz(${String(value)})`
    case 'timestamp_ns':
    case 'timestamptz_ns':
      return `make_timestamp_ns(${String(value)})`
    case 'uuid':
      return `CAST('${(value as Buffer).toString('hex')}' AS UUID)`
    case 'fixed':
    case 'binary':
      return `from_hex('${(value as Buffer).toString('hex')}')`
    default:
      return quoteText(String(value))
  }
}

export function isNanos(type: string): type is 'timestamp_ns' | 'timestamptz_ns' {
  return type === 'timestamp_ns' || type === 'timestamptz_ns'
}

/** A TIMESTAMP_NS, which is in UTC for an instant, in the form that is wanted. */
export function nanosSql(
  sql: string,
  type: 'timestamp_ns' | 'timestamptz_ns',
  { nanos }: TypeForms,
): string {
  if (!nanos) return sql
  return type === 'timestamptz_ns' ? `(${nanos(sql)} AT TIME ZONE 'UTC')` : nanos(sql)
}

/** SQL for a default as a schema has it: https://iceberg.apache.org/spec/#default-values. Errors: `InvalidMetadata`. */
export function defaultSql(type: Type, json: unknown, forms: TypeForms): string {
  const engineType = engineTypeOf(type, forms) ?? 'INTEGER'
  if (json === undefined || json === null) return `CAST(NULL AS ${engineType})`
  if (typeof type === 'string') {
    const primitive = parsePrimitive(type)
    const sql = valueSql(primitive, literalOf(primitive, json))
    if (isNanos(type)) return nanosSql(sql, type, forms)
    return primitive.kind === 'uuid' ? `CAST(${sql} AS ${engineType})` : sql
  }
  // Other than null, lists and maps may only be empty, and a struct takes its fields' own defaults.
  if (type.type === 'list') return `CAST([] AS ${engineType})`
  if (type.type === 'map') return `CAST(MAP {} AS ${engineType})`
  return structSql(
    type.fields.map((field) => ({
      name: forms.fieldName?.(field.name) ?? field.name,
      sql: defaultSql(field.type, field['initial-default'], forms),
    })),
  )
}

/** An unscaled decimal as text: 125 of scale 2 is `1.25`. */
export function decimalText(unscaled: bigint, scale: number): string {
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0')
  const point = digits.length - scale
  const fraction = scale > 0 ? `.${digits.slice(point)}` : ''
  return `${unscaled < 0n ? '-' : ''}${digits.slice(0, point)}${fraction}`
}
