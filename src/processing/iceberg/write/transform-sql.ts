import { type Primitive, type Transform } from '#catalog/tables'
import { IcebergErrors } from '../errors.ts'

/**
 * SQL for a column's partition value, from the engine's value of the column: https://iceberg.apache.org/spec/#partition-transforms.
 * Decimals come out unscaled; the rest is of the transform's type. `bucketMacros` must have run. Errors: `WriteUnsupported`.
 */
export function transformSql(sql: string, type: Primitive, transform: Transform): string {
  switch (transform.kind) {
    case 'identity':
      return type.kind === 'decimal' ? unscaledSql(sql) : sql
    case 'void':
      return 'CAST(NULL AS INTEGER)'
    case 'bucket':
      return `CAST((${hashSql(sql, type)} & 2147483647) % ${transform.width} AS INTEGER)`
    case 'truncate':
      return truncateSql(sql, type, transform.width)
    case 'year':
    case 'month':
    case 'day':
    case 'hour':
      return timeSql(sql, type, transform.kind)
    case 'unknown':
      throw unsupported(transform.kind, type)
  }
}

function hashSql(sql: string, type: Primitive): string {
  switch (type.kind) {
    case 'int':
    case 'long':
      return `iceberg_hash_long(${sql})`
    case 'date':
      return `iceberg_hash_long(${daysSql(sql)})`
    case 'time':
      return `iceberg_hash_long(epoch_us(CAST('1970-01-01' AS DATE) + ${sql}))`
    case 'timestamp':
    case 'timestamptz':
      return `iceberg_hash_long(epoch_us(${sql}))`
    case 'string':
      return `iceberg_hash_hex(hex(encode(${sql})))`
    case 'uuid':
      return `iceberg_hash_hex(replace(CAST(${sql} AS VARCHAR), '-', ''))`
    case 'fixed':
    case 'binary':
      return `iceberg_hash_hex(hex(${sql}))`
    case 'decimal':
      if (type.precision > 18) break
      return `iceberg_hash_hex(iceberg_decimal_hex(${unscaledSql(sql)}))`
    default:
  }
  throw unsupported('bucket', type)
}

function truncateSql(sql: string, type: Primitive, width: number): string {
  switch (type.kind) {
    case 'int':
    case 'long':
      return flooredSql(`CAST(${sql} AS HUGEINT)`, width)
    case 'decimal':
      return flooredSql(unscaledSql(sql), width)
    case 'string':
      return `left(${sql}, ${width})`
    case 'binary':
      return `from_hex(left(hex(${sql}), ${2 * width}))`
    default:
      throw unsupported('truncate', type)
  }
}

/** The multiple of `width` at or below a whole number. */
function flooredSql(sql: string, width: number): string {
  return `list_transform([${sql}], lambda v: v - (((v % ${width}) + ${width}) % ${width}))[1]`
}

const dayMicros = 86_400_000_000
const hourMicros = 3_600_000_000

function timeSql(sql: string, type: Primitive, unit: 'year' | 'month' | 'day' | 'hour'): string {
  const isDate = type.kind === 'date'
  if (!isDate && type.kind !== 'timestamp' && type.kind !== 'timestamptz')
    throw unsupported(unit, type)
  const wall = type.kind === 'timestamptz' ? `((${sql}) AT TIME ZONE 'UTC')` : sql
  switch (unit) {
    case 'year':
      return `CAST(year(${wall}) - 1970 AS INTEGER)`
    case 'month':
      return `CAST((year(${wall}) - 1970) * 12 + month(${wall}) - 1 AS INTEGER)`
    case 'day':
      return isDate ? daysSql(sql) : unitsSql(sql, dayMicros)
    case 'hour':
      if (isDate) throw unsupported(unit, type)
      return unitsSql(sql, hourMicros)
  }
}

/** Whole units since 1970, before it too. */
function unitsSql(sql: string, micros: number): string {
  return `CAST(${flooredSql(`epoch_us(${sql})`, micros)} // ${micros} AS INTEGER)`
}

function daysSql(sql: string): string {
  return `CAST(${sql} - CAST('1970-01-01' AS DATE) AS INTEGER)`
}

function unscaledSql(sql: string): string {
  return `CAST(replace(CAST(${sql} AS VARCHAR), '.', '') AS HUGEINT)`
}

function unsupported(transform: string, type: Primitive): Error {
  const digits = type.kind === 'decimal' ? `(${type.precision},${type.scale})` : ''
  return IcebergErrors.WriteUnsupported(
    `Rows cannot be written here by the partition transform ${transform} of ${type.kind}${digits}`,
  )
}
