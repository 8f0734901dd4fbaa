import type { Readable } from 'node:stream'
import { spend, spendOwned } from './spent-memory.ts'

/** Thrown by `collect` when a body is longer than allowed. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError'
}

/**
 * The whole of a stream as one buffer; a TooLargeError past `sizeBytesMax`. With a buffer as long as the stream has
 * announced to be, each chunk is put in its place as it comes, and its memory is freed at once where it was given away (`givenAway`); the
 * answer is that buffer unless the stream is shorter or longer than it said.
 */
export async function collect(
  stream: Readable | AsyncIterable<Uint8Array>,
  sizeBytesMax: number,
  announced?: Buffer,
): Promise<Buffer> {
  const gathered = new Gathered(sizeBytesMax, announced)
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    if (gathered.add(chunk)) spend([chunk])
  }
  return gathered.end()
}

/**
 * The same of a stream that nobody else has read from or will, and whose chunks become its caller's: without a promise for each, and
 * without stopping what it comes from after each, which for bodies of some hundred kilobytes costs as much as copying them. A stream
 * that is too long is left paused, not destroyed.
 */
export function collectOwned(
  stream: Readable,
  sizeBytesMax: number,
  announced?: Buffer,
): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    const gathered = new Gathered(sizeBytesMax, announced)
    const settle = (done: () => void) => {
      stream.off('data', onData).off('end', onEnd).off('error', onError).off('close', onClose)
      done()
    }
    const onData = (chunk: Buffer) => {
      try {
        if (gathered.add(chunk)) spendOwned(chunk)
      } catch (error) {
        stream.pause()
        settle(() => reject(error as Error))
      }
    }
    const onEnd = () => settle(() => resolve(gathered.end()))
    const onError = (error: Error) => settle(() => reject(error))
    const onClose = () => onError(stream.errored ?? new Error('the stream closed before its end'))
    if (stream.readableEnded) resolve(gathered.end())
    else if (stream.destroyed) onClose()
    else stream.on('end', onEnd).on('error', onError).on('close', onClose).on('data', onData)
  })
}

/** Chunks of a stream in their places. */
class Gathered {
  readonly #sizeBytesMax: number
  readonly #whole: Buffer
  /** What does not fit. */
  readonly #rest: Uint8Array[] = []
  #restBytes = 0
  #size = 0

  constructor(sizeBytesMax: number, announced: Buffer = Buffer.alloc(0)) {
    this.#sizeBytesMax = sizeBytesMax
    this.#whole = announced
  }

  /** True when the chunk was copied, and is not needed any more. */
  add(chunk: Uint8Array): boolean {
    const { byteLength } = chunk
    const fits = this.#restBytes === 0 && this.#size + byteLength <= this.#whole.length
    if (fits) this.#whole.set(chunk, this.#size)
    else {
      this.#rest.push(chunk)
      this.#restBytes += byteLength
    }
    this.#size += byteLength
    if (this.#size > this.#sizeBytesMax) {
      throw new TooLargeError(`more than ${this.#sizeBytesMax} bytes`)
    }
    return fits
  }

  end(): Buffer {
    const whole = this.#whole
    const size = this.#size
    if (this.#restBytes > 0) {
      return Buffer.concat([whole.subarray(0, size - this.#restBytes), ...this.#rest], size)
    }
    return size === whole.length ? whole : Buffer.from(whole.subarray(0, size))
  }
}
