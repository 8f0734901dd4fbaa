/** What is open, by name: the last opened is closed first. Tells what is being closed, for whoever waits for it in vain. */
export class Openings implements AsyncDisposable {
  readonly #stack: AsyncDisposableStack
  #closing: string | undefined

  constructor(stack = new AsyncDisposableStack()) {
    this.#stack = stack
  }

  /** What is being closed now. */
  get closing(): string | undefined {
    return this.#closing
  }

  use<T extends AsyncDisposable>(name: string, value: T): T {
    this.#stack.defer(() => {
      this.#closing = name
      return value[Symbol.asyncDispose]()
    })
    return value
  }

  /** Takes everything over: this holds nothing any more. */
  move(): Openings {
    return new Openings(this.#stack.move())
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.#stack.disposeAsync()
  }
}
