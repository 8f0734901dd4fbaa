import { type Type, fieldKey, precisionOf, quoteName, quoteText } from './type.ts'
import { localSql, zoneSql } from './zones.ts'

/** SQL for a value's text as Trino casts it to varchar: NULL stays NULL. */
export function castTextSql(sql: string, type: Type): string {
  if (type.kind === 'real') return `trino_real_text(CAST(${sql} AS DOUBLE))`
  if (type.kind === 'char') return `rpad(${sql}, ${type.length}, ' ')`
  return type.kind === 'double' ? `trino_double_cast(CAST(${sql} AS VARCHAR))` : textSql(sql, type)
}

/** SQL for a value's text as files hold it: NULL stays NULL. */
export function textSql(sql: string, type: Type): string {
  switch (type.kind) {
    case 'varchar':
    case 'char':
      return sql
    case 'real':
    case 'double':
      return `trino_double_text(CAST(${sql} AS VARCHAR))`
    case 'timestamp':
      return clockSql(sql, '%Y-%m-%d %H:%M:%S', precisionOf(type))
    case 'timestamptz': {
      const text = clockSql(localSql(sql, type), '%Y-%m-%d %H:%M:%S', precisionOf(type))
      return `(${text} || ' ' || ${zoneSql(sql, type)})`
    }
    case 'time':
      return clockSql(`CAST('2000-01-01' AS DATE) + ${sql}`, '%H:%M:%S', precisionOf(type))
    case 'decimal':
      // The engine writes no zero before the point of a number without whole digits.
      return type.precision === type.scale
        ? `regexp_replace(CAST(${sql} AS VARCHAR), '^(-?)[.]', '\\10.')`
        : `CAST(${sql} AS VARCHAR)`
    case 'variant':
      return `trino_variant_json(${sql})`
    case 'intervalDay':
      return `trino_interval_day_text(${sql})`
    case 'intervalYear':
      return `trino_interval_year_text(${sql})`
    default:
      return `CAST(${sql} AS VARCHAR)`
  }
}

/** A date and time by strftime, with so many digits of the second. */
export function clockSql(sql: string, format: string, digits: number): string {
  if (digits === 0) return `strftime(${sql}, '${format}')`
  if (digits === 3) return `strftime(${sql}, '${format}.%g')`
  const text = `strftime(${sql}, '${format}.%f')`
  return digits === 6 ? text : `left(${text}, -${6 - digits})`
}

/** A column's double as text: where the engine writes it as Java does, which is most often, it is asked for nothing else. */
function doubleSql(sql: string, text: string): string {
  if (!/^[\w.]+$/.test(sql)) return text
  const [least, most] = ['1e-3', '9999999e0']
  const plain = `(${sql} >= ${least} AND ${sql} <= ${most}) OR (${sql} >= -${most} AND ${sql} <= -${least})`
  return `(CASE WHEN ${plain} THEN CAST(${sql} AS VARCHAR) ELSE ${text} END)`
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
    case 'double':
      return doubleSql(sql, textSql(sql, type))
    case 'timestamp':
    case 'timestamptz':
    case 'time':
      // Results show milliseconds at least.
      return textSql(sql, { ...type, precision: Math.max(3, precisionOf(type)) })
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
  // A decimal below one comes without the zero before its point, which is no JSON: it is marked where no text is, and then set.
  `CREATE MACRO trino_json_points(t) AS replace(replace(regexp_replace(t,
     '("(?:[^"\\\\]|\\\\.)*")|(^-?|[\\[,:]-?)([.])', '\\1\\2' || chr(1) || '\\3', 'g'), chr(1) || '.', '0.'), chr(1), '')`,
  `CREATE MACRO trino_variant_json(v) AS CASE WHEN v IS NOT NULL THEN
     trino_json_points(CAST(CAST(variant_bytes_to_variant((v).metadata || (v).value) AS JSON) AS VARCHAR)) END`,
  `CREATE MACRO trino_json_variant(j) AS CASE WHEN j IS NOT NULL THEN
     CAST(variant_to_parquet_variant(CAST(CAST(j AS JSON) AS VARIANT)) AS STRUCT(metadata BLOB, "value" BLOB)) END`,
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
     WHEN t IN ('5e-324', '-5e-324') THEN replace(t, '5e', '4.9E')
     WHEN abs(CAST(t AS DOUBLE)) >= 1e-3 AND abs(CAST(t AS DOUBLE)) < 1e7
       THEN (CASE WHEN contains(t, 'e') THEN CAST(CAST(t AS DECIMAL(38,20)) AS VARCHAR)
                  WHEN contains(t, '.') THEN t ELSE t || '.0' END)
     ELSE trino_scientific(t, regexp_replace(split_part(t, 'e', 1), '[-.]', '', 'g')) END`,
  // Microseconds since 1970 as a timestamp with fewer digits, half up, also before 1970.
  `CREATE MACRO trino_round_timestamp(us, unit) AS
     make_timestamp(us + unit // 2 - (((us + unit // 2) % unit + unit) % unit))`,
  `CREATE MACRO trino_offset_text(m, utc) AS CASE WHEN m = 0 THEN utc ELSE
     (CASE WHEN m < 0 THEN '-' ELSE '+' END) || lpad(CAST(abs(m) // 60 AS VARCHAR), 2, '0') || ':' || lpad(CAST(abs(m) % 60 AS VARCHAR), 2, '0') END`,
  // Beyond the largest number, half a step further, lies infinity.
  `CREATE MACRO trino_real(x) AS CASE WHEN abs(x) >= 3.4028235677973366e38 AND NOT isnan(x)
     THEN CAST(sign(x) * CAST('Infinity' AS DOUBLE) AS FLOAT) ELSE CAST(x AS FLOAT) END`,
  // A cast to varchar always has an exponent: 1.5E0.
  `CREATE MACRO trino_double_cast(t) AS CASE
     WHEN t IS NULL THEN NULL
     WHEN t IN ('nan', '-nan') THEN 'NaN'
     WHEN t = 'inf' THEN 'Infinity'
     WHEN t = '-inf' THEN '-Infinity'
     WHEN CAST(t AS DOUBLE) = 0 THEN (CASE WHEN t[1] = '-' THEN '-0E0' ELSE '0E0' END)
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
