import { BoundedCache } from '#kit'
import { tablesOf, type Store } from './store.ts'

interface Use {
  readonly atMs: number
  readonly service: string
  readonly region: string
}

const writeIntervalMs = 60_000
const bounds = { countMax: 10_000 }

/**
 * When each access key was last used. Kept in memory and written down at most once a minute for each key, since no
 * answer depends on it; a crash may lose the last minute, as AWS's own figure lags too.
 */
export class KeyUses {
  readonly #store: Store
  readonly #written = new BoundedCache<string, number>(bounds)
  readonly #pending = new Map<string, Use>()
  #writing: Promise<void> | undefined

  constructor(store: Store) {
    this.#store = store
  }

  note(accessKeyId: string, service: string, region: string): void {
    if (!accessKeyId.startsWith('AKIA')) return
    const atMs = this.#store.clock.now()
    if (atMs - (this.#written.get(accessKeyId) ?? 0) < writeIntervalMs) return
    this.#written.set(accessKeyId, atMs)
    this.#pending.set(accessKeyId, { atMs, service, region })
    this.#writing ??= this.#write()
  }

  /** Waits for what is being written. */
  async close(): Promise<void> {
    await this.#writing
  }

  async #write(): Promise<void> {
    await Promise.resolve()
    while (this.#pending.size > 0) {
      const uses = [...this.#pending]
      this.#pending.clear()
      try {
        await this.#store.database.transaction(async (tx) => {
          for (const [accessKeyId, use] of uses) {
            await tablesOf(tx)
              .updateTable('identity_access_keys')
              .set({
                last_used_at_ms: use.atMs,
                last_used_service: use.service,
                last_used_region: use.region,
              })
              .where('access_key_id', '=', accessKeyId)
              .execute()
          }
        })
      } catch {
        // A figure that is a minute old does no harm; the next use writes again.
        for (const [accessKeyId] of uses) this.#written.delete(accessKeyId)
      }
    }
    this.#writing = undefined
  }
}
