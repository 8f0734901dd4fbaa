const pieceBytes = 1024 * 1024

/**
 * Chunks gathered into pieces of one mebibyte in shared memory, each new: a piece may be read by whoever got it for as long as
 * it likes. What comes from a socket is copied once and is garbage while it is young.
 */
export async function* sharedPieces(
  source: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
): AsyncGenerator<Uint8Array<SharedArrayBuffer>> {
  let piece = new Uint8Array(new SharedArrayBuffer(pieceBytes))
  let used = 0
  for await (const chunk of source) {
    for (let at = 0; at < chunk.byteLength;) {
      const taken = Math.min(chunk.byteLength - at, pieceBytes - used)
      piece.set(taken === chunk.byteLength ? chunk : chunk.subarray(at, at + taken), used)
      used += taken
      at += taken
      if (used < pieceBytes) continue
      yield piece
      piece = new Uint8Array(new SharedArrayBuffer(pieceBytes))
      used = 0
    }
  }
  if (used > 0) yield piece.subarray(0, used)
}
