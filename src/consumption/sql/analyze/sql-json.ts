import { isLakeError } from '#kit'
import { type Position, sqlError } from '../errors.ts'
import type { Expression, JsonConstructor, JsonOperand, JsonPathCall } from '../parse/ast.ts'
import { canCoerce } from '../types/coercion.ts'
import { typeOfName } from '../types/from-name.ts'
import { castTextSql, textSql } from '../types/text.ts'
import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  type Type,
  VARCHAR,
  canBeText,
  decimal,
  engineType,
  isInteger,
  isText,
  quoteText,
  typeText,
} from '../types/type.ts'
import { castSql, coerce } from './cast.ts'
import { type Typed, raiseSql } from './typed.ts'

type Analyze = (node: Expression) => Typed

/** JSON_EXISTS, JSON_VALUE and JSON_QUERY. The engine's function finds the items; what becomes of them is decided here. */
export function jsonPath(node: JsonPathCall, analyze: Analyze): Typed {
  const names = node.passing.map(({ name }) => quoteText(name.text))
  const values = node.passing.map(({ value, name }) => valueSql(value, analyze, node, name))
  const parts = [inputSql(node.input, analyze), quoteText(node.path), list(names), list(values)]
  const call = (options: string) => `trino_${node.name}(${parts.join(', ')}, '${options}')`
  switch (node.name) {
    case 'json_exists':
      return { sql: call(node.onError?.kind ?? 'false'), type: BOOLEAN }
    case 'json_query':
      return jsonQuery(node, call)
    case 'json_value':
      return jsonValue(node, call, analyze)
  }
}

function jsonQuery(node: JsonPathCall, call: (options: string) => string): Typed {
  const wrapper = node.wrapper ?? 'never'
  if (node.omitQuotes && wrapper !== 'never') {
    const shown = wrapper === 'always' ? 'UNCONDITIONAL' : 'CONDITIONAL'
    const text = `OMIT QUOTES behavior specified with WITH ${shown} ARRAY WRAPPER behavior`
    throw sqlError('InvalidArgument', node, text)
  }
  const ends = [node.onEmpty?.kind ?? 'null', node.onError?.kind ?? 'null']
  return returned(call([wrapper, node.omitQuotes ? 'omit' : 'keep', ...ends].join(' ')), node)
}

/** Every kind of scalar is cast to the type by itself; one that has no cast is an error, as is a failing cast. */
function jsonValue(node: JsonPathCall, call: (options: string) => string, analyze: Analyze): Typed {
  const type = node.returning ? typeOfName(node.returning) : VARCHAR
  if (['array', 'map', 'row', 'varbinary', 'uuid', 'json'].includes(type.kind)) {
    const text = `Invalid return type of function JSON_VALUE: ${typeText(type)}`
    throw sqlError('TypeMismatch', node, text)
  }
  const standIn = (end: 'onEmpty' | 'onError'): string => {
    const value = node[end]?.value
    if (!value) return `CAST(NULL AS ${engineType(type)})`
    const typed = analyze(value)
    if (canCoerce(typed.type, type)) return coerce(typed, type, value).sql
    const shown = end === 'onEmpty' ? 'EMPTY' : 'ERROR'
    throw sqlError(
      'TypeMismatch',
      value,
      `Function JSON_VALUE default ON ${shown} result must evaluate to a ${typeText(type)} (actual: ${typeText(typed.type)})`,
    )
  }
  const j = `j${node.line}_${node.column}`
  const text = `substring(${j}, 2)`
  const raises = node.onError?.kind === 'error'
  const failed = raises
    ? raiseSql(
        type,
        `'JSON_VALUE_RESULT_ERROR: cannot extract SQL scalar from JSON: Cannot cast value to declared return type of function JSON_VALUE: ${typeText(type)}'`,
      )
    : standIn('onError')
  const branch = (letter: string, sql: string, from: Type) => {
    // Only text becomes char.
    const castable = type.kind !== 'char' || from === VARCHAR
    const converted = castable ? tried(() => castSql(sql, from, type, node)) : undefined
    const value = converted === undefined ? failed : `coalesce(TRY(${converted}), ${failed})`
    return `WHEN '${letter}' THEN ${value}`
  }
  const branches = [
    `WHEN 'E' THEN ${standIn('onEmpty')}`,
    `WHEN 'X' THEN ${standIn('onError')}`,
    branch('s', text, VARCHAR),
    branch('i', `CAST(${text} AS BIGINT)`, BIGINT),
    branch('b', `CAST(${text} AS BOOLEAN)`, BOOLEAN),
    branch('d', `CAST(${text} AS DOUBLE)`, DOUBLE),
    // The digits of a decimal as text, of as many as the item has.
    type.kind === 'varchar'
      ? branch('n', fitting(text, type.length), type)
      : branch('n', `CAST(${text} AS DECIMAL(38,18))`, decimal(38, 18)),
  ]
  const options = `${node.onEmpty?.kind === 'error' ? 'E' : ''}${raises ? 'X' : ''}`
  const sql = `list_transform([${call(options)}], lambda ${j}: CASE left(${j}, 1) ${branches.join(' ')} END)[1]`
  return { sql: `(${sql})`, type }
}

/** NULL for a text that is too long. */
function fitting(sql: string, length: number | undefined): string {
  return length === undefined ? sql : `CASE WHEN length(${sql}) <= ${length} THEN ${sql} END`
}

/** Undefined when there is no such cast. */
function tried(cast: () => string): string | undefined {
  try {
    return cast()
  } catch (error) {
    if (isLakeError(error)) return undefined
    throw error
  }
}

export function jsonConstructor(node: JsonConstructor, analyze: Analyze): Typed {
  const values = list(node.members.map(({ value }) => valueSql(value, analyze, node)))
  if (node.name === 'json_array') {
    return returned(`trino_json_array(${values}, ${node.absentOnNull})`, node)
  }
  const keys = node.members.map(({ key }) => {
    const typed = analyze(key!)
    if (isText(typed.type)) return castTextSql(typed.sql, typed.type)
    const text = `Invalid type of JSON object key: ${typeText(typed.type)}`
    throw sqlError('InvalidArgument', key!, text)
  })
  const options = `${node.absentOnNull ? 'absent' : ''} ${node.uniqueKeys ? 'unique' : ''}`
  return returned(`trino_json_object(${list(keys)}, ${values}, '${options.trim()}')`, node)
}

/** JSON as the text or the bytes that RETURNING names. */
function returned(sql: string, node: JsonPathCall | JsonConstructor): Typed {
  const type = node.returning ? typeOfName(node.returning) : VARCHAR
  refuseEncoding(node.format, node)
  if (isText(type)) return { sql: castSql(sql, VARCHAR, type, node), type }
  if (type.kind === 'varbinary') return { sql: `encode(${sql})`, type }
  const text = `Cannot output JSON value as ${typeText(type)} using formatting JSON`
  throw sqlError('TypeMismatch', node, text)
}

/** The text of an operand that is JSON. */
function inputSql({ value, format }: JsonOperand, analyze: Analyze): string {
  const { sql, type } = analyze(value)
  refuseEncoding(format, value)
  if (type.kind === 'unknown') return 'CAST(NULL AS VARCHAR)'
  if (canBeText(type)) return castTextSql(sql, type)
  if (type.kind === 'varbinary') return `trino_from_utf8(${sql}, chr(65533))`
  const text = `Cannot read input of type ${typeText(type)} as JSON using formatting JSON`
  throw sqlError('TypeMismatch', value, text)
}

function refuseEncoding(format: string | undefined, at: Position): void {
  if (format === undefined || format === 'json' || format === 'utf8') return
  throw sqlError('NotSupported', at, `JSON in ${format.toUpperCase()} is not supported`)
}

/** A value for the engine's functions: a letter for its kind, then its text. `argument`: of PASSING, else of a constructor. */
function valueSql(
  operand: JsonOperand,
  analyze: Analyze,
  node: JsonPathCall | JsonConstructor,
  argument?: Position,
): string {
  const { kind } = operand.value
  const name = kind === 'jsonPath' ? operand.value.name : undefined
  const isJson = operand.format ?? (name === 'json_query' || kind === 'jsonConstructor')
  if (isJson) return `('j' || ${inputSql(operand, analyze)})`
  const { sql, type } = analyze(operand.value)
  if (type.kind === 'unknown') return 'CAST(NULL AS VARCHAR)'
  if (type.kind === 'bigint') return `('l' || ${textSql(sql, type)})`
  if (isInteger(type)) return `('i' || ${textSql(sql, type)})`
  if (type.kind === 'decimal') return `('n' || ${textSql(sql, type)})`
  if (type.kind === 'double' || type.kind === 'real') return `('d' || ${textSql(sql, type)})`
  if (type.kind === 'boolean') return `('b' || ${textSql(sql, type)})`
  const nested = ['array', 'map', 'row', 'varbinary'].includes(type.kind)
  if (!nested && (isText(type) || !argument)) {
    return `('s' || ${castSql(sql, type, VARCHAR, operand.value)})`
  }
  const text = `Unsupported type of value passed to ${node.name.toUpperCase()} function: ${typeText(type)}`
  throw sqlError('NotSupported', operand.value, text)
}

function list(items: readonly string[]): string {
  return `CAST([${items.join(', ')}] AS VARCHAR[])`
}
