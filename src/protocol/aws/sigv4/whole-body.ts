import { Readable } from 'node:stream'

/** Up to this a body is held as one piece. */
export const wholeBytesMax = 128 * 1024

/**
 * A small body of a known length, in one piece: read when it is first asked for, and compared by `check`, which throws. A stream of it
 * is there for whoever wants one, at a cost that most small requests need not pay.
 */
export class WholeBody extends Readable {
  readonly #source: Readable
  readonly #check: (bytes: Buffer) => void
  #whole: Promise<Buffer> | undefined

  constructor(source: Readable, check: (bytes: Buffer) => void) {
    super()
    this.#source = source
    this.#check = check
    // Whoever reads the body meets its error; an operation that reads none must not bring the server down.
    source.on('error', () => {})
  }

  /** In the place of reading the stream. */
  whole(): Promise<Buffer> {
    return (this.#whole ??= readAll(this.#source).then((bytes) => {
      this.#check(bytes)
      return bytes
    }))
  }

  /* oxlint-disable no-underscore-dangle */
  override _read(): void {
    this.whole().then(
      (bytes) => {
        if (bytes.length > 0) this.push(bytes)
        this.push(null)
      },
      (error: Error) => this.destroy(error),
    )
  }
  /* oxlint-enable no-underscore-dangle */
}

/** All of a source of a known length. Never destroys it: that would close the connection before a refusal could be answered. */
export function readAll(source: Readable): Promise<Buffer> {
  if (source.destroyed) {
    return Promise.reject(source.errored ?? new Error('the client went away'))
  }
  return new Promise((resolve, reject) => {
    let first: Buffer | undefined
    let rest: Buffer[] | undefined
    source.on('data', (chunk: Buffer) => {
      if (!first) first = chunk
      else (rest ??= [first]).push(chunk)
    })
    source.on('end', () => resolve(rest ? Buffer.concat(rest) : (first ?? Buffer.alloc(0))))
    source.on('error', reject)
    source.on('close', () => {
      if (!source.readableEnded) reject(new Error('the client went away'))
    })
  })
}
