import type { ByteSource } from '../byte-source.ts'

interface Bunzip {
  decode(
    input: {
      readByte(): number
      eof(): boolean
      read(to: Buffer, at: number, count: number): number
    },
    output: { writeByte(byte: number): void },
    multistream: boolean,
  ): void
}

const pieceBytes = 256 * 1024

/** Unpacks bzip2, streams one after another too; every block's checksum is compared. */
export async function unpackBzip2(
  source: ByteSource,
  write: (bytes: Buffer) => void,
): Promise<void> {
  // @ts-expect-error the package has no types
  const { default: library } = (await import('seek-bzip')) as { default: Bunzip }
  const input = new ByteReader(source)
  let output = Buffer.allocUnsafe(pieceBytes)
  let filled = 0
  library.decode(
    input,
    {
      writeByte: (byte) => {
        output[filled++] = byte
        if (filled < pieceBytes) return
        write(output)
        output = Buffer.allocUnsafe(pieceBytes)
        filled = 0
      },
    },
    true,
  )
  if (filled > 0) write(output.subarray(0, filled))
}

class ByteReader {
  readonly #source: ByteSource
  #piece: Buffer = Buffer.alloc(0)
  #at = 0
  #next = 0

  constructor(source: ByteSource) {
    this.#source = source
  }

  eof(): boolean {
    return this.#at === this.#piece.length && this.#next === this.#source.sizeBytes
  }

  readByte(): number {
    if (this.#at === this.#piece.length) {
      const length = Math.min(pieceBytes, this.#source.sizeBytes - this.#next)
      if (length === 0) throw new Error('it is cut off')
      this.#piece = this.#source.read(this.#next, length)
      this.#next += length
      this.#at = 0
    }
    return this.#piece[this.#at++]!
  }

  read(to: Buffer, at: number, count: number): number {
    for (let index = 0; index < count; index++) to[at + index] = this.readByte()
    return count
  }
}
