/** Buffers that nobody has needed for so long are freed. */
const idleMsMax = 30_000

/**
 * Memory for parts that are gathered or under way, of a bounded sum, so that many writers share it: who wants more than is free
 * waits for his turn, and his client with him. Buffers of the common size are used again.
 */
export class PartBuffers {
  readonly #bytesMax: number
  readonly #commonBytes: number
  readonly #idle: Buffer[] = []
  readonly #waiting: { readonly bytes: number; readonly resolve: () => void }[] = []
  #freeBytes: number
  #timer: NodeJS.Timeout | undefined

  constructor(bytesMax: number, commonBytes: number) {
    this.#bytesMax = bytesMax
    this.#commonBytes = commonBytes
    this.#freeBytes = bytesMax
  }

  /** One that is larger than the whole sum is had by who is alone. `give` must be called with it. */
  async take(sizeBytes: number): Promise<Buffer> {
    const bytes = Math.min(sizeBytes, this.#bytesMax)
    if (this.#waiting.length === 0 && bytes <= this.#freeBytes) this.#freeBytes -= bytes
    else await new Promise<void>((resolve) => this.#waiting.push({ bytes, resolve }))
    const kept = sizeBytes === this.#commonBytes ? this.#idle.pop() : undefined
    return kept ?? Buffer.allocUnsafeSlow(sizeBytes)
  }

  give(buffer: Buffer): void {
    this.#freeBytes += Math.min(buffer.length, this.#bytesMax)
    if (buffer.length === this.#commonBytes) this.#idle.push(buffer)
    else free(buffer)
    while (this.#waiting.length > 0 && this.#waiting[0]!.bytes <= this.#freeBytes) {
      const next = this.#waiting.shift()!
      this.#freeBytes -= next.bytes
      next.resolve()
    }
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => this.#idle.splice(0).forEach(free), idleMsMax).unref()
  }
}

/** Memory outside V8's heap waits for a full collection, which nothing else may bring about. */
function free({ buffer }: Buffer): void {
  ;(buffer as ArrayBuffer).transfer(0)
}
