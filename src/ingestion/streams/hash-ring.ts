import { md5, type HashKey } from './md5.ts'

export const hashKeyMax = 2n ** 128n - 1n

/** `count` ranges of equal size that cover all hash keys; the last takes what is left over. */
export function evenRanges(count: number): readonly { start: bigint; end: bigint }[] {
  const size = 2n ** 128n / BigInt(count)
  return Array.from({ length: count }, (_, index) => ({
    start: size * BigInt(index),
    end: index === count - 1 ? hashKeyMax : size * BigInt(index + 1) - 1n,
  }))
}

export function hashKeyOf(value: bigint): HashKey {
  const word = (shift: bigint) => Number((value >> shift) & 0xffff_ffffn)
  return { a: word(96n), b: word(64n), c: word(32n), d: word(0n) }
}

/** Finds the shard of a key among ranges that cover all hash keys without a gap. */
export class HashRing<T> {
  readonly #starts: readonly HashKey[]
  readonly #values: readonly T[]

  constructor(ranges: readonly { readonly start: bigint; readonly value: T }[]) {
    const sorted = ranges.toSorted((one, other) => (one.start < other.start ? -1 : 1))
    this.#starts = sorted.map((range) => hashKeyOf(range.start))
    this.#values = sorted.map((range) => range.value)
  }

  /** `explicitHashKey` is a decimal number below 2^128. */
  find(partitionKey: string, explicitHashKey: string | undefined): T {
    if (this.#values.length === 1) return this.#values[0]!
    return this.at(
      explicitHashKey === undefined ? md5(partitionKey) : hashKeyOf(BigInt(explicitHashKey)),
    )
  }

  at(key: HashKey): T {
    let low = 0
    let high = this.#starts.length
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if (isAtMost(this.#starts[middle]!, key)) low = middle
      else high = middle
    }
    return this.#values[low]!
  }
}

function isAtMost(one: HashKey, other: HashKey): boolean {
  if (one.a !== other.a) return one.a < other.a
  if (one.b !== other.b) return one.b < other.b
  if (one.c !== other.c) return one.c < other.c
  return one.d <= other.d
}
