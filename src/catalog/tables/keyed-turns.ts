/** Lets work on one key wait for the work on it before. It saves lost races; what is right does not hang on it. */
export class KeyedTurns {
  readonly #last = new Map<string, Promise<void>>()

  async run<R>(keys: readonly string[], work: () => Promise<R>): Promise<R> {
    const before = keys.map((key) => this.#last.get(key))
    const { promise, resolve } = Promise.withResolvers<void>()
    for (const key of keys) this.#last.set(key, promise)
    await Promise.all(before)
    try {
      return await work()
    } finally {
      for (const key of keys) if (this.#last.get(key) === promise) this.#last.delete(key)
      resolve()
    }
  }
}
