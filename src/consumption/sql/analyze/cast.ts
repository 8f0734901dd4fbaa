import { type Position, sqlError } from '../errors.ts'
import { canCoerce, commonTypeOf } from '../types/coercion.ts'
import { rowSql } from '../types/text.ts'
import { holdsOwnZones, localSql } from '../types/zones.ts'
import {
  type Field,
  JSON_TYPE,
  type Type,
  engineType,
  fieldKey,
  isFloating,
  isInteger,
  isNumeric,
  isSketch,
  isText,
  quoteName,
  sameType,
  typeText,
} from '../types/type.ts'
import { fromJson, toJson } from './cast-json.ts'
import { fromText, textCast } from './cast-text.ts'
import { inUtc, roundedSql, toZoned, withZones } from './cast-times.ts'
import type { Typed } from './typed.ts'

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
  // One that the type does not hold is no key.
  if (key.kind === 'decimal' && isInteger(value.type)) {
    return `TRY_CAST(${value.sql} AS ${engineType(key)})`
  }
  const { sql } = coerce(value, key, at)
  // NaN equals no key.
  const number = !isFloating(key) || typeof value.constant === 'number'
  return number ? sql : `(CASE WHEN NOT isnan(${sql}) THEN ${sql} END)`
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
  // By way of JSON, which numbers, texts and what is made of them come through as they are.
  if (from.kind === 'variant') {
    return castSql(`CAST(trino_variant_json(${sql}) AS JSON)`, JSON_TYPE, to, at, depth)
  }
  if (to.kind === 'variant') return `trino_json_variant(${toJson(sql, from, impossible)})`
  if (to.kind === 'varchar' || to.kind === 'char') return textCast(sql, from, to, impossible)
  if (from.kind === 'char') throw impossible()
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

/** Error: `what` have no type in common, told at the first that does not go with those before. */
export function differentTypes(
  what: string,
  nodes: readonly Position[],
  values: readonly Typed[],
): Error {
  const types = values.map(({ type }) => type)
  const odd = types.findIndex((_, index) => !commonTypeOf(types.slice(0, index + 1)))
  const before = commonTypeOf(types.slice(0, odd))
  const names = [...new Set(types.map(typeText))].join(', ')
  return sqlError(
    'TypeMismatch',
    nodes[odd]!,
    `${what} must be the same type or coercible to a common type. Cannot find common type between ${typeText(before!)} and ${typeText(types[odd]!)}, all types (without duplicates): [${names}]`,
  )
}
