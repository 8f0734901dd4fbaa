/** Bytes by name, up to a sum, the longest unused going first. */
export class ByteCache {
  readonly #bytesMax: number
  readonly #entries = new Map<string, Buffer>()
  #bytes = 0

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  get(name: string): Buffer | undefined {
    const found = this.#entries.get(name)
    if (!found) return undefined
    // Which was used last matters only when some will have to go.
    if (this.#bytes > this.#bytesMax / 2) {
      this.#entries.delete(name)
      this.#entries.set(name, found)
    }
    return found
  }

  /** Keeps the bytes themselves: whoever gets them must not write to them. */
  set(name: string, bytes: Buffer): void {
    this.delete(name)
    this.#entries.set(name, bytes)
    this.#bytes += bytes.byteLength
    while (this.#bytes > this.#bytesMax) this.delete(this.#entries.keys().next().value!)
  }

  delete(name: string): void {
    const found = this.#entries.get(name)
    if (!found) return
    this.#entries.delete(name)
    this.#bytes -= found.byteLength
  }
}
