import type { Logger } from '#kit'
import { sleep } from '#kit'

/**
 * Background work of the server: loops that survive their own errors and stop when asked.
 * What must survive a restart is kept in the database by its module; this only runs it.
 */
export interface Background extends AsyncDisposable {
  /** Runs `work` at once, then again `intervalMs` after each end. An error is logged and the loop goes on. */
  every(name: string, intervalMs: number, work: (signal: AbortSignal) => Promise<void>): void
  /** Runs `work` once beside the requests. `stop` waits for it. */
  spawn(name: string, work: (signal: AbortSignal) => Promise<void>): Promise<void>
  /** The names of what has not ended. */
  underWay(): readonly string[]
  /** Aborts the signal of all work and waits until it has ended. */
  stop(): Promise<void>
}

export function createBackground(log: Logger): Background {
  const controller = new AbortController()
  const running = new Map<Promise<void>, string>()

  const track = (name: string, promise: Promise<void>): Promise<void> => {
    running.set(promise, name)
    return promise.finally(() => running.delete(promise))
  }

  const attempt = async (name: string, work: (signal: AbortSignal) => Promise<void>) => {
    try {
      await work(controller.signal)
    } catch (error) {
      if (!controller.signal.aborted)
        log.error({ err: error, work: name }, 'background work failed')
    }
  }

  const loop = async (
    name: string,
    intervalMs: number,
    work: (signal: AbortSignal) => Promise<void>,
  ) => {
    while (!controller.signal.aborted) {
      await attempt(name, work)
      await sleep(intervalMs, controller.signal).catch(() => undefined)
    }
  }

  const stop = async () => {
    controller.abort(new Error('the server is stopping'))
    await Promise.allSettled(running.keys())
  }

  return {
    every: (name, intervalMs, work) => void track(name, loop(name, intervalMs, work)),
    spawn: (name, work) => track(name, attempt(name, work)),
    underWay: () => [...new Set(running.values())],
    stop,
    [Symbol.asyncDispose]: stop,
  }
}
