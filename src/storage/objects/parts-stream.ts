import { Readable, type Writable } from 'node:stream'
import { pipeline } from 'node:stream/promises'

/** Sends bytes of an open file: how many were taken, none where the next are to be written, undefined where all are. */
export type FileSender = (file: number, position: number, length: number) => number | undefined

/** A stream that can write itself to another, as the front looks for it. */
interface Pumped extends Readable {
  pumpTo(target: Writable, sendFile?: FileSender): Promise<void>
}

/** Bodies one after the other, each opened when the one before has ended. */
export class PartsStream extends Readable {
  readonly #open: () => AsyncGenerator<Readable>
  #chunks: AsyncIterator<Uint8Array> | undefined
  #current: Readable | undefined

  constructor(open: () => AsyncGenerator<Readable>) {
    super()
    this.#open = open
  }

  /** Writes everything to `target`, each body in the way that costs least. In the place of reading the stream; `target` is not ended. */
  async pumpTo(target: Writable, sendFile?: FileSender): Promise<void> {
    try {
      for await (const body of this.#open()) {
        this.#use(body)
        if (this.destroyed) break
        if ('pumpTo' in body) await (body as Pumped).pumpTo(target, sendFile)
        else await pipeline(body, target, { end: false })
      }
      if (this.destroyed) throw this.errored ?? new Error('the reader was destroyed')
      this.destroy()
    } catch (error) {
      this.destroy(error as Error)
      throw error
    }
  }

  /* oxlint-disable no-underscore-dangle */
  override _read(): void {
    this.#chunks ??= this.#all()
    this.#chunks.next().then(
      ({ done, value }) => {
        if (!this.destroyed) this.push(done ? null : value)
      },
      (error: Error) => this.destroy(error),
    )
  }

  override _destroy(error: Error | null, callback: (error?: Error | null) => void): void {
    this.#current?.destroy(error ?? undefined)
    callback(error)
  }
  /* oxlint-enable no-underscore-dangle */

  #use(body: Readable): void {
    this.#current = body
    // Whoever reads or pumps it is told by its end.
    body.on('error', () => {})
    if (this.destroyed) body.destroy()
  }

  async *#all(): AsyncGenerator<Uint8Array> {
    for await (const body of this.#open()) {
      this.#use(body)
      yield* body as AsyncIterable<Uint8Array>
    }
  }
}
