import { type Position, sqlError } from '../errors.ts'
import type { Comparison } from '../parse/ast.ts'
import { commonType } from '../types/coercion.ts'
import {
  BOOLEAN,
  TIMESTAMP_UTC,
  type Type,
  fieldKey,
  isFloating,
  quoteName,
  typeText,
} from '../types/type.ts'
import { identitySql } from '../types/zones.ts'
import { coerce } from './cast.ts'
import { type Typed, raiseSql } from './typed.ts'

/** `left operator right` in their common type. */
export function comparison(operator: Comparison, left: Typed, right: Typed, at: Position): Typed {
  const [a, b, type] = alike(operator, left, right, at)
  const ordered = operator !== '=' && operator !== '<>'
  if (ordered && !orderable(type)) throw mismatch(operator, left, right, at)
  const sure = { left: isNumberForSure(left), right: isNumberForSure(right) }
  return { sql: comparedSql(operator, a, b, type, sure), type: BOOLEAN }
}

/** Both sides in their common type. Times with zones compare as instants. */
export function alike(
  operator: string,
  left: Typed,
  right: Typed,
  at: Position,
): readonly [string, string, Type] {
  const common = commonType(left.type, right.type)
  if (!common || !comparable(common)) throw mismatch(operator, left, right, at)
  if (common.kind === 'timestamptz' && left.type.kind === right.type.kind) {
    const sides = [left, right].map(({ sql, type }) => identitySql(sql, type))
    return [sides[0]!, sides[1]!, TIMESTAMP_UTC]
  }
  const sides = [left, right].map((side) => identitySql(coerce(side, common, at).sql, common))
  return [sides[0]!, sides[1]!, common.kind === 'timestamptz' ? TIMESTAMP_UTC : common]
}

/** The same value has more than one form in a variant. */
function comparable(type: Type): boolean {
  switch (type.kind) {
    case 'variant':
      return false
    case 'array':
      return comparable(type.element)
    case 'map':
      return comparable(type.key) && comparable(type.value)
    case 'row':
      return type.fields.every((field) => comparable(field.type))
    default:
      return true
  }
}

/** Error: `TypeMismatch` for values of which nobody can tell whether they are equal. */
export function checkComparable(type: Type, where: string, at: Position): void {
  if (comparable(type)) return
  const text = `${typeText(type)} is not comparable, and therefore cannot be used in ${where}`
  throw sqlError('TypeMismatch', at, text)
}

export function orderable(type: Type): boolean {
  switch (type.kind) {
    case 'map':
    case 'json':
    case 'variant':
    case 'geometry':
    case 'sphericalgeography':
    case 'bingtile':
    case 'hyperloglog':
    case 'qdigest':
    case 'tdigest':
    case 'color':
      return false
    case 'array':
      return orderable(type.element)
    case 'row':
      return type.fields.every((field) => orderable(field.type))
    default:
      return true
  }
}

export function mismatch(operator: string, left: Typed, right: Typed, at: Position) {
  const [a, b] = [typeText(left.type), typeText(right.type)]
  const text = /DISTINCT/.test(operator)
    ? `Cannot check if ${a} is distinct from ${b}`
    : `Cannot apply operator: ${a} ${told[operator] ?? operator} ${b}`
  return sqlError('TypeMismatch', at, text)
}

/** Operators that Trino has as another one, the other way round. */
const told: Readonly<Record<string, string>> = { '>': '<', '>=': '<=', '<>': '=' }

/** True when the value cannot be NaN. */
export function isNumberForSure(value: Typed): boolean {
  return (
    !isFloating(value.type) || (typeof value.constant === 'number' && !Number.isNaN(value.constant))
  )
}

interface Sure {
  readonly left: boolean
  readonly right: boolean
}
const unsure: Sure = { left: false, right: false }

/**
 * A comparison of two values of one type. The engine takes NaN for equal to itself and above all
 * numbers, and NULL within arrays, maps and rows for a value; for Trino NaN compares as false and
 * such a NULL makes the answer unknown.
 */
export function comparedSql(
  operator: Comparison,
  a: string,
  b: string,
  type: Type,
  sure: Sure = unsure,
  depth = 0,
): string {
  if (isFloating(type)) return floatingSql(operator, a, b, sure)
  if (type.kind === 'timestamptz')
    return `(${identitySql(a, type)} ${operator} ${identitySql(b, type)})`
  if (type.kind !== 'array' && type.kind !== 'map' && type.kind !== 'row') {
    return `(${a} ${operator} ${b})`
  }
  if (operator === '<>') return `(NOT ${comparedSql('=', a, b, type, sure, depth)})`
  if (operator !== '=') return orderedSql(operator, a, b, type, depth)
  if (type.kind === 'row') return rowEqual(a, b, type, depth)
  return type.kind === 'array' ? arrayEqual(a, b, type, depth) : mapEqual(a, b, type, depth)
}

function floatingSql(operator: Comparison, a: string, b: string, sure: Sure): string {
  const plain = `(${a} ${operator} ${b})`
  // What must not be NaN; the other side keeps NULL the answer for NULL.
  const guard = (value: string, other: string) =>
    `(${plain} AND (NOT isnan(${value}) OR ${other} IS NULL))`
  switch (operator) {
    case '=':
      return sure.left || sure.right ? plain : guard(a, b)
    case '<>':
      return sure.left || sure.right
        ? plain
        : `(CASE WHEN isnan(${a}) AND isnan(${b}) THEN true ELSE ${plain} END)`
    case '<':
    case '<=':
      return sure.right ? plain : guard(b, a)
    case '>':
    case '>=':
      return sure.left ? plain : guard(a, b)
  }
}

function rowEqual(
  a: string,
  b: string,
  type: Extract<Type, { kind: 'row' }>,
  depth: number,
): string {
  const fields = type.fields.map((field, index) => {
    const key = quoteName(fieldKey(field, index))
    return comparedSql('=', `(${a}).${key}`, `(${b}).${key}`, field.type, unsure, depth)
  })
  const either = `(${a}) IS NULL OR (${b}) IS NULL`
  return `(CASE WHEN ${either} THEN NULL ELSE ${fields.join(' AND ')} END)`
}

/** True, false, or NULL when equality of some elements is unknown and none differ. */
function allEqual(results: string): string {
  return `CASE WHEN list_contains(${results}, false) THEN false WHEN list_position(${results}, NULL) IS NOT NULL THEN NULL ELSE true END`
}

function arrayEqual(
  a: string,
  b: string,
  type: Extract<Type, { kind: 'array' }>,
  depth: number,
): string {
  const z = `z${depth}`
  const one = comparedSql('=', `${z}[1]`, `${z}[2]`, type.element, unsure, depth + 1)
  const results = `list_transform(list_zip(${a}, ${b}), lambda ${z}: ${one})`
  return `(CASE WHEN ${a} IS NULL OR ${b} IS NULL THEN NULL WHEN len(${a}) <> len(${b}) THEN false ELSE ${allEqual(results)} END)`
}

function mapEqual(
  a: string,
  b: string,
  type: Extract<Type, { kind: 'map' }>,
  depth: number,
): string {
  const z = `z${depth}`
  const other = `map_extract_value(${b}, ${z}.key)`
  const one = comparedSql('=', `${z}.value`, other, type.value, unsure, depth + 1)
  const results = `list_transform(map_entries(${a}), lambda ${z}: CASE WHEN NOT map_contains(${b}, ${z}.key) THEN false ELSE ${one} END)`
  return `(CASE WHEN ${a} IS NULL OR ${b} IS NULL THEN NULL WHEN cardinality(${a}) <> cardinality(${b}) THEN false ELSE ${allEqual(results)} END)`
}

/** Rows field by field; arrays only without NULL, where the engine agrees. Trino fails where it meets a NULL. */
function orderedSql(
  operator: '<' | '<=' | '>' | '>=',
  a: string,
  b: string,
  type: Extract<Type, { kind: 'array' | 'map' | 'row' }>,
  depth: number,
): string {
  const raise = (what: string) =>
    raiseSql(BOOLEAN, `'NOT_SUPPORTED: ${what} comparison not supported for values with NULL'`)
  if (type.kind !== 'row') {
    const flawed = [a, b].map((side) => `list_position(${side}, NULL) IS NOT NULL`).join(' OR ')
    return `(CASE WHEN ${flawed} THEN ${raise('ARRAY')} ELSE ${a} ${operator} ${b} END)`
  }
  const strict = operator.startsWith('<') ? '<' : '>'
  let sql = operator.endsWith('=') ? 'true' : 'false'
  for (const [index, field] of [...type.fields.entries()].toReversed()) {
    const key = quoteName(fieldKey(field, index))
    const [x, y] = [`(${a}).${key}`, `(${b}).${key}`]
    const less = comparedSql(strict, x, y, field.type, unsure, depth)
    const equal = comparedSql('=', x, y, field.type, unsure, depth)
    sql = `(CASE WHEN ${x} IS NULL OR ${y} IS NULL THEN ${raise('ROW')} WHEN ${less} THEN true WHEN ${equal} THEN ${sql} ELSE false END)`
  }
  return `(CASE WHEN (${a}) IS NULL OR (${b}) IS NULL THEN NULL ELSE ${sql} END)`
}
