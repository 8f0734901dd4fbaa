import { setTimeout as wait } from 'node:timers/promises'

/** The only source of time. Milliseconds since the epoch; tests give a clock they can move. */
export interface Clock {
  now(): number
}

export const systemClock: Clock = { now: () => Date.now() }

/** A monotonic reading in milliseconds, for measuring durations only. */
export function elapsedMs(): number {
  return performance.now()
}

/** A clock that stands still until it is told to move. */
export class ManualClock implements Clock {
  #nowMs: number

  constructor(startMs: number) {
    this.#nowMs = startMs
  }

  now(): number {
    return this.#nowMs
  }

  advance(ms: number): void {
    this.#nowMs += ms
  }
}

/** Waits, or rejects with the signal's reason as soon as it is aborted. */
export async function sleep(ms: number, signal?: AbortSignal): Promise<void> {
  await wait(ms, undefined, signal ? { signal } : undefined)
}
