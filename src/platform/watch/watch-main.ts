import { writeSync } from 'node:fs'
import { elapsedMs, systemClock } from '#kit'
import { systemState, whereMainStands } from './where-main-stands.ts'

export interface WatchLimits {
  /** How often the main thread beats, and is looked at. */
  readonly everyMs: number
  /** An event loop that has not turned for so long is reported. */
  readonly stuckMsMax: number
  /** The process is ended when it has not turned for so long: nobody is served by it, and SIGTERM does not reach it. Default never. */
  readonly endMsMax?: number | undefined
}

/** Stands still for longer than this only when the whole process does, or this thread is in a long call. */
const stillBeats = 10

/**
 * To be called on another thread than the main one: says on stderr when the main thread's event loop does not turn any more, and where it stands, so
 * that a server that answers nobody names its fault. Counts its own turns, not the clock's time: a process or a machine that was stopped
 * is not stuck.
 */
export function watchMain(beats: Int32Array, limits: WatchLimits): void {
  const { everyMs, stuckMsMax, endMsMax = Number.POSITIVE_INFINITY } = limits
  let seen = Atomics.load(beats, 0)
  let missed = 0
  let isTold = false
  let lookedMs = elapsedMs()
  const look = () => {
    const nowMs = elapsedMs()
    const stillMs = Math.round(nowMs - lookedMs)
    lookedMs = nowMs
    if (stillMs > stillBeats * everyMs) {
      tell({ stillMs, msg: 'the process, or the thread of the database, stood still' })
    }
    const beat = Atomics.load(beats, 0)
    if (beat !== seen) {
      if (isTold) tell({ stuckMs: missed * everyMs, msg: 'the event loop turns again' })
      seen = beat
      missed = 0
      isTold = false
      return
    }
    missed += 1
    const stuckMs = missed * everyMs
    if (stuckMs >= stuckMsMax && !isTold) {
      isTold = true
      void report(stuckMs)
    }
    if (stuckMs >= endMsMax) {
      tell({ stuckMs, msg: 'the process is ended: its event loop does not turn any more' })
      process.kill(process.pid, 'SIGKILL')
    }
  }
  setInterval(look, everyMs).unref()
}

async function report(stuckMs: number): Promise<void> {
  const system = systemState()
  const stacks = await whereMainStands()
  const msg = 'the event loop has not turned: the main thread does not come out of this'
  tell({ stuckMs, system, stacks, msg })
}

/** In the form of the log, but at once: whoever writes the log may be the one that stands. */
function tell(facts: Readonly<Record<string, unknown>>): void {
  try {
    writeSync(
      2,
      `${JSON.stringify({ level: 50, time: systemClock.now(), part: 'watch', ...facts })}\n`,
    )
  } catch {
    // Nobody reads it.
  }
}
