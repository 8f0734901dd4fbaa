import type { Position } from '../errors.ts'
import { coerce, keySql } from '../analyze/cast.ts'
import { comparedSql } from '../analyze/comparison.ts'
import { comparesOddly } from '../analyze/quantified.ts'
import { millisecondsSql, monthsSql } from '../analyze/temporal.ts'
import { type Typed, raiseSql } from '../analyze/typed.ts'
import { commonType } from '../types/coercion.ts'
import { castTextSql } from '../types/text.ts'
import {
  BIGINT,
  BOOLEAN,
  type Type,
  VARCHAR,
  arrayOf,
  engineType,
  fieldKey,
  isFloating,
  isInteger,
  quoteName,
} from '../types/type.ts'
import { lambdaFunctions } from './lambdas.ts'
import { type FunctionTable, forms, own } from './registry.ts'

/** The first occurrence of each element, NULL included, in the order of the array. */
const distinct = (array: string) =>
  `list_filter(${array}, lambda x, i: list_position(${array}, x) = i)`
/** A quantifier over the results r of a lambda: decided by `decisive`, else unknown when one is NULL. */
const quantifier = (decisive: 'true' | 'false', negate: boolean) =>
  `CASE WHEN $1 IS NULL THEN NULL
    WHEN list_contains(list_transform($1, $2), ${decisive}) THEN ${negate ? 'false' : decisive === 'true' ? 'true' : 'false'}
    WHEN list_position(list_transform($1, $2), NULL) IS NOT NULL THEN NULL
    ELSE ${negate ? 'true' : decisive === 'true' ? 'false' : 'true'} END`
/** NULL when one of the two arrays or maps is. */
const both = (sql: string) => `CASE WHEN $1 IS NULL OR $2 IS NULL THEN NULL ELSE ${sql} END`
const hasNull = (array: string) => `list_position(${array}, NULL) IS NOT NULL`

const invalid = (type: Type, text: string) => raiseSql(type, `'INVALID_FUNCTION_ARGUMENT: ${text}'`)

/** An array and what is looked for in it, in their common type. */
function searched([array, item]: readonly Typed[], at: Position) {
  if (array?.type.kind !== 'array' || !item) return undefined
  const type = commonType(array.type.element, item.type)
  if (!type) return undefined
  return { array: coerce(array, arrayOf(type), at).sql, item: coerce(item, type, at).sql, type }
}

/**
 * A letter for each element, compared with the item by equality, which NaN and NULL within values have not: (t)rue, (f)alse, (u)nknown,
 * or (n)ull, which the element is.
 */
function foundSql(array: string, item: string, type: Type): string {
  const equal = comparedSql('=', 'x', item, type)
  const letter = `CASE WHEN x IS NULL THEN 'n' WHEN ${equal} THEN 't' WHEN (${equal}) IS NULL THEN 'u' ELSE 'f' END`
  return `array_to_string(list_transform(${array}, lambda x: ${letter}), '')`
}

/** Where a NULL within a value leaves it open whether it is the one that is looked for. */
function unsureSql(type: Type, name: string): string {
  const text = `${name} does not support arrays with elements that are null or contain null`
  return raiseSql(type, `'NOT_SUPPORTED: ${text}'`)
}

/** The most that Trino makes. */
const sequenceMax = 10_000

const sequence = own(
  [
    'bigint, bigint',
    'bigint, bigint, bigint',
    'date, date, interval',
    'timestamp, timestamp, interval',
  ],
  ([from, to, step, ...rest], { at }) => {
    if (!from || !to || rest.length > 0) return undefined
    const type = commonType(from.type, to.type)
    if (!type) return undefined
    const whole = isInteger(type)
    const item = whole ? BIGINT : type
    if (!whole && type.kind !== 'date' && type.kind !== 'timestamp') return undefined
    const months = step?.type.kind === 'intervalYear'
    if (whole ? step && !isInteger(step.type) : step && !step.type.kind.startsWith('interval'))
      return undefined
    if (type.kind === 'timestamp' && !step) return undefined
    const [a, b] = [coerce(from, item, at).sql, coerce(to, item, at).sql]
    const moments = whole ? [a, b] : [`CAST(${a} AS TIMESTAMP)`, `CAST(${b} AS TIMESTAMP)`]
    const one = whole ? '1' : 'INTERVAL 1 DAY'
    const by = step
      ? whole
        ? coerce(step, BIGINT, at).sql
        : step.sql
      : `(CASE WHEN ${a} <= ${b} THEN ${one} ELSE -${one} END)`
    const size = whole ? by : months ? monthsSql(by) : millisecondsSql(by)
    const count = whole
      ? `(CAST(${b} AS HUGEINT) - ${a}) // ${size}`
      : months
        ? `datesub('month', ${moments.join(', ')}) // ${size}`
        : `datesub('millisecond', ${moments.join(', ')}) // ${size}`
    const place = whole
      ? `${a} + n * ${by}`
      : `${moments[0]} + ${months ? `to_months(CAST(n * ${size} AS INTEGER))` : `to_milliseconds(n * ${size})`}`
    const made = `list_transform(range(CAST(${count} + 1 AS BIGINT)), lambda n: CAST(${place} AS ${engineType(item)}))`
    const list = arrayOf(item)
    const sql = `(CASE WHEN ${a} IS NULL OR ${b} IS NULL OR ${size} IS NULL THEN NULL
      WHEN ${size} = 0 THEN ${invalid(list, 'step must not be zero')}
      WHEN (${a} < ${b} AND ${size} < 0) OR (${a} > ${b} AND ${size} > 0) THEN ${invalid(list, 'sequence stop value should be greater than or equal to start value if step is greater than zero otherwise stop should be less than or equal to start')}
      WHEN ${count} >= ${sequenceMax} THEN ${invalid(list, `result of sequence function must not have more than ${sequenceMax} entries`)}
      ELSE ${made} END)`
    return { sql, type: list }
  },
)

/** https://trino.io/docs/current/functions/array.html and map.html */
export const collectionFunctions: FunctionTable = {
  cardinality: forms(
    ['hyperloglog -> bigint', 'len($1)'],
    ['array(T) -> bigint', 'len($1)'],
    ['map(K, V) -> bigint', 'CAST(cardinality($1) AS BIGINT)'],
  ),
  contains: own('array(T), T', (args, { at }) => {
    const search = searched(args, at)
    if (!search) return undefined
    const { array, item, type } = search
    const none = `${item} IS NULL OR ${array} IS NULL`
    if (!comparesOddly(type)) {
      const sql = `(CASE WHEN ${none} THEN NULL WHEN list_contains(${array}, ${item}) THEN true WHEN ${hasNull(array)} THEN NULL ELSE false END)`
      return { sql, type: BOOLEAN }
    }
    const found = foundSql(array, item, type)
    const unsure = unsureSql(BOOLEAN, 'contains')
    const sql = `(CASE WHEN ${none} THEN NULL WHEN regexp_matches(${found}, '^[nf]*u') THEN ${unsure} WHEN contains(${found}, 't') THEN true WHEN contains(${found}, 'n') THEN NULL ELSE false END)`
    return { sql, type: BOOLEAN }
  }),
  element_at: own(['array(T), bigint', 'map(K, V), K'], ([base, key, ...rest], { at }) => {
    if (!base || !key || rest.length > 0) return undefined
    if (base.type.kind === 'map') {
      const wanted = keySql(key, base.type.key, at)
      return { sql: `map_extract_value(${base.sql}, ${wanted})`, type: base.type.value }
    }
    if (base.type.kind !== 'array') return undefined
    const index = coerce(key, BIGINT, at).sql
    const raise = raiseSql(
      base.type.element,
      "'INVALID_FUNCTION_ARGUMENT: SQL array indices start at 1'",
    )
    const sql = `list_extract(${base.sql}, ${index})`
    const checked = typeof key.constant === 'number' && key.constant !== 0
    return {
      sql: checked ? sql : `(CASE WHEN ${index} = 0 THEN ${raise} ELSE ${sql} END)`,
      type: base.type.element,
    }
  }),
  array_distinct: forms(['array(T) -> array(T)', distinct('$1')]),
  array_join: own(
    ['array(T), varchar', 'array(T), varchar, varchar'],
    ([array, delimiter, missing, ...rest], { at }) => {
      if (array?.type.kind !== 'array' || !delimiter || rest.length > 0) return undefined
      const text = castTextSql('j', array.type.element)
      const shown = missing ? `coalesce(${text}, ${coerce(missing, VARCHAR, at).sql})` : text
      const by = coerce(delimiter, VARCHAR, at).sql
      return {
        sql: `(CASE WHEN ${array.sql} IS NOT NULL AND ${by} IS NOT NULL THEN coalesce(array_to_string(list_transform(${array.sql}, lambda j: ${shown}), ${by}), '') END)`,
        type: VARCHAR,
      }
    },
  ),
  array_max: forms([
    'array(T) -> T',
    ([array], _, type) => {
      const of = array!.sql
      // The engine puts NaN above all numbers.
      const numbers = isFloating(type)
        ? `coalesce(list_max(list_filter(${of}, lambda x: NOT isnan(x))), list_max(${of}))`
        : `list_max(${of})`
      return `(CASE WHEN ${hasNull(of)} THEN NULL ELSE ${numbers} END)`
    },
  ]),
  array_min: forms(['array(T) -> T', `CASE WHEN ${hasNull('$1')} THEN NULL ELSE list_min($1) END`]),
  array_position: own(['array(T), T', 'array(T), T, bigint'], (args, { at }) => {
    const search = searched(args.slice(0, 2), at)
    if (!search || args.length > 3) return undefined
    const { array, item, type } = search
    const open = comparesOddly(type) && !isFloating(type)
    const unsure = open
      ? ` WHEN contains(${foundSql(array, item, type)}, 'u') THEN ${unsureSql(BIGINT, 'array_position')}`
      : ''
    const places = `list_filter(range(1, len(${array}) + 1), lambda p: coalesce(${comparedSql('=', `${array}[p]`, item, type)}, false))`
    const instance = args[2] ? coerce(args[2], BIGINT, at).sql : '1'
    const raise = raiseSql(
      BIGINT,
      `'INVALID_FUNCTION_ARGUMENT: array_position cannot take a 0-valued instance argument.'`,
    )
    const sql = `(CASE WHEN ${array} IS NULL OR ${item} IS NULL OR ${instance} IS NULL THEN NULL WHEN ${instance} = 0 THEN ${raise}${unsure} ELSE coalesce(list_extract(${places}, ${instance}), 0) END)`
    return { sql, type: BIGINT }
  }),
  array_remove: own('array(T), T', (args, { at }) => {
    const search = searched(args, at)
    if (!search || args.length > 2) return undefined
    const { array, item } = search
    const type = arrayOf(search.type)
    const left = `list_filter(${array}, lambda x: NOT coalesce(${comparedSql('=', 'x', item, search.type)}, false))`
    const unsure =
      comparesOddly(search.type) && !isFloating(search.type)
        ? ` WHEN contains(${foundSql(array, item, search.type)}, 'u') THEN ${unsureSql(type, 'array_remove')}`
        : ''
    return { sql: `(CASE WHEN ${item} IS NULL THEN NULL${unsure} ELSE ${left} END)`, type }
  }),
  array_union: forms(['array(T), array(T) -> array(T)', both(distinct('($1 || $2)'))]),
  array_intersect: forms([
    'array(T), array(T) -> array(T)',
    both(`list_filter(${distinct('$1')}, lambda y: list_position($2, y) IS NOT NULL)`),
  ]),
  array_except: forms([
    'array(T), array(T) -> array(T)',
    both(
      `CASE WHEN len($2) = 0 THEN $1 ELSE list_filter(${distinct('$1')}, lambda y: list_position($2, y) IS NULL) END`,
    ),
  ]),
  arrays_overlap: forms([
    'array(T), array(T) -> boolean',
    `CASE WHEN $1 IS NULL OR $2 IS NULL THEN NULL WHEN list_has_any($1, $2) THEN true
      WHEN len($1) = 0 OR len($2) = 0 THEN false
      WHEN ${hasNull('$1')} OR ${hasNull('$2')} THEN NULL ELSE false END`,
  ]),
  flatten: own('array(array(T))', ([array, ...rest]) => {
    if (array?.type.kind !== 'array' || rest.length > 0) return undefined
    const { element } = array.type
    if (element.kind === 'unknown') return array
    return element.kind === 'array' ? { sql: `flatten(${array.sql})`, type: element } : undefined
  }),
  slice: forms([
    'array(T), bigint, bigint -> array(T)',
    ([array, start, length], _, type) => {
      const [of, from, size] = [array!.sql, start!.sql, length!.sql]
      return `(CASE WHEN ${of} IS NULL OR ${from} IS NULL OR ${size} IS NULL THEN NULL
        WHEN ${from} = 0 THEN ${invalid(type, 'SQL array indices start at 1')}
        WHEN ${size} < 0 THEN ${invalid(type, 'length must be greater than or equal to 0')}
        WHEN ${from} > 0 THEN list_slice(${of}, ${from}, ${from} + ${size} - 1)
        WHEN -${from} <= len(${of}) THEN list_slice(${of}, len(${of}) + ${from} + 1, len(${of}) + ${from} + ${size})
        ELSE list_slice(${of}, 1, 0) END)`
    },
  ]),
  trim_array: forms([
    'array(T), bigint -> array(T)',
    ([array, count], _, type) =>
      `(CASE WHEN ${count!.sql} < 0 THEN ${invalid(type, 'size must not be negative')}
        WHEN ${count!.sql} > len(${array!.sql}) THEN ${invalid(type, 'size must not exceed array cardinality')}
        ELSE list_slice(${array!.sql}, 1, len(${array!.sql}) - ${count!.sql}) END)`,
  ]),
  sequence,
  repeat: forms([
    'T, bigint -> array(T)',
    ([item, count], _, type) =>
      `(CASE WHEN ${count!.sql} < 0 THEN ${invalid(type, 'count argument of repeat function must be greater than or equal to 0')}
        WHEN ${count!.sql} > 10000 THEN ${invalid(type, 'count argument of repeat function must be less than or equal to 10000')}
        ELSE list_transform(range(${count!.sql}), lambda i: ${item!.sql}) END)`,
  ]),
  shuffle: forms([
    'array(T) -> array(T)',
    `list_transform(list_sort(list_transform($1, lambda x: {'r': random(), 'x': x})), lambda x: x.x)`,
  ]),
  ngrams: forms([
    'array(T), bigint -> array(array(T))',
    ([array, size], _, type) =>
      `(CASE WHEN ${size!.sql} <= 0 THEN ${invalid(type, 'N must be positive')}
        WHEN ${size!.sql} >= len(${array!.sql}) THEN [${array!.sql}]
        ELSE list_transform(range(1, len(${array!.sql}) - ${size!.sql} + 2), lambda n: list_slice(${array!.sql}, n, n + ${size!.sql} - 1)) END)`,
  ]),
  contains_sequence: forms([
    'array(T), array(T) -> boolean',
    `CASE WHEN $1 IS NULL OR $2 IS NULL THEN NULL WHEN len($2) = 0 THEN true
      ELSE len(list_filter(range(1, len($1) - len($2) + 2), lambda s: list_slice($1, s, s + len($2) - 1) = $2)) > 0 END`,
  ]),
  zip: own('array(T), array(U)', (args) => {
    if (args.length < 2 || !args.every((arg) => arg.type.kind === 'array')) return undefined
    const fields = args.map((arg) => ({
      name: undefined,
      type: arg.type.kind === 'array' ? arg.type.element : arg.type,
    }))
    const row: Type = { kind: 'row', fields }
    const items = args.map(
      (arg, index) => `${quoteName(fieldKey(fields[index]!, index))} := (${arg.sql})[i]`,
    )
    const lengths = args.map((arg) => `len(${arg.sql})`).join(', ')
    const anyNull = args.map((arg) => `${arg.sql} IS NULL`).join(' OR ')
    return {
      sql: `(CASE WHEN ${anyNull} THEN NULL ELSE list_transform(range(1, greatest(${lengths}) + 1), lambda i: struct_pack(${items.join(', ')})) END)`,
      type: arrayOf(row),
    }
  }),
  transform: forms(['array(T), function(T, U) -> array(U)', 'list_transform($1, $2)']),
  filter: forms(['array(T), function(T, boolean) -> array(T)', 'list_filter($1, $2)']),
  any_match: forms(['array(T), function(T, boolean) -> boolean', quantifier('true', false)]),
  all_match: forms(['array(T), function(T, boolean) -> boolean', quantifier('false', false)]),
  none_match: forms(['array(T), function(T, boolean) -> boolean', quantifier('true', true)]),

  ...lambdaFunctions,

  map: own(['', 'array(K), array(V)'], (args) => {
    if (args.length === 0) {
      return {
        sql: 'MAP {}',
        type: { kind: 'map', key: { kind: 'unknown' }, value: { kind: 'unknown' } },
      }
    }
    const [keys, values] = args
    if (args.length !== 2 || keys!.type.kind !== 'array' || values!.type.kind !== 'array')
      return undefined
    const type: Type = { kind: 'map', key: keys!.type.element, value: values!.type.element }
    const raise = (text: string) => invalid(type, text)
    const pairs = `len(${keys!.sql}) <> len(${values!.sql})`
    const twice = `len(list_distinct(${keys!.sql})) <> len(${keys!.sql})`
    const sql = `(CASE WHEN ${keys!.sql} IS NULL OR ${values!.sql} IS NULL THEN NULL WHEN ${pairs} THEN ${raise('Key and value arrays must be the same length')} WHEN ${hasNull(keys!.sql)} THEN ${raise('map key cannot be null')} WHEN ${twice} THEN ${raise('Duplicate map keys are not allowed')} ELSE map(${keys!.sql}, ${values!.sql}) END)`
    return { sql, type }
  }),
  map_keys: forms(['map(K, V) -> array(K)', 'map_keys($1)']),
  map_values: forms(['map(K, V) -> array(V)', 'map_values($1)']),
  map_entries: own('map(K, V)', ([map, ...rest]) => {
    if (map?.type.kind !== 'map' || rest.length > 0) return undefined
    const row: Type = {
      kind: 'row',
      fields: [
        { name: undefined, type: map.type.key },
        { name: undefined, type: map.type.value },
      ],
    }
    const sql = `list_transform(map_entries(${map.sql}), lambda n: struct_pack("field0" := n.key, "field1" := n.value))`
    return { sql, type: arrayOf(row) }
  }),
  map_from_entries: forms(['array(row(K, V)) -> map(K, V)', 'map_from_entries($1)']),
  multimap_from_entries: forms([
    'array(row(K, V)) -> map(K, array(V))',
    `map_from_entries(list_transform(${distinct(`list_transform($1, lambda e: e.field0)`)}, lambda k: {'k': k, 'v': list_transform(list_filter($1, lambda e: e.field0 = k), lambda e: e.field1)}))`,
  ]),
  map_concat: own('map(K, V), map(K, V)', (args, { at }) => {
    let common: Type | undefined = args[0]?.type
    for (const arg of args) common = common && commonType(common, arg.type)
    if (args.length < 2 || common?.kind !== 'map') return undefined
    const maps = args.map((arg) => coerce(arg, common, at).sql)
    const missing = maps.map((map) => `${map} IS NULL`).join(' OR ')
    // The entries of the last map come first, and then those of the ones before that it has not.
    const entries = maps.toReversed().map((map) => `map_entries(${map})`)
    const all = `list_transform(${entries.join(' || ')}, lambda x: {'k': x.key, 'v': x.value})`
    return { sql: `(CASE WHEN ${missing} THEN NULL ELSE trino_map_of(${all}) END)`, type: common }
  }),
}
