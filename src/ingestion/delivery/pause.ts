import { setImmediate as nextTurn } from 'node:timers/promises'
import { sleep } from '#kit'

/** Waiting that somebody may end. */
export class Pause {
  #wake = () => {}

  /** Ends the one that is under way. */
  end(): void {
    this.#wake()
  }

  /** Until it is ended, or the time is over, or what `until` waits for has come, or the signal is aborted. */
  async take(
    timeMs: number | undefined,
    signal: AbortSignal,
    until?: (stop: AbortSignal) => Promise<void>,
  ): Promise<void> {
    const stop = new AbortController()
    const onAbort = () => stop.abort()
    signal.addEventListener('abort', onAbort, { once: true })
    if (signal.aborted) stop.abort()
    const woken = new Promise<void>((resolve) => {
      this.#wake = resolve
      stop.signal.addEventListener('abort', () => resolve(), { once: true })
    })
    const over = timeMs === undefined ? [] : [sleep(timeMs, stop.signal).catch(() => undefined)]
    const come = until ? [until(stop.signal)] : []
    try {
      await Promise.race([woken, ...over, ...come])
      // Whatever wakes it, all others have their turn before it looks again: what it asks is mostly in memory.
      await nextTurn()
    } finally {
      signal.removeEventListener('abort', onAbort)
      stop.abort()
      this.#wake = () => {}
    }
  }
}
