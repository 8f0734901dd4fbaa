import { spawn, type ChildProcess } from 'node:child_process'
import { chown, mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { elapsedMs, randomHex } from '#kit'
import type { FunctionVersion } from '../records.ts'
import { commandOf, type Bootstraps } from './command.ts'
import { environmentOf, type EnvironmentParts } from './environment.ts'
import { confined, endProcessesOf, limitData, type Isolation } from './isolation.ts'
import type { LogSink } from './log-sink.ts'
import { memoryOf } from './process-memory.ts'
import { RuntimeApi, type RuntimeAnswer, type RuntimeEvent } from './runtime-api.ts'

export interface InstanceParts extends Pick<
  EnvironmentParts,
  | 'version'
  | 'variables'
  | 'credentials'
  | 'endpoint'
  | 'caBundle'
  | 'logGroup'
  | 'logStream'
  | 'taskFolder'
> {
  readonly layerFolder: string | undefined
  readonly isolation: Isolation
  readonly bootstraps: Bootstraps
  /** The user it runs as; undefined for the server's own. */
  readonly uid: number | undefined
  readonly sink: LogSink
  /** How long the start may take. */
  readonly initMsMax: number
  /** Ends the start, with its reason. */
  readonly stopping: AbortSignal
}

/** How an event, or the start, ended. */
export type Ending =
  | RuntimeAnswer
  | { readonly kind: 'exited'; readonly how: string; readonly outOfMemory: boolean }
  | { readonly kind: 'timedOut' }
  | { readonly kind: 'noEntrypoint' }

const mib = 1024 * 1024
const memoryCheckMs = 100
const dataSlackBytes = 64 * mib
const settleMsMax = 1000

/** One process that runs a version of a function, an event at a time. Between events it is stopped, as on AWS. */
export class Instance {
  readonly version: FunctionVersion
  readonly credentialsEndMs: number
  readonly sink: LogSink
  /** From the start of the process until it asked for its first event. */
  initMs = 0
  /** Set when the version it runs has changed, or its process is about to end: it is not used again. */
  stale = false
  readonly #parts: InstanceParts
  readonly #folder: string
  /** Resolves when the instance is gone. */
  readonly ended: Promise<void>
  #end!: () => void
  #api!: RuntimeApi
  #child: ChildProcess | undefined
  #exited: Promise<void> = Promise.resolve()
  #alive = false
  #limited = false
  #outOfMemory = false
  #onIdle: (() => void) | undefined
  #onEnding: ((ending: Ending | undefined) => void) | undefined
  #peakBytes = 0

  private constructor(parts: InstanceParts) {
    this.#parts = parts
    this.version = parts.version
    this.sink = parts.sink
    this.credentialsEndMs = parts.credentials.expiresAtMs
    this.ended = new Promise((resolve) => (this.#end = resolve))
    this.#folder = join(parts.isolation.folder, `run-${randomHex(16)}`)
  }

  /** Starts the process; the instance when it is ready for events, else how its start ended. Error: `FunctionNotRunnable`. */
  static async start(parts: InstanceParts): Promise<Instance | Ending> {
    const instance = new Instance(parts)
    const stop = () => instance.#kill()
    parts.stopping.addEventListener('abort', stop, { once: true })
    try {
      const ending = await instance.#start()
      if (!ending) return instance
      await instance.end()
      return ending
    } catch (error) {
      await instance.end()
      throw error
    } finally {
      parts.stopping.removeEventListener('abort', stop)
    }
  }

  get alive(): boolean {
    return this.#alive
  }

  /** The most memory that the process has had, bytes. */
  get peakBytes(): number {
    return this.#peakBytes
  }

  /** Gives an event to the process, which must be idle. Past `msMax` it is ended. */
  async run(event: RuntimeEvent, msMax: number): Promise<Ending> {
    const idle = this.#nextIdle()
    const ending = await this.#within(msMax, () => {
      this.#signal('SIGCONT')
      this.#api.give(event)
    })
    if (!ending) throw new TypeError('an event ended without an ending')
    // What was printed is on its way still: it has come when the process asks for more. One that asks for nothing has other plans.
    const isSettled = this.#alive && (await within(settleMsMax, Promise.race([idle, this.#exited])))
    if (!isSettled) this.stale = true
    await nextTurn()
    await nextTurn()
    this.#measure()
    return ending
  }

  /** Ends the process with all its children at once, and removes its folder. */
  async end(): Promise<void> {
    this.#kill()
    await this.#exited
    this.#api?.close()
    const { uid, isolation } = this.#parts
    if (uid !== undefined) await endProcessesOf(isolation, uid)
    await this.sink.flush()
    await rm(this.#folder, { recursive: true, force: true })
    this.#end()
  }

  async #start(): Promise<Ending | undefined> {
    const { uid, isolation, bootstraps, taskFolder, version } = this.#parts
    const layerFolder = this.#parts.layerFolder ?? join(this.#folder, 'opt')
    const tmpFolder = join(this.#folder, 'tmp')
    await mkdir(this.#folder, { mode: 0o711 })
    await mkdir(tmpFolder, { mode: 0o700 })
    if (uid !== undefined) await chown(tmpFolder, uid, uid)
    const folders = { task: taskFolder, layers: layerFolder }
    const command = commandOf(version.settings, isolation, bootstraps, folders)
    if (!command) return { kind: 'noEntrypoint' }
    this.#api = await RuntimeApi.open({
      uid,
      onIdle: () => this.#becameIdle(),
      onAnswer: (answer) => this.#settle(answer),
    })
    const env = environmentOf({
      ...this.#parts,
      layerFolder,
      tmpFolder,
      runtimeApi: this.#api.address,
      runtimeFolder: isolation.folder,
      sdkFolder: bootstraps.sdkFolder,
    })
    this.#parts.stopping.throwIfAborted()
    const idle = this.#nextIdle()
    const startedMs = elapsedMs()
    const ending = await this.#within(this.#parts.initMsMax, () => {
      this.#launch(command, env)
      void idle.then(() => this.#settle(undefined))
    })
    this.initMs = elapsedMs() - startedMs
    return ending
  }

  #launch(command: readonly string[], env: Record<string, string>): void {
    const { uid, isolation, version, taskFolder } = this.#parts
    const limits = { uid, fileBytesMax: version.settings.storageMib * mib }
    const [program, ...args] = confined(isolation, limits, command)
    const child = spawn(program!, args, {
      cwd: taskFolder,
      env,
      // A group of its own, so that all of it can be stopped and ended together.
      detached: true,
      stdio: ['ignore', 'pipe', 'pipe'],
      ...(uid === undefined ? {} : { uid, gid: uid }),
    })
    this.#child = child
    this.#alive = true
    // When memory runs out, the kernel should take this process, never the server.
    void writeFile(`/proc/${child.pid}/oom_score_adj`, '1000').catch(() => undefined)
    this.sink.follow(child.stdout)
    this.sink.follow(child.stderr)
    this.#exited = new Promise((resolve) => {
      const end = (how: string) => {
        if (!this.#alive) return
        this.#alive = false
        this.#settle({ kind: 'exited', how, outOfMemory: this.#outOfMemory })
        resolve()
      }
      child.once('error', (error) => end(`could not be started (${error.message})`))
      child.once('exit', (code, signal) =>
        end(signal ? `signal: ${signalNames[signal] ?? signal}` : `exit status ${code}`),
      )
    })
  }

  /** Runs `begin` and waits for an ending; undefined when `#settle` is told of none. The process is ended when time runs out. */
  async #within(msMax: number, begin: () => void): Promise<Ending | undefined> {
    const ended = new Promise<Ending | undefined>((resolve) => (this.#onEnding = resolve))
    const timer = setTimeout(() => {
      this.#settle({ kind: 'timedOut' })
      this.#kill()
    }, msMax)
    const watch = setInterval(() => this.#measure(), memoryCheckMs)
    try {
      begin()
      return await ended
    } finally {
      clearTimeout(timer)
      clearInterval(watch)
    }
  }

  #settle(ending: Ending | undefined): void {
    const tell = this.#onEnding
    this.#onEnding = undefined
    tell?.(ending)
  }

  #nextIdle(): Promise<void> {
    return new Promise((resolve) => (this.#onIdle = resolve))
  }

  #becameIdle(): void {
    const { isolation, version } = this.#parts
    const pid = this.#child?.pid
    if (!this.#limited && pid !== undefined && isolation.prlimit !== undefined) {
      this.#limited = true
      const { dataBytes } = memoryOf(pid) ?? { dataBytes: 0 }
      const bytesMax = dataBytes + version.settings.memoryMib * mib + dataSlackBytes
      void limitData(isolation.prlimit, pid, bytesMax)
    }
    this.#signal('SIGSTOP')
    this.#onIdle?.()
  }

  /** Whoever has more memory than was asked for is ended. */
  #measure(): void {
    const pid = this.#child?.pid
    const memory = this.#alive && pid !== undefined ? memoryOf(pid) : undefined
    if (!memory) return
    this.#peakBytes = Math.max(this.#peakBytes, memory.peakBytes)
    if (memory.residentBytes <= this.version.settings.memoryMib * mib) return
    this.#outOfMemory = true
    this.#kill()
  }

  /** It is alive until the system has taken it away, but no event may go to it any more. */
  #kill(): void {
    this.stale = true
    this.#signal('SIGKILL')
  }

  #signal(signal: NodeJS.Signals): void {
    const pid = this.#child?.pid
    if (pid === undefined || !this.#alive) return
    try {
      process.kill(-pid, signal)
    } catch {
      // It is gone already.
    }
  }
}

const signalNames: Readonly<Record<string, string>> = {
  SIGKILL: 'killed',
  SIGSEGV: 'segmentation fault',
  SIGABRT: 'aborted',
  SIGTERM: 'terminated',
}

/** Whether it is done in time. */
async function within(ms: number, work: Promise<unknown>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined
  const over = new Promise<boolean>((resolve) => (timer = setTimeout(resolve, ms, false)))
  const isDone = await Promise.race([work.then(() => true), over])
  clearTimeout(timer)
  return isDone
}
