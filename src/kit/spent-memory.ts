const spendable = new WeakSet<ArrayBufferLike>()

/**
 * The same chunks, which from now on belong to whoever takes them: nobody else will look at one again. Only chunks that have their
 * memory to themselves are given away so.
 */
export async function* givenAway(
  chunks: AsyncIterable<Uint8Array>,
): AsyncGenerator<Uint8Array, void, undefined> {
  for await (const chunk of chunks) {
    if (chunk.byteLength === chunk.buffer.byteLength) spendable.add(chunk.buffer)
    yield chunk
  }
}

/**
 * Frees the memory of chunks that were given away, and does nothing to others: V8 takes notice of memory outside its heap by full
 * collections, three for every 64 MiB that flow through, which cost as much as hashing them.
 */
export function spend(chunks: Iterable<Uint8Array>): void {
  for (const { buffer } of chunks) {
    if (spendable.delete(buffer)) (buffer as ArrayBuffer).transfer(0)
  }
}

/** The same for a chunk that its reader owns. One that shares its memory with others is left as it is. */
export function spendOwned({ byteLength, buffer }: Uint8Array): void {
  if (byteLength === buffer.byteLength) (buffer as ArrayBuffer).transfer(0)
}
