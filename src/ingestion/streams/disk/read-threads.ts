import { Worker } from 'node:worker_threads'
import { elapsedMs } from '#kit'
import { StreamErrors } from '../errors.ts'
import type { PiecesAnswer, PiecesRequest } from './read-messages.ts'

/** Where the system has all in memory one is enough; others are for disks that let one wait. */
const threadsMax = 4
/** A thread that took so long for a request was waiting for the disk, if it was not the event loop that had no time for it. */
const slowMs = 20
/** So many requests a thread has at a time: it need not be woken for each. */
const requestsOfThread = 3
/** Who comes when so many wait is refused. */
const waitingMax = 10_000
/** Threads without work for so long are ended: an idle server has none. */
const idleMsMax = 30_000

/** Bytes that were read, in memory that was asked for. */
export interface PiecesRead {
  readonly buffer: Buffer
  /** Less than all when a file ends before. */
  readonly filledBytes: number
}

interface Request {
  readonly pieces: Float64Array
  readonly allocate: () => Buffer
  readonly resolve: (read: PiecesRead) => void
  readonly reject: (error: Error) => void
}

/**
 * Reads pieces of open files, each given by `numbersOfPiece` numbers, one behind the other into one buffer, with one message to another
 * thread and one back. `allocate` is asked when the request's turn has come for as much as all pieces have, in memory of its own: that is
 * moved to the thread and back. The files must stay open until then. Errors: those of the system; `LogBusy`.
 */
export function readPieces(pieces: Float64Array, allocate: () => Buffer): Promise<PiecesRead> {
  if (waiting.length - firstWaiting >= waitingMax) {
    return Promise.reject(StreamErrors.LogBusy('too many readers wait for old records'))
  }
  return new Promise((resolve, reject) => {
    waiting.push({ pieces, allocate, resolve, reject })
    dispatch()
  })
}

/** Like the threads that Node keeps for files: one set for the process, made at need. */
const threads: ReadThread[] = []
/** The first of these were handed to a thread already. */
let waiting: Request[] = []
let firstWaiting = 0

function dispatch(): void {
  while (firstWaiting < waiting.length) {
    const thread = freeThread()
    if (!thread) return
    const request = waiting[firstWaiting]!
    firstWaiting += 1
    if (firstWaiting === waiting.length || firstWaiting === waitingMax) {
      waiting = waiting.slice(firstWaiting)
      firstWaiting = 0
    }
    thread.read(request)
  }
}

/** The one that has least to do; a further one when those that are there wait for the disk. */
function freeThread(): ReadThread | undefined {
  let least: ReadThread | undefined
  for (const thread of threads) {
    if (!least || thread.requestCount < least.requestCount) least = thread
  }
  const needsAnother =
    !least ||
    (least.requestCount > 0 && threads.length < threadsMax && threads.every((each) => each.isSlow))
  if (needsAnother) {
    least = new ReadThread()
    threads.push(least)
  }
  return least!.requestCount < requestsOfThread ? least : undefined
}

class ReadThread {
  /** It had to wait for the disk. */
  isSlow = false
  readonly #worker: Worker
  readonly #requests = new Map<number, Request>()
  #nextId = 1
  /** When it could begin with the request that it is at. */
  #beganMs = 0
  #idle: NodeJS.Timeout | undefined

  constructor() {
    const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
    this.#worker = new Worker(new URL(`./read-thread${extension}`, import.meta.url))
    // To begin is no fault of the disk.
    this.#worker.on('online', () => (this.#beganMs = elapsedMs()))
    this.#worker.on('message', (answer: PiecesAnswer) => this.#take(answer))
    this.#worker.on('error', (error) => this.#fail(error))
    this.#worker.on('exit', () => this.#fail(new Error('a reading thread has ended')))
  }

  get requestCount(): number {
    return this.#requests.size
  }

  read(request: Request): void {
    const { pieces } = request
    let memory: ArrayBuffer
    try {
      memory = request.allocate().buffer as ArrayBuffer
    } catch (error) {
      request.reject(error as Error)
      return
    }
    const id = this.#nextId
    this.#nextId += 1
    if (this.#requests.size === 0) {
      // Whoever waits for the answer is not left by a process that has nothing else to do.
      this.#worker.ref()
      this.#beganMs = elapsedMs()
      clearTimeout(this.#idle)
    }
    this.#requests.set(id, request)
    this.#worker.postMessage({ id, memory, pieces } satisfies PiecesRequest, [memory])
  }

  #take({ id, memory, filledBytes, error }: PiecesAnswer): void {
    const request = this.#requests.get(id)!
    this.#requests.delete(id)
    const nowMs = elapsedMs()
    this.isSlow = nowMs - this.#beganMs > slowMs
    this.#beganMs = nowMs
    if (this.#requests.size === 0) {
      this.#worker.unref()
      this.#idle = setTimeout(() => this.#leave(), idleMsMax).unref()
    }
    if (error) request.reject(Object.assign(new Error(error.message), { code: error.code }))
    else request.resolve({ buffer: Buffer.from(memory), filledBytes })
    dispatch()
  }

  /** Every request fails with it; the next one gets another thread. */
  #fail(error: Error): void {
    this.#leave()
    const failed = [...this.#requests.values()]
    this.#requests.clear()
    for (const request of failed) request.reject(error)
    dispatch()
  }

  #leave(): void {
    clearTimeout(this.#idle)
    const at = threads.indexOf(this)
    if (at >= 0) threads.splice(at, 1)
    void this.#worker.terminate()
  }
}
