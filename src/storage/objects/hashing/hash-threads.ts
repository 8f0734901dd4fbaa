import { availableParallelism } from 'node:os'
import { Worker } from 'node:worker_threads'
import type { ChecksumAlgorithm } from '../checksums.ts'
import type { Digested } from '../digest.ts'
import type { HashAnswer, HashRequest } from './messages.ts'

/** More would only take processors from each other. */
const threadsMax = Math.max(1, Math.min(4, availableParallelism()))
/** Threads without work for so long are ended: an idle server has none. */
const idleMsMax = 30_000
/** Pieces of a job that may wait to be hashed: whoever brings more waits. */
const waitingMax = 4
/** Chunks are copied into pieces of this size: to tell a thread of each would cost more. */
const pieceBytes = 256 * 1024
/** Memory of pieces that waits to be used again, of all jobs. It never becomes garbage, of which nobody would take notice. */
const free: ArrayBuffer[] = []
const freeMax = 64

/** Bytes of one object on their way through a hashing thread. `end` or `abandon` must be called. */
export interface HashJob {
  /** The bytes are copied. Undefined when there is room for more; else it resolves when there is. */
  update(bytes: Uint8Array): Promise<void> | undefined
  end(): Promise<Digested>
  abandon(): void
}

/** Whether a job is under way. */
export function isHashing(): boolean {
  return threads.some((thread) => thread.jobCount > 0)
}

/** Begins a job on the thread that has the fewest. */
export function beginHashing(algorithms: readonly ChecksumAlgorithm[]): HashJob {
  let thread = threads.reduce<HashThread | undefined>(
    (least, each) => (!least || each.jobCount < least.jobCount ? each : least),
    undefined,
  )
  if (!thread || (thread.jobCount > 0 && threads.length < threadsMax)) {
    thread = new HashThread()
    threads.push(thread)
  }
  return thread.begin(algorithms)
}

/** Like the threads that Node keeps for files: one set for the process, made at need. */
const threads: HashThread[] = []

interface Job {
  piece: Uint8Array<ArrayBuffer>
  used: number
  waiting: number
  room: (() => void) | undefined
  readonly digested: PromiseWithResolvers<Digested>
}

function newPiece(): Uint8Array<ArrayBuffer> {
  return new Uint8Array(free.pop() ?? new ArrayBuffer(pieceBytes))
}

class HashThread {
  readonly #worker: Worker
  readonly #jobs = new Map<number, Job>()
  #nextJob = 1
  #idle: NodeJS.Timeout | undefined

  constructor() {
    const extension = import.meta.url.endsWith('.ts') ? '.ts' : '.js'
    this.#worker = new Worker(new URL(`./hash-thread${extension}`, import.meta.url))
    this.#worker.on('message', (answer: HashAnswer) => this.#take(answer))
    this.#worker.on('error', (error) => this.#fail(error))
    this.#worker.on('exit', () => this.#fail(new Error('a hashing thread has ended')))
    this.#worker.unref()
  }

  get jobCount(): number {
    return this.#jobs.size
  }

  begin(algorithms: readonly ChecksumAlgorithm[]): HashJob {
    const id = this.#nextJob++
    const job: Job = {
      piece: newPiece(),
      used: 0,
      waiting: 0,
      room: undefined,
      digested: Promise.withResolvers(),
    }
    // Whoever waits for the end is told; when nobody does, nothing is lost.
    job.digested.promise.catch(() => undefined)
    clearTimeout(this.#idle)
    this.#jobs.set(id, job)
    this.#send({ job: id, kind: 'begin', algorithms })
    return {
      update: (bytes) => this.#update(id, job, bytes),
      end: () => {
        if (this.#jobs.has(id)) {
          if (job.used > 0) this.#sendPiece(id, job)
          this.#send({ job: id, kind: 'end' })
        }
        return job.digested.promise
      },
      abandon: () => {
        if (!this.#jobs.has(id)) return
        this.#send({ job: id, kind: 'abandon' })
        this.#done(id)
      },
    }
  }

  #update(id: number, job: Job, bytes: Uint8Array): Promise<void> | undefined {
    // The thread has ended: `end` says why.
    if (!this.#jobs.has(id)) return undefined
    for (let at = 0; at < bytes.byteLength;) {
      const taken = Math.min(bytes.byteLength - at, pieceBytes - job.used)
      job.piece.set(bytes.subarray(at, at + taken), job.used)
      job.used += taken
      at += taken
      if (job.used === pieceBytes) this.#sendPiece(id, job)
    }
    if (job.waiting < waitingMax) return undefined
    return new Promise((resolve) => {
      job.room = resolve
    })
  }

  #sendPiece(id: number, job: Job): void {
    const memory = job.piece.buffer
    const request: HashRequest = { job: id, kind: 'bytes', memory, sizeBytes: job.used }
    job.waiting += 1
    job.piece = newPiece()
    job.used = 0
    this.#worker.postMessage(request, [memory])
  }

  #send(request: HashRequest): void {
    this.#worker.postMessage(request)
  }

  #take(answer: HashAnswer): void {
    if (answer.kind === 'taken' && free.length < freeMax) free.push(answer.memory)
    const job = this.#jobs.get(answer.job)
    // Of a job that was abandoned.
    if (!job) return
    if (answer.kind === 'taken') {
      job.waiting -= 1
      job.room?.()
      job.room = undefined
      return
    }
    if (free.length < freeMax) free.push(job.piece.buffer)
    job.digested.resolve(answer.digested)
    this.#done(answer.job)
  }

  #done(id: number): void {
    this.#jobs.delete(id)
    if (this.#jobs.size > 0) return
    clearTimeout(this.#idle)
    this.#idle = setTimeout(() => this.#leave(), idleMsMax).unref()
  }

  /** Every job fails with it; the next one gets another thread. */
  #fail(error: Error): void {
    this.#leave()
    for (const job of this.#jobs.values()) {
      job.digested.reject(error)
      job.room?.()
    }
    this.#jobs.clear()
  }

  #leave(): void {
    clearTimeout(this.#idle)
    const at = threads.indexOf(this)
    if (at >= 0) threads.splice(at, 1)
    void this.#worker.terminate()
  }
}
