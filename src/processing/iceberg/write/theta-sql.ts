import type { Primitive } from '#catalog/tables'

/** Of a whole number, as two's complement. */
const unsigned = (sql: string) =>
  `CAST(CAST(${sql} AS HUGEINT) & CAST(18446744073709551615 AS HUGEINT) AS UBIGINT)`
const four = (sql: string) =>
  `theta_number(CAST(CAST(${sql} AS BIGINT) & 4294967295 AS UBIGINT), 4)`
const eight = (sql: string) => `theta_number(${unsigned(sql)}, 8)`

/**
 * SQL for the hash of a value that theta sketches take of it: of its bytes as Iceberg writes a single value,
 * https://iceberg.apache.org/spec/#binary-single-value-serialization. `thetaMacros` and `bucketMacros` must have run. Undefined for types of
 * which there are no such sketches here.
 */
export function thetaSql(sql: string, type: Primitive): string | undefined {
  switch (type.kind) {
    case 'boolean':
      return `theta_number(CAST(CASE WHEN ${sql} THEN 1 ELSE 0 END AS UBIGINT), 1)`
    case 'int':
      return four(sql)
    case 'date':
      return four(`CAST(${sql} - CAST('1970-01-01' AS DATE) AS BIGINT)`)
    case 'long':
      return eight(sql)
    case 'time':
      return eight(`epoch_us(CAST('1970-01-01' AS DATE) + ${sql})`)
    case 'timestamp':
    case 'timestamptz':
      return eight(`epoch_us(${sql})`)
    case 'timestamp_ns':
    case 'timestamptz_ns':
      return eight(`epoch_ns(${sql})`)
    case 'float':
      return `theta_number(CAST(CAST(${sql} AS BIT) AS UINTEGER), 4)`
    case 'double':
      return `theta_number(CAST(CAST(${sql} AS BIT) AS UBIGINT), 8)`
    case 'decimal':
      if (type.precision > 18) return undefined
      return `theta_hex(iceberg_decimal_hex(CAST(replace(CAST(${sql} AS VARCHAR), '.', '') AS HUGEINT)))`
    case 'string':
      return `theta_hex(hex(encode(${sql})))`
    case 'uuid':
      return `theta_hex(replace(CAST(${sql} AS VARCHAR), '-', ''))`
    case 'fixed':
    case 'binary':
      return `theta_hex(hex(${sql}))`
    default:
      return undefined
  }
}
