/** Bytes of each buffer. */
export const chunkBytes = 512 * 1024
/** So many wait for the next reader: filling fresh memory costs as much as reading into it, and taking it back more than that. */
const keptMax = 32

const idle: Buffer[] = []
let takenByAll = 0

/** The buffers that one reader has in use. */
export class ChunkBuffers {
  #taken = 0
  #isOver = false

  /** Undefined when all readers together use as many as are kept, and this one has another that will be free. */
  take(mayWait: boolean): Buffer | undefined {
    if (mayWait && takenByAll >= keptMax) return undefined
    takenByAll += 1
    this.#taken += 1
    return idle.pop() ?? Buffer.allocUnsafeSlow(chunkBytes)
  }

  giveBack(buffer: Buffer): void {
    if (this.#isOver) return
    takenByAll -= 1
    this.#taken -= 1
    if (idle.length < keptMax) idle.push(buffer)
  }

  /** What was not given back is never used again: after a failure the system may still be sending it. */
  end(): void {
    this.#isOver = true
    takenByAll -= this.#taken
    this.#taken = 0
  }
}
