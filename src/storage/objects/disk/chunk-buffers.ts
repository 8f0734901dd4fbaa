/** Bytes of each buffer, as long as few read. */
export const chunkBytes = 512 * 1024
/** Of those of a reader that waits for its connection, and of each further one where many read: some of them may take nothing for minutes. */
export const smallBytes = 64 * 1024
/** So many wait for the next reader: filling fresh memory costs as much as reading into it, and taking it back more than that. */
const keptMax = 32
/** Large ones in use. */
const largeMax = 128

const idle: Buffer[] = []
const idleSmall: Buffer[] = []
let takenByAll = 0

/** The buffers that one reader has in use. */
export class ChunkBuffers {
  /** Large ones. */
  #taken = 0
  #isOver = false

  /** Undefined when all readers together use as many as are kept, and this one has another that will be free. */
  take(mayWait: boolean, isSmall: boolean): Buffer | undefined {
    if (mayWait && takenByAll >= keptMax) return undefined
    if (isSmall || takenByAll >= largeMax) {
      return idleSmall.pop() ?? Buffer.allocUnsafeSlow(smallBytes)
    }
    takenByAll += 1
    this.#taken += 1
    return idle.pop() ?? Buffer.allocUnsafeSlow(chunkBytes)
  }

  giveBack(buffer: Buffer): void {
    if (this.#isOver) return
    if (buffer.byteLength === smallBytes) {
      if (idleSmall.length < keptMax) idleSmall.push(buffer)
      return
    }
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
