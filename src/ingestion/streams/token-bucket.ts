/** Beyond so many shards or accounts, those are forgotten that were not used in the last second. */
const rememberedMax = 10_000

/** So much a second, as much at once, and one that is larger than all when the bucket is full. */
export class TokenBucket {
  readonly #perSecond: number
  #level: number
  #atMs: number

  constructor(perSecond: number, nowMs: number) {
    this.#perSecond = perSecond
    this.#level = perSecond
    this.#atMs = nowMs
  }

  has(amount: number, nowMs: number): boolean {
    this.#settle(nowMs)
    return this.#level >= Math.min(amount, this.#perSecond)
  }

  take(amount: number, nowMs: number): void {
    this.#settle(nowMs)
    this.#level -= amount
  }

  isUnused(nowMs: number): boolean {
    this.#settle(nowMs)
    return this.#level >= this.#perSecond
  }

  /** A clock that was set back adds nothing, and counts from there on. */
  #settle(nowMs: number): void {
    const passedMs = Math.max(0, nowMs - this.#atMs)
    this.#level = Math.min(this.#perSecond, this.#level + (passedMs * this.#perSecond) / 1000)
    this.#atMs = nowMs
  }
}

/** What is known by a name, or a new one, of what has token buckets. */
export function remember<T extends { isUnused(nowMs: number): boolean }>(
  known: Map<string, T>,
  name: string,
  make: () => T,
  nowMs: number,
): T {
  let found = known.get(name)
  if (found) return found
  // One that was used lately would, when it is made anew, let through once more what it has had.
  if (known.size >= rememberedMax) {
    for (const [other, each] of known) {
      if (each.isUnused(nowMs)) known.delete(other)
    }
  }
  known.set(name, (found = make()))
  return found
}
