import type { Filter, Test } from './filter.ts'
import { compareValues, type Value } from './values.ts'

/** What is known of the values that a column has in a file, or a partition field in a manifest. */
export interface Range {
  /** No value is below, or above; undefined when it is not known. */
  readonly lower: Value | undefined
  readonly upper: Value | undefined
  readonly hasNull: boolean | 'unknown'
  readonly hasNaN: boolean | 'unknown'
  /** There is nothing but null. */
  readonly allNull: boolean
  /** There is nothing but NaN and null. */
  readonly allNaN: boolean
}

export const unknownRange: Range = {
  lower: undefined,
  upper: undefined,
  hasNull: 'unknown',
  hasNaN: 'unknown',
  allNull: false,
  allNaN: false,
}

/** The range of a single value; undefined stands for null. */
export function rangeOf(value: Value | undefined): Range {
  const isNaN = typeof value === 'number' && Number.isNaN(value)
  return {
    lower: isNaN ? undefined : value,
    upper: isNaN ? undefined : value,
    hasNull: value === undefined,
    hasNaN: isNaN,
    allNull: value === undefined,
    allNaN: isNaN,
  }
}

/** False only when no row can pass the filter; `judge` answers for one test in the same way. */
export function mayMatch(filter: Filter, judge: (test: Test) => boolean): boolean {
  switch (filter.kind) {
    case 'any':
      return true
    case 'none':
      return false
    case 'and':
      return filter.parts.every((part) => mayMatch(part, judge))
    case 'or':
      return filter.parts.some((part) => mayMatch(part, judge))
    case 'test':
      return judge(filter)
  }
}

/** Whether some value of the range may pass the test. */
export function testRange({ op, values }: Pick<Test, 'op' | 'values'>, range: Range): boolean {
  switch (op) {
    case 'is-null':
      return range.hasNull !== false
    case 'not-null':
      return !range.allNull
    case 'is-nan':
      return range.hasNaN !== false && !range.allNull
    case 'not-nan':
      return !range.allNaN
    // Rows that are null pass: that null is no answer in SQL is for the engine to say.
    case 'not-eq':
    case 'not-in':
      return !(isSingle(range) && values.some((value) => compareValues(value, range.lower!) === 0))
    case 'not-starts-with':
      return !(
        range.hasNull === false &&
        startsWith(range.lower, values[0]!) &&
        startsWith(range.upper, values[0]!)
      )
    default:
  }
  if (range.allNull || range.allNaN) return false
  switch (op) {
    case 'lt':
      return range.lower === undefined || compareValues(range.lower, values[0]!) < 0
    case 'lt-eq':
      return range.lower === undefined || compareValues(range.lower, values[0]!) <= 0
    case 'gt':
      return range.upper === undefined || compareValues(range.upper, values[0]!) > 0
    case 'gt-eq':
      return range.upper === undefined || compareValues(range.upper, values[0]!) >= 0
    case 'eq':
    case 'in':
      return values.some((value) => isWithin(value, range))
    case 'starts-with':
      return mayStartWith(values[0]!, range)
  }
}

function isWithin(value: Value, { lower, upper }: Range): boolean {
  return (
    (lower === undefined || compareValues(lower, value) <= 0) &&
    (upper === undefined || compareValues(upper, value) >= 0)
  )
}

/** Certainly one value, not null: bounds may be cut, so equal bounds count only where nothing else can be. */
function isSingle(range: Range): boolean {
  const { lower, upper, hasNull, hasNaN } = range
  if (lower === undefined || upper === undefined || hasNull !== false || hasNaN !== false)
    return false
  return compareValues(lower, upper) === 0
}

function startsWith(value: Value | undefined, prefix: Value): boolean {
  if (typeof value === 'string' && typeof prefix === 'string') return value.startsWith(prefix)
  if (Buffer.isBuffer(value) && Buffer.isBuffer(prefix)) {
    return value.subarray(0, prefix.length).equals(prefix)
  }
  return false
}

function mayStartWith(prefix: Value, { lower, upper }: Range): boolean {
  // Values with the prefix lie between it and all that begins with it.
  if (upper !== undefined && compareValues(upper, prefix) < 0) return false
  if (lower === undefined) return true
  return compareValues(lower, prefix) <= 0 || startsWith(lower, prefix)
}
