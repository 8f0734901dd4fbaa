/** Bytes that can be read at any place, without waiting: a file on a local disk, or a buffer. */
export interface ByteSource {
  readonly sizeBytes: number
  /** Exactly these bytes. Throws an Error when they are not there. */
  read(offset: number, length: number): Buffer
}

export function bufferSource(bytes: Buffer): ByteSource {
  return {
    sizeBytes: bytes.length,
    read: (offset, length) => {
      if (offset < 0 || length < 0 || offset + length > bytes.length)
        throw new Error('it is cut off')
      return bytes.subarray(offset, offset + length)
    },
  }
}

/** The source in pieces, from its start to its end. */
export function* piecesOf(source: ByteSource, pieceBytes = 1024 * 1024): Generator<Buffer> {
  for (let offset = 0; offset < source.sizeBytes; offset += pieceBytes) {
    yield source.read(offset, Math.min(pieceBytes, source.sizeBytes - offset))
  }
}
