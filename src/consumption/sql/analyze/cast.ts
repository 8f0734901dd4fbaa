import { zoneOfName } from '#kit'
import { type Position, sqlError } from '../errors.ts'
import { canCoerce } from '../types/coercion.ts'
import { castTextSql, rowSql, textSql } from '../types/text.ts'
import {
  atMomentSql,
  holdsOwnZones,
  instantSql,
  localSql,
  momentSql,
  zoneSql,
  zonedSql,
} from '../types/zones.ts'
import {
  type Field,
  JSON_TYPE,
  type Type,
  VARCHAR,
  engineType,
  fieldKey,
  isInteger,
  isNumeric,
  isSketch,
  isText,
  precisionOf,
  quoteName,
  quoteText,
  sameType,
  typeText,
} from '../types/type.ts'
import { type Typed, raiseSql } from './typed.ts'

/** The value in a type that it converts to by itself; a TypeMismatch when it does not. */
export function coerce(value: Typed, to: Type, at: Position): Typed {
  if (sameType(value.type, to)) return value
  if (!canCoerce(value.type, to)) {
    throw sqlError('TypeMismatch', at, `Cannot convert ${typeText(value.type)} to ${typeText(to)}`)
  }
  const free =
    (value.type.kind === 'varchar' && to.kind === 'varchar') ||
    (value.type.kind === 'char' && to.kind === 'char') ||
    (value.type.kind === 'timestamptz' && to.kind === 'timestamptz' && value.type.zone === to.zone)
  if (free) return { ...value, type: to }
  if (typeof value.constant === 'number' && isInteger(value.type) && isInteger(to)) {
    return { sql: `CAST(${value.sql} AS ${engineType(to)})`, type: to, constant: value.constant }
  }
  return { sql: castSql(value.sql, value.type, to, at), type: to, constant: value.constant }
}

/** A value as a key to look for: texts of all lengths are alike. */
export function keySql(value: Typed, key: Type, at: Position): string {
  if (key.kind === 'varchar' && value.type.kind === 'varchar') return value.sql
  return coerce(value, key, at).sql
}

/** The type that a cast to a type with zones gives: times keep their zones, and text may name any. */
function withZones(from: Type, to: Type, constant?: Typed['constant']): Type {
  if (to.kind === 'array' && from.kind === 'array')
    return { ...to, element: withZones(from.element, to.element) }
  if (to.kind === 'map' && from.kind === 'map')
    return { ...to, key: withZones(from.key, to.key), value: withZones(from.value, to.value) }
  if (to.kind === 'row' && from.kind === 'row' && to.fields.length === from.fields.length) {
    const typed = (type: Type, index: number) => withZones(from.fields[index]!.type, type)
    return { ...to, fields: to.fields.map((f, index) => ({ ...f, type: typed(f.type, index) })) }
  }
  if (to.kind !== 'timestamptz') return to
  if (from.kind === 'timestamptz') return { ...to, zone: from.zone }
  if (!isText(from)) return to
  if (typeof constant !== 'string') return { ...to, zone: undefined }
  const named = /[ \d]([A-Za-z][\w/+-]*|[+-]\d\d?(?::?\d\d)?)$/.exec(constant.slice(10))?.[1]
  return { ...to, zone: named === undefined ? 'UTC' : zoneOfName(named) }
}

/** The type with all its times in UTC, as files hold them. */
function inUtc(type: Type): Type {
  switch (type.kind) {
    case 'timestamptz':
      return { ...type, zone: 'UTC' }
    case 'array':
      return { ...type, element: inUtc(type.element) }
    case 'map':
      return { ...type, key: inUtc(type.key), value: inUtc(type.value) }
    case 'row':
      return {
        ...type,
        fields: type.fields.map((field) => ({ ...field, type: inUtc(field.type) })),
      }
    default:
      return type
  }
}

/** A value for a file, in the engine's own type: times without zones of their own. */
export function inUtcSql(sql: string, type: Type): string {
  const to = inUtc(type)
  const value = holdsOwnZones(type) ? castSql(sql, type, to, { line: 1, column: 1 }) : sql
  return `CAST(${value} AS ${engineType(to)})`
}

/** CAST and TRY_CAST as Trino does them. */
export function cast(value: Typed, wanted: Type, safe: boolean, at: Position): Typed {
  const to = withZones(value.type, wanted, value.constant)
  const sql = castSql(value.sql, value.type, to, at)
  if (!safe) return { sql, type: to }
  if (value.column || value.constant !== undefined) return { sql: `TRY(${sql})`, type: to }
  // Only the cast may fail without a word, not what it is made of.
  const inner = castSql('safe', value.type, to, at)
  return { sql: `list_transform([${value.sql}], lambda safe: TRY(${inner}))[1]`, type: to }
}

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

/** The engine's SQL for a cast, without its own leniencies and with Trino's rounding and texts. */
export function castSql(sql: string, from: Type, to: Type, at: Position, depth = 0): string {
  const e = `v${depth}`
  const target = engineType(to)
  const plain = `CAST(${sql} AS ${target})`
  const impossible = () =>
    isSketch(from) || isSketch(to)
      ? sqlError(
          'NotSupported',
          at,
          `a cast of ${typeText(from)} to ${typeText(to)} is not supported`,
        )
      : sqlError('TypeMismatch', at, `Cannot cast ${typeText(from)} to ${typeText(to)}`)
  if (sameType(from, to) && to.kind !== 'timestamptz') return sql
  if (from.kind === 'unknown') return plain
  if (to.kind === 'varchar' || to.kind === 'char') return textCast(sql, from, to, impossible)
  if (isText(from)) return fromText(sql, to, impossible)
  if (from.kind === 'json') return fromJson(sql, to, at, depth, impossible)
  switch (to.kind) {
    case 'boolean':
      if (!isNumeric(from)) throw impossible()
      return `(${sql} <> 0)`
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'bigint':
      if (from.kind === 'boolean' || isInteger(from) || from.kind === 'decimal') return plain
      if (from.kind === 'real' || from.kind === 'double') return `CAST(round(${sql}) AS ${target})`
      throw impossible()
    case 'decimal':
      // By the digits that the number is shown with, not by its bits.
      if (from.kind === 'real' || from.kind === 'double')
        return `CAST(CAST(${sql} AS VARCHAR) AS ${target})`
      if (isNumeric(from) || from.kind === 'boolean') return plain
      throw impossible()
    case 'real':
      if (from.kind === 'double') return `trino_real(${sql})`
      if (isNumeric(from) || from.kind === 'boolean') return plain
      throw impossible()
    case 'double':
      if (isNumeric(from) || from.kind === 'boolean') return plain
      throw impossible()
    case 'date':
      if (from.kind === 'timestamp') return plain
      if (from.kind === 'timestamptz') return `CAST(${localSql(sql, from)} AS DATE)`
      throw impossible()
    case 'timestamp':
      if (from.kind === 'date') return plain
      if (from.kind === 'time') {
        throw sqlError('NotSupported', at, 'a cast of a time to a timestamp is not supported')
      }
      if (from.kind === 'timestamp') return roundedSql(sql, from, to)
      if (from.kind === 'timestamptz') return roundedSql(localSql(sql, from), from, to)
      throw impossible()
    case 'timestamptz':
      return toZoned(sql, from, to, impossible)
    case 'time':
      if (from.kind === 'time') {
        const rounded = roundedSql(`(CAST('1970-01-01' AS DATE) + ${sql})`, from, to)
        return `CAST(${rounded} AS TIME)`
      }
      if (from.kind === 'timestamp') return `CAST(${roundedSql(sql, from, to)} AS TIME)`
      if (from.kind === 'timestamptz') {
        return `CAST(${roundedSql(localSql(sql, from), from, to)} AS TIME)`
      }
      throw impossible()
    case 'json':
      return toJson(sql, from, impossible)
    case 'array':
      if (from.kind !== 'array') throw impossible()
      return `list_transform(${sql}, lambda ${e}: ${castSql(e, from.element, to.element, at, depth + 1)})`
    case 'map':
      if (from.kind !== 'map') throw impossible()
      return (
        `map_from_entries(list_transform(map_entries(${sql}), lambda ${e}: ` +
        `{'k': ${castSql(`${e}.key`, from.key, to.key, at, depth + 1)}, ` +
        `'v': ${castSql(`${e}.value`, from.value, to.value, at, depth + 1)}}))`
      )
    case 'row':
      if (from.kind !== 'row' || from.fields.length !== to.fields.length) throw impossible()
      return castRow(sql, from.fields, to.fields, at, depth)
    default:
      throw impossible()
  }
}

/** A date or time as one that has a zone: UTC if it had none. */
function toZoned(
  sql: string,
  from: Type,
  to: Extract<Type, { kind: 'timestamptz' }>,
  impossible: () => Error,
): string {
  if (from.kind === 'date' || from.kind === 'timestamp') {
    const local = from.kind === 'date' ? `CAST(${sql} AS TIMESTAMP)` : roundedSql(sql, from, to)
    const instant = instantSql(local, to.zone ?? 'UTC')
    return to.zone === undefined ? zonedSql(instant, "'UTC'") : instant
  }
  if (from.kind !== 'timestamptz') throw impossible()
  const rounded = (moment: string) =>
    precisionOf(from) <= precisionOf(to)
      ? moment
      : `(${roundedSql(`((${moment}) AT TIME ZONE 'UTC')`, from, to)} AT TIME ZONE 'UTC')`
  if (to.zone !== undefined) return rounded(momentSql(sql, from))
  if (from.zone === undefined) {
    return precisionOf(from) <= precisionOf(to) ? sql : atMomentSql(sql, from, rounded)
  }
  return zonedSql(rounded(sql), zoneSql(sql, from))
}

/** A TIMESTAMP of the engine with fewer digits of its second, rounded half up. */
function roundedSql(sql: string, from: Type, to: Type): string {
  const digits = precisionOf(to)
  if (digits >= 6 || precisionOf(from) <= digits) return sql
  return `trino_round_timestamp(epoch_us(${sql}), ${10 ** (6 - digits)})`
}

/** Text of a file as a column's value: as strict as a cast, and a failure names the column. */
export function fileTextSql(sql: string, to: Type, column: string): string {
  if (to.kind === 'varchar' || to.kind === 'char') {
    return castSql(sql, { kind: 'varchar' }, to, { line: 1, column: 1 })
  }
  const name = column.replaceAll("'", "''")
  const message = `'HIVE_BAD_DATA: Error parsing field value ''', ${sql}, ''' for column ${name}'`
  const impossible = () => new Error(`no value of ${typeText(to)} is read from text`)
  return fromText(sql, to, impossible, message)
}

function castRow(
  sql: string,
  from: readonly Field[],
  to: readonly Field[],
  at: Position,
  depth: number,
): string {
  const fields = to.map((field, index) => {
    const source = from[index]!
    const value = `(${sql}).${quoteName(fieldKey(source, index))}`
    return { key: fieldKey(field, index), sql: castSql(value, source.type, field.type, at, depth) }
  })
  return `(CASE WHEN (${sql}) IS NOT NULL THEN ${rowSql(fields)} END)`
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

function textCast(
  sql: string,
  from: Type,
  to: Extract<Type, { kind: 'varchar' | 'char' }>,
  impossible: () => Error,
): string {
  if (textless.has(from.kind)) throw impossible()
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

function fromText(
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
  const own =
    kind === 'timestamp' || kind === 'timestamptz' || kind === 'date'
      ? `'INVALID_CAST_ARGUMENT: Value cannot be cast to ${kind === 'date' ? 'date' : 'timestamp'}: ', ${sql}`
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

/** A JSON value, which is its text in the engine, as a value of another type. */
function fromJson(
  sql: string,
  to: Type,
  at: Position,
  depth: number,
  impossible: () => Error,
): string {
  const text = `CAST(${sql} AS VARCHAR)`
  const e = `v${depth}`
  const inner = (value: string, type: Type) =>
    castSql(`CAST(${value} AS JSON)`, JSON_TYPE, type, at, depth + 1)
  const scalar = (kind: string) => `trino_json_scalar_for(${text}, '${kind}')`
  switch (to.kind) {
    case 'boolean':
      return fromText(scalar('boolean'), to, impossible)
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'bigint':
      return fromText(scalar('bigint'), to, impossible)
    case 'real':
    case 'double':
    case 'decimal':
      return fromText(scalar('number'), to, impossible)
    case 'array':
      return `list_transform(trino_json_items(${text}), lambda ${e}: ${inner(e, to.element)})`
    case 'map': {
      const key = castSql(`${e}[1]`, VARCHAR, to.key, at, depth + 1)
      return `map_from_entries(list_transform(trino_json_entries(${text}), lambda ${e}: {'k': ${key}, 'v': ${inner(`${e}[2]`, to.value)}}))`
    }
    case 'row': {
      const names = to.fields.map((field) => quoteText(field.name ?? '')).join(', ')
      const values = `trino_json_fields(${text}, [${names}])`
      const fields = to.fields.map((field, index) => ({
        key: fieldKey(field, index),
        sql: inner(`${values}[${index + 1}]`, field.type),
      }))
      return `(CASE WHEN ${values} IS NOT NULL THEN ${rowSql(fields)} END)`
    }
    default:
      throw impossible()
  }
}

/** The JSON of a value, as Trino writes it: keys in order, numbers with all their digits. */
function toJson(sql: string, from: Type, impossible: () => Error): string {
  return `CAST(${jsonTextSql(sql, from, impossible, 0)} AS JSON)`
}

function jsonTextSql(sql: string, from: Type, impossible: () => Error, depth: number): string {
  const e = `j${depth}`
  const inner = (value: string, type: Type) =>
    `coalesce(${jsonTextSql(value, type, impossible, depth + 1)}, 'null')`
  switch (from.kind) {
    case 'unknown':
      return 'CAST(NULL AS VARCHAR)'
    case 'boolean':
    case 'tinyint':
    case 'smallint':
    case 'integer':
    case 'bigint':
    case 'decimal':
      return textSql(sql, from)
    case 'real':
    case 'double':
      return `(CASE WHEN isfinite(${sql}) THEN ${textSql(sql, from)} ELSE '"' || ${textSql(sql, from)} || '"' END)`
    case 'varchar':
    case 'char':
    case 'date':
    case 'timestamp':
      return `trino_json_quote(${textSql(sql, from)})`
    case 'json':
      return `CAST(${sql} AS VARCHAR)`
    case 'array': {
      const parts = `list_transform(${sql}, lambda ${e}: ${inner(e, from.element)})`
      return `('[' || array_to_string(${parts}, ',') || ']')`
    }
    case 'map': {
      if (
        ![
          'varchar',
          'bigint',
          'integer',
          'smallint',
          'tinyint',
          'boolean',
          'double',
          'real',
          'decimal',
        ].includes(from.key.kind)
      )
        throw impossible()
      const key = `${castTextSql(`${e}.key`, from.key)}`
      const pairs = `list_sort(list_transform(map_entries(${sql}), lambda ${e}: {'k': ${key}, 't': trino_json_quote(${key}) || ':' || ${inner(`${e}.value`, from.value)}}))`
      return `('{' || array_to_string(list_transform(${pairs}, lambda ${e}p: ${e}p.t), ',') || '}')`
    }
    case 'row': {
      const parts = from.fields.map(
        (field, index) =>
          `trino_json_quote(${quoteText(field.name ?? '')}) || ':' || ${inner(`(${sql}).${quoteName(fieldKey(field, index))}`, field.type)}`,
      )
      return `(CASE WHEN (${sql}) IS NOT NULL THEN '{' || ${parts.join(` || ',' || `)} || '}' END)`
    }
    default:
      throw impossible()
  }
}
