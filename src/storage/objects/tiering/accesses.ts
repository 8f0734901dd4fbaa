import type { Clock } from '#kit'
import type { Database } from '#platform/database'
import { dayMs } from '../lifecycle/days.ts'
import type { ObjectTables, VersionRow } from '../tables.ts'
import { intelligentTiering } from './storage-classes.ts'

const notedMax = 10_000

/**
 * When objects in intelligent tiering were read last. Reads are noted in memory and written together, and of each object at most one
 * a day: a crash forgets those of the last minute.
 */
export class Accesses {
  readonly #database: Database
  readonly #clock: Clock
  readonly #noted = new Map<string, Pick<VersionRow, 'bucket' | 'key' | 'age_rank'>>()
  #flushing: Promise<void> = Promise.resolve()

  constructor(database: Database, clock: Clock) {
    this.#database = database
    this.#clock = clock
  }

  /** The object is being read. */
  note(row: VersionRow): void {
    if (row.storage_class !== intelligentTiering) return
    const lastMs = row.accessed_ms ?? row.last_modified_ms
    if (row.access_tier === null && this.#clock.now() - lastMs < dayMs) return
    const { bucket, key, age_rank: rank } = row
    this.#noted.set(`${bucket}/${key}/${rank}`, { bucket, key, age_rank: rank })
    if (this.#noted.size >= notedMax) void this.flush().catch(() => undefined)
  }

  /** Writes what was noted. */
  flush(): Promise<void> {
    this.#flushing = this.#flushing.catch(() => undefined).then(() => this.#flush())
    return this.#flushing
  }

  async #flush(): Promise<void> {
    const noted = [...this.#noted.values()]
    if (noted.length === 0) return
    this.#noted.clear()
    await this.#database.transaction(async (tx) => {
      for (const { bucket, key, age_rank: rank } of noted) {
        await tx
          .tables<ObjectTables>()
          .updateTable('object_versions')
          .set({ accessed_ms: this.#clock.now() })
          .where('bucket', '=', bucket)
          .where('key', '=', key)
          .where('age_rank', '=', rank)
          .execute()
      }
    })
  }
}
