/** Lets one in at a time, in the order in which they came. */
export class Turns {
  #last: Promise<unknown> = Promise.resolve()

  /** Resolves when it is the caller's turn, which lasts until the function is called. */
  async take(): Promise<() => void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const before = this.#last
    this.#last = promise
    await before
    return resolve
  }

  async run<R>(work: () => Promise<R>): Promise<R> {
    const end = await this.take()
    try {
      return await work()
    } finally {
      end()
    }
  }
}
