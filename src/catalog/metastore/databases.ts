import type { Clock } from '#kit'
import type { Database } from '#platform/database'
import { databaseArn } from './arns.ts'
import { CatalogErrors } from './errors.ts'
import type { Metastore } from './metastore.ts'
import { checkPage, pageOf, textPosition } from './paging.ts'
import { queuePurge } from './purge.ts'
import type { DatabaseInput, DatabaseRecord, DatabaseRef } from './records.ts'
import {
  checkName,
  findDatabase,
  loadDatabase,
  lower,
  nextId,
  within,
  type DatabaseRow,
} from './rows.ts'
import type { CatalogDb, CatalogTables } from './schema.ts'

type Databases = Pick<
  Metastore,
  | 'createDatabase'
  | 'getDatabase'
  | 'listDatabases'
  | 'listPlaces'
  | 'updateDatabase'
  | 'deleteDatabase'
>

export function databases(database: Database, clock: Clock): Databases {
  const read = () => database.tables<CatalogTables>()
  return {
    createDatabase: async (ref, input, options = {}) => {
      checkName('Database name', input.name)
      return within(database, options.tx, async (db) => {
        if (await findDatabase(db, ref, input.name)) throw exists()
        await db
          .insertInto('catalog_databases')
          .values({
            id: await nextId(db, 'database'),
            account_id: ref.accountId,
            region: ref.region,
            name: lower(input.name),
            body: toBody(input),
            create_time_ms: clock.now(),
          })
          .execute()
      })
    },

    listPlaces: async () => {
      const rows = await read()
        .selectFrom('catalog_databases')
        .select(['account_id', 'region'])
        .distinct()
        .execute()
      return rows.map((row) => ({ accountId: row.account_id, region: row.region }))
    },

    getDatabase: async (ref) => toRecord(await loadDatabase(read(), ref)),

    listDatabases: async (ref, page) => {
      checkPage(page)
      const after = textPosition(page.nextToken)
      const rows = await read()
        .selectFrom('catalog_databases')
        .selectAll()
        .where('account_id', '=', ref.accountId)
        .where('region', '=', ref.region)
        .where('name', '>', after ?? '')
        .orderBy('name')
        .limit(page.limit + 1)
        .execute()
      return pageOf(rows, page.limit, (row) => row.name, toRecord)
    },

    updateDatabase: async (ref, given, options = {}) => {
      if (typeof given !== 'function') checkName('Database name', given.name)
      return within(database, options.tx, async (db) => {
        const row = await loadDatabase(db, ref)
        const input = typeof given === 'function' ? given(toRecord(row)) : given
        const name = lower(input.name)
        if (name !== row.name && (await findDatabase(db, ref, name))) throw exists()
        await db
          .updateTable('catalog_databases')
          .set({ name, body: toBody(input) })
          .where('id', '=', row.id)
          .execute()
      })
    },

    deleteDatabase: (ref, options = {}) =>
      within(database, options.tx, async (db) => {
        const { id } = await loadDatabase(db, ref)
        if (options.onlyEmpty) await checkEmpty(db, ref, id)
        await queuePurge(db, (tables) => tables.where('database_id', '=', id))
        await db.deleteFrom('catalog_tables').where('database_id', '=', id).execute()
        await db.deleteFrom('catalog_functions').where('database_id', '=', id).execute()
        await db.deleteFrom('catalog_tags').where('arn', '=', databaseArn(ref)).execute()
        await db.deleteFrom('catalog_databases').where('id', '=', id).execute()
      }),
  }
}

async function checkEmpty(db: CatalogDb, ref: DatabaseRef, id: number): Promise<void> {
  for (const held of ['catalog_tables', 'catalog_functions'] as const) {
    const first = await db
      .selectFrom(held)
      .select('name')
      .where('database_id', '=', id)
      .limit(1)
      .executeTakeFirst()
    if (first) {
      throw CatalogErrors.DatabaseNotEmpty(`Database ${lower(ref.database)} is not empty.`, {
        holds: first.name,
      })
    }
  }
}

function exists(): Error {
  return CatalogErrors.AlreadyExists('Database already exists.')
}

function toBody(input: DatabaseInput): string {
  const { name: _, ...body } = input
  return JSON.stringify(body)
}

function toRecord(row: DatabaseRow): DatabaseRecord {
  const body = JSON.parse(row.body) as Omit<DatabaseInput, 'name'>
  return { ...body, name: row.name, createTimeMs: row.create_time_ms }
}
