import { type Packing, nextChunk } from './compression.ts'

/** The bytes of one stream of a stripe, unpacked a chunk at a time. */
export class OrcStream {
  readonly #bytes: Buffer
  readonly #packing: Packing
  #next = 0
  #chunk: Buffer = Buffer.alloc(0)
  #at = 0

  constructor(bytes: Buffer, packing: Packing) {
    this.#packing = packing
    this.#bytes = bytes
    if (!packing.unpack) {
      this.#chunk = bytes
      this.#next = bytes.length
    }
  }

  byte(): number {
    while (this.#at === this.#chunk.length) this.#advance()
    return this.#chunk[this.#at++]!
  }

  /** These bytes; valid until nothing else than reading happens to them. */
  take(count: number): Buffer {
    if (count <= this.#chunk.length - this.#at) {
      const taken = this.#chunk.subarray(this.#at, this.#at + count)
      this.#at += count
      return taken
    }
    if (count > 1024 * 1024 * 1024) throw new Error('a value is too large')
    const parts: Buffer[] = []
    for (let left = count; left > 0;) {
      if (this.#at === this.#chunk.length) this.#advance()
      const part = this.#chunk.subarray(this.#at, this.#at + left)
      parts.push(part)
      this.#at += part.length
      left -= part.length
    }
    return Buffer.concat(parts)
  }

  /** An unsigned number of seven bits a byte; a bigint when it is no safe integer. */
  varint(): number | bigint {
    let value = 0
    let factor = 1
    for (let count = 0; count < 7; count++) {
      const byte = this.byte()
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value
      factor *= 128
    }
    let big = BigInt(value)
    for (let shift = 49n; shift < 140n; shift += 7n) {
      const byte = this.byte()
      big |= BigInt(byte & 0x7f) << shift
      if (byte < 0x80) return big <= safe ? Number(big) : big
    }
    throw new Error('a number is too long')
  }

  #advance(): void {
    if (this.#next >= this.#bytes.length) throw new Error('it is cut off')
    const { chunk, next } = nextChunk(this.#bytes, this.#next, this.#packing)
    this.#chunk = chunk
    this.#next = next
    this.#at = 0
  }
}

const safe = BigInt(Number.MAX_SAFE_INTEGER)
