import { StreamErrors } from '../errors.ts'

interface Waiter {
  readonly bytes: number
  readonly resolve: () => void
}

/**
 * How many bytes may wait to be written. Whoever comes when it is used up waits in line, and is
 * refused with `LogBusy` when the line is full.
 */
export class ByteBudget {
  readonly #waitersMax: number
  readonly #waiters: Waiter[] = []
  readonly #sizeBytes: number
  #leftBytes: number

  constructor(sizeBytes: number, waitersMax: number) {
    this.#sizeBytes = sizeBytes
    this.#leftBytes = sizeBytes
    this.#waitersMax = waitersMax
  }

  /** Returns nothing when there is room at once, so that nobody waits for a promise in vain. */
  take(bytes: number): Promise<void> | undefined {
    const needed = Math.min(bytes, this.#sizeBytes)
    if (this.#waiters.length === 0 && needed <= this.#leftBytes) {
      this.#leftBytes -= needed
      return undefined
    }
    if (this.#waiters.length >= this.#waitersMax) {
      throw StreamErrors.LogBusy('too many bytes wait to be written to the log')
    }
    return new Promise((resolve) => this.#waiters.push({ bytes: needed, resolve }))
  }

  give(bytes: number): void {
    this.#leftBytes += Math.min(bytes, this.#sizeBytes)
    while (this.#waiters.length > 0 && this.#waiters[0]!.bytes <= this.#leftBytes) {
      const waiter = this.#waiters.shift()!
      this.#leftBytes -= waiter.bytes
      waiter.resolve()
    }
  }
}
