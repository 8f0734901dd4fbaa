import { castTextSql } from '../types/text.ts'
import { instantSql, zonedSql } from '../types/zones.ts'
import {
  type Type,
  engineType,
  isInteger,
  isText,
  precisionOf,
  quoteText,
  typeText,
} from '../types/type.ts'
import { roundedSql } from './cast-times.ts'
import { raiseSql } from './typed.ts'

const patterns: Readonly<Record<string, string>> = {
  integer: '[+-]?[0-9]+',
  decimal: '[+-]?([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?',
  floating: '\\s*[+-]?(([0-9]+\\.?[0-9]*|\\.[0-9]+)([eE][+-]?[0-9]+)?|NaN|Infinity)\\s*',
  boolean: '(?i)(t|true|1|f|false|0)',
  date: '\\s*[+-]?[0-9]{1,4}-[0-9]{1,2}-[0-9]{1,2}\\s*',
  timestamp:
    '[+-]?[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}( (?:[01]?[0-9]|2[0-3]):[0-9]{1,2}(:[0-9]{1,2}(\\.[0-9]{1,12})?)?)?',
  timestamptz:
    '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}( (?:[01]?[0-9]|2[0-3]):[0-9]{1,2}(:[0-9]{1,2}(\\.[0-9]{1,12})?)?)?( ?([A-Za-z][A-Za-z0-9_/+-]*|[+-][0-9]{1,2}(:?[0-9]{2})?))?',
  uuid: '(?i)[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}',
  time: '\\s*(?:[01]?[0-9]|2[0-3]):[0-9]{1,2}(:[0-9]{1,2}(\\.[0-9]+)?)?\\s*',
}

/** Types whose values are not cast to text. */
const textless = new Set<Type['kind']>([
  'array',
  'map',
  'row',
  'varbinary',
  'geometry',
  'sphericalgeography',
  'bingtile',
  'hyperloglog',
  'qdigest',
  'tdigest',
  'color',
])

/** A cast to text, which is cut at its length; anything else that is too long fails. */
export function textCast(
  sql: string,
  from: Type,
  to: Extract<Type, { kind: 'varchar' | 'char' }>,
  impossible: () => Error,
): string {
  if (textless.has(from.kind) || (to.kind === 'char' && !isText(from))) throw impossible()
  const text =
    from.kind === 'json'
      ? `trino_json_scalar_for(CAST(${sql} AS VARCHAR), 'varchar')`
      : castTextSql(sql, from)
  if (to.length === undefined) return text
  const shortened = `left(${text}, ${to.length})`
  if (isText(from) && from.kind !== 'unknown') {
    const known = 'length' in from ? from.length : undefined
    // Spaces at its end are no part of a char in the engine.
    if (to.kind === 'char' && known !== undefined && known <= to.length) {
      return from.kind === 'char' ? sql : `rtrim(${sql}, ' ')`
    }
    if (to.kind === 'varchar' && known !== undefined && known <= to.length) return text
    return to.kind === 'char' ? `rtrim(${shortened}, ' ')` : shortened
  }
  // Only text is cut; a number that does not fit is an error.
  const raise = raiseSql(
    to,
    `'INVALID_CAST_ARGUMENT: Value ', ${text}, ' cannot be represented as ${typeText(to)}'`,
  )
  return `(CASE WHEN length(${text}) > ${to.length} THEN ${raise} ELSE ${text} END)`
}

/** A cast of text, as strict as Trino's. */
export function fromText(
  sql: string,
  to: Type,
  impossible: () => Error,
  /** SQL for the failure's text, instead of a cast's own. */
  messageSql?: string,
): string {
  const kind = isInteger(to)
    ? 'integer'
    : to.kind === 'real' || to.kind === 'double'
      ? 'floating'
      : to.kind
  if (kind === 'json') return `CAST(trino_json_quote(${sql}) AS JSON)`
  if (kind === 'varbinary') return `encode(${sql})`
  const pattern = patterns[kind]
  if (!pattern) throw impossible()
  const shown = to.kind === 'integer' ? 'INT' : typeText(to).toUpperCase()
  const time = kind === 'timestamptz' ? 'timestamp' : kind
  const own =
    time === 'timestamp' || time === 'date' || time === 'time'
      ? `'INVALID_CAST_ARGUMENT: Value cannot be cast to ${time}: ', ${sql}`
      : to.kind === 'decimal'
        ? `'INVALID_CAST_ARGUMENT: Cannot cast VARCHAR ''', ${sql}, ''' to DECIMAL(${to.precision}, ${to.scale}). Value is not a number.'`
        : `'INVALID_CAST_ARGUMENT: Cannot cast ''', ${sql}, ''' to ${shown}'`
  const converted =
    kind === 'timestamptz'
      ? zonedText(sql, to as Extract<Type, { kind: 'timestamptz' }>, messageSql ?? own)
      : kind === 'timestamp'
        ? textMoment(sql, to)
        : kind === 'time'
          ? `CAST(${textMoment(`('1970-01-01 ' || trim(${sql}))`, to)} AS TIME)`
          : `CAST(${sql} AS ${engineType(to)})`
  const fits = `regexp_full_match(${sql}, ${quoteText(pattern)})`
  const raise = raiseSql(to, messageSql ?? own)
  if (kind !== 'timestamp' || messageSql !== undefined)
    return `(CASE WHEN NOT ${fits} THEN ${raise} ELSE ${converted} END)`
  // A zone behind the time is read, and dropped.
  const zoned = `regexp_full_match(${sql}, ${quoteText(patterns['timestamptz']!)}) AND trino_text_zone(${sql}) IS NOT NULL`
  const local = textMoment(`trino_text_before_zone(${sql})`, to)
  return `(CASE WHEN ${sql} IS NULL THEN NULL WHEN ${fits} THEN ${converted} WHEN ${zoned} THEN ${local} ELSE ${raise} END)`
}

/** A text's date and time, and the zone behind it. */
function zonedText(
  sql: string,
  to: Extract<Type, { kind: 'timestamptz' }>,
  messageSql: string,
): string {
  const local = textMoment(`trino_text_before_zone(${sql})`, to)
  if (to.zone !== undefined) return instantSql(local, to.zone)
  const name = `trino_text_zone(${sql})`
  const made = zonedSql(`trino_zone_instant(${local}, ${name})`, name)
  return `(CASE WHEN ${name} IS NULL THEN ${raiseSql(to, messageSql)} ELSE ${made} END)`
}

/** A TIMESTAMP from text of the right form, rounded at the type's last digit. */
function textMoment(sql: string, to: Type): string {
  const read = `CAST(regexp_replace(${sql}, '([.][0-9]{6})[0-9]+$', '\\1') AS TIMESTAMP)`
  if (precisionOf(to) < 6) return roundedSql(read, { kind: 'timestamp', precision: 6 }, to)
  return `(${read} + to_microseconds(CASE WHEN regexp_extract(${sql}, '[.][0-9]{6}([0-9])', 1) >= '5' THEN 1 ELSE 0 END))`
}
