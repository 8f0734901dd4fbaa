import { sql } from 'kysely'
import type { Database, Transaction } from '#platform/database'
import { CatalogErrors } from './errors.ts'
import type { CatalogRef, DatabaseRef, TableRef } from './records.ts'
import type { CatalogDb, CatalogTables } from './schema.ts'

/** What every part of the catalog needs to find: the rows behind names. */

export type DatabaseRow = CatalogTables['catalog_databases']
export type TableRow = CatalogTables['catalog_tables']

export function lower(name: string): string {
  return name.toLowerCase()
}

export async function findDatabase(
  db: CatalogDb,
  ref: CatalogRef,
  name: string,
): Promise<DatabaseRow | undefined> {
  return db
    .selectFrom('catalog_databases')
    .selectAll()
    .where('account_id', '=', ref.accountId)
    .where('region', '=', ref.region)
    .where('name', '=', lower(name))
    .executeTakeFirst()
}

export async function loadDatabase(db: CatalogDb, ref: DatabaseRef): Promise<DatabaseRow> {
  const row = await findDatabase(db, ref, ref.database)
  if (row) return row
  throw CatalogErrors.DatabaseNotFound(`Database ${lower(ref.database)} not found.`, {
    database: ref.database,
  })
}

export async function findTable(
  db: CatalogDb,
  databaseId: number,
  name: string,
): Promise<TableRow | undefined> {
  return db
    .selectFrom('catalog_tables')
    .selectAll()
    .where('database_id', '=', databaseId)
    .where('name', '=', lower(name))
    .executeTakeFirst()
}

export async function loadTable(db: CatalogDb, ref: TableRef): Promise<TableRow> {
  const database = await loadDatabase(db, ref)
  const row = await findTable(db, database.id, ref.table)
  if (row) return row
  throw CatalogErrors.TableNotFound(`Table ${lower(ref.table)} not found.`, {
    database: ref.database,
    table: ref.table,
  })
}

/** The next id of a kind; ids are never used again, so rows left of something deleted stay unseen. */
export async function nextId(db: CatalogDb, name: string): Promise<number> {
  const row = await db
    .insertInto('catalog_sequences')
    .values({ name, next: 2 })
    .onConflict((conflict) =>
      conflict.column('name').doUpdateSet({ next: sql<number>`catalog_sequences.next + 1` }),
    )
    .returning('next')
    .executeTakeFirstOrThrow()
  return row.next - 1
}

/** Names are 1 to 255 characters without control characters. */
export function checkName(what: string, name: string | undefined): void {
  // eslint-disable-next-line no-control-regex
  if (!name || name.length > 255 || /[\u0000-\u0008\u000a-\u001f]/.test(name)) {
    throw CatalogErrors.InvalidInput(`${what} must be 1 to 255 characters on one line.`)
  }
}

/** In a caller's transaction, or in one of its own. */
export function within<R>(
  database: Database,
  tx: Transaction | undefined,
  work: (db: CatalogDb) => Promise<R>,
): Promise<R> {
  return tx
    ? work(tx.tables<CatalogTables>())
    : database.transaction((own) => work(own.tables<CatalogTables>()))
}
