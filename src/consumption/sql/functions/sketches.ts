import { coerce } from '../analyze/cast.ts'
import type { Position } from '../errors.ts'
import type { Typed } from '../analyze/typed.ts'
import {
  BIGINT,
  DOUBLE,
  type Type,
  VARCHAR,
  arrayOf,
  engineType,
  isInteger,
  isNumeric,
} from '../types/type.ts'
import type { Aggregate } from './aggregate.ts'
import { type FunctionTable, own } from './registry.ts'

const HYPERLOGLOG: Type = { kind: 'hyperloglog' }

/** Distinct hashes of 64 bits stand for the sketch: counts are exact, where Trino's are near. */
const approxSet: Aggregate = ([value, ...rest], call, { at }) => {
  if (!value || rest.length > 0) return undefined
  const wanted = isInteger(value.type) ? BIGINT : value.type.kind === 'varchar' ? VARCHAR : DOUBLE
  if (!isNumeric(value.type) && value.type.kind !== 'varchar') return undefined
  const { sql } = coerce(value, wanted, at)
  const hashes = call('list', `DISTINCT CASE WHEN ${sql} IS NOT NULL THEN hash(${sql}) END`)
  const kept = `list_filter(${hashes}, lambda h: h IS NOT NULL)`
  return { sql: `CASE WHEN len(${kept}) > 0 THEN ${kept} END`, type: HYPERLOGLOG }
}

/** All values and their weights stand for the digest. */
function digestOf(
  element: Type,
  type: Type,
  [value, weight]: readonly (Typed | undefined)[],
  call: (name: string, args: string) => string,
  at: Position,
): Typed {
  const values = call('list', coerce(value!, element, at).sql)
  const weights = call('list', weight ? coerce(weight, DOUBLE, at).sql : 'CAST(1 AS DOUBLE)')
  return { sql: `struct_pack(v := ${values}, w := ${weights})`, type }
}

const qdigest: Aggregate = ([value, weight, accuracy, ...rest], call, { at }) => {
  if (!value || rest.length > 0 || !isNumeric(value.type)) return undefined
  if ((weight && !isInteger(weight.type)) || (accuracy && !isNumeric(accuracy.type)))
    return undefined
  const element = isInteger(value.type) ? BIGINT : value.type.kind === 'real' ? value.type : DOUBLE
  return digestOf(element, { kind: 'qdigest', element }, [value, weight], call, at)
}

const tdigest: Aggregate = ([value, weight, ...rest], call, { at }) => {
  if (!value || rest.length > 0 || !isNumeric(value.type)) return undefined
  if (weight && !isNumeric(weight.type)) return undefined
  return digestOf(DOUBLE, { kind: 'tdigest' }, [value, weight], call, at)
}

const merge: Aggregate = ([sketch, ...rest], call) => {
  if (!sketch || rest.length > 0) return undefined
  const { sql, type } = sketch
  if (type.kind === 'hyperloglog')
    return { sql: `list_distinct(flatten(${call('list', sql)}))`, type }
  if (type.kind !== 'qdigest' && type.kind !== 'tdigest') return undefined
  const all = (part: string) => `flatten(${call('list', `(${sql}).${part}`)})`
  return { sql: `struct_pack(v := ${all('v')}, w := ${all('w')})`, type }
}

/** https://trino.io/docs/current/functions/hyperloglog.html, qdigest.html and tdigest.html */
export const sketchAggregates: Readonly<Record<string, Aggregate>> = {
  approx_set: approxSet,
  qdigest_agg: qdigest,
  tdigest_agg: tdigest,
  merge,
}

/** The values at so many shares of the weight, as a list. */
function valuesAt(digest: Typed, shares: string): { readonly sql: string; readonly element: Type } {
  const element = digest.type.kind === 'qdigest' ? digest.type.element : DOUBLE
  const whole = element.kind === 'bigint'
  const values = `CAST((${digest.sql}).v AS ${whole ? 'BIGINT' : 'DOUBLE'}[])`
  const found = `trino_weighted_${whole ? 'percentiles' : 'doubles'}(${values}, (${digest.sql}).w, ${shares})`
  return { sql: `CAST(${found} AS ${engineType(element)}[])`, element }
}

const isDigest = (value: Typed | undefined): value is Typed =>
  value?.type.kind === 'qdigest' || value?.type.kind === 'tdigest'

export const sketchFunctions: FunctionTable = {
  empty_approx_set: own('', (args) =>
    args.length > 0 ? undefined : { sql: 'CAST([] AS UBIGINT[])', type: HYPERLOGLOG },
  ),
  value_at_quantile: own('qdigest(T), double', ([digest, share, ...rest], { at }) => {
    if (!isDigest(digest) || !share || !isNumeric(share.type) || rest.length > 0) return undefined
    const { sql, element } = valuesAt(digest, `[${coerce(share, DOUBLE, at).sql}]`)
    return { sql: `${sql}[1]`, type: element }
  }),
  values_at_quantiles: own('qdigest(T), array(double)', ([digest, shares, ...rest], { at }) => {
    if (!isDigest(digest) || shares?.type.kind !== 'array' || rest.length > 0) return undefined
    const { sql, element } = valuesAt(digest, coerce(shares, arrayOf(DOUBLE), at).sql)
    return { sql, type: arrayOf(element) }
  }),
}
