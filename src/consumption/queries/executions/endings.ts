/** Lets callers wait a little for the end of an execution, in the place of asking again and again. */
export class Endings {
  readonly #waiting = new Map<string, Set<() => void>>()

  /** Resolves when the execution has ended, or after `ms`. */
  wait(id: string, ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const waiting = this.#waiting.get(id) ?? new Set()
    const leave = () => {
      clearTimeout(timer)
      waiting.delete(leave)
      if (waiting.size === 0) this.#waiting.delete(id)
      resolve()
    }
    const timer = setTimeout(leave, ms)
    this.#waiting.set(id, waiting.add(leave))
    return promise
  }

  tell(id: string): void {
    for (const leave of this.#waiting.get(id) ?? []) leave()
  }

  tellAll(): void {
    for (const id of this.#waiting.keys()) this.tell(id)
  }
}
