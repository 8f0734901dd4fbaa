import type { Clock } from '#kit'
import type { Database, Transaction } from '#platform/database'
import type { Sealer } from '#governance/keys'
import type { IdentityTables } from './tables.ts'

/** What every part of the identity module works with. */
export interface Store {
  readonly database: Database
  readonly clock: Clock
  readonly sealer: Sealer
  /** Drops what was remembered of credentials and policies; called after every write. */
  readonly forget: () => void
}

export type Tables = ReturnType<typeof tablesOf>

export function tablesOf(source: Database | Transaction) {
  return source.tables<IdentityTables>()
}

/** One durable write, after which nothing stale is remembered. */
export async function write<R>(
  store: Store,
  work: (tables: Tables, tx: Transaction) => Promise<R>,
): Promise<R> {
  try {
    return await store.database.transaction((tx) => work(tablesOf(tx), tx))
  } finally {
    store.forget()
  }
}
