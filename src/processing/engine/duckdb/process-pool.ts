import { EngineErrors } from '../errors.ts'
import { QueryProcess, type ProcessOptions } from './query-process.ts'

export interface PoolOptions {
  readonly processesMax: number
  readonly queueMax: number
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
  readonly #idle: QueryProcess[] = []
  readonly #waiting: Waiter[] = []
  readonly #all = new Set<QueryProcess>()
  /** Processes that exist or are being started. */
  #count = 0
  #starting = 0
  #idleTimer: NodeJS.Timeout | undefined
  #closed = false

  constructor(options: PoolOptions) {
    this.#options = options
  }

  /** A process of one's own until `give`. Errors: `EngineBusy`, `QueryCancelled`, `EngineUnavailable`. */
  async take(signal: AbortSignal): Promise<QueryProcess> {
    if (this.#closed || signal.aborted) throw EngineErrors.QueryCancelled('the query was cancelled')
    clearTimeout(this.#idleTimer)
    this.#dropDead()
    const idle = this.#idle.pop()
    if (idle) {
      idle.hold(true)
      return idle
    }
    if (this.#waiting.length >= this.#options.queueMax + this.#starting) {
      throw EngineErrors.EngineBusy(`${this.#waiting.length} queries are waiting already`)
    }
    const taken = new Promise<QueryProcess>((resolve, reject) => {
      const waiter = { resolve, reject }
      this.#waiting.push(waiter)
      signal.addEventListener('abort', () => this.#leave(waiter), { once: true })
    })
    this.#grow()
    return taken
  }

  /** Returns a process; a dead one is replaced when somebody waits. */
  give(process: QueryProcess): void {
    if (process.alive && !this.#closed) {
      this.#offer(process)
    } else {
      this.#all.delete(process)
      this.#count--
      void process.kill()
      this.#grow()
    }
    if (this.#waiting.length === 0 && this.#idle.length === this.#count) this.#restLater()
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#idleTimer)
    for (const waiter of this.#waiting.splice(0)) {
      waiter.reject(EngineErrors.QueryCancelled('the engine is closing'))
    }
    await Promise.all([...this.#all].map((process) => process.kill()))
  }

  #offer(process: QueryProcess): void {
    const waiter = this.#waiting.shift()
    process.hold(waiter !== undefined)
    if (waiter) waiter.resolve(process)
    else this.#idle.push(process)
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
      !this.#closed &&
      this.#count < this.#options.processesMax &&
      this.#starting < this.#waiting.length
    ) {
      this.#count++
      this.#starting++
      void this.#start()
    }
  }

  async #start(): Promise<void> {
    try {
      const process = await QueryProcess.start(this.#options.process)
      this.#starting--
      this.#all.add(process)
      if (this.#closed) await process.kill()
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
      if (this.#idle[index]!.alive) continue
      this.#all.delete(this.#idle[index]!)
      this.#idle.splice(index, 1)
      this.#count--
    }
  }

  #restLater(): void {
    clearTimeout(this.#idleTimer)
    this.#idleTimer = setTimeout(() => {
      for (const process of this.#idle.splice(0)) {
        this.#all.delete(process)
        this.#count--
        void process.kill()
      }
    }, this.#options.idleMsMax)
    this.#idleTimer.unref()
  }
}
