import { elapsedMs } from '#kit'
import { EngineErrors } from '../errors.ts'
import { QueryProcess, type ProcessOptions } from './query-process.ts'

export interface PoolOptions {
  readonly processesMax: number
  readonly queueMax: number
  /** A process that had no task for so long is ended. */
  readonly idleMsMax: number
  readonly process: ProcessOptions
}

interface Waiter {
  readonly resolve: (process: QueryProcess) => void
  readonly reject: (error: unknown) => void
}

/** Hands out query processes, one task each at a time; starts them at need, keeps them warm, replaces the dead. */
export class ProcessPool {
  readonly #options: PoolOptions
  /** Which has idled longest comes first, and is taken last. */
  readonly #idle: { readonly process: QueryProcess; readonly sinceMs: number }[] = []
  readonly #waiting: Waiter[] = []
  readonly #all = new Set<QueryProcess>()
  /** Starts and ends under way: a pool is closed when none is left. */
  readonly #changing = new Set<Promise<unknown>>()
  /** Processes that exist or are being started. */
  #count = 0
  #starting = 0
  #idleTimer: NodeJS.Timeout | undefined
  readonly #closing = new AbortController()

  constructor(options: PoolOptions) {
    this.#options = options
  }

  /** A process of one's own until `give`. Errors: `EngineBusy`, `QueryCancelled`, `EngineUnavailable`. */
  async take(signal: AbortSignal): Promise<QueryProcess> {
    if (this.#isClosed || signal.aborted)
      throw EngineErrors.QueryCancelled('the query was cancelled')
    this.#dropDead()
    const idle = this.#idle.pop()?.process
    if (idle) {
      idle.hold(true)
      return idle
    }
    if (this.#waiting.length >= this.#options.queueMax + this.#starting) {
      throw EngineErrors.EngineBusy(`${this.#waiting.length} queries are waiting already`)
    }
    const { promise, resolve, reject } = Promise.withResolvers<QueryProcess>()
    const waiter = { resolve, reject }
    const leave = () => this.#leave(waiter)
    this.#waiting.push(waiter)
    signal.addEventListener('abort', leave)
    this.#grow()
    try {
      return await promise
    } finally {
      signal.removeEventListener('abort', leave)
    }
  }

  /** Returns a process; a dead one is replaced when somebody waits. */
  give(process: QueryProcess): void {
    if (process.alive && !this.#isClosed) return this.#offer(process)
    this.#remove(process)
    this.#grow()
  }

  /** Resolves when no process is left, and none on its way. */
  async close(): Promise<void> {
    this.#closing.abort()
    clearTimeout(this.#idleTimer)
    for (const waiter of this.#waiting.splice(0)) {
      waiter.reject(EngineErrors.QueryCancelled('the engine is closing'))
    }
    await Promise.all([...this.#all].map((process) => process.kill()))
    while (this.#changing.size > 0) await Promise.all(this.#changing)
  }

  get #isClosed(): boolean {
    return this.#closing.signal.aborted
  }

  #offer(process: QueryProcess): void {
    const waiter = this.#waiting.shift()
    process.hold(waiter !== undefined)
    if (waiter) return waiter.resolve(process)
    this.#idle.push({ process, sinceMs: elapsedMs() })
    this.#restLater()
  }

  #remove(process: QueryProcess): void {
    this.#all.delete(process)
    this.#count--
    this.#track(process.kill())
  }

  #track(change: Promise<unknown>): void {
    this.#changing.add(change)
    void change.finally(() => this.#changing.delete(change))
  }

  #leave(waiter: Waiter): void {
    const index = this.#waiting.indexOf(waiter)
    if (index < 0) return
    this.#waiting.splice(index, 1)
    waiter.reject(EngineErrors.QueryCancelled('the query was cancelled'))
  }

  #grow(): void {
    this.#dropDead()
    while (
      !this.#isClosed &&
      this.#count < this.#options.processesMax &&
      this.#starting < this.#waiting.length
    ) {
      this.#count++
      this.#starting++
      this.#track(this.#start())
    }
  }

  async #start(): Promise<void> {
    try {
      const process = await QueryProcess.start(this.#options.process, this.#closing.signal)
      this.#starting--
      this.#all.add(process)
      if (this.#isClosed) await process.kill()
      else this.#offer(process)
    } catch (error) {
      this.#starting--
      this.#count--
      this.#waiting.shift()?.reject(error)
      this.#grow()
    }
  }

  /** Idle processes that were ended from outside must not count. */
  #dropDead(): void {
    for (let index = this.#idle.length - 1; index >= 0; index--) {
      const { process } = this.#idle[index]!
      if (process.alive) continue
      this.#idle.splice(index, 1)
      this.#remove(process)
    }
  }

  /** Ends what has idled too long, whether others work or not, and looks again when the next one will have. */
  #restLater(): void {
    if (this.#idleTimer || this.#isClosed) return
    const oldest = this.#idle[0]
    if (!oldest) return
    const restMs = oldest.sinceMs + this.#options.idleMsMax - elapsedMs()
    this.#idleTimer = setTimeout(
      () => {
        this.#idleTimer = undefined
        const endMs = elapsedMs() - this.#options.idleMsMax
        while (this.#idle[0] && this.#idle[0].sinceMs <= endMs) {
          this.#remove(this.#idle.shift()!.process)
        }
        this.#restLater()
      },
      Math.max(1, Math.ceil(restMs)),
    )
    this.#idleTimer.unref()
  }
}
