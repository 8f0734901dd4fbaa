import { elapsedMs } from '#kit'
import { FunctionErrors } from '../errors.ts'
import type { FunctionVersion } from '../records.ts'
import { Instance, type Ending } from './instance.ts'
import type { LogSink } from './log-sink.ts'

/** A process that did not come to ask for an event, and where its lines go. */
export interface FailedStart {
  readonly ending: Ending
  readonly sink: LogSink
}

export interface InstancePoolOptions {
  /** Instances of all functions together. */
  readonly processesMax: number
  /** Invocations that may wait for an instance. */
  readonly waitingMax: number
  readonly waitMsMax: number
  /** An idle instance is ended after this time. */
  readonly idleMsMax: number
  /** `slot` is free, below `processesMax`; `stopping` is aborted when nobody wants it any more. */
  readonly start: (
    version: FunctionVersion,
    slot: number,
    stopping: AbortSignal,
  ) => Promise<Instance | FailedStart>
  /** Whether an idle instance may be used again. */
  readonly isFresh: (instance: Instance) => boolean
}

/** Whoever has waited this long is served before those for whom there is a warm instance. */
const patienceMs = 5000

interface Waiter {
  readonly version: FunctionVersion
  readonly sinceMs: number
  readonly resolve: () => void
  readonly reject: (error: unknown) => void
}

/** Instances of all functions: started at need, kept warm for a while, the longest idle ended first when another needs the room. */
export class InstancePool {
  readonly #options: InstancePoolOptions
  /** Idle, the longest idle first. */
  readonly #idle: { readonly instance: Instance; readonly timer: NodeJS.Timeout }[] = []
  readonly #slots = new Map<Instance | symbol, number>()
  readonly #starting = new Set<Promise<unknown>>()
  readonly #ending = new Set<Promise<void>>()
  readonly #stopping = new AbortController()
  readonly #waiting: Waiter[] = []
  #closed = false

  constructor(options: InstancePoolOptions) {
    this.#options = options
  }

  /**
   * An instance of this version, warm or new, until `give`; or how its start ended.
   * Errors: `FunctionThrottled` when there is no room, `FunctionNotRunnable`.
   */
  async take(
    version: FunctionVersion,
  ): Promise<{ readonly instance: Instance; readonly isWarm: boolean } | FailedStart> {
    for (;;) {
      this.#checkOpen()
      const warm = this.#takeWarm(version)
      if (warm) return { instance: warm, isWarm: true }
      if (this.#slots.size < this.#options.processesMax) break
      const oldest = this.#idle.shift()
      if (oldest) await this.#end(oldest)
      else await this.#wait(version)
    }
    const starting = Symbol('starting')
    const slot = this.#freeSlot()
    this.#slots.set(starting, slot)
    const start = this.#options.start(version, slot, this.#stopping.signal)
    this.#starting.add(start)
    try {
      const started = await start
      if (started instanceof Instance) {
        this.#slots.set(started, slot)
        if (this.#closed) this.#discard(started)
      }
      this.#checkOpen()
      return started instanceof Instance ? { instance: started, isWarm: false } : started
    } finally {
      this.#starting.delete(start)
      this.#slots.delete(starting)
      this.#wakeOne()
    }
  }

  /** Gives an instance back; one that is dead or stale is ended. */
  give(instance: Instance): void {
    if (this.#closed || !instance.alive || instance.stale) return this.#discard(instance)
    const timer = setTimeout(() => {
      const index = this.#idle.findIndex((idle) => idle.instance === instance)
      if (index >= 0) void this.#end(this.#idle.splice(index, 1)[0]!)
    }, this.#options.idleMsMax)
    timer.unref()
    this.#idle.push({ instance, timer })
    this.#wakeFor(instance)
  }

  /** No instance that `isStale` names is used again. */
  retire(isStale: (version: FunctionVersion) => boolean): void {
    for (const instance of this.#slots.keys()) {
      if (typeof instance !== 'symbol' && isStale(instance.version)) instance.stale = true
    }
    for (let index = this.#idle.length - 1; index >= 0; index -= 1) {
      if (this.#idle[index]!.instance.stale) void this.#end(this.#idle.splice(index, 1)[0]!)
    }
  }

  /** Resolves when all processes are gone, also those that were being started. */
  async close(): Promise<void> {
    this.#closed = true
    this.#stopping.abort(closing())
    for (const waiter of this.#waiting.splice(0)) waiter.reject(closing())
    for (const instance of this.#slots.keys()) {
      if (typeof instance !== 'symbol') this.#discard(instance)
    }
    for (const { timer } of this.#idle.splice(0)) clearTimeout(timer)
    while (this.#starting.size + this.#ending.size > 0) {
      await Promise.allSettled([...this.#starting, ...this.#ending])
    }
  }

  #takeWarm(version: FunctionVersion): Instance | undefined {
    for (let index = this.#idle.length - 1; index >= 0; index -= 1) {
      const { instance, timer } = this.#idle[index]!
      if (instance.version.functionId !== version.functionId) continue
      if (instance.version.version !== version.version) continue
      this.#idle.splice(index, 1)
      clearTimeout(timer)
      const isSame = instance.version.revisionId === version.revisionId
      if (isSame && instance.alive && this.#options.isFresh(instance)) return instance
      this.#discard(instance)
    }
    return undefined
  }

  #wait(version: FunctionVersion): Promise<void> {
    if (this.#waiting.length >= this.#options.waitingMax) throw throttled()
    return new Promise((resolve, reject) => {
      const leave = () => {
        clearTimeout(timer)
        const index = this.#waiting.indexOf(waiter)
        if (index >= 0) this.#waiting.splice(index, 1)
      }
      const waiter: Waiter = {
        version,
        sinceMs: elapsedMs(),
        resolve: () => (leave(), resolve()),
        reject: (error) => (leave(), reject(error)),
      }
      const timer = setTimeout(() => waiter.reject(throttled()), this.#options.waitMsMax)
      this.#waiting.push(waiter)
    })
  }

  #wakeOne(): void {
    this.#waiting[0]?.resolve()
  }

  /** To end a warm process for another function costs a start: those who can use it go first, for a while. */
  #wakeFor({ version: { functionId, version } }: Instance): void {
    const first = this.#waiting[0]
    const isPatient = first !== undefined && elapsedMs() - first.sinceMs < patienceMs
    const fitting = isPatient
      ? this.#waiting.find(
          (waiter) =>
            waiter.version.functionId === functionId && waiter.version.version === version,
        )
      : undefined
    ;(fitting ?? first)?.resolve()
  }

  async #end(idle: { readonly instance: Instance; readonly timer: NodeJS.Timeout }): Promise<void> {
    clearTimeout(idle.timer)
    this.#discard(idle.instance)
    await Promise.all(this.#ending)
  }

  /** Its place is free when it is gone. */
  #discard(instance: Instance): void {
    if (!this.#slots.has(instance)) return
    const ended = instance
      .end()
      .catch(() => undefined)
      .then(() => {
        this.#slots.delete(instance)
        this.#ending.delete(ended)
        this.#wakeOne()
      })
    this.#ending.add(ended)
  }

  #freeSlot(): number {
    const taken = new Set(this.#slots.values())
    let slot = 0
    while (taken.has(slot)) slot += 1
    return slot
  }

  #checkOpen(): void {
    if (this.#closed) throw closing()
  }
}

function throttled() {
  return FunctionErrors.FunctionThrottled('Rate Exceeded.', {
    reason: 'ConcurrentInvocationLimitExceeded',
  })
}

/** Whoever asked may ask again, another server. */
export function closing() {
  return FunctionErrors.FunctionsStopping('The server is stopping')
}
