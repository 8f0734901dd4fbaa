/** How much a cache may hold. */
export interface CacheBounds {
  readonly countMax: number
  /** Of all values together, in whatever their lengths are told in: characters, say, or bytes. Default no bound. */
  readonly lengthMax?: number
  /** Of one value: a longer one is not kept, so that it takes the place of no other. Default an eighth of all. */
  readonly lengthEachMax?: number
}

interface Entry<V> {
  readonly value: V
  readonly length: number
}

/**
 * Values by their names, bounded by their number and by their lengths together; the longest unused go first, one by one: what is
 * asked all the time stays, however much else comes by.
 */
export class BoundedCache<K, V> {
  readonly #countMax: number
  readonly #lengthMax: number
  readonly #lengthEachMax: number
  /** The last is the most recently used, once so much is kept that this matters. */
  readonly #entries = new Map<K, Entry<V>>()
  #length = 0

  constructor({ countMax, lengthMax = Infinity, lengthEachMax = lengthMax / 8 }: CacheBounds) {
    this.#countMax = countMax
    this.#lengthMax = lengthMax
    this.#lengthEachMax = lengthEachMax
  }

  get size(): number {
    return this.#entries.size
  }

  /** Of all values together. */
  get length(): number {
    return this.#length
  }

  get(key: K): V | undefined {
    const entry = this.#entries.get(key)
    if (!entry) return undefined
    if (this.#isHalfFull()) {
      this.#entries.delete(key)
      this.#entries.set(key, entry)
    }
    return entry.value
  }

  /** Keeps a value in the place of what had its name, if it is not too long. */
  set(key: K, value: V, length = 0): void {
    if (length > this.#lengthEachMax) return this.delete(key)
    const before = this.#entries.get(key)
    // In its place, as long as it does not matter: what is deleted costs the map more than what is overwritten.
    if (before && this.#isHalfFull()) this.#entries.delete(key)
    this.#entries.set(key, { value, length })
    this.#length += length - (before?.length ?? 0)
    while (this.#entries.size > this.#countMax || this.#length > this.#lengthMax) {
      this.delete(this.#entries.keys().next().value!)
    }
  }

  /** Which was used last matters only when some will have to go. */
  #isHalfFull(): boolean {
    return this.#entries.size > this.#countMax / 2 || this.#length > this.#lengthMax / 2
  }

  delete(key: K): void {
    const entry = this.#entries.get(key)
    if (!entry) return
    this.#entries.delete(key)
    this.#length -= entry.length
  }

  clear(): void {
    this.#entries.clear()
    this.#length = 0
  }
}
