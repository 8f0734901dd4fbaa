import type { Readable } from 'node:stream'
import { spend } from './spent-memory.ts'

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
  const whole = announced ?? Buffer.alloc(0)
  const rest: Uint8Array[] = []
  let restBytes = 0
  let size = 0
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    const fits = restBytes === 0 && size + chunk.byteLength <= whole.length
    const { byteLength } = chunk
    if (fits) {
      whole.set(chunk, size)
      spend([chunk])
    } else {
      rest.push(chunk)
      restBytes += byteLength
    }
    size += byteLength
    if (size > sizeBytesMax) throw new TooLargeError(`more than ${sizeBytesMax} bytes`)
  }
  if (restBytes === 0) return size === whole.length ? whole : Buffer.from(whole.subarray(0, size))
  return Buffer.concat([whole.subarray(0, size - restBytes), ...rest], size)
}
