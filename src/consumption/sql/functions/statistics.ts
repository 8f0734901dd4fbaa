import { coerce } from '../analyze/cast.ts'
import type { Typed } from '../analyze/typed.ts'
import { sqlError } from '../errors.ts'
import { canCoerce, commonType } from '../types/coercion.ts'
import {
  BIGINT,
  DOUBLE,
  REAL,
  type Type,
  VARBINARY,
  VARCHAR,
  arrayOf,
  engineType,
  isFloating,
  isInteger,
  isNumeric,
  mapOf,
  sameType,
} from '../types/type.ts'
import type { Aggregate } from './aggregate.ts'

/** Moments of all values of a group, computed in their order as Trino does. */
const moment =
  (name: string): Aggregate =>
  ([value, ...rest], call, { at }) => {
    if (!value || rest.length > 0 || !isNumeric(value.type)) return undefined
    return { sql: `${name}(${call('list', coerce(value, DOUBLE, at).sql)})`, type: DOUBLE }
  }

/** The hash of NULL, by which every other one is multiplied. */
const prime = '-7046029288634856825'

/** What a value is to the hash: a number of 64 bits, or bytes. */
function hashedSql({ sql, type }: Typed): string | undefined {
  if (isInteger(type)) return `trino_hash_whole(CAST(${sql} AS BIGINT))`
  if (type.kind === 'varchar') return `trino_hash_bytes(encode(${sql}))`
  if (type.kind === 'varbinary') return `trino_hash_bytes(${sql})`
  if (type.kind === 'boolean') return `trino_hash_whole(CAST(${sql} AS BIGINT))`
  if (type.kind === 'double') return `trino_hash_double(${sql})`
  if (type.kind === 'date') return `trino_hash_whole(CAST(${sql} - DATE '1970-01-01' AS BIGINT))`
  return undefined
}

const checksum: Aggregate = ([value, ...rest], call, { at }) => {
  if (!value || rest.length > 0) return undefined
  const hash = hashedSql(value)
  if (!hash) {
    const text =
      'checksum is supported for whole numbers, double, boolean, varchar, varbinary, date'
    throw sqlError('NotSupported', at, text)
  }
  const all = call('sum', `CAST(coalesce(${hash}, ${prime}) AS HUGEINT)`)
  return { sql: `trino_checksum(CAST(${all} AS HUGEINT))`, type: VARBINARY }
}

/** The last digits of the exact sum are what 64 bits hold of it. */
export const statisticsMacros: readonly string[] = [
  `CREATE MACRO trino_checksum(total) AS trino_reverse_bytes(trino_big_endian(
     CAST(CASE WHEN (total & 18446744073709551615) >= 9223372036854775808 THEN (total & 18446744073709551615) - 18446744073709551616
       ELSE total & 18446744073709551615 END AS BIGINT), 8))`,
]

const numericHistogram: Aggregate = ([buckets, value, weight, ...rest], call, { at }) => {
  if (!buckets || !value || rest.length > 0 || !isInteger(buckets.type)) return undefined
  if (!isNumeric(value.type) || (weight && !isNumeric(weight.type))) return undefined
  if (typeof buckets.constant !== 'number') {
    throw sqlError('NotSupported', at, 'numeric_histogram is supported with a literal count')
  }
  const type = value.type.kind === 'double' ? DOUBLE : REAL
  const values = call('list', `CAST(${coerce(value, type, at).sql} AS DOUBLE)`)
  const weights = call('list', weight ? coerce(weight, DOUBLE, at).sql : 'CAST(1 AS DOUBLE)')
  const made = `trino_numeric_histogram(${buckets.constant}, ${values}, ${weights})`
  const as = (sql: string) => `CAST(${sql} AS ${engineType(type)})`
  const sql = `map_from_entries(list_transform(${made}, lambda h: {'k': ${as('h[1]')}, 'v': ${as('h[2]')}}))`
  return { sql, type: mapOf(type, type) }
}

const mostFrequent: Aggregate = ([buckets, value, capacity, ...rest], call) => {
  if (!buckets || !value || !capacity || rest.length > 0) return undefined
  if (!isInteger(buckets.type) || !isInteger(capacity.type)) return undefined
  if (!isInteger(value.type) && value.type.kind !== 'varchar') return undefined
  const key = isInteger(value.type) ? BIGINT : VARCHAR
  const counted = `map_entries(${call('histogram', `CAST(${value.sql} AS ${engineType(key)})`)})`
  const sorted = `list_sort(list_transform(${counted}, lambda h: {'n': -CAST(h.value AS BIGINT), 'k': h.key}))`
  const sql = `map_from_entries(list_transform(list_slice(${sorted}, 1, ${buckets.sql}), lambda h: {'k': h.k, 'v': -h.n}))`
  const type = mapOf(key, BIGINT)
  return { sql: `CAST(${sql} AS ${engineType(type)})`, type }
}

/** approx_percentile with weights, of whole numbers; Trino goes between the values of others in its own way. */
export const weightedPercentile: Aggregate = (args, call, { at }) => {
  const [value, weight, share, accuracy, ...rest] = args
  if (!value || !weight || !share || rest.length > 0) return undefined
  if (accuracy && !isNumeric(accuracy.type)) return undefined
  if (!isNumeric(value.type) || !isNumeric(weight.type)) return undefined
  if (!isInteger(value.type)) {
    throw sqlError('NotSupported', at, 'approx_percentile with weights takes whole numbers')
  }
  const many = share.type.kind === 'array'
  const shares = coerce(share, many ? arrayOf(DOUBLE) : DOUBLE, at).sql
  const values = call('list', `CAST(${value.sql} AS BIGINT)`)
  const weights = call('list', coerce(weight, DOUBLE, at).sql)
  const found = `trino_weighted_percentiles(${values}, ${weights}, ${many ? shares : `[${shares}]`})`
  return many ? { sql: found, type: arrayOf(BIGINT) } : { sql: `${found}[1]`, type: BIGINT }
}

const stateKinds = ['boolean', 'date', 'timestamp', 'timestamptz']

/** The states of Trino are values of 64 bits. */
function canBeState(type: Type): boolean {
  if (type.kind === 'decimal') return type.precision <= 18
  return isInteger(type) || isFloating(type) || stateKinds.includes(type.kind)
}

const reduceAgg: Aggregate = ([value, start, ...rest], call, { at, lambdas = [] }) => {
  const [step, combine, ...more] = lambdas
  if (!value || !start || rest.length > 0 || !step || !combine || more.length > 0) return undefined
  if (step.parameterCount !== 2 || combine.parameterCount !== 2) return undefined
  const [a, x] = [`a${at.line}_${at.column}`, `x${at.line}_${at.column}`]
  const analyzed = (type: Type) => step.analyze([type, value.type], [`${a}.s`, `${x}.x`])
  const first = analyzed(start.type)
  const state = commonType(start.type, first.type)
  if (!state || !canCoerce(combine.analyze([state, state], [a, x]).type, state)) return undefined
  if (!canBeState(state)) {
    throw sqlError('NotSupported', at, `State type not supported for reduce_agg: ${state.kind}`)
  }
  const next = sameType(state, start.type) ? first : analyzed(state)
  const of = (type: Type, sql: string) => `CAST(${sql} AS ${engineType(type)})`
  const pair = (s: string, item: string) => `{'s': ${s}, 'x': ${item}}`
  const values = `list_filter(${call('list', value.sql)}, lambda ${x}: ${x} IS NOT NULL)`
  const items = `list_transform(${values}, lambda ${x}: ${pair(of(state, 'NULL'), x)})`
  const body = pair(of(state, coerce(next, state, at).sql), of(value.type, 'NULL'))
  const initial = pair(of(state, coerce(start, state, at).sql), of(value.type, 'NULL'))
  const folded = `list_reduce(${items}, lambda ${a}, ${x}: ${body}, ${initial})`
  return { sql: `(CASE WHEN len(${values}) > 0 THEN (${folded}).s END)`, type: state }
}

/** Aggregates over a group's values as a list. */
export const statisticsAggregates: Readonly<Record<string, Aggregate>> = {
  skewness: moment('trino_skewness'),
  kurtosis: moment('trino_kurtosis'),
  checksum,
  numeric_histogram: numericHistogram,
  approx_most_frequent: mostFrequent,
  reduce_agg: reduceAgg,
}
