import type { Readable } from 'node:stream'

/** Thrown by `collect` when a body is longer than allowed. */
export class TooLargeError extends Error {
  override readonly name = 'TooLargeError'
}

/** The whole of a stream as one buffer; a TooLargeError past `sizeBytesMax`. */
export async function collect(
  stream: Readable | AsyncIterable<Uint8Array>,
  sizeBytesMax: number,
): Promise<Buffer> {
  const chunks: Uint8Array[] = []
  let size = 0
  for await (const chunk of stream as AsyncIterable<Uint8Array>) {
    size += chunk.byteLength
    if (size > sizeBytesMax) throw new TooLargeError(`more than ${sizeBytesMax} bytes`)
    chunks.push(chunk)
  }
  return chunks.length === 1 ? Buffer.from(chunks[0]!) : Buffer.concat(chunks, size)
}
