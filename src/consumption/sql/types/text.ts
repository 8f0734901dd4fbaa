import { type Type, fieldKey, quoteName, quoteText } from './type.ts'

/** SQL for a value's text as Trino casts it to varchar: NULL stays NULL. */
export function textSql(sql: string, type: Type): string {
  switch (type.kind) {
    case 'varchar':
    case 'char':
      return sql
    case 'real':
    case 'double':
      return `trino_double_text(CAST(${sql} AS VARCHAR))`
    case 'timestamp':
      return `strftime(${sql}, '%Y-%m-%d %H:%M:%S.${fraction(type)}')`
    case 'timestamptz':
      return `(strftime((${sql}) AT TIME ZONE ${quoteText(type.zone)}, '%Y-%m-%d %H:%M:%S.${fraction(type)}') || ${quoteText(` ${type.zone}`)})`
    case 'time':
      return `strftime(CAST('2000-01-01' AS DATE) + ${sql}, '%H:%M:%S.${fraction(type)}')`
    case 'intervalDay':
      return `trino_interval_day_text(${sql})`
    case 'intervalYear':
      return `trino_interval_year_text(${sql})`
    default:
      return `CAST(${sql} AS VARCHAR)`
  }
}

/** The engine's format of milliseconds or microseconds. */
function fraction(type: { readonly precision?: 6 }): string {
  return type.precision === 6 ? '%f' : '%g'
}

/** SQL for a value as Athena prints it in results: like a cast, and nested values and bytes in its own form. */
export function printedSql(sql: string, type: Type, depth = 0): string {
  const inner = (value: string, of: Type) => `coalesce(${printedSql(value, of, depth + 1)}, 'null')`
  // Lambdas within lambdas need names of their own.
  const e = `e${depth}`
  switch (type.kind) {
    case 'unknown':
      return 'CAST(NULL AS VARCHAR)'
    case 'char':
      return `rpad(${sql}, ${type.length}, ' ')`
    case 'varbinary':
      return `rtrim(regexp_replace(lower(hex(${sql})), '(..)', '\\1 ', 'g'))`
    case 'array': {
      const items = `list_transform(${sql}, lambda ${e}: ${inner(e, type.element)})`
      return `('[' || array_to_string(${items}, ', ') || ']')`
    }
    case 'map': {
      const pair = `${inner(`${e}.key`, type.key)} || '=' || ${inner(`${e}.value`, type.value)}`
      const items = `list_transform(map_entries(${sql}), lambda ${e}: ${pair})`
      return `('{' || array_to_string(${items}, ', ') || '}')`
    }
    case 'row': {
      const items = type.fields.map((field, index) => {
        const key = fieldKey(field, index)
        return `${quoteText(`${key}=`)} || ${inner(`(${sql}).${quoteName(key)}`, field.type)}`
      })
      return `(CASE WHEN (${sql}) IS NOT NULL THEN '{' || ${items.join(` || ', ' || `)} || '}' END)`
    }
    default:
      return textSql(sql, type)
  }
}

/** A row of these fields. */
export function rowSql(fields: readonly { readonly key: string; readonly sql: string }[]): string {
  return `struct_pack(${fields.map((field) => `${quoteName(field.key)} := ${field.sql}`).join(', ')})`
}

/** Macros that the SQL made here calls; created before each query. */
export const textMacros: readonly string[] = [
  // t as text, d its digits without sign and point.
  `CREATE MACRO trino_scientific(t, d) AS
     (CASE WHEN t[1] = '-' THEN '-' ELSE '' END) || left(ltrim(d, '0'), 1) || '.' ||
     (CASE WHEN rtrim(substring(ltrim(d, '0'), 2), '0') = '' THEN '0' ELSE rtrim(substring(ltrim(d, '0'), 2), '0') END) ||
     'E' || CAST(
       (CASE WHEN contains(t, 'e') THEN CAST(split_part(t, 'e', 2) AS INTEGER) ELSE 0 END)
       + length(replace(split_part(split_part(t, 'e', 1), '.', 1), '-', '')) - 1
       - (length(d) - length(ltrim(d, '0'))) AS VARCHAR)`,
  // Java's Double.toString from the engine's shortest digits: plain from 1e-3 to 1e7, else one digit before the point.
  `CREATE MACRO trino_double_text(t) AS CASE
     WHEN t IS NULL THEN NULL
     WHEN t IN ('nan', '-nan') THEN 'NaN'
     WHEN t = 'inf' THEN 'Infinity'
     WHEN t = '-inf' THEN '-Infinity'
     WHEN CAST(t AS DOUBLE) = 0 THEN (CASE WHEN t[1] = '-' THEN '-0.0' ELSE '0.0' END)
     WHEN abs(CAST(t AS DOUBLE)) >= 1e-3 AND abs(CAST(t AS DOUBLE)) < 1e7
       THEN (CASE WHEN contains(t, 'e') THEN CAST(CAST(t AS DECIMAL(38,20)) AS VARCHAR)
                  WHEN contains(t, '.') THEN t ELSE t || '.0' END)
     ELSE trino_scientific(t, regexp_replace(split_part(t, 'e', 1), '[-.]', '', 'g')) END`,
  `CREATE MACRO trino_interval_ms_text(ms) AS
     (CASE WHEN ms < 0 THEN '-' ELSE '' END) || CAST(abs(ms) // 86400000 AS VARCHAR) || ' ' ||
     lpad(CAST(abs(ms) // 3600000 % 24 AS VARCHAR), 2, '0') || ':' ||
     lpad(CAST(abs(ms) // 60000 % 60 AS VARCHAR), 2, '0') || ':' ||
     lpad(CAST(abs(ms) // 1000 % 60 AS VARCHAR), 2, '0') || '.' ||
     lpad(CAST(abs(ms) % 1000 AS VARCHAR), 3, '0')`,
  `CREATE MACRO trino_interval_day_text(i) AS
     trino_interval_ms_text(CAST(round(extract(epoch FROM i) * 1000) AS BIGINT))`,
  `CREATE MACRO trino_interval_months_text(m) AS
     (CASE WHEN m < 0 THEN '-' ELSE '' END) || CAST(abs(m) // 12 AS VARCHAR) || '-' || CAST(abs(m) % 12 AS VARCHAR)`,
  `CREATE MACRO trino_interval_year_text(i) AS trino_interval_months_text(
     CAST(extract(year FROM i) * 12 + extract(month FROM i) AS BIGINT))`,
]
