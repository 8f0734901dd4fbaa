/**
 * Buffers that are used again. What lies outside the heap is freed only by a full collection, and a server that is
 * handed hundreds of megabytes a second would do little else. Whoever gives a buffer back must be the last who knows it.
 */
export class BufferPool {
  /** By the exponent of their size; the size that was asked for last comes last. */
  readonly #free = new Map<number, Buffer[]>()
  readonly #keptBytesMax: number
  #keptBytes = 0

  /** Keeps at most `keptBytesMax` for the next. */
  constructor(keptBytesMax: number) {
    this.#keptBytesMax = keptBytesMax
  }

  /** `sizeBytes` bytes of any content. */
  take(sizeBytes: number): Buffer {
    if (sizeBytes < sizeBytesMin || sizeBytes > sizeBytesMax) return Buffer.allocUnsafe(sizeBytes)
    const exponent = 32 - Math.clz32(sizeBytes - 1)
    const free = this.#free.get(exponent) ?? []
    this.#free.delete(exponent)
    this.#free.set(exponent, free)
    const buffer = free.pop()
    if (!buffer) return Buffer.allocUnsafeSlow(2 ** exponent).subarray(0, sizeBytes)
    this.#keptBytes -= buffer.length
    return buffer.subarray(0, sizeBytes)
  }

  /** A buffer that `take` made, and that nobody reads or writes any more. */
  give(buffer: Buffer): void {
    const { buffer: memory, byteLength } = buffer
    if (byteLength < sizeBytesMin || byteLength > sizeBytesMax) return
    const exponent = 31 - Math.clz32(memory.byteLength)
    if (!this.#hasRoom(memory.byteLength, exponent)) return
    const free = this.#free.get(exponent) ?? []
    free.push(Buffer.from(memory))
    this.#free.set(exponent, free)
    this.#keptBytes += memory.byteLength
  }

  /** Makes room at the cost of sizes that have not been asked for as lately: else those of a former load would keep out what is used now. */
  #hasRoom(sizeBytes: number, exponent: number): boolean {
    for (const [other, free] of this.#free) {
      if (other === exponent) break
      while (this.#keptBytes + sizeBytes > this.#keptBytesMax) {
        const dropped = free.pop()
        if (!dropped) break
        this.#keptBytes -= dropped.length
      }
    }
    return this.#keptBytes + sizeBytes <= this.#keptBytesMax
  }
}

/** Smaller ones cost little; a larger one is rare. */
const sizeBytesMin = 16 * 1024
const sizeBytesMax = 16 * 1024 * 1024
