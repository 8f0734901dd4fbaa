import type { HashKey } from './md5.ts'

export const hashKeyMax = 2n ** 128n - 1n

/** `count` ranges of equal size that cover all hash keys; the last takes what is left over. */
export function evenRanges(count: number): readonly { start: bigint; end: bigint }[] {
  const size = 2n ** 128n / BigInt(count)
  return Array.from({ length: count }, (_, index) => ({
    start: size * BigInt(index),
    end: index === count - 1 ? hashKeyMax : size * BigInt(index + 1) - 1n,
  }))
}

/** Puts a number below 2^128 into `words`. */
export function hashKeyOf(value: bigint, words: HashKey): void {
  for (let word = 0; word < 4; word += 1) {
    words[word] = Number((value >> BigInt(96 - 32 * word)) & 0xffff_ffffn)
  }
}

/** Finds the shard of a key among ranges that cover all hash keys without a gap. */
export class HashRing<T> {
  /** In the order of their ranges. */
  readonly values: readonly T[]
  /** Where each range begins, four words each. */
  readonly #starts: Uint32Array

  constructor(ranges: readonly { readonly start: bigint; readonly value: T }[]) {
    const sorted = ranges.toSorted((one, other) => (one.start < other.start ? -1 : 1))
    this.#starts = new Uint32Array(sorted.length * 4)
    for (const [index, { start }] of sorted.entries()) {
      hashKeyOf(start, this.#starts.subarray(index * 4, index * 4 + 4))
    }
    this.values = sorted.map((range) => range.value)
  }

  /** The place in `values` of the one whose range holds the key. */
  placeOf(key: HashKey): number {
    let low = 0
    let high = this.values.length
    while (high - low > 1) {
      const middle = (low + high) >>> 1
      if (this.#startsAtOrBefore(middle * 4, key)) low = middle
      else high = middle
    }
    return low
  }

  #startsAtOrBefore(at: number, key: HashKey): boolean {
    for (let word = 0; word < 3; word += 1) {
      const start = this.#starts[at + word]!
      if (start !== key[word]!) return start < key[word]!
    }
    return this.#starts[at + 3]! <= key[3]!
  }
}
