import type { LogPlaces } from './log-state.ts'

interface Waiter {
  readonly after: number
  readonly ends: Ends
}

interface Follower {
  /** By the position of the shard; Infinity for one that is not waited for. */
  readonly afters: Float64Array
  readonly ends: Ends
}

/** How a wait ends: both take it out. */
export interface Ends {
  readonly wake: () => void
  readonly fail: (error: Error) => void
}

/** Who waits for more shards is one follower, looked at for each shard that got records, and not a waiter in each of them. */
const waitersMax = 8

/** Who waits for records of a log. */
export class LogWaiters {
  readonly #byPosition = new Map<number, Set<Waiter>>()
  readonly #followers = new Set<Follower>()

  /** While there is nobody no shard needs to be looked at. */
  get areNone(): boolean {
    return this.#byPosition.size === 0 && this.#followers.size === 0
  }

  /** Until the function that is given back is called. */
  add({ positions, afters }: LogPlaces, ends: Ends): () => void {
    if (positions.length > waitersMax) return this.#follow({ positions, afters }, ends)
    const added = Array.from(positions, (position, place) => {
      const waiter = { after: afters[place]!, ends }
      const others = this.#byPosition.get(position)
      if (others) others.add(waiter)
      else this.#byPosition.set(position, new Set([waiter]))
      return waiter
    })
    return () => {
      for (const [place, position] of positions.entries()) {
        const waiters = this.#byPosition.get(position)
        waiters?.delete(added[place]!)
        if (waiters?.size === 0) this.#byPosition.delete(position)
      }
    }
  }

  #follow({ positions, afters }: LogPlaces, ends: Ends): () => void {
    const newest = positions.reduce((most, position) => Math.max(most, position), -1)
    const follower = { afters: new Float64Array(newest + 1).fill(Infinity), ends }
    for (let place = 0; place < positions.length; place += 1) {
      follower.afters[positions[place]!] = afters[place]!
    }
    this.#followers.add(follower)
    return () => this.#followers.delete(follower)
  }

  /** The shard has records up to this one. */
  wake(position: number, sequence: number): void {
    for (const { after, ends } of this.#byPosition.get(position) ?? []) {
      if (after < sequence) ends.wake()
    }
    for (const { afters, ends } of this.#followers) {
      if (position < afters.length && afters[position]! < sequence) ends.wake()
    }
  }

  fail(error: Error): void {
    for (const waiters of this.#byPosition.values()) {
      for (const { ends } of waiters) ends.fail(error)
    }
    for (const { ends } of this.#followers) ends.fail(error)
  }
}
