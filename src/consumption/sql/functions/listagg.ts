import { coerce } from '../analyze/cast.ts'
import { raiseSql } from '../analyze/typed.ts'
import { sqlError } from '../errors.ts'
import { VARCHAR, isText, quoteText } from '../types/type.ts'
import type { Aggregate } from './aggregate.ts'

/** The longest text that Trino concatenates, in bytes. */
const listaggBytesMax = 1_048_576

/** https://trino.io/docs/current/functions/aggregate.html#listagg */
export const listagg: Aggregate = ([value, separator, ...rest], call, { at, truncate }) => {
  if (!value || !isText(value.type) || rest.length > 0) return undefined
  if (separator && typeof separator.constant !== 'string') {
    throw sqlError('NotSupported', at, 'LISTAGG is supported only with a literal separator')
  }
  const by = separator ? coerce(separator, VARCHAR, at).sql : "''"
  const whole = call('string_agg', `${value.sql}, ${by}`)
  if (!truncate) {
    const text = `'EXCEEDED_FUNCTION_MEMORY_LIMIT: Concatenated string has the length in bytes larger than the maximum output length ${listaggBytesMax}'`
    const tooLong = `octet_length(encode(${whole})) > ${listaggBytesMax}`
    return {
      sql: `CASE WHEN ${tooLong} THEN ${raiseSql(VARCHAR, text)} ELSE ${whole} END`,
      type: VARCHAR,
    }
  }
  const items = call('list', value.sql)
  const sql = `trino_listagg(list_filter(${items}, lambda x: x IS NOT NULL), ${by}, ${quoteText(truncate.filler)}, ${truncate.count}, ${listaggBytesMax})`
  return { sql, type: VARCHAR }
}

/** Macros that it calls; those that others call come first. */
export const listaggMacros: readonly string[] = [
  // How many of the items fit, one by one from the first.
  `CREATE MACRO trino_listagg_fit(items, glue, most) AS list_reduce(
     list_transform(items, lambda x: {'n': 1, 'size': octet_length(encode(x)) + octet_length(encode(glue)), 'stop': false}),
     lambda s, x: CASE WHEN s.stop OR s.size + x.size - octet_length(encode(glue)) > most
       THEN {'n': s.n, 'size': s.size, 'stop': true} ELSE {'n': s.n + 1, 'size': s.size + x.size, 'stop': false} END,
     {'n': 0, 'size': CAST(0 AS BIGINT), 'stop': false}).n`,
  `CREATE MACRO trino_listagg_cut(items, glue, filler, counted, fit) AS CASE WHEN fit = len(items) THEN array_to_string(items, glue)
     ELSE array_to_string(list_slice(items, 1, fit), glue) || (CASE WHEN fit > 0 THEN glue ELSE '' END) || filler ||
       (CASE WHEN counted THEN '(' || CAST(len(items) - fit AS VARCHAR) || ')' ELSE '' END) END`,
  `CREATE MACRO trino_listagg(items, glue, filler, counted, most) AS CASE
     WHEN items IS NULL OR len(items) = 0 THEN NULL
     WHEN list_sum(list_transform(items, lambda x: octet_length(encode(x)) + octet_length(encode(glue)))) - octet_length(encode(glue)) <= most
       THEN array_to_string(items, glue)
     ELSE trino_listagg_cut(items, glue, filler, counted, trino_listagg_fit(items, glue, most)) END`,
]
