import type { Clock } from '#kit'
import type { Database, Transaction } from '#platform/database'
import { checkPage, pageOf, textPosition } from './paging.ts'
import type { CatalogRef, Page, PageInput } from './records.ts'
import type { CatalogDb, CatalogTables } from './schema.ts'

/** A document with a name of its own in an account and region, and when it was made and changed. */
export interface NamedDocument<Body> {
  readonly name: string
  readonly body: Body
  readonly createTimeMs: number
  readonly updateTimeMs: number
}

/** Documents of one kind. */
export interface NamedDocuments<Body> {
  find(ref: CatalogRef, name: string): Promise<NamedDocument<Body> | undefined>
  /** In the order of their names. */
  list(ref: CatalogRef, page: PageInput): Promise<Page<NamedDocument<Body>>>
  /** False when the name is taken. */
  add(ref: CatalogRef, name: string, body: Body): Promise<boolean>
  /** False when there is none. `change` sees the document in the transaction. */
  change(ref: CatalogRef, name: string, change: (body: Body) => Body): Promise<boolean>
  /** False when there is none. */
  remove(ref: CatalogRef, name: string): Promise<boolean>
}

type Row = CatalogTables['catalog_documents']

export function namedDocuments<Body>(
  database: Database,
  clock: Clock,
  kind: string,
): NamedDocuments<Body> {
  const find = async (db: CatalogDb, ref: CatalogRef, name: string) =>
    place(db.selectFrom('catalog_documents').selectAll(), ref, kind)
      .where('name', '=', name)
      .executeTakeFirst()
  const within = <T>(work: (db: CatalogDb, tx: Transaction) => Promise<T>) =>
    database.transaction((tx) => work(tx.tables<CatalogTables>(), tx))
  const toDocument = (row: Row): NamedDocument<Body> => ({
    name: row.name,
    body: JSON.parse(row.body) as Body,
    createTimeMs: row.create_time_ms,
    updateTimeMs: row.update_time_ms,
  })
  return {
    find: async (ref, name) => {
      const row = await find(database.tables(), ref, name)
      return row && toDocument(row)
    },
    list: async (ref, page) => {
      checkPage(page)
      const after = textPosition(page.nextToken) ?? ''
      const db = database.tables<CatalogTables>()
      const rows = await place(db.selectFrom('catalog_documents').selectAll(), ref, kind)
        .where('name', '>', after)
        .orderBy('name')
        .limit(page.limit + 1)
        .execute()
      return pageOf(rows, page.limit, (row) => row.name, toDocument)
    },
    add: (ref, name, body) =>
      within(async (db) => {
        if (await find(db, ref, name)) return false
        const nowMs = clock.now()
        await db
          .insertInto('catalog_documents')
          .values({
            account_id: ref.accountId,
            region: ref.region,
            kind,
            name,
            body: JSON.stringify(body),
            create_time_ms: nowMs,
            update_time_ms: nowMs,
          })
          .execute()
        return true
      }),
    change: (ref, name, change) =>
      within(async (db) => {
        const row = await find(db, ref, name)
        if (!row) return false
        const body = JSON.stringify(change(JSON.parse(row.body) as Body))
        await db
          .updateTable('catalog_documents')
          .set({ body, update_time_ms: clock.now() })
          .where('account_id', '=', ref.accountId)
          .where('region', '=', ref.region)
          .where('kind', '=', kind)
          .where('name', '=', name)
          .execute()
        return true
      }),
    remove: (ref, name) =>
      within(async (db) => {
        const removed = await db
          .deleteFrom('catalog_documents')
          .where('account_id', '=', ref.accountId)
          .where('region', '=', ref.region)
          .where('kind', '=', kind)
          .where('name', '=', name)
          .executeTakeFirst()
        return removed.numDeletedRows > 0n
      }),
  }
}

function place<Query extends { where(column: never, operator: '=', value: string): Query }>(
  query: Query,
  ref: CatalogRef,
  kind: string,
): Query {
  return query
    .where('account_id' as never, '=', ref.accountId)
    .where('region' as never, '=', ref.region)
    .where('kind' as never, '=', kind)
}
