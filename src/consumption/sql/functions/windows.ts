import { coerce } from '../analyze/cast.ts'
import { raiseSql } from '../analyze/typed.ts'
import { BIGINT, DOUBLE, type Type } from '../types/type.ts'
import type { Aggregate } from './aggregate.ts'
import { keepsType } from './keeps-type.ts'

/** Functions that need OVER. */
export const windowFunctions: Readonly<Record<string, Aggregate>> = {
  row_number: ranking('row_number', BIGINT),
  rank: ranking('rank', BIGINT),
  dense_rank: ranking('dense_rank', BIGINT),
  percent_rank: ranking('percent_rank', DOUBLE),
  cume_dist: ranking('cume_dist', DOUBLE),
  ntile: ([count, ...rest], call, { at }) =>
    count && rest.length === 0
      ? { sql: call('ntile', coerce(count, BIGINT, at).sql), type: BIGINT }
      : undefined,
  lag: shifted('lag'),
  lead: shifted('lead'),
  first_value: keepsType('first_value'),
  last_value: keepsType('last_value'),
  nth_value: ([value, place, ...rest], call, { at }) => {
    if (!value || !place || rest.length > 0) return undefined
    const offset = coerce(place, BIGINT, at).sql
    const raise = raiseSql(BIGINT, `'INVALID_FUNCTION_ARGUMENT: Offset must be at least 1'`)
    const sure = typeof place.constant === 'number' && place.constant >= 1
    const checked = sure ? offset : `CASE WHEN ${offset} < 1 THEN ${raise} ELSE ${offset} END`
    return { sql: call('nth_value', `${value.sql}, ${checked}`), type: value.type }
  },
}

function ranking(name: string, type: Type): Aggregate {
  return (args, call) => (args.length > 0 ? undefined : { sql: call(name, ''), type })
}

function shifted(name: string): Aggregate {
  return ([value, offset, otherwise, ...rest], call, { at }) => {
    if (!value || rest.length > 0) return undefined
    const parts = [value.sql]
    if (offset) {
      const by = coerce(offset, BIGINT, at).sql
      const raise = (what: string) =>
        raiseSql(BIGINT, `'INVALID_FUNCTION_ARGUMENT: Offset must ${what}'`)
      const sure = typeof offset.constant === 'number' && offset.constant >= 0
      const checked = `CASE WHEN ${by} < 0 THEN ${raise('be at least 0')} WHEN ${by} IS NULL THEN ${raise('not be null')} ELSE ${by} END`
      parts.push(sure ? by : checked)
    }
    if (otherwise) parts.push(coerce(otherwise, value.type, at).sql)
    return { sql: call(name, parts.join(', ')), type: value.type }
  }
}
