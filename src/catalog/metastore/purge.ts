import { sql, type SelectQueryBuilder } from 'kysely'
import type { Database } from '#platform/database'
import type { CatalogDb, CatalogTables } from './schema.ts'

/** Partitions freed in one transaction: a few tens of milliseconds of the writer. */
const batch = 2_000

/** Remembers that the rows of these tables are to be freed; they are unseen from now on, ids are never used again. */
export async function queuePurge(
  db: CatalogDb,
  which: (
    tables: SelectQueryBuilder<CatalogTables, 'catalog_tables', object>,
  ) => SelectQueryBuilder<CatalogTables, 'catalog_tables', object>,
): Promise<void> {
  await db
    .insertInto('catalog_purges')
    .columns(['table_id'])
    .expression(which(db.selectFrom('catalog_tables')).select('id as table_id'))
    .execute()
}

/** Frees one batch; true when more is left. */
export async function purgeBatch(database: Database): Promise<boolean> {
  const read = database.tables<CatalogTables>()
  const waiting = await read.selectFrom('catalog_purges').select('table_id').limit(2).execute()
  const first = waiting[0]
  if (!first) return false
  const finished = await database.transaction((tx) => purgeTable(tx.tables(), first.table_id))
  return !finished || waiting.length > 1
}

async function purgeTable(db: CatalogDb, tableId: number): Promise<boolean> {
  const keys = db
    .selectFrom('catalog_partitions')
    .select('key')
    .where('table_id', '=', tableId)
    .limit(batch)
  const removed = await db
    .deleteFrom('catalog_partitions')
    .where('table_id', '=', tableId)
    .where('key', 'in', keys)
    .executeTakeFirst()
  if (removed.numDeletedRows >= BigInt(batch)) return false
  for (const table of attachments) {
    await sql`delete from ${sql.table(table)} where table_id = ${tableId}`.execute(db)
  }
  await db.deleteFrom('catalog_purges').where('table_id', '=', tableId).execute()
  return true
}

const attachments = [
  'catalog_table_versions',
  'catalog_shapes',
  'catalog_column_statistics',
  'catalog_partition_indexes',
] as const
