import type { Clock } from '#kit'
import type { Database, Transaction } from '#platform/database'
import type { Sealer } from './sealer.ts'
import type { KeyTables } from './tables.ts'

/** What every part of the keys module works with. */
export interface KeyStore {
  readonly database: Database
  readonly clock: Clock
  readonly sealer: Sealer
}

export type Tables = ReturnType<typeof tablesOf>

export function tablesOf(source: Database | Transaction) {
  return source.tables<KeyTables>()
}

/** Whose keys, and where. */
export interface KeyPlace {
  readonly accountId: string
  readonly region: string
}
