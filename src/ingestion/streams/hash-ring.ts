import type { HashKey } from './hashing/md5.ts'

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

const tableBitsMax = 16

/** Finds the shard of a key among ranges that cover all hash keys without a gap. */
export class HashRing<T> {
  /** In the order of their ranges. */
  readonly values: readonly T[]
  /** Where each range begins, four words each. */
  readonly #starts: Uint32Array
  /**
   * For the highest bits of a key the place of the range that holds the least such key; and the last place at the end. No
   * stream has more shards than these numbers can tell apart (`shardsMax`), and half the size stays in the processor's cache.
   */
  readonly #table: Uint16Array
  readonly #tableShift: number

  constructor(ranges: readonly { readonly start: bigint; readonly value: T }[]) {
    const sorted = ranges.toSorted((one, other) => (one.start < other.start ? -1 : 1))
    this.#starts = new Uint32Array(sorted.length * 4)
    for (const [index, { start }] of sorted.entries()) {
      hashKeyOf(start, this.#starts.subarray(index * 4, index * 4 + 4))
    }
    this.values = sorted.map((range) => range.value)
    // Some bits more than are needed to tell even ranges apart: most keys then have one range to choose from.
    const bits = Math.min(tableBitsMax, 35 - Math.clz32(sorted.length))
    this.#tableShift = 32 - bits
    this.#table = new Uint16Array(2 ** bits + 1)
    const key = new Uint32Array(4)
    for (let high = 0; high < 2 ** bits; high += 1) {
      key[0] = high << this.#tableShift
      this.#table[high] = this.#search(key, 0, sorted.length)
    }
    this.#table[2 ** bits] = Math.max(0, sorted.length - 1)
  }

  /** The place in `values` of the one whose range holds the key. */
  placeOf(key: HashKey): number {
    const high = key[0]! >>> this.#tableShift
    const low = this.#table[high]!
    const last = this.#table[high + 1]!
    return low === last ? low : this.#search(key, low, last + 1)
  }

  /** The last of the ranges from `from` up to `to` that begins at the key or before; the first of them when none does. */
  #search(key: HashKey, from: number, to: number): number {
    let low = from
    let high = to
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
