import { Worker } from 'node:worker_threads'
import { elapsedMs } from '#kit'
import { StreamErrors } from '../errors.ts'
import type { PiecesAnswer, PiecesRequest } from './read-messages.ts'

/** Where the system has all in memory one is enough; others are for disks that let one wait. */
const threadsMax = 4
/** A thread that took so long for a request was waiting for the disk, if it was not the event loop that had no time for it. */
const slowMs = 20
/** So many messages a thread has at a time: it need not be woken for each. */
const messagesOfThread = 3
/** To wake a thread costs as much as to read some pieces: of many who wait as many are served with one message, if the disk is quick. */
const requestsOfMessage = 16
/** And no more together than so much, if it is several. */
const bytesOfMessage = 1024 * 1024
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
  readonly sizeBytes: number
  readonly allocate: (sizeBytes: number) => Buffer
  readonly resolve: (read: PiecesRead) => void
  readonly reject: (error: Error) => void
}

/**
 * Reads pieces of open files, each given by `numbersOfPiece` numbers, one behind the other into one buffer, with one message to another
 * thread and one back. `allocate` is asked when the request's turn has come for the bytes that all pieces have, in memory of its own: that is
 * moved to the thread and back. The files must stay open until then. Errors: those of the system; `LogBusy`.
 */
export function readPieces(
  pieces: Float64Array,
  sizeBytes: number,
  allocate: (sizeBytes: number) => Buffer,
): Promise<PiecesRead> {
  if (waiting.length - firstWaiting >= waitingMax) {
    return Promise.reject(StreamErrors.LogBusy('too many readers wait for old records'))
  }
  return new Promise((resolve, reject) => {
    waiting.push({ pieces, sizeBytes, allocate, resolve, reject })
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
    thread.read(takeWaiting(thread.isSlow ? 1 : requestsOfMessage))
  }
}

function takeWaiting(countMax: number): readonly Request[] {
  const taken: Request[] = []
  let sizeBytes = 0
  for (let next = waiting[firstWaiting]; next && taken.length < countMax;) {
    sizeBytes += next.sizeBytes
    if (taken.length > 0 && sizeBytes > bytesOfMessage) break
    taken.push(next)
    firstWaiting += 1
    next = waiting[firstWaiting]
  }
  if (firstWaiting === waiting.length || firstWaiting >= waitingMax) {
    waiting = waiting.slice(firstWaiting)
    firstWaiting = 0
  }
  return taken
}

/** The one that has least to do; a further one when those that are there wait for the disk. */
function freeThread(): ReadThread | undefined {
  let least: ReadThread | undefined
  for (const thread of threads) {
    if (!least || thread.messageCount < least.messageCount) least = thread
  }
  const needsAnother =
    !least ||
    (least.messageCount > 0 && threads.length < threadsMax && threads.every((each) => each.isSlow))
  if (needsAnother) {
    least = new ReadThread()
    threads.push(least)
  }
  return least!.messageCount < messagesOfThread ? least : undefined
}

class ReadThread {
  /** It had to wait for the disk. */
  isSlow = false
  readonly #worker: Worker
  /** What was asked for with each message that it has not answered, the oldest first. */
  #messages: (readonly Request[])[] = []
  /** When it could begin with the message that it is at. */
  #beganMs = 0
  #idle: NodeJS.Timeout | undefined

  constructor() {
    const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
    this.#worker = new Worker(new URL(`./read-thread${extension}`, import.meta.url))
    // To begin is no fault of the disk.
    this.#worker.on('online', () => (this.#beganMs = elapsedMs()))
    this.#worker.on('message', (answers: readonly PiecesAnswer[]) => this.#take(answers))
    this.#worker.on('error', (error) => this.#fail(error))
    this.#worker.on('exit', () => this.#fail(new Error('a reading thread has ended')))
  }

  get messageCount(): number {
    return this.#messages.length
  }

  read(requests: readonly Request[]): void {
    const asked: Request[] = []
    const message: PiecesRequest[] = []
    for (const request of requests) {
      try {
        const memory = request.allocate(request.sizeBytes).buffer as ArrayBuffer
        message.push({ memory, pieces: request.pieces })
        asked.push(request)
      } catch (error) {
        request.reject(error as Error)
      }
    }
    if (asked.length === 0) return
    if (this.#messages.length === 0) {
      // Whoever waits for the answer is not left by a process that has nothing else to do.
      this.#worker.ref()
      this.#beganMs = elapsedMs()
      clearTimeout(this.#idle)
    }
    this.#messages.push(asked)
    this.#worker.postMessage(
      message,
      message.map(({ memory }) => memory),
    )
  }

  #take(answers: readonly PiecesAnswer[]): void {
    const asked = this.#messages.shift()!
    const nowMs = elapsedMs()
    this.isSlow = nowMs - this.#beganMs > slowMs
    this.#beganMs = nowMs
    if (this.#messages.length === 0) {
      this.#worker.unref()
      this.#idle = setTimeout(() => this.#leave(), idleMsMax).unref()
    }
    for (const [index, { memory, filledBytes, error }] of answers.entries()) {
      const { resolve, reject } = asked[index]!
      if (error) reject(Object.assign(new Error(error.message), { code: error.code }))
      else resolve({ buffer: Buffer.from(memory), filledBytes })
    }
    dispatch()
  }

  /** Every request fails with it; the next one gets another thread. */
  #fail(error: Error): void {
    this.#leave()
    const failed = this.#messages.flat()
    this.#messages = []
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
