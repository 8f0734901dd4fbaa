/**
 * Bytes in whose place in the database others have been put, for those who looked their row up before. Whoever replaces them holds them
 * before he does, and lets them go when no such look-up is under way any more.
 */
export class LeavingBytes {
  readonly #bytesMax: number
  readonly #held = new Map<string, { readonly bytes: Buffer; holders: number }>()
  #bytes = 0

  constructor(bytesMax: number) {
    this.#bytesMax = bytesMax
  }

  /** Whether no more should be held. */
  get isFull(): boolean {
    return this.#bytes >= this.#bytesMax
  }

  get(blobId: string): Buffer | undefined {
    return this.#held.get(blobId)?.bytes
  }

  hold(blobId: string, bytes: Buffer): void {
    const held = this.#held.get(blobId)
    if (held) {
      held.holders += 1
      return
    }
    this.#held.set(blobId, { bytes, holders: 1 })
    this.#bytes += bytes.byteLength
  }

  letGo(blobId: string): void {
    const held = this.#held.get(blobId)
    if (!held) return
    held.holders -= 1
    if (held.holders > 0) return
    this.#held.delete(blobId)
    this.#bytes -= held.bytes.byteLength
  }
}
