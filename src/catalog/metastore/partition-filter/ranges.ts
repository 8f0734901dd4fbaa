import { afterTerminator, terminator } from '../partition-key.ts'
import type { Resolved } from './resolve.ts'

/** A run of keys, `low` inclusive, `high` exclusive; no `high` means to the end. */
export interface KeyRange {
  readonly low: string
  readonly high: string | undefined
}

/** A choice that must hold as a whole: for some keys, the intervals their value may lie in. */
type Conjunct = ReadonlyMap<number, readonly KeyRange[]>

const conjunctsMax = 256
const rangesMax = 2_000
const everything: KeyRange = { low: '', high: undefined }

/**
 * The runs of the key index that can hold matches of a filter: disjoint, in order, perhaps too wide but never
 * too narrow. Leading keys that are fixed descend into the next; the first that is not ends the run.
 */
export function keyRanges(filter: Resolved, keyCount: number): readonly KeyRange[] {
  const ranges = toConjuncts(filter).flatMap((conjunct) => expand(conjunct, keyCount))
  return merge(ranges)
}

/** How to pass over most of a run when a later key is fixed and one before it is not. */
export interface Skip {
  /** Keys before the fixed one. */
  readonly depth: number
  /** What the fixed key may be, behind a prefix of `depth` values. */
  readonly points: readonly KeyRange[]
}

/** Undefined when no key is fixed but leading ones, or when there are choices between keys. */
export function skipOf(filter: Resolved, keyCount: number): Skip | undefined {
  const [conjunct, ...others] = toConjuncts(filter)
  if (!conjunct || others.length > 0) return undefined
  const isFixed = (column: number) => conjunct.get(column)?.every(isPoint) === true
  let leading = 0
  while (leading < keyCount && isFixed(leading)) leading++
  for (let depth = leading + 1; depth < keyCount; depth++) {
    const points = conjunct.get(depth)
    if (points && isFixed(depth)) return { depth, points }
  }
  return undefined
}

function toConjuncts(filter: Resolved): readonly Conjunct[] {
  switch (filter.kind) {
    case 'or': {
      const all = filter.items.flatMap(toConjuncts)
      return all.length > conjunctsMax ? [new Map()] : all
    }
    case 'and': {
      let product: readonly Conjunct[] = [new Map()]
      for (const item of filter.items) {
        const choices = toConjuncts(item)
        // Too many combinations: leaving a condition out only widens the runs.
        if (product.length * choices.length > conjunctsMax) continue
        product = product.flatMap((left) => choices.map((right) => intersect(left, right)))
      }
      return product
    }
    default: {
      const intervals = leafIntervals(filter)
      return [intervals ? new Map([[filter.column, intervals]]) : new Map()]
    }
  }
}

function leafIntervals(
  leaf: Exclude<Resolved, { kind: 'and' | 'or' }>,
): readonly KeyRange[] | undefined {
  if (leaf.kind === 'in' && !leaf.negated) return merge(leaf.values.map(point))
  if (leaf.kind === 'like' && !leaf.negated) {
    const prefix = /^[^%_\\]*/.exec(leaf.pattern)![0]
    // A pattern with control characters is spelled otherwise in a key; it is rare enough to read all.
    // eslint-disable-next-line no-control-regex
    if (prefix === '' || /[\u0000-\u0002]/.test(prefix)) return undefined
    return [{ low: prefix, high: `${prefix}\u{10ffff}\u{10ffff}` }]
  }
  if (leaf.kind !== 'compare') return undefined
  const { value } = leaf
  switch (leaf.operator) {
    case '=':
      return [point(value)]
    case '<':
      return [{ low: '', high: value + terminator }]
    case '<=':
      return [{ low: '', high: value + afterTerminator }]
    case '>':
      return [{ low: value + afterTerminator, high: undefined }]
    case '>=':
      return [{ low: value + terminator, high: undefined }]
    case '<>':
      return undefined
  }
}

function point(value: string): KeyRange {
  return { low: value + terminator, high: value + afterTerminator }
}

function isPoint(range: KeyRange): boolean {
  return range.low !== '' && range.high === range.low.slice(0, -1) + afterTerminator
}

function intersect(left: Conjunct, right: Conjunct): Conjunct {
  const result = new Map(left)
  for (const [column, intervals] of right) {
    const have = result.get(column)
    if (!have) result.set(column, intervals)
    else if (have.length * intervals.length <= 10_000)
      result.set(
        column,
        have.flatMap((a) => intervals.flatMap((b) => overlap(a, b))),
      )
  }
  return result
}

function overlap(a: KeyRange, b: KeyRange): readonly KeyRange[] {
  const low = compare(a.low, b.low) > 0 ? a.low : b.low
  const high = compareHigh(a.high, b.high) < 0 ? a.high : b.high
  return high !== undefined && compare(low, high) >= 0 ? [] : [{ low, high }]
}

function expand(conjunct: Conjunct, keyCount: number): readonly KeyRange[] {
  let prefixes = ['']
  for (let column = 0; column < keyCount; column++) {
    const intervals = conjunct.get(column)
    if (!intervals) return prefixes.map(within)
    const descends = intervals.every(isPoint) && prefixes.length * intervals.length <= rangesMax
    if (!descends) {
      if (prefixes.length * intervals.length > rangesMax) return prefixes.map(within)
      return prefixes.flatMap((prefix) =>
        intervals.map(({ low, high }) => ({
          low: prefix + low,
          high: high === undefined ? within(prefix).high : prefix + high,
        })),
      )
    }
    prefixes = prefixes.flatMap((prefix) => intervals.map(({ low }) => prefix + low))
  }
  return prefixes.map(within)
}

/** All keys that begin with these complete values. */
function within(prefix: string): KeyRange {
  return prefix === '' ? everything : { low: prefix, high: prefix.slice(0, -1) + afterTerminator }
}

function merge(ranges: readonly KeyRange[]): readonly KeyRange[] {
  const merged: KeyRange[] = []
  for (const range of ranges.toSorted((a, b) => compare(a.low, b.low))) {
    const last = merged.at(-1)
    // Touching runs stay apart: a point must still be seen as one.
    if (last && (last.high === undefined || compare(range.low, last.high) < 0)) {
      const high = compareHigh(last.high, range.high) < 0 ? range.high : last.high
      merged[merged.length - 1] = { low: last.low, high }
    } else merged.push(range)
  }
  return merged
}

/** As the database sorts text: by UTF-8 bytes, which differs from UTF-16 order past the first plane. */
function compare(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b))
}

function compareHigh(a: string | undefined, b: string | undefined): number {
  if (a === b) return 0
  if (a === undefined) return 1
  return b === undefined ? -1 : compare(a, b)
}
