import type { Position } from '../errors.ts'
import { coerce } from '../analyze/cast.ts'
import { type Typed, raiseSql } from '../analyze/typed.ts'
import { commonType } from '../types/coercion.ts'
import { type Type, arrayOf, engineType, mapOf, sameType } from '../types/type.ts'
import { type FunctionTable, higher } from './registry.ts'
import { type Argument, type LambdaArgument, isLambda } from './signature.ts'

type MapType = Extract<Type, { kind: 'map' }>

/** A lambda within a lambda of ours needs names of its own: its place in the statement makes them. */
const fresh = (prefix: string, at: Position) => `${prefix}${at.line}_${at.column}`

function mapAndLambda(
  args: readonly Argument[],
): { readonly map: Typed; readonly type: MapType; readonly lambda: LambdaArgument } | undefined {
  const [map, lambda, ...rest] = args
  if (!map || !lambda || rest.length > 0 || isLambda(map) || !isLambda(lambda)) return undefined
  if (map.type.kind !== 'map' || lambda.parameterCount !== 2) return undefined
  return { map, type: map.type, lambda }
}

/** Functions of two arguments' lambdas: the engine's own lambdas take one element at a time. */
export const lambdaFunctions: FunctionTable = {
  zip_with: higher('array(T), array(U), function(T, U, R)', (args, { at }) => {
    const [a, b, lambda, ...rest] = args
    if (!a || !b || !lambda || rest.length > 0 || isLambda(a) || isLambda(b)) return undefined
    if (!isLambda(lambda) || lambda.parameterCount !== 2) return undefined
    if (a.type.kind !== 'array' || b.type.kind !== 'array') return undefined
    const z = fresh('z', at)
    const body = lambda.analyze([a.type.element, b.type.element], [`${z}[1]`, `${z}[2]`])
    const zipped = `list_transform(list_zip(${a.sql}, ${b.sql}), lambda ${z}: ${body.sql})`
    const sql = `(CASE WHEN ${a.sql} IS NOT NULL AND ${b.sql} IS NOT NULL THEN ${zipped} END)`
    return { sql, type: arrayOf(body.type) }
  }),
  // The engine's own fold wants states of the elements' type: both go in one struct.
  reduce: higher('array(T), S, function(S, T, S), function(S, R)', (args, { at }) => {
    const [array, start, step, finish, ...rest] = args
    if (!array || !start || !step || !finish || rest.length > 0) return undefined
    if (isLambda(array) || isLambda(start) || !isLambda(step) || !isLambda(finish)) return undefined
    if (array.type.kind !== 'array' || step.parameterCount !== 2 || finish.parameterCount !== 1)
      return undefined
    const [a, x] = [fresh('a', at), fresh('x', at)]
    const { element } = array.type
    const analyzed = (type: Type) => step.analyze([type, element], [`${a}.s`, `${x}.x`])
    const first = analyzed(start.type)
    const state = commonType(start.type, first.type)
    if (!state) return undefined
    const next = sameType(state, start.type) ? first : analyzed(state)
    const of = (type: Type, sql: string) => `CAST(${sql} AS ${engineType(type)})`
    const pair = (s: string, value: string) => `{'s': ${s}, 'x': ${value}}`
    const items = `list_transform(${array.sql}, lambda ${x}: ${pair(of(state, 'NULL'), x)})`
    const body = pair(of(state, coerce(next, state, at).sql), of(element, 'NULL'))
    const initial = pair(of(state, coerce(start, state, at).sql), of(element, 'NULL'))
    const folded = `list_reduce(${items}, lambda ${a}, ${x}: ${body}, ${initial})`
    const result = finish.analyze([state], [`${a}.s`])
    const sql = `(CASE WHEN ${array.sql} IS NOT NULL THEN list_transform([${folded}], lambda ${a}: ${result.sql})[1] END)`
    return { sql, type: result.type }
  }),
  map_filter: higher('map(K, V), function(K, V, boolean)', (args, { at }) => {
    const found = mapAndLambda(args)
    if (!found) return undefined
    const { map, type, lambda } = found
    const e = fresh('e', at)
    const body = lambda.analyze([type.key, type.value], [`${e}.key`, `${e}.value`])
    if (body.type.kind !== 'boolean') return undefined
    const sql = `map_from_entries(list_filter(map_entries(${map.sql}), lambda ${e}: ${body.sql}))`
    return { sql, type }
  }),
  transform_values: higher('map(K, V), function(K, V, R)', (args, { at }) => {
    const found = mapAndLambda(args)
    if (!found) return undefined
    const { map, type, lambda } = found
    const e = fresh('e', at)
    const body = lambda.analyze([type.key, type.value], [`${e}.key`, `${e}.value`])
    const value = body.type.kind === 'unknown' ? `CAST(NULL AS ${engineType(body.type)})` : body.sql
    const sql = `map_from_entries(list_transform(map_entries(${map.sql}), lambda ${e}: {'k': ${e}.key, 'v': ${value}}))`
    return { sql, type: mapOf(type.key, body.type) }
  }),
  transform_keys: higher('map(K, V), function(K, V, R)', (args, { at }) => {
    const found = mapAndLambda(args)
    if (!found) return undefined
    const { map, type, lambda } = found
    const e = fresh('e', at)
    const body = lambda.analyze([type.key, type.value], [`${e}.key`, `${e}.value`])
    const result = mapOf(body.type, type.value)
    if (body.type.kind === 'unknown' && type.key.kind !== 'unknown') return undefined
    const keys = `list_transform(map_entries(${map.sql}), lambda ${e}: ${body.sql})`
    const raise = (text: string) => raiseSql(result, `'INVALID_FUNCTION_ARGUMENT: ${text}'`)
    const sql = `(CASE WHEN list_position(${keys}, NULL) IS NOT NULL THEN ${raise('map key cannot be null')} WHEN len(list_distinct(${keys})) <> len(${keys}) THEN ${raise('Duplicate map keys are not allowed')} ELSE map(${keys}, map_values(${map.sql})) END)`
    return { sql, type: result }
  }),
  map_zip_with: higher('map(K, V), map(K, W), function(K, V, W, R)', (args, { at }) => {
    const [a, b, lambda, ...rest] = args
    if (!a || !b || !lambda || rest.length > 0 || isLambda(a) || isLambda(b)) return undefined
    if (!isLambda(lambda) || lambda.parameterCount !== 3) return undefined
    if (a.type.kind !== 'map' || b.type.kind !== 'map') return undefined
    if (engineType(a.type.key) !== engineType(b.type.key)) return undefined
    const k = fresh('k', at)
    const values = [`map_extract_value(${a.sql}, ${k})`, `map_extract_value(${b.sql}, ${k})`]
    const body = lambda.analyze([a.type.key, a.type.value, b.type.value], [k, ...values])
    const more = `list_filter(map_keys(${b.sql}), lambda m: NOT map_contains(${a.sql}, m))`
    const sql = `map_from_entries(list_transform(map_keys(${a.sql}) || ${more}, lambda ${k}: {'k': ${k}, 'v': ${body.sql}}))`
    return { sql, type: mapOf(a.type.key, body.type) }
  }),
}
