import type { Logger } from '#kit'
import { QueryErrors } from '../errors.ts'

/** Work that waits its turn. */
interface Job {
  readonly id: string
  readonly group: string
  readonly controller: AbortController
  readonly work: (signal: AbortSignal) => Promise<void>
}

/** Places that some groups share. */
export interface Reservation {
  readonly id: string
  /** Jobs of its groups that run at once. */
  readonly places: number
}

export interface QueueOptions {
  /** Jobs that run at once. */
  readonly concurrency: number
  /** Jobs that wait, of all groups. */
  readonly queueMax: number
  /** What is held for a group's jobs, where something is. */
  readonly reservationOf?: (group: string) => Reservation | undefined
  /** Whose a group is. Default: all are one account's. */
  readonly accountOf?: (group: string) => string
  readonly log: Logger
}

/**
 * Runs queries, some at a time, and refuses more than it can hold. Accounts have fair shares: the next job is one of the account that
 * runs the fewest, of the one that was served longest ago where some run as few. Within an account groups (workgroups) have: it is the
 * oldest of the group that runs the fewest (of the one that was served longest ago, where some run as few), so that a thousand queries of one do not keep out the first of another.
 *
 * Groups with a reservation run at most as many as it has places, all of them together. They go before others while jobs with a
 * reservation run on fewer than all places but one; for that last one they compete as any group. Places are never kept empty, and a
 * reservation counts in its own account alone.
 */
export class ExecutionQueue {
  readonly #options: QueueOptions
  /** Groups with waiting jobs. */
  readonly #waiting = new Map<string, Job[]>()
  #waitingCount = 0
  /** When a group with work was last given a place: the count of places given then. */
  readonly #served = new Map<string, number>()
  #servedCount = 0
  readonly #running = new Map<string, { job: Job; done: Promise<void> }>()
  #closed = false

  constructor(options: QueueOptions) {
    this.#options = options
  }

  /** Throws `TooManyQueries` when no more may wait. */
  checkRoom(): void {
    if (this.#closed || this.#waitingCount >= this.#options.queueMax) {
      throw QueryErrors.TooManyQueries('Rate exceeded: too many queries are queued')
    }
  }

  add(id: string, group: string, work: (signal: AbortSignal) => Promise<void>): void {
    const jobs = this.#waiting.get(group) ?? []
    jobs.push({ id, group, work, controller: new AbortController() })
    this.#waiting.set(group, jobs)
    this.#waitingCount += 1
    this.next()
  }

  /** True when it waited or ran. What waited never runs; what runs is aborted and waited for. */
  async stop(id: string): Promise<'waiting' | 'running' | undefined> {
    for (const [group, jobs] of this.#waiting) {
      const index = jobs.findIndex((job) => job.id === id)
      if (index < 0) continue
      this.#take(group, index)
      return 'waiting'
    }
    const running = this.#running.get(id)
    if (!running) return undefined
    running.job.controller.abort()
    await running.done
    return 'running'
  }

  async close(): Promise<void> {
    this.#closed = true
    this.#waiting.clear()
    this.#waitingCount = 0
    const running = [...this.#running.values()]
    for (const { job } of running) job.controller.abort(new Error('the server is stopping'))
    await Promise.all(running.map(({ done }) => done))
  }

  /** Starts what may run. To be called when reservations have changed. */
  next(): void {
    while (!this.#closed && this.#running.size < this.#options.concurrency) {
      const group = this.#nextGroup()
      if (group === undefined) return
      this.#run(this.#take(group, 0))
    }
  }

  #nextGroup(): string | undefined {
    const counts = new Map<string, number>()
    const held = new Map<string, number>()
    /** By account: the jobs that run, and those of them that have a reservation. */
    const accountCounts = new Map<string, number>()
    const accountHeld = new Map<string, number>()
    for (const { job } of this.#running.values()) {
      const account = this.#accountOf(job.group)
      count(counts, job.group)
      count(accountCounts, account)
      const reservation = this.#reservationOf(job.group)
      if (!reservation) continue
      count(held, reservation.id)
      count(accountHeld, account)
    }
    const accountServed = new Map<string, number>()
    for (const [group, served] of this.#served) accountServed.set(this.#accountOf(group), served)
    for (const group of this.#served.keys()) {
      if (!counts.has(group) && !this.#waiting.has(group)) this.#served.delete(group)
    }
    const ranked: { group: string; rank: readonly number[] }[] = []
    for (const group of this.#waiting.keys()) {
      const reservation = this.#reservationOf(group)
      if (reservation && (held.get(reservation.id) ?? 0) >= reservation.places) continue
      const account = this.#accountOf(group)
      const goesFirst = (accountHeld.get(account) ?? 0) < this.#options.concurrency - 1
      ranked.push({
        group,
        rank: [
          accountCounts.get(account) ?? 0,
          accountServed.get(account) ?? 0,
          reservation && goesFirst ? 0 : 1,
          counts.get(group) ?? 0,
          this.#served.get(group) ?? 0,
        ],
      })
    }
    ranked.sort(({ rank: a }, { rank: b }) => compareRanks(a, b))
    return ranked[0]?.group
  }

  #accountOf(group: string): string {
    return this.#options.accountOf?.(group) ?? ''
  }

  #reservationOf(group: string): Reservation | undefined {
    return this.#options.reservationOf?.(group)
  }

  #take(group: string, index: number): Job {
    const jobs = this.#waiting.get(group)!
    const [job] = jobs.splice(index, 1)
    this.#waitingCount -= 1
    if (jobs.length === 0) this.#waiting.delete(group)
    return job!
  }

  #run(job: Job): void {
    // Put last: the map's order is that of the last places given.
    this.#served.delete(job.group)
    this.#served.set(job.group, ++this.#servedCount)
    const done = (async () => {
      try {
        await job.work(job.controller.signal)
      } catch (error) {
        this.#options.log.error({ err: error, query: job.id }, 'a query execution was not kept')
      }
      this.#running.delete(job.id)
      this.next()
    })()
    this.#running.set(job.id, { job, done })
  }
}

function compareRanks(a: readonly number[], b: readonly number[]): number {
  const place = a.findIndex((value, index) => value !== b[index])
  return place < 0 ? 0 : a[place]! - b[place]!
}

function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1)
}
