import type { Position } from '../errors.ts'
import { type Typed, raiseSql } from '../analyze/typed.ts'
import { BIGINT, type Type, arrayOf, canBeText, isInteger, mapOf } from '../types/type.ts'
import { coerce } from '../analyze/cast.ts'
import { canCoerce } from '../types/coercion.ts'
import { type FunctionTable, forms, higher, own } from './registry.ts'
import { type LambdaArgument, isLambda } from './signature.ts'

/** A comparator is asked about all pairs, so that longer arrays are refused. */
const comparedMax = 2_000

/**
 * The elements in the order that a comparator gives: each one's place is the number of those that
 * come before it. Equal ones keep their order, as in Java's sort.
 */
function sortedBy(array: Typed, lambda: LambdaArgument, at: Position): Typed | undefined {
  if (array.type.kind !== 'array' || lambda.parameterCount !== 2) return undefined
  const { element } = array.type
  const name = (prefix: string) => `${prefix}${at.line}_${at.column}`
  const [a, x, y, i, j] = ['a', 'x', 'y', 'i', 'j'].map(name) as [
    string,
    string,
    string,
    string,
    string,
  ]
  const order = lambda.analyze([element, element], [y, x])
  if (order.type.kind !== 'integer') return undefined
  const raise = (text: string) => raiseSql({ kind: 'boolean' }, `'${text}'`)
  const other = raise('INVALID_FUNCTION_ARGUMENT: Lambda comparator must return either -1, 0, or 1')
  const before = `CASE ${order.sql} WHEN -1 THEN true WHEN 0 THEN ${j} < ${i} WHEN 1 THEN false ELSE ${other} END`
  const count = `len(list_filter(${a}, lambda ${y}, ${j}: ${i} <> ${j} AND ${before}))`
  const ranked = `list_transform(${a}, lambda ${x}, ${i}: {'r': ${count}, 'i': ${i}, 'x': ${x}})`
  const tooLong = raiseSql(
    array.type,
    `'NOT_SUPPORTED: array_sort with a comparator takes at most ${comparedMax} elements'`,
  )
  const sorted = `list_transform(list_sort(${ranked}), lambda ${x}: (${x}).x)`
  const sql = `list_transform([${array.sql}], lambda ${a}: CASE WHEN len(${a}) < 2 THEN ${a} WHEN len(${a}) > ${comparedMax} THEN ${tooLong} ELSE ${sorted} END)[1]`
  return { sql: `(${sql})`, type: array.type }
}

const histogramOf: (type: Type) => Type = (type) => mapOf(type, BIGINT)

/** Functions of arrays with a comparator, or of the places in them. */
export const arrayFunctions: FunctionTable = {
  array_sort: higher('array(T), function(T, T, integer)', ([array, lambda, ...rest], { at }) => {
    if (!array || isLambda(array) || array.type.kind !== 'array' || rest.length > 0)
      return undefined
    if (lambda) return isLambda(lambda) ? sortedBy(array, lambda, at) : undefined
    return { sql: `list_sort(${array.sql}, 'ASC', 'NULLS LAST')`, type: array.type }
  }),
  combinations: own('array(T), bigint', ([array, size, ...rest], { at }) => {
    if (array?.type.kind !== 'array' || !size || !isInteger(size.type) || rest.length > 0)
      return undefined
    const places = `trino_combinations(CAST(len(${array.sql}) AS INTEGER), ${coerce(size, BIGINT, at).sql})`
    const c = `c${at.line}_${at.column}`
    const picked = `list_transform(${c}, lambda ${c}i: list_extract(${array.sql}, ${c}i + 1))`
    const sql = `list_transform(${places}, lambda ${c}: ${picked})`
    return { sql, type: arrayOf(array.type) }
  }),
  array_histogram: own('array(T)', ([array, ...rest]) => {
    if (array?.type.kind !== 'array' || rest.length > 0) return undefined
    const counted = `map_from_entries(list_transform(map_entries(list_histogram(${array.sql})), lambda h: {'k': h.key, 'v': CAST(h.value AS BIGINT)}))`
    const sql = `(CASE WHEN ${array.sql} IS NOT NULL THEN coalesce(${counted}, MAP {}) END)`
    return { sql, type: histogramOf(array.type.element) }
  }),
  cosine_similarity: own('map(varchar, double), map(varchar, double)', (args, { at }) => {
    const wanted: Type = { kind: 'map', key: { kind: 'varchar' }, value: { kind: 'double' } }
    if (args.length !== 2 || !args.every(({ type }) => canCoerce(type, wanted))) return undefined
    const lists = args.map((arg) => {
      const { sql } = coerce(arg, wanted, at)
      return `map_keys(${sql}), map_values(${sql})`
    })
    return { sql: `trino_cosine(${lists.join(', ')})`, type: { kind: 'double' } }
  }),
  word_stem: own(['varchar', 'varchar, varchar'], ([word, language, ...rest]) => {
    if (!word || !canBeText(word.type) || rest.length > 0) return undefined
    if (language && !canBeText(language.type)) return undefined
    return { sql: `trino_word_stem(${word.sql}, ${language?.sql ?? "'en'"})`, type: word.type }
  }),
  format_number: forms(['double -> varchar', 'trino_format_number($1)']),
}
