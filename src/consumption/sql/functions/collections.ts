import { coerce } from '../analyze/cast.ts'
import { raiseSql } from '../analyze/typed.ts'
import { commonType } from '../types/coercion.ts'
import { castTextSql } from '../types/text.ts'
import { BIGINT, type Type, VARCHAR, arrayOf, fieldKey, quoteName } from '../types/type.ts'
import { type FunctionTable, forms, own } from './registry.ts'

/** The first occurrence of each element, NULL included, in the order of the array. */
const distinct = (array: string) =>
  `list_filter(${array}, lambda x, i: list_position(${array}, x) = i)`
/** `contains` with SQL's three values. */
const contains = `CASE WHEN $2 IS NULL OR $1 IS NULL THEN NULL WHEN list_contains($1, $2) THEN true
  WHEN list_position($1, NULL) IS NOT NULL THEN NULL ELSE false END`
/** A quantifier over the results r of a lambda: decided by `decisive`, else unknown when one is NULL. */
const quantifier = (decisive: 'true' | 'false', negate: boolean) =>
  `CASE WHEN $1 IS NULL THEN NULL
    WHEN list_contains(list_transform($1, $2), ${decisive}) THEN ${negate ? 'false' : decisive === 'true' ? 'true' : 'false'}
    WHEN list_position(list_transform($1, $2), NULL) IS NOT NULL THEN NULL
    ELSE ${negate ? 'true' : decisive === 'true' ? 'false' : 'true'} END`
const hasNull = (array: string) => `list_position(${array}, NULL) IS NOT NULL`

/** https://trino.io/docs/current/functions/array.html and map.html */
export const collectionFunctions: FunctionTable = {
  cardinality: forms(
    ['array(T) -> bigint', 'len($1)'],
    ['map(K, V) -> bigint', 'CAST(cardinality($1) AS BIGINT)'],
  ),
  contains: forms(['array(T), T -> boolean', contains]),
  element_at: own(['array(T), bigint', 'map(K, V), K'], ([base, key, ...rest], { at }) => {
    if (!base || !key || rest.length > 0) return undefined
    if (base.type.kind === 'map') {
      const wanted = coerce(key, base.type.key, at).sql
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
        sql: `array_to_string(list_transform(${array.sql}, lambda j: ${shown}), ${by})`,
        type: VARCHAR,
      }
    },
  ),
  array_max: forms(['array(T) -> T', `CASE WHEN ${hasNull('$1')} THEN NULL ELSE list_max($1) END`]),
  array_min: forms(['array(T) -> T', `CASE WHEN ${hasNull('$1')} THEN NULL ELSE list_min($1) END`]),
  array_sort: forms(['array(T) -> array(T)', `list_sort($1, 'ASC', 'NULLS LAST')`]),
  array_position: forms([
    'array(T), T -> bigint',
    `CASE WHEN $1 IS NULL OR $2 IS NULL THEN NULL ELSE CAST(coalesce(list_position($1, $2), 0) AS BIGINT) END`,
  ]),
  array_remove: forms([
    'array(T), T -> array(T)',
    'list_filter($1, lambda x: x IS DISTINCT FROM $2)',
  ]),
  array_union: forms(['array(T), array(T) -> array(T)', distinct('($1 || $2)')]),
  array_intersect: forms([
    'array(T), array(T) -> array(T)',
    `list_filter(${distinct('$1')}, lambda y: list_position($2, y) IS NOT NULL)`,
  ]),
  array_except: forms([
    'array(T), array(T) -> array(T)',
    `list_filter(${distinct('$1')}, lambda y: list_position($2, y) IS NULL)`,
  ]),
  arrays_overlap: forms([
    'array(T), array(T) -> boolean',
    `CASE WHEN $1 IS NULL OR $2 IS NULL THEN NULL WHEN list_has_any($1, $2) THEN true
      WHEN ${hasNull('$1')} OR ${hasNull('$2')} THEN NULL ELSE false END`,
  ]),
  flatten: forms(['array(array(T)) -> array(T)', 'flatten($1)']),
  slice: forms([
    'array(T), bigint, bigint -> array(T)',
    `CASE WHEN $2 > 0 THEN list_slice($1, $2, $2 + $3 - 1)
      WHEN $2 < 0 AND -$2 <= len($1) THEN list_slice($1, len($1) + $2 + 1, len($1) + $2 + $3)
      WHEN $2 < 0 THEN list_slice($1, 1, 0) END`,
  ]),
  sequence: forms(
    [
      'bigint, bigint -> array(bigint)',
      'generate_series($1, $2, CASE WHEN $1 <= $2 THEN 1 ELSE -1 END)',
    ],
    ['bigint, bigint, bigint -> array(bigint)', 'generate_series($1, $2, $3)'],
    [
      'date, date -> array(date)',
      `CAST(generate_series(CAST($1 AS TIMESTAMP), CAST($2 AS TIMESTAMP), INTERVAL 1 DAY) AS DATE[])`,
    ],
  ),
  repeat: forms(['T, bigint -> array(T)', 'list_transform(range($2), lambda i: $1)']),
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
    return {
      sql: `list_transform(range(1, greatest(${lengths}) + 1), lambda i: struct_pack(${items.join(', ')}))`,
      type: arrayOf(row),
    }
  }),
  transform: forms(['array(T), function(T, U) -> array(U)', 'list_transform($1, $2)']),
  filter: forms(['array(T), function(T, boolean) -> array(T)', 'list_filter($1, $2)']),
  reduce: forms([
    'array(T), S, function(S, T, S), function(S, R) -> R',
    'list_transform([list_reduce($1, $3, $2)], $4)[1]',
  ]),
  any_match: forms(['array(T), function(T, boolean) -> boolean', quantifier('true', false)]),
  all_match: forms(['array(T), function(T, boolean) -> boolean', quantifier('false', false)]),
  none_match: forms(['array(T), function(T, boolean) -> boolean', quantifier('true', true)]),

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
    return { sql: `map(${keys!.sql}, ${values!.sql})`, type }
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
  map_concat: own('map(K, V), map(K, V)', (args, { at }) => {
    let common: Type | undefined = args[0]?.type
    for (const arg of args) common = common && commonType(common, arg.type)
    if (args.length < 2 || common?.kind !== 'map') return undefined
    return {
      sql: `map_concat(${args.map((arg) => coerce(arg, common, at).sql).join(', ')})`,
      type: common,
    }
  }),
}
