import { coerce } from '../analyze/cast.ts'
import { orderable } from '../analyze/comparison.ts'
import { decimalMacros, meanSql } from '../analyze/decimals.ts'
import { millisecondsSql, monthsSql } from '../analyze/temporal.ts'
import { sqlError } from '../errors.ts'
import {
  BIGINT,
  BOOLEAN,
  DOUBLE,
  REAL,
  arrayOf,
  decimal,
  engineType,
  isFloating,
  isInteger,
  isNumeric,
  mapOf,
} from '../types/type.ts'
import { numberMacros } from './numbers.ts'
import { regexpMacros } from './regexp.ts'
import type { Aggregate } from './aggregate.ts'
import { keepsType } from './keeps-type.ts'
import { listagg, listaggMacros } from './listagg.ts'
import { sketchAggregates } from './sketches.ts'
import { statisticsAggregates, statisticsMacros, weightedPercentile } from './statistics.ts'

/** A measure of how values spread: of NaN and infinite ones, where the engine fails, it is no number. */
const spread =
  (name: string, countMin: 1 | 2): Aggregate =>
  ([value, ...rest], call, { at }) => {
    if (!value || rest.length > 0 || !isNumeric(value.type)) return undefined
    const { sql } = coerce(value, DOUBLE, at)
    if (!isFloating(value.type)) return { sql: call(name, sql), type: DOUBLE }
    const finite = call(name, `CASE WHEN isfinite(${sql}) THEN ${sql} END`)
    return { sql: notFinite(call, sql, `isfinite(${sql})`, countMin, finite), type: DOUBLE }
  }

/** NaN where some of so many values is not finite. */
function notFinite(
  call: (name: string, inner: string) => string,
  counted: string,
  isFinite: string,
  countMin: number,
  otherwise: string,
): string {
  const nan = `CASE WHEN ${call('count', counted)} >= ${countMin} THEN CAST('NaN' AS DOUBLE) END`
  return `CASE WHEN ${call('bool_and', isFinite)} IS NOT DISTINCT FROM false THEN ${nan} ELSE ${otherwise} END`
}

const ofTwoDoubles =
  (name: string): Aggregate =>
  ([a, b, ...rest], call, { at }) => {
    if (!a || !b || rest.length > 0 || !isNumeric(a.type) || !isNumeric(b.type)) return undefined
    // Trino takes what is no double for real.
    const double = a.type.kind === 'double' || b.type.kind === 'double'
    const given = [a, b].map(
      (each) => coerce(coerce(each, double ? DOUBLE : REAL, at), DOUBLE, at).sql,
    )
    const odd = [a, b].some((each) => isFloating(each.type))
    const finite = `(isfinite(${given[0]}) AND isfinite(${given[1]}))`
    const kept = odd ? given.map((each) => `CASE WHEN ${finite} THEN ${each} END`) : given
    // Of one row alone, or of equal ones, it is no number in the engine's windows.
    const found = call(name, kept.join(', '))
    const number = `CASE WHEN isfinite(${found}) THEN ${found} END`
    const countMin = name === 'covar_pop' ? 1 : name === 'covar_samp' ? 2 : Infinity
    const known = countMin === Infinity ? 'CAST(NULL AS DOUBLE)' : undefined
    const wrong = `${call('bool_and', finite)} IS NOT DISTINCT FROM false`
    const sql = !odd
      ? number
      : known
        ? `CASE WHEN ${wrong} THEN ${known} ELSE ${number} END`
        : notFinite(call, `${finite}`, finite, countMin, number)
    return double ? { sql, type: DOUBLE } : { sql: `CAST(${sql} AS FLOAT)`, type: REAL }
  }

const ofBoolean =
  (name: string): Aggregate =>
  ([value, ...rest], call) =>
    value?.type.kind === 'boolean' && rest.length === 0
      ? { sql: call(name, value.sql), type: BOOLEAN }
      : undefined

const sum: Aggregate = ([value, ...rest], call) => {
  if (!value || rest.length > 0) return undefined
  if (isInteger(value.type))
    return { sql: `CAST(${call('sum', value.sql)} AS BIGINT)`, type: BIGINT }
  if (isFloating(value.type)) {
    return { sql: `CAST(${call('sum', value.sql)} AS ${engineType(value.type)})`, type: value.type }
  }
  if (value.type.kind === 'decimal') {
    const type = decimal(38, value.type.scale)
    const sum = call('sum', value.looseSql ?? value.sql)
    return { sql: `CAST(${sum} AS ${engineType(type)})`, type }
  }
  if (value.type.kind === 'intervalDay') {
    const total = `CAST(${call('sum', millisecondsSql(value.sql))} AS BIGINT)`
    return { sql: `to_milliseconds(${total})`, type: value.type }
  }
  if (value.type.kind === 'intervalYear') {
    const total = `CAST(${call('sum', monthsSql(value.sql))} AS INTEGER)`
    return { sql: `to_months(${total})`, type: value.type }
  }
  return undefined
}

const avg: Aggregate = ([value, ...rest], call) => {
  if (!value || rest.length > 0) return undefined
  if (isInteger(value.type) || value.type.kind === 'double') {
    return { sql: call('avg', `CAST(${value.sql} AS DOUBLE)`), type: DOUBLE }
  }
  if (value.type.kind === 'real')
    return { sql: `CAST(${call('avg', value.sql)} AS FLOAT)`, type: value.type }
  if (value.type.kind === 'intervalDay') {
    const mean = `round(${call('avg', millisecondsSql(value.sql))})`
    return { sql: `to_milliseconds(CAST(${mean} AS BIGINT))`, type: value.type }
  }
  if (value.type.kind === 'intervalYear') {
    const mean = `round(${call('avg', monthsSql(value.sql))})`
    return { sql: `to_months(CAST(${mean} AS INTEGER))`, type: value.type }
  }
  if (value.type.kind !== 'decimal') return undefined
  // Exact, and rounded half up to the scale of the values.
  const summed = value.looseSql ?? value.sql
  const { type } = value
  return { sql: meanSql(call('sum', summed), call('count', summed), type), type }
}

const extreme =
  (name: 'min' | 'max'): Aggregate =>
  ([value, count, ...rest], call) => {
    if (!value || rest.length > 0 || !orderable(value.type)) return undefined
    if (!count && isFloating(value.type) && name === 'max') {
      // The engine puts NaN above all numbers; for Trino it is a maximum only of nothing else.
      const number = `CASE WHEN NOT isnan(${value.sql}) THEN ${value.sql} END`
      return {
        sql: `coalesce(${call(name, number)}, ${call(name, value.sql)})`,
        type: value.type,
      }
    }
    if (!count) return { sql: call(name, value.sql), type: value.type }
    if (!isInteger(count.type) || typeof count.constant !== 'number') return undefined
    if (isFloating(value.type)) {
      // NaN comes after all numbers, from above as from below.
      const all = `list_filter(${call('list', value.sql)}, lambda x: x IS NOT NULL)`
      const sign = name === 'max' ? '-' : ''
      const keys = `list_transform(${all}, lambda x: {'n': isnan(x), 'k': ${sign}x, 'x': x})`
      const most = `list_transform(list_sort(${keys})[:${count.constant}], lambda y: y.x)`
      return { sql: `(CASE WHEN len(${all}) > 0 THEN ${most} END)`, type: arrayOf(value.type) }
    }
    return { sql: call(name, `${value.sql}, ${count.constant}`), type: arrayOf(value.type) }
  }

const by =
  (name: 'arg_max_null' | 'arg_min_null'): Aggregate =>
  ([value, key, count, ...rest], call) => {
    if (!value || !key || rest.length > 0 || !orderable(key.type)) return undefined
    if (count) {
      if (typeof count.constant !== 'number' || !isInteger(count.type) || count.constant < 1)
        return undefined
      if (isFloating(key.type)) {
        // NaN comes after all numbers, from above as from below.
        const sign = name === 'arg_max_null' ? '-' : ''
        const made = `CASE WHEN ${key.sql} IS NOT NULL THEN {'n': isnan(${key.sql}), 'k': ${sign}${key.sql}, 'v': ${value.sql}} END`
        const found = `list_sort(list_filter(${call('list', made)}, lambda x: x IS NOT NULL))`
        const sql = `list_transform(${found}[:${count.constant}], lambda x: x.v)`
        return { sql, type: arrayOf(value.type) }
      }
      const items = call('list', `{'k': ${key.sql}, 'v': ${value.sql}}`)
      const sorted = `list_sort(list_filter(${items}, lambda x: x.k IS NOT NULL), '${name === 'arg_max_null' ? 'DESC' : 'ASC'}')`
      return {
        sql: `list_transform(${sorted}[:${count.constant}], lambda x: x.v)`,
        type: arrayOf(value.type),
      }
    }
    if (!isFloating(key.type)) {
      return { sql: call(name, `${value.sql}, ${key.sql}`), type: value.type }
    }
    // NaN is the key only of nothing else; the engine puts it above all numbers.
    const number = `CASE WHEN NOT isnan(${key.sql}) THEN ${key.sql} END`
    const some = `${call('count', number)} > 0`
    const sql = `CASE WHEN ${some} THEN ${call(name, `${value.sql}, ${number}`)} ELSE ${call(name, `${value.sql}, ${key.sql}`)} END`
    return { sql, type: value.type }
  }

/**
 * A value of the group itself: the one that as many others are below as the share says. Exact, where Trino's is
 * near; on small groups they are the same.
 */
const percentile: Aggregate = (args, call, context) => {
  const { at } = context
  const [value, share, ...rest] = args
  if (rest.length > 0) return weightedPercentile(args, call, context)
  if (!value || !share || !isNumeric(value.type)) return undefined
  if (typeof share.constant === 'number' && !(share.constant >= 0 && share.constant <= 1))
    throw sqlError('InvalidArgument', at, 'Percentile must be between 0 and 1')
  const many = share.type.kind === 'array'
  const shares = coerce(share, many ? arrayOf(DOUBLE) : DOUBLE, at)
  const exact =
    value.type.kind === 'decimal'
      ? coerce(value, DOUBLE, at)
      : isInteger(value.type)
        ? coerce(value, BIGINT, at)
        : value
  const { type } = exact
  // From above, so that a place between two values goes to the greater, as in Trino.
  const below = isInteger(type) ? `-CAST(${exact.sql} AS HUGEINT)` : `-${exact.sql}`
  const rest1 = many ? `list_transform(${shares.sql}, lambda p: 1 - p)` : `1 - ${shares.sql}`
  const found = call('quantile_disc', `${below}, ${rest1}`)
  if (many) {
    const sql = `list_transform(${found}, lambda q: CAST(-q AS ${engineType(type)}))`
    return { sql, type: arrayOf(type) }
  }
  return { sql: `CAST(-${found} AS ${engineType(type)})`, type }
}

/** https://trino.io/docs/current/functions/aggregate.html; `approx_` functions give the exact answer. */
export const aggregates: Readonly<Record<string, Aggregate>> = {
  sum,
  avg,
  min: extreme('min'),
  max: extreme('max'),
  count: ([value, ...rest], call) =>
    rest.length > 0 ? undefined : { sql: call('count', value?.sql ?? '*'), type: BIGINT },
  count_if: ([value, ...rest], call) =>
    value?.type.kind === 'boolean' && rest.length === 0
      ? { sql: call('count', `CASE WHEN ${value.sql} THEN 1 END`), type: BIGINT }
      : undefined,
  arbitrary: keepsType('any_value'),
  any_value: keepsType('any_value'),
  array_agg: ([value, ...rest], call) =>
    value && rest.length === 0
      ? { sql: call('list', value.sql), type: arrayOf(value.type) }
      : undefined,
  approx_distinct: ([value, error, ...rest], call, { at }) => {
    if (!value || rest.length > 0 || (error && !isNumeric(error.type))) return undefined
    const most = error?.constant
    if (typeof most === 'number' && !(most >= 0.0040625 && most <= 0.26)) {
      const text = `Max standard error must be in [0.0040625, 0.26]: ${most}`
      throw sqlError('InvalidArgument', at, text)
    }
    return { sql: call('count', `DISTINCT ${value.sql}`), type: BIGINT }
  },
  approx_percentile: percentile,
  bool_and: ofBoolean('bool_and'),
  bool_or: ofBoolean('bool_or'),
  every: ofBoolean('bool_and'),
  stddev: spread('stddev_samp', 2),
  stddev_samp: spread('stddev_samp', 2),
  stddev_pop: spread('stddev_pop', 1),
  variance: spread('var_samp', 2),
  var_samp: spread('var_samp', 2),
  var_pop: spread('var_pop', 1),
  corr: ofTwoDoubles('corr'),
  covar_pop: ofTwoDoubles('covar_pop'),
  covar_samp: ofTwoDoubles('covar_samp'),
  regr_slope: ofTwoDoubles('regr_slope'),
  regr_intercept: ofTwoDoubles('regr_intercept'),
  geometric_mean: ([value, ...rest], call, { at }) =>
    value && rest.length === 0 && isNumeric(value.type)
      ? { sql: `exp(${call('avg', `ln(${coerce(value, DOUBLE, at).sql})`)})`, type: DOUBLE }
      : undefined,
  max_by: by('arg_max_null'),
  min_by: by('arg_min_null'),
  bitwise_and_agg: ([value, ...rest], call, { at }) =>
    value && rest.length === 0
      ? { sql: call('bit_and', coerce(value, BIGINT, at).sql), type: BIGINT }
      : undefined,
  bitwise_xor_agg: ([value, ...rest], call, { at }) =>
    value && rest.length === 0
      ? { sql: call('bit_xor', coerce(value, BIGINT, at).sql), type: BIGINT }
      : undefined,
  bitwise_or_agg: ([value, ...rest], call, { at }) =>
    value && rest.length === 0
      ? { sql: call('bit_or', coerce(value, BIGINT, at).sql), type: BIGINT }
      : undefined,
  histogram: ([value, ...rest], call) => {
    if (!value || rest.length > 0) return undefined
    const type = mapOf(value.type, BIGINT)
    // There is no empty map of a group.
    const counted = call('histogram', value.sql)
    return { sql: `CAST(nullif(${counted}, MAP {}) AS ${engineType(type)})`, type }
  },
  map_agg: ([key, value, ...rest], call) => {
    if (!key || !value || rest.length > 0) return undefined
    const entries = call(
      'list',
      `CASE WHEN ${key.sql} IS NOT NULL THEN {'k': ${key.sql}, 'v': ${value.sql}} END`,
    )
    return { sql: `trino_some_map(trino_map_of(${entries}))`, type: mapOf(key.type, value.type) }
  },
  multimap_agg: ([key, value, ...rest], call) => {
    if (!key || !value || rest.length > 0) return undefined
    const entries = call(
      'list',
      `CASE WHEN ${key.sql} IS NOT NULL THEN {'k': ${key.sql}, 'v': ${value.sql}} END`,
    )
    const type = mapOf(key.type, arrayOf(value.type))
    return { sql: `trino_some_map(trino_multimap(${entries}))`, type }
  },
  map_union: ([map, ...rest], call) => {
    if (map?.type.kind !== 'map' || rest.length > 0) return undefined
    const entries = `flatten(${call('list', `list_transform(map_entries(${map.sql}), lambda x: {'k': x.key, 'v': x.value})`)})`
    return { sql: `trino_some_map(trino_map_of(${entries}))`, type: map.type }
  },
  listagg,
  ...sketchAggregates,
  ...statisticsAggregates,
}

/** Macros that the SQL made by functions and operators calls. */
export const functionMacros: readonly string[] = [
  ...numberMacros,
  ...regexpMacros,
  ...decimalMacros,
  ...statisticsMacros,
  // One step of Newton's method takes the error of the last digit away.
  `CREATE MACRO trino_cbrt(x, y) AS
     CASE WHEN x = 0 OR NOT isfinite(x) THEN y ELSE y - (y * y * y - x) / (3 * y * y) END`,
  `CREATE MACRO trino_div_half_up(n, d) AS
     (CASE WHEN (n < 0) <> (d < 0) THEN -1 ELSE 1 END) * ((2 * abs(n) + abs(d)) // (2 * abs(d)))`,
  // Those that others call come first.
  ...listaggMacros,
  `CREATE MACRO trino_map_of_keys(entries, keys) AS
     map_from_entries(list_filter(entries, lambda x, i: list_position(keys, x.k) = i))`,
  `CREATE MACRO trino_multimap_of(entries, keys) AS map_from_entries(list_transform(
     list_filter(keys, lambda k, i: list_position(keys, k) = i),
     lambda k: {'k': k, 'v': list_transform(list_filter(entries, lambda x: x.k = k), lambda x: x.v)}))`,
  `CREATE MACRO trino_multimap(entries) AS trino_multimap_of(
     list_filter(entries, lambda x: x IS NOT NULL),
     list_transform(list_filter(entries, lambda x: x IS NOT NULL), lambda x: x.k))`,
  // Where there is no entry Trino gives no map.
  `CREATE MACRO trino_some_map(m) AS CASE WHEN len(map_keys(m)) > 0 THEN m END`,
  // One entry for each key, the first one, as a map may not hold a key twice.
  `CREATE MACRO trino_map_of(entries) AS trino_map_of_keys(
     list_filter(entries, lambda x: x IS NOT NULL),
     list_transform(list_filter(entries, lambda x: x IS NOT NULL), lambda x: x.k))`,
]
