import type { Clock } from '#kit'
import type { Database } from '#platform/database'
import { CatalogErrors } from './errors.ts'
import type { Metastore } from './metastore.ts'
import { namePattern } from './name-pattern.ts'
import { checkPage, encodeToken, numberPosition } from './paging.ts'
import type { FunctionInput, FunctionRecord } from './records.ts'
import { checkName, loadDatabase, lower, nextId } from './rows.ts'
import type { CatalogDb, CatalogTables } from './schema.ts'

type Functions = Pick<
  Metastore,
  'createFunction' | 'getFunction' | 'updateFunction' | 'deleteFunction' | 'listFunctions'
>

type FunctionRow = CatalogTables['catalog_functions']

const chunk = 500

/** User-defined functions of Hive's clients: kept and returned. */
export function functions(database: Database, clock: Clock): Functions {
  const read = () => database.tables<CatalogTables>()
  return {
    createFunction: async (ref, input) => {
      checkName('Function name', input.name)
      return database.transaction(async (tx) => {
        const db = tx.tables<CatalogTables>()
        const { id: databaseId } = await loadDatabase(db, ref)
        if (await find(db, databaseId, input.name)) throw exists()
        await db
          .insertInto('catalog_functions')
          .values({
            id: await nextId(db, 'function'),
            database_id: databaseId,
            name: lower(input.name),
            body: toBody(input),
            create_time_ms: clock.now(),
          })
          .execute()
      })
    },

    getFunction: async (ref, name) => {
      const { id } = await loadDatabase(read(), ref)
      return toRecord(await load(read(), id, name), lower(ref.database))
    },

    updateFunction: async (ref, name, input) => {
      checkName('Function name', input.name)
      return database.transaction(async (tx) => {
        const db = tx.tables<CatalogTables>()
        const { id: databaseId } = await loadDatabase(db, ref)
        const row = await load(db, databaseId, name)
        if (lower(input.name) !== row.name && (await find(db, databaseId, input.name)))
          throw exists()
        await db
          .updateTable('catalog_functions')
          .set({ name: lower(input.name), body: toBody(input) })
          .where('id', '=', row.id)
          .execute()
      })
    },

    deleteFunction: (ref, name) =>
      database.transaction(async (tx) => {
        const db = tx.tables<CatalogTables>()
        const { id: databaseId } = await loadDatabase(db, ref)
        const row = await load(db, databaseId, name)
        await db.deleteFrom('catalog_functions').where('id', '=', row.id).execute()
      }),

    listFunctions: async (ref, page) => {
      checkPage(page)
      const matches = page.pattern ? namePattern(page.pattern) : () => true
      if (ref.database !== undefined) await loadDatabase(read(), { ...ref, database: ref.database })
      let after = numberPosition(page.nextToken) ?? 0
      const items: FunctionRecord[] = []
      for (;;) {
        let query = read()
          .selectFrom('catalog_functions as f')
          .innerJoin('catalog_databases as d', 'd.id', 'f.database_id')
          .select(['f.id', 'f.database_id', 'f.name', 'f.body', 'f.create_time_ms'])
          .select('d.name as database')
          .where('d.account_id', '=', ref.accountId)
          .where('d.region', '=', ref.region)
          .where('f.id', '>', after)
          .orderBy('f.id')
          .limit(chunk)
        if (ref.database !== undefined) query = query.where('d.name', '=', lower(ref.database))
        const rows = await query.execute()
        for (const row of rows) {
          if (matches(row.name)) {
            if (items.length === page.limit) return { items, nextToken: encodeToken(after) }
            items.push(toRecord(row, row.database))
          }
          after = row.id
        }
        if (rows.length < chunk) return { items, nextToken: undefined }
      }
    },
  }
}

async function find(
  db: CatalogDb,
  databaseId: number,
  name: string,
): Promise<FunctionRow | undefined> {
  return db
    .selectFrom('catalog_functions')
    .selectAll()
    .where('database_id', '=', databaseId)
    .where('name', '=', lower(name))
    .executeTakeFirst()
}

async function load(db: CatalogDb, databaseId: number, name: string): Promise<FunctionRow> {
  const row = await find(db, databaseId, name)
  if (row) return row
  throw CatalogErrors.FunctionNotFound(`Function ${lower(name)} not found.`, { name })
}

function exists(): Error {
  return CatalogErrors.AlreadyExists('Function already exists.')
}

function toBody(input: FunctionInput): string {
  const { name: _, ...body } = input
  return JSON.stringify(body)
}

function toRecord(row: Omit<FunctionRow, 'database_id'>, database: string): FunctionRecord {
  const body = JSON.parse(row.body) as Omit<FunctionInput, 'name'>
  return { ...body, name: row.name, database, createTimeMs: row.create_time_ms }
}
