import type { Logger } from '#kit'
import type { Database } from '#platform/database'
import type { BlobStore } from './blob-store.ts'
import type { ObjectTables } from './tables.ts'

const batchMax = 500
/** Deletions that arrive together are removed together. */
const delayMs = 250

/**
 * Removes blobs from the disk after the commit that made them garbage, and never under a reader: a reader
 * looks rows up and opens blobs inside `lookUp`, and pins what it will open later.
 */
export class Garbage {
  readonly #database: Database
  readonly #blobs: BlobStore
  readonly #log: Logger
  /** The look-ups that began since the collector looked last. */
  #lookUps = new LookUps()
  readonly #pins = new Map<string, number>()
  /** To be called when the look-ups that are under way have ended. */
  #unread: (() => void)[] = []
  #timer: NodeJS.Timeout | undefined
  #collecting: Promise<void> | undefined
  #closed = false

  constructor(database: Database, blobs: BlobStore, log: Logger) {
    this.#database = database
    this.#blobs = blobs
    this.#log = log
  }

  /** Runs a look-up: blobs that a row names during it stay until it has ended. */
  async lookUp<R>(work: () => Promise<R>): Promise<R> {
    const lookUps = this.#lookUps
    lookUps.begin()
    try {
      return await work()
    } finally {
      lookUps.end()
    }
  }

  /** Keeps the blobs of an upload's object until the function that it returns is called. */
  pin(ownerId: string): () => void {
    this.#pins.set(ownerId, (this.#pins.get(ownerId) ?? 0) + 1)
    let pinned = true
    return () => {
      if (!pinned) return
      pinned = false
      const count = this.#pins.get(ownerId)! - 1
      if (count > 0) this.#pins.set(ownerId, count)
      else this.#pins.delete(ownerId)
    }
  }

  /** Calls back when all look-ups that are under way have ended; not at once. */
  whenUnread(callback: () => void): void {
    this.#unread.push(callback)
    this.expect()
  }

  /** Says that a transaction makes garbage: it is collected soon. */
  expect(): void {
    if (this.#closed) return
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined
      this.collect().catch((error: unknown) =>
        this.#log.error({ err: error }, 'removing deleted blobs failed'),
      )
    }, delayMs).unref()
  }

  /** Removes everything that is garbage now and that nobody reads. */
  async collect(): Promise<void> {
    while (this.#collecting) await this.#collecting
    this.#collecting = this.#collect().finally(() => {
      this.#collecting = undefined
    })
    return this.#collecting
  }

  async close(): Promise<void> {
    this.#closed = true
    clearTimeout(this.#timer)
    await this.#collecting?.catch(() => undefined)
  }

  async #collect(): Promise<void> {
    const db = this.#database.tables<ObjectTables>()
    let failure: unknown
    if (this.#unread.length > 0) {
      const callbacks = this.#unread
      this.#unread = []
      await this.#lookUpsEnded()
      for (const callback of callbacks) callback()
    }
    for (let after = '', isLast = false; !isLast && !this.#closed;) {
      const rows = await db
        .selectFrom('object_garbage')
        .selectAll()
        .where('blob_id', '>', after)
        .orderBy('blob_id')
        .limit(batchMax)
        .execute()
      if (rows.length === 0) break
      // What comes while these go waits for the next time: one by one it would cost a commit each.
      isLast = rows.length < batchMax
      after = rows.at(-1)!.blob_id
      // Whoever looked a row up before these became garbage has opened or pinned its blobs after this.
      await this.#lookUpsEnded()
      const free = rows.filter((row) => !this.#pins.has(row.owner_id)).map((row) => row.blob_id)
      if (free.length === 0) continue
      try {
        await this.#blobs.remove(free)
      } catch (error) {
        // One of the places is away: what lies in the other still goes.
        failure ??= error
        continue
      }
      await this.#database.transaction(async (tx) => {
        await tx
          .tables<ObjectTables>()
          .deleteFrom('object_garbage')
          .where('blob_id', 'in', free)
          .execute()
      })
    }
    if (failure !== undefined) throw failure
  }

  /** Resolves when those that are under way have ended. */
  async #lookUpsEnded(): Promise<void> {
    const before = this.#lookUps
    this.#lookUps = new LookUps(before)
    await before.ended()
  }
}

/**
 * Counts look-ups under way. A set of them would be emptied and filled by every read: what V8 then throws away keeps what comes after
 * it alive until the next full collection.
 */
class LookUps {
  #before: LookUps | undefined
  #count = 0
  #wake: (() => void) | undefined

  /** `before`: those that are older, whose end is waited for too. */
  constructor(before?: LookUps) {
    this.#before = before
  }

  begin(): void {
    this.#count += 1
  }

  end(): void {
    this.#count -= 1
    if (this.#count === 0) this.#wake?.()
  }

  /** Resolves when all that have begun here, and before, have ended. No more may begin. */
  async ended(): Promise<void> {
    await this.#before?.ended()
    this.#before = undefined
    if (this.#count > 0) await new Promise<void>((resolve) => (this.#wake = resolve))
  }
}
