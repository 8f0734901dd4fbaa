import { fstatSync } from 'node:fs'
import { systemClock, type Clock } from '#kit'

/** So long a file that was found whole is taken for whole, while nobody has changed it. */
const trustedMs = 60_000
/** A change that comes so soon after another may leave the time of change as it was. */
const changeResolutionMs = 1_000

/** Whether the bytes of an open file were read through and found right, a short while ago and not changed since. */
export class Soundness {
  readonly #clock: Clock
  #changedMs = Number.NaN
  #untilMs = 0

  constructor(clock: Clock = systemClock) {
    this.#clock = clock
  }

  /** Costs a look at the file's times, no byte. */
  isKnown(fd: number): boolean {
    return this.#clock.now() < this.#untilMs && fstatSync(fd).ctimeMs === this.#changedMs
  }

  /** To be called before the first byte is read; what it returns when all bytes were found right. */
  watch(fd: number): () => void {
    const startedMs = this.#clock.now()
    const changedMs = fstatSync(fd).ctimeMs
    return () => {
      if (startedMs - changedMs < changeResolutionMs) return
      if (fstatSync(fd).ctimeMs !== changedMs) return
      this.#changedMs = changedMs
      this.#untilMs = startedMs + trustedMs
    }
  }
}
