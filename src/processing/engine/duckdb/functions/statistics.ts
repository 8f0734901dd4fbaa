import { type EngineFunction, FunctionFailure, engineFunction } from './function.ts'

type Numbers = readonly (number | null)[]

const invalid = (text: string) => new FunctionFailure('INVALID_FUNCTION_ARGUMENT', text)

interface Moments {
  readonly count: number
  readonly m2: number
  readonly m3: number
  readonly m4: number
}

/** Central moments, updated value by value: https://en.wikipedia.org/wiki/Algorithms_for_calculating_variance#Higher-order_statistics */
function momentsOf(values: Numbers): Moments {
  let [count, mean, m2, m3, m4] = [0, 0, 0, 0, 0]
  for (const value of values) {
    if (value === null) continue
    const before = count++
    const delta = value - mean
    const step = delta / count
    const squared = step * step
    const term = delta * step * before
    mean += step
    m4 += term * squared * (count * count - 3 * count + 3) + 6 * squared * m2 - 4 * step * m3
    m3 += term * step * (count - 2) - 3 * step * m2
    m2 += term
  }
  return { count, m2, m3, m4 }
}

function skewness(values: Numbers): number | null {
  const { count, m2, m3 } = momentsOf(values)
  return count < 3 ? null : (Math.sqrt(count) * m3) / m2 ** 1.5
}

function kurtosis(values: Numbers): number | null {
  const { count: n, m2, m4 } = momentsOf(values)
  if (n < 4) return null
  const scale = ((n - 1) * n * (n + 1)) / ((n - 2) * (n - 3))
  return (scale * m4) / (m2 * m2) - (3 * (n - 1) ** 2) / ((n - 2) * (n - 3))
}

interface Bucket {
  value: number
  weight: number
  /** Neighbours; undefined at the ends. */
  before: Bucket | undefined
  after: Bucket | undefined
  merged: boolean
}

/** How much the variance grows when two buckets become one. */
function penalty(a: Bucket, b: Bucket): number {
  const weight = a.weight + b.weight
  return weight * (a.value - b.value) ** 2 * ((a.weight * b.weight) / (weight * weight))
}

/**
 * At most so many buckets, by value, each with its weight: the nearest two become one until that is so.
 * http://jmlr.org/papers/volume11/ben-haim10a/ben-haim10a.pdf
 */
function numericHistogram(bucketsMax: bigint, values: Numbers, weights: Numbers): number[][] {
  if (bucketsMax < 2n) throw invalid('numeric_histogram bucket count must be greater than one')
  const entries = values
    .map((value, index) => ({ value, weight: weights[index] ?? 1 }))
    .filter((entry): entry is { value: number; weight: number } => entry.value !== null)
    .toSorted((a, b) => a.value - b.value)
  const buckets: Bucket[] = []
  for (const { value, weight } of entries) {
    const last = buckets.at(-1)
    if (last?.value === value) last.weight += weight
    else buckets.push({ value, weight, before: last, after: undefined, merged: false })
  }
  for (const bucket of buckets) if (bucket.before) bucket.before.after = bucket
  const heap = new PairHeap()
  for (const bucket of buckets) if (bucket.after) heap.push(bucket, bucket.after)
  for (let left = buckets.length; left > Number(bucketsMax); left--) {
    const [a, b] = heap.pop()
    const weight = a.weight + b.weight
    const value = (a.value * a.weight + b.value * b.weight) / weight
    const made = { value, weight, before: a.before, after: b.after, merged: false }
    a.merged = true
    b.merged = true
    buckets.push(made)
    if (made.before) {
      made.before.after = made
      heap.push(made.before, made)
    }
    if (made.after) {
      made.after.before = made
      heap.push(made, made.after)
    }
  }
  return buckets
    .filter((bucket) => !bucket.merged)
    .toSorted((a, b) => a.value - b.value)
    .map(({ value, weight }) => [value, weight])
}

/** Pairs of neighbours, those that are nearest first; pairs of which one is merged are passed over. */
class PairHeap {
  readonly #pairs: { readonly a: Bucket; readonly b: Bucket; readonly cost: number }[] = []

  push(a: Bucket, b: Bucket): void {
    const pairs = this.#pairs
    pairs.push({ a, b, cost: penalty(a, b) })
    for (let at = pairs.length - 1; at > 0;) {
      const up = (at - 1) >> 1
      if (pairs[up]!.cost <= pairs[at]!.cost) break
      ;[pairs[up], pairs[at]] = [pairs[at]!, pairs[up]!]
      at = up
    }
  }

  pop(): readonly [Bucket, Bucket] {
    for (;;) {
      const { a, b } = this.#take()
      if (!a.merged && !b.merged) return [a, b]
    }
  }

  #take(): { readonly a: Bucket; readonly b: Bucket } {
    const pairs = this.#pairs
    const first = pairs[0]!
    const last = pairs.pop()!
    if (pairs.length === 0) return first
    pairs[0] = last
    for (let at = 0; ;) {
      const [left, right] = [2 * at + 1, 2 * at + 2]
      let least = at
      if (left < pairs.length && pairs[left]!.cost < pairs[least]!.cost) least = left
      if (right < pairs.length && pairs[right]!.cost < pairs[least]!.cost) least = right
      if (least === at) return first
      ;[pairs[least], pairs[at]] = [pairs[at]!, pairs[least]!]
      at = least
    }
  }
}

/** For each share the least value below which lies more than that share of all weight; the greatest for 1. */
function weightedPercentiles<T extends bigint | number>(
  values: readonly (T | null)[],
  weights: Numbers,
  shares: Numbers,
): T[] | null {
  const entries: { value: T; weight: number }[] = []
  let total = 0
  for (const [index, value] of values.entries()) {
    const weight = weights[index]
    if (value === null || weight === null || weight === undefined) continue
    if (!(weight >= 1)) throw invalid(`weight must be >= 1, was ${weight}`)
    entries.push({ value, weight })
    total += weight
  }
  if (entries.length === 0) return null
  entries.sort((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : 0))
  return shares.map((share) => {
    if (share === null || !(share >= 0 && share <= 1))
      throw invalid('Percentile must be between 0 and 1')
    let below = 0
    const found = entries.find(({ weight }) => (below += weight) > share * total)
    return (found ?? entries.at(-1)!).value
  })
}

/** Of two vectors as maps from a name to a number. NULL when a number is. */
function cosine(
  leftKeys: readonly (string | null)[],
  left: Numbers,
  rightKeys: readonly (string | null)[],
  right: Numbers,
): number | null {
  if (left.includes(null) || right.includes(null)) return null
  const others = new Map(rightKeys.map((key, index) => [key, right[index]!]))
  let dot = 0
  for (const [index, key] of leftKeys.entries()) {
    const other = others.get(key)
    if (other !== undefined) dot += left[index]! * other
  }
  const norm = (values: Numbers) =>
    Math.sqrt(values.reduce<number>((sum, value) => sum + value! * value!, 0))
  return dot / (norm(left) * norm(right))
}

/** https://trino.io/docs/current/functions/aggregate.html, over all values of a group, and math.html */
export const statisticsFunctions: readonly EngineFunction[] = [
  engineFunction('trino_skewness', ['doubles'], 'double', skewness),
  engineFunction('trino_kurtosis', ['doubles'], 'double', kurtosis),
  engineFunction(
    'trino_numeric_histogram',
    ['bigint', 'doubles', 'doubles'],
    'doubleLists',
    numericHistogram,
  ),
  engineFunction(
    'trino_weighted_percentiles',
    ['bigints', 'doubles', 'doubles'],
    'bigints',
    weightedPercentiles<bigint>,
  ),
  engineFunction(
    'trino_weighted_doubles',
    ['doubles', 'doubles', 'doubles'],
    'doubles',
    weightedPercentiles<number>,
  ),
  engineFunction('trino_cosine', ['texts', 'doubles', 'texts', 'doubles'], 'double', cosine),
]
