import { type ProcessSize, processSize } from './process-size.ts'

const mebibyte = 1024 * 1024
const intervalMs = 25

/**
 * How much a process may hold at most while a task runs that may use `memoryBytesMax`. What stands in vectors, strings
 * and results comes on top of what the engine counts itself.
 */
export function residentBytesMaxOf(memoryBytesMax: number, atStart: ProcessSize): number {
  return atStart.residentBytes + 1.25 * memoryBytesMax + 128 * mebibyte
}

/**
 * Looks at a process while it works, and calls `exceeded` once it holds more than it may: memory that grows slowly is
 * told long before the address space ends, and a process that grows cannot push others out of memory.
 */
export class MemoryWatch {
  readonly #timer: NodeJS.Timeout
  readonly #bytesMax: number
  #peakBytes = 0
  #isExceeded = false

  constructor(pid: number, bytesMax: number, exceeded: () => void) {
    this.#bytesMax = bytesMax
    this.#timer = setInterval(() => {
      const { residentBytes } = processSize(pid)
      this.#peakBytes = Math.max(this.#peakBytes, residentBytes)
      if (residentBytes <= bytesMax || this.#isExceeded) return
      this.#isExceeded = true
      exceeded()
    }, intervalMs)
    this.#timer.unref()
  }

  get isExceeded(): boolean {
    return this.#isExceeded
  }

  /** True for a process that had so much when it was last seen that its end may have come of it. */
  get wasNear(): boolean {
    return this.#peakBytes > this.#bytesMax / 2
  }

  stop(): void {
    clearInterval(this.#timer)
  }
}
