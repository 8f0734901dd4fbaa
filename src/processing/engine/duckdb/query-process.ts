import { execFile, spawn, spawnSync, type ChildProcess } from 'node:child_process'
import { existsSync } from 'node:fs'
import { rm } from 'node:fs/promises'
import type { Socket } from 'node:net'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { type Logger, uuid } from '#kit'
import { EngineErrors } from '../errors.ts'
import { keptFolderOf } from './kept-links.ts'
import { MemoryWatch, residentBytesMaxOf } from './memory-watch.ts'
import type { AnswerMessage, RunMessage } from './messages.ts'
import type { ProcessSize } from './process-size.ts'

export interface ProcessOptions {
  /** Where a process has a folder of its own, which goes with it. */
  readonly folder: string
  readonly threads: number
  /**
   * How far the address space may grow once the process is ready: this bounds also what DuckDB's own
   * limit does not (vectors, strings, results), and turns it into a clean error.
   */
  readonly growthBytesMax: number
  readonly log: Logger
}

/** A process that ended before it answered. */
export interface ProcessEnd {
  readonly kind: 'ended'
  /** Goes on after "the query process". */
  readonly how: string
  readonly outOfMemory: boolean
  /** False when it had not begun with the task, which another may do. */
  readonly hasBegun: boolean
}

/** What V8 and C++ say when an allocation fails where nobody catches it. */
const allocationFailed = /bad_alloc|out of memory|allocation fail/i

/** How much of what a process writes to stderr is kept to explain its end. */
const lastWordsMax = 2_000
const startMsMax = 30_000

/** One query process. It dies with its first task that does, and is then replaced. */
export class QueryProcess {
  /** For its tasks' folders; the process makes it. */
  readonly folder: string
  readonly #child: ChildProcess
  readonly #exited: Promise<void>
  readonly #log: Logger
  #lastWords = ''
  #ended = false
  #killed = false
  #taskFolder: string | undefined
  #hasBegun = false
  #roomyUpToBytes = Number.POSITIVE_INFINITY
  #sizeAtStart: ProcessSize = { addressSpaceBytes: 0, residentBytes: 0 }
  #answer: ((message: AnswerMessage | Error) => void) | undefined

  private constructor(options: ProcessOptions) {
    this.#log = options.log
    this.folder = join(options.folder, uuid())
    this.#child = launch(options)
    this.#child.stderr?.setEncoding('utf8').on('data', (text: string) => {
      this.#lastWords = (this.#lastWords + text).slice(-lastWordsMax)
    })
    this.#child.on('message', (message) => this.#settle(message as AnswerMessage))
    this.#exited = new Promise((resolve) => {
      const end = (how: string) => {
        if (this.#ended) return
        this.#ended = true
        // Its first act: before the folder of the process is removed.
        this.#hasBegun = this.#taskFolder !== undefined && existsSync(this.#taskFolder)
        this.#settle(new Error(how))
        resolve(this.#remove())
      }
      this.#child.on('error', (error) => end(`could not start (${error.message})`))
      // Who hears nothing any more would never answer.
      this.#child.once('disconnect', () => void this.kill())
      this.#child.once('exit', (code, signal) =>
        end(signal ? `was ended by ${signal}` : `ended with code ${code}`),
      )
    })
  }

  /** Starts a process and waits until its DuckDB is open. Error: `EngineUnavailable`, also when `signal` says that it is not wanted any more. */
  static async start(options: ProcessOptions, signal?: AbortSignal): Promise<QueryProcess> {
    const started = new QueryProcess(options)
    const end = () => void started.kill()
    const timer = setTimeout(end, startMsMax)
    signal?.addEventListener('abort', end, { once: true })
    const first = await started.#next()
    clearTimeout(timer)
    signal?.removeEventListener('abort', end)
    if (first instanceof Error || first.kind !== 'ready') {
      await started.kill()
      const how = first instanceof Error ? first.message : first.kind
      if (!signal?.aborted) {
        options.log.error({ how, lastWords: started.#lastWords }, 'a query process did not start')
      }
      throw EngineErrors.EngineUnavailable(`a query process ${how} before it was ready`)
    }
    const { addressSpaceBytes } = first.size
    started.#sizeAtStart = first.size
    if (addressSpaceBytes > 0) {
      const bytesMax = addressSpaceBytes + options.growthBytesMax
      started.#roomyUpToBytes = addressSpaceBytes + options.growthBytesMax / 2
      if (!(await limitAddressSpace(started.pid, bytesMax))) {
        options.log.warn('query processes run without an address-space limit: prlimit is not there')
      }
    }
    return started
  }

  /** False from the moment that it is told to end: a task that is given to it then would be ended with it. */
  get alive(): boolean {
    return !this.#ended && !this.#killed
  }

  get pid(): number {
    return this.#child.pid ?? 0
  }

  /** The process's answer, or how it ended without one. */
  async run(message: RunMessage): Promise<AnswerMessage | ProcessEnd> {
    const answer = this.#next()
    if (this.#ended) {
      return { kind: 'ended', how: 'was not running', outOfMemory: false, hasBegun: false }
    }
    this.#taskFolder = message.folder
    this.#lastWords = ''
    this.#child.send(message, (error) => {
      if (!error) return
      this.#settle(new Error(`could not be reached (${error.message})`))
      // Else it would be given the next task.
      void this.kill()
    })
    const residentBytesMax = residentBytesMaxOf(message.memoryBytesMax, this.#sizeAtStart)
    const watch = new MemoryWatch(this.pid, residentBytesMax, () => void this.kill())
    const result = await answer
    watch.stop()
    if (!(result instanceof Error)) return result
    const outOfMemory =
      watch.isExceeded ||
      allocationFailed.test(this.#lastWords) ||
      (watch.wasNear && result.message.includes('ended by SIG'))
    const facts = { pid: this.pid, how: result.message, outOfMemory, lastWords: this.#lastWords }
    this.#log.warn(facts, 'a query process ended during its task')
    return { kind: 'ended', how: result.message, outOfMemory, hasBegun: this.#hasBegun }
  }

  /**
   * True while the next task has at least half of the room that a new process would give it: allocators keep what they
   * had, and it would be short of that.
   */
  isRoomyAt({ addressSpaceBytes, residentBytes }: ProcessSize, memoryBytesMax: number): boolean {
    const keptBytesMax = residentBytesMaxOf(memoryBytesMax, this.#sizeAtStart) - memoryBytesMax / 2
    return addressSpaceBytes <= this.#roomyUpToBytes && residentBytes <= keptBytesMax
  }

  /** Ends the process at once and waits until it is gone. */
  async kill(): Promise<void> {
    this.#killed = true
    if (!this.#ended) {
      this.hold(true)
      this.#child.kill('SIGKILL')
    }
    await this.#exited
  }

  /** Lets the server end while this process idles; called with true while it works. */
  hold(working: boolean): void {
    const stderr = this.#child.stderr as Socket | null
    const how = working ? 'ref' : 'unref'
    this.#child[how]()
    this.#child.channel?.[how]()
    stderr?.[how]()
  }

  async #remove(): Promise<void> {
    try {
      for (const path of [this.folder, keptFolderOf(this.folder)]) {
        await rm(path, { recursive: true, force: true })
      }
    } catch (error) {
      this.#log.warn({ err: error }, 'a folder of a query process was left')
    }
  }

  #next(): Promise<AnswerMessage | Error> {
    return new Promise((resolve) => {
      if (this.#ended) resolve(new Error('was not running'))
      this.#answer = resolve
    })
  }

  #settle(message: AnswerMessage | Error): void {
    const answer = this.#answer
    this.#answer = undefined
    answer?.(message)
  }
}

/** This file's own suffix tells whether sources or the build are running. */
const fromSource = import.meta.url.endsWith('.ts')
const mainPath = fileURLToPath(
  new URL(fromSource ? './process-main.ts' : './process-main.js', import.meta.url),
)

/** Before the command of a process that shall die with its server: `setpriv` is of util-linux, as `prlimit`; others of that name know less. */
const dyingWithServer = ['setpriv', '--pdeathsig', 'KILL', '--']
let canDieWithServer: boolean | undefined

function isDyingTried(): boolean {
  const [command, ...args] = dyingWithServer
  const options = { stdio: 'ignore', timeout: 5_000 } as const
  canDieWithServer ??= spawnSync(command!, [...args, 'true'], options).status === 0
  return canDieWithServer
}

function launch(options: ProcessOptions): ChildProcess {
  const flags = fromSource ? ['--conditions=source'] : []
  const node = [process.execPath, ...flags, mainPath, String(options.threads)]
  // One that is in a function of ours does not hear that its server is gone: the kernel ends it.
  const [command, ...args] = isDyingTried() ? [...dyingWithServer, ...node] : node
  // An environment of its own: what the server knows (keys among it) is nothing for a query.
  return spawn(command!, args, {
    stdio: ['ignore', 'ignore', 'pipe', 'ipc'],
    env: { TZ: 'UTC' },
    serialization: 'json',
  })
}

/**
 * Set from outside once the process runs, not by `ulimit` before: at its start Node reserves, for a
 * moment, more or less as it can get, and with a tight limit now and then fails.
 */
function limitAddressSpace(pid: number, bytesMax: number): Promise<boolean> {
  const args = [`--pid=${pid}`, `--as=${bytesMax}`]
  return new Promise<boolean>((resolve) => {
    execFile('prlimit', args, { timeout: 5_000 }, (error) => resolve(error === null))
  }).catch(() => false)
}
