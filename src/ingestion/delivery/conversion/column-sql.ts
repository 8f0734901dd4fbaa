import type { JsonReader } from '../records.ts'
import type { ColumnField, ColumnShape, ColumnType } from './columns/column-shape.ts'
import { decimalDigitsMax } from './columns/json-columns.ts'
import type { HiveType, ScalarName } from './hive-type.ts'
import { toStrptime } from './timestamps.ts'

/** How a column is read that was taken as a column. */
export interface TakenColumn {
  readonly shape: ColumnShape
  readonly sql: string
  /** The values are what the column holds: there is nothing that the engine would do to them. */
  readonly isFinal: boolean
}

/**
 * SQL that turns what JSON holds into the type of a column, or fails. Values come in as text (JSON's texts without
 * their quotes) or, for nested columns, as JSON, because the engine's own conversion is too kind: it makes 2 of 1.5 and true of 7.
 */
export class ColumnSql {
  readonly #reader: JsonReader
  #variables = 0

  constructor(reader: JsonReader) {
    this.#reader = reader
  }

  /** The type under which the engine reads the column from the file. */
  readAs(type: HiveType): 'VARCHAR' | 'JSON' {
    return isNested(type) || this.#refusesText(type) ? 'JSON' : 'VARCHAR'
  }

  /** The value of a column that was read as `readAs` says. A value that does not fit fails. */
  column(source: string, type: HiveType): string {
    if (isNested(type)) return this.#fromJson(source, type)
    const text = this.#refusesText(type) ? `CAST(${source} AS VARCHAR)` : source
    return this.#fromText(text, type)
  }

  /**
   * How a column is read of values that were found to be just of its type (`JsonColumns`). Undefined for types of which that is not told. Scalars may be
   * taken as texts.
   */
  taken(source: string, type: HiveType): TakenColumn | undefined {
    const shape = this.#shape(type)
    if (shape) return { shape, sql: source, isFinal: true }
    if (isNested(type) || type.kind === 'text' || this.readAs(type) !== 'VARCHAR') return undefined
    return { shape: { kind: 'text' }, sql: this.column(source, type), isFinal: false }
  }

  /** What holds just what the general way makes of a value. Undefined for types of which that is not told. */
  #shape(type: HiveType): ColumnShape | undefined {
    switch (type.kind) {
      case 'array': {
        const item = this.#shape(type.item)
        return item && { kind: 'list', item }
      }
      case 'map': {
        const values = this.#shape(type.value)
        const keys = this.#scalarShape(type.key)
        return values && keys && keys.kind !== 'boolean' ? { kind: 'map', keys, values } : undefined
      }
      case 'struct': {
        const fields = type.fields.flatMap(({ name, type: of }): readonly ColumnField[] => {
          const shape = this.#shape(of)
          return shape && this.#isPlainName(name)
            ? [{ ...shape, name, key: this.#keyOf(name) }]
            : []
        })
        const names = new Set(type.fields.map(({ name }) => name.toLowerCase()))
        return fields.length === names.size && names.size === type.fields.length
          ? { kind: 'struct', fields }
          : undefined
      }
      default:
        return this.#scalarShape(type)
    }
  }

  #scalarShape(type: HiveType): ColumnType | undefined {
    if (type.kind === 'text') {
      // `left` of nothing is nothing.
      return type.length > 0 ? { kind: 'text', size: type.length } : undefined
    }
    if (type.kind === 'decimal' && type.precision <= decimalDigitsMax) {
      return { kind: 'decimal', size: type.precision, scale: type.scale }
    }
    if (type.kind !== 'scalar') return undefined
    if (type.name === 'string') return { kind: 'text' }
    if (type.name !== 'timestamp') return { kind: type.name }
    if (this.#reader.kind === 'openx') return { kind: 'timestamp' }
    return this.#reader.timestampFormats.length === 0 ? { kind: 'sqlTimestamp' } : undefined
  }

  /** A field is found by its key's bytes, and by nothing else: a path to it has no letter that means something. */
  #isPlainName(name: string): boolean {
    const loses = this.#reader.kind === 'openx' && this.#reader.dotsToUnderscores
    return !/["\\*\p{Cc}]/u.test(name) && !(loses && name.includes('.'))
  }

  #fromJson(json: string, type: HiveType): string {
    switch (type.kind) {
      case 'array': {
        const item = this.#variable()
        const list = `list_transform(json_extract(${json}, '$[*]'), lambda ${item}: ${this.#fromJson(item, type.item)})`
        return nested(json, 'ARRAY', list, toEngineType(type))
      }
      case 'map': {
        const key = this.#variable()
        const pointer = `concat('/', replace(replace(${key}, '~', '~0'), '/', '~1'))`
        const entry = `struct_pack(key := ${this.#fromText(key, type.key)}, value := ${this.#fromJson(`json_extract(${json}, ${pointer})`, type.value)})`
        const map = `map_from_entries(list_transform(json_keys(${json}), lambda ${key}: ${entry}))`
        return nested(json, 'OBJECT', map, toEngineType(type))
      }
      case 'struct': {
        const fields = type.fields.map(({ name, type: field }) => {
          const path = literal(`$.${pathKey(this.#keyOf(name))}`)
          const value = this.#fromJson(`json_extract(${json}, ${path})`, field)
          return `${identifier(name)} := ${value}`
        })
        return nested(json, 'OBJECT', `struct_pack(${fields.join(', ')})`, toEngineType(type))
      }
      default: {
        const text = this.#refusesText(type)
          ? `nullif(CAST(${json} AS VARCHAR), 'null')`
          : `json_extract_string(${json}, '$')`
        return this.#fromText(text, type)
      }
    }
  }

  #fromText(text: string, type: HiveType): string {
    const value = this.#scalar(text, type)
    if (value === text) return text
    return `coalesce(${value}, CASE WHEN ${text} IS NOT NULL THEN ${failure(text, toEngineType(type))} END)`
  }

  /** The value, or NULL when the text is none. What texts usually look like comes first: it is cheaper to tell than by an expression. */
  #scalar(text: string, type: HiveType): string {
    if (type.kind === 'decimal') {
      return `CASE WHEN ${matches(text, decimalPattern)} THEN TRY_CAST(${text} AS ${toEngineType(type)}) END`
    }
    if (type.kind === 'text') return `left(${text}, ${type.length})`
    if (type.kind !== 'scalar') throw new Error('a scalar type is expected')
    switch (type.name) {
      case 'string':
        return text
      case 'binary':
        return `encode(${text})`
      case 'boolean':
        return `CASE WHEN ${text} = 'true' THEN true WHEN ${text} = 'false' THEN false ELSE CASE lower(${text}) WHEN 'true' THEN true WHEN 'false' THEN false END END`
      case 'tinyint':
      case 'smallint':
      case 'int':
      case 'bigint': {
        const number = `TRY_CAST(${text} AS ${scalarTypes[type.name]})`
        return `CASE WHEN CAST(${number} AS VARCHAR) = ${text} OR ${matches(text, integerPattern)} THEN ${number} END`
      }
      case 'float':
      case 'double': {
        const number = `TRY_CAST(TRY_CAST(${text} AS DOUBLE) AS ${scalarTypes[type.name]})`
        return `CASE WHEN isfinite(${number}) OR ${text} IN ('NaN', 'Infinity', '-Infinity') THEN ${number} END`
      }
      case 'date':
        return `CASE WHEN ${matches(text, datePattern)} THEN TRY_CAST(${text} AS DATE) END`
      case 'timestamp':
        return this.#timestamp(text)
    }
  }

  #timestamp(text: string): string {
    if (this.#reader.kind === 'hive' && this.#reader.timestampFormats.length > 0) {
      return `coalesce(${this.#reader.timestampFormats.map((format) => jodaTimestamp(text, format)).join(', ')})`
    }
    if (this.#reader.kind === 'hive') {
      return `CASE WHEN ${matches(text, sqlTimestampPattern)} THEN TRY_CAST(${text} AS TIMESTAMP) END`
    }
    return openxTimestamp(text)
  }

  /** Fields of structs are found by the keys that the framing leaves. */
  #keyOf(name: string): string {
    const lowers = this.#reader.kind === 'hive' || this.#reader.caseInsensitive
    return lowers ? name.toLowerCase() : name
  }

  /** Hive's own reader takes no number that stands in quotes. */
  #refusesText(type: HiveType): boolean {
    if (this.#reader.kind !== 'hive') return false
    return type.kind === 'decimal' || (type.kind === 'scalar' && numbersAndBooleans.has(type.name))
  }

  #variable(): string {
    this.#variables += 1
    return `v${this.#variables}`
  }
}

const integerPattern = '[+-]?[0-9]+([.]0*)?'
const decimalPattern = '[+-]?([0-9]+([.][0-9]*)?|[.][0-9]+)([eE][+-]?[0-9]+)?'
const datePattern = '[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}'
const clock = '[0-9]{1,2}:[0-9]{1,2}:[0-9]{1,2}([.][0-9]{1,9})?'
const sqlTimestampPattern = `[0-9]{4}-[0-9]{1,2}-[0-9]{1,2} ${clock}`
const isoTimestampPattern = `[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}[T ]${clock}Z?`
const offsetTimestampPattern = `[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}[T ]${clock}[+-][0-9]{2}(:?[0-9]{2})?`

const numbersAndBooleans: ReadonlySet<ScalarName> = new Set<ScalarName>([
  'tinyint',
  'smallint',
  'int',
  'bigint',
  'float',
  'double',
  'boolean',
])

const scalarTypes: Readonly<Record<ScalarName, string>> = {
  boolean: 'BOOLEAN',
  tinyint: 'TINYINT',
  smallint: 'SMALLINT',
  int: 'INTEGER',
  bigint: 'BIGINT',
  float: 'FLOAT',
  double: 'DOUBLE',
  string: 'VARCHAR',
  date: 'DATE',
  timestamp: 'TIMESTAMP',
  binary: 'BLOB',
}

/**
 * The forms that Firehose documents for the OpenX reader: ISO 8601 and SQL's, seconds, milliseconds and fractional seconds since the epoch.
 * https://docs.aws.amazon.com/firehose/latest/dev/record-format-conversion.html
 * Whole numbers past 10,000,000,000 are milliseconds:
 * https://github.com/rcongiu/Hive-JSON-Serde (ParsePrimitiveUtils)
 */
function openxTimestamp(text: string): string {
  const whole = `TRY_CAST(${text} AS BIGINT)`
  return [
    'CASE',
    `WHEN ${matches(text, isoTimestampPattern)} THEN TRY_CAST(${text} AS TIMESTAMP)`,
    `WHEN ${matches(text, offsetTimestampPattern)} THEN TRY_CAST(TRY_CAST(${text} AS TIMESTAMPTZ) AS TIMESTAMP)`,
    `WHEN ${matches(text, '-?[0-9]{1,15}')} THEN make_timestamp(${whole} * CASE WHEN ${whole} > 10000000000 THEN 1000 ELSE 1000000 END)`,
    `WHEN ${matches(text, '-?[0-9]{1,12}[.][0-9]+')} THEN make_timestamp(CAST(TRY_CAST(${text} AS DECIMAL(24, 6)) * 1000000 AS BIGINT))`,
    'END',
  ].join(' ')
}

function jodaTimestamp(text: string, format: string): string {
  if (format === 'millis') {
    return `CASE WHEN ${matches(text, '-?[0-9]{1,15}')} THEN make_timestamp(TRY_CAST(${text} AS BIGINT) * 1000) END`
  }
  const strptime = toStrptime(format)
  // With an offset in the format the engine answers a moment, without one a local time.
  return `CAST(try_strptime(${text}, ${literal(strptime)}) AS TIMESTAMP)`
}

function nested(json: string, kind: 'ARRAY' | 'OBJECT', value: string, type: string): string {
  return `CASE WHEN ${json} IS NULL OR json_type(${json}) = 'NULL' THEN NULL WHEN json_type(${json}) = '${kind}' THEN ${value} ELSE ${failure(json, type)} END`
}

/** A cast that cannot succeed: unlike `error()` it may stand inside `TRY`. */
function failure(source: string, type: string): string {
  return type === 'VARCHAR' || type === 'BLOB'
    ? 'NULL'
    : `CAST(concat('does not fit: ', ${source}) AS ${type})`
}

export function toEngineType(type: HiveType): string {
  switch (type.kind) {
    case 'scalar':
      return scalarTypes[type.name]
    case 'decimal':
      return `DECIMAL(${type.precision}, ${type.scale})`
    case 'text':
      return 'VARCHAR'
    case 'array':
      return `${toEngineType(type.item)}[]`
    case 'map':
      return `MAP(${toEngineType(type.key)}, ${toEngineType(type.value)})`
    case 'struct':
      return `STRUCT(${type.fields.map(({ name, type: field }) => `${identifier(name)} ${toEngineType(field)}`).join(', ')})`
  }
}

function isNested(type: HiveType): boolean {
  return type.kind === 'array' || type.kind === 'map' || type.kind === 'struct'
}

function matches(text: string, pattern: string): string {
  return `regexp_full_match(${text}, '${pattern}')`
}

function pathKey(name: string): string {
  return `"${name.replaceAll('\\', '\\\\').replaceAll('"', '\\"')}"`
}

export function literal(text: string): string {
  return `'${text.replaceAll("'", "''")}'`
}

export function identifier(name: string): string {
  return `"${name.replaceAll('"', '""')}"`
}
