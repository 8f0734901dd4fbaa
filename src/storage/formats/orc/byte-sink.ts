/** Bytes that grow. */
export class ByteSink {
  #bytes = Buffer.allocUnsafe(4096)
  #length = 0

  get length(): number {
    return this.#length
  }

  byte(value: number): void {
    this.#reserve(1)
    this.#bytes[this.#length++] = value
  }

  add(bytes: Uint8Array): void {
    this.#reserve(bytes.length)
    this.#bytes.set(bytes, this.#length)
    this.#length += bytes.length
  }

  /** UTF-8; the count of its bytes. */
  text(value: string): number {
    const most = value.length * 3
    this.#reserve(most)
    const count = this.#bytes.write(value, this.#length, 'utf8')
    this.#length += count
    return count
  }

  float(value: number): void {
    this.#reserve(4)
    this.#length = this.#bytes.writeFloatLE(value, this.#length)
  }

  double(value: number): void {
    this.#reserve(8)
    this.#length = this.#bytes.writeDoubleLE(value, this.#length)
  }

  /** An unsigned number, seven bits a byte. */
  varint(value: number | bigint): void {
    if (typeof value === 'number' && value <= 0x7fffffff) {
      let left = value
      while (left >= 128) {
        this.byte((left & 127) | 128)
        left >>>= 7
      }
      this.byte(left)
      return
    }
    let left = BigInt(value)
    while (left >= 128n) {
      this.byte(Number(left & 127n) | 128)
      left >>= 7n
    }
    this.byte(Number(left))
  }

  /** What was added so far; the sink is empty then. */
  take(): Buffer {
    const taken = Buffer.from(this.#bytes.subarray(0, this.#length))
    this.#length = 0
    return taken
  }

  #reserve(count: number): void {
    if (this.#length + count <= this.#bytes.length) return
    const grown = Buffer.allocUnsafe(Math.max(this.#bytes.length * 2, this.#length + count))
    this.#bytes.copy(grown, 0, 0, this.#length)
    this.#bytes = grown
  }
}
