import { placesIn, type Places } from './places.ts'
import type { SourceShards } from './source.ts'

/** How far somebody wants a lane to have delivered: the newest record of each of these shards, in their order. */
export interface Tips {
  readonly shards: SourceShards
  readonly sequences: Float64Array
}

interface Waiter {
  readonly tips: Tips
  readonly resolve: () => void
  readonly reject: (reason: unknown) => void
}

/** Those who wait until a lane has delivered what there is, and do not want to wait for its buffer. */
export class Urgent {
  #waiters: readonly Waiter[] = []

  get isWanted(): boolean {
    return this.#waiters.length > 0
  }

  /** Resolves when the checkpoints have come that far; fails when a delivery fails meanwhile. */
  until(tips: Tips): Promise<void> {
    return new Promise((resolve, reject) => {
      this.#waiters = [...this.#waiters, { tips, resolve, reject }]
    })
  }

  /** Lets those go who have waited for these checkpoints. */
  reached(places: Places): void {
    this.#end(
      ({ tips }) => isReached(tips, places),
      ({ resolve }) => resolve(),
    )
  }

  /** Lets go who waits now, once that has been called: there was nothing more to deliver since. */
  mark(): () => void {
    const now = new Set(this.#waiters)
    return () =>
      this.#end(
        (waiter) => now.has(waiter),
        ({ resolve }) => resolve(),
      )
  }

  fail(reason: unknown): void {
    this.#end(
      () => true,
      ({ reject }) => reject(reason),
    )
  }

  #end(isOver: (waiter: Waiter) => boolean, how: (waiter: Waiter) => void): void {
    const over = this.#waiters.filter(isOver)
    this.#waiters = this.#waiters.filter((waiter) => !over.includes(waiter))
    for (const waiter of over) how(waiter)
  }
}

function isReached({ shards: { logId, numbers }, sequences }: Tips, places: Places): boolean {
  const reached = placesIn(places, logId)
  return sequences.every((sequence, place) => (reached.get(numbers[place]!) ?? 0) >= sequence)
}
