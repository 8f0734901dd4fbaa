import type { Clock } from '#kit'
import { type Database, ReadCache } from '#platform/database'
import { CatalogErrors } from './errors.ts'
import { frozen } from './frozen.ts'
import type { Metastore } from './metastore.ts'
import { namePattern } from './name-pattern.ts'
import { checkPage, encodeToken, textPosition } from './paging.ts'
import { addPartitionIndexes } from './partition-indexes.ts'
import { checkPartitionKeys, reencodePartitions } from './partition-encoding.ts'
import { queuePurge } from './purge.ts'
import type { Page, TableInput, TableRecord } from './records.ts'
import {
  checkName,
  findTable,
  loadDatabase,
  loadTable,
  lower,
  nextId,
  type TableRow,
  within,
} from './rows.ts'
import type { CatalogDb, CatalogTables } from './schema.ts'
import { toTableRecord } from './table-record.ts'
import { loadTableVersion } from './table-versions.ts'

type Tables = Pick<
  Metastore,
  'createTable' | 'getTable' | 'listTables' | 'updateTable' | 'moveTable' | 'deleteTable'
>

/** Tables that are kept for the next who asks, and the characters of all, and of each. */
const keptBounds = { countMax: 1_000, lengthMax: 8 * 1024 * 1024, lengthEachMax: 32 * 1024 }

/** Rows looked at in one step of a listing with a pattern. */
const chunk = 1_000

export function tables(database: Database, clock: Clock): Tables {
  const read = () => database.tables<CatalogTables>()
  const kept = new ReadCache<keyof CatalogTables>(
    database,
    ['catalog_databases', 'catalog_tables'],
    keptBounds,
  )
  return {
    createTable: async (ref, input, createdBy, options = {}) => {
      checkTable(input)
      return within(database, options.tx, async (db) => {
        const { id: databaseId } = await loadDatabase(db, ref)
        if (await findTable(db, databaseId, input.name)) throw exists()
        const id = await nextId(db, 'table')
        const nowMs = clock.now()
        await db
          .insertInto('catalog_tables')
          .values({
            id,
            database_id: databaseId,
            name: lower(input.name),
            body: toBody(input),
            version: 0,
            create_time_ms: nowMs,
            update_time_ms: nowMs,
            created_by: createdBy,
          })
          .execute()
        await addPartitionIndexes(db, id, input.partitionKeys ?? [], options.partitionIndexes ?? [])
      })
    },

    getTable: async (ref, versionId) => {
      if (versionId !== undefined) {
        return loadTableVersion(read(), await loadTable(read(), ref), ref.database, versionId)
      }
      const { accountId, region, database: name, table } = ref
      const load = async () => {
        const row = await loadTable(read(), ref)
        return { record: frozen(toTableRecord(row, name)), length: row.body.length }
      }
      const names = [accountId, region, lower(name), lower(table)].join('\0')
      const found = await kept.get(names, load, { lengthOf: ({ length }) => length })
      return found.record
    },

    listTables: async (ref, page) => {
      checkPage(page)
      const { id } = await loadDatabase(read(), ref)
      const matches = page.expression ? namePattern(page.expression) : () => true
      let after = textPosition(page.nextToken) ?? ''
      const items: TableRecord[] = []
      for (;;) {
        const names = await read()
          .selectFrom('catalog_tables')
          .select('name')
          .where('database_id', '=', id)
          .where('name', '>', after)
          .orderBy('name')
          .limit(chunk)
          .execute()
        for (const { name } of names) {
          if (matches(name)) {
            if (items.length === page.limit) return { items, nextToken: encodeToken(after) }
            const row = await findTable(read(), id, name)
            if (row) items.push(toTableRecord(row, ref.database))
          }
          after = name
        }
        if (names.length < chunk) return { items, nextToken: undefined } satisfies Page<TableRecord>
      }
    },

    updateTable: async (ref, given, options = {}) => {
      if (typeof given !== 'function') checkTable(given)
      return within(database, options.tx, async (db) => {
        const row = await loadTable(db, ref)
        if (options.versionId !== undefined && options.versionId !== String(row.version)) {
          // The text is AWS's: https://github.com/apache/iceberg/issues/8636
          throw CatalogErrors.VersionMismatch(
            'Update table failed due to concurrent modifications.',
            { expected: options.versionId, current: String(row.version) },
          )
        }
        const input = typeof given === 'function' ? given(toTableRecord(row, ref.database)) : given
        const name = lower(input.name)
        if (name !== row.name && (await findTable(db, row.database_id, name))) throw exists()
        if (!options.skipArchive) await archive(db, row)
        const before = (JSON.parse(row.body) as TableInput).partitionKeys ?? []
        await reencodePartitions(db, row.id, before, input.partitionKeys ?? [])
        await db
          .updateTable('catalog_tables')
          .set({
            name,
            body: toBody(input),
            version: row.version + 1,
            update_time_ms: clock.now(),
          })
          .where('id', '=', row.id)
          .execute()
      })
    },

    moveTable: async (ref, to, options = {}) => {
      checkName('Table name', to.table)
      return within(database, options.tx, async (db) => {
        const row = await loadTable(db, ref)
        const { id: databaseId } = await loadDatabase(db, to)
        if (await findTable(db, databaseId, to.table)) throw exists()
        await db
          .updateTable('catalog_tables')
          .set({
            name: lower(to.table),
            database_id: databaseId,
            version: row.version + 1,
            update_time_ms: clock.now(),
          })
          .where('id', '=', row.id)
          .execute()
      })
    },

    deleteTable: (ref, options = {}) =>
      within(database, options.tx, async (db) => {
        const row = await loadTable(db, ref)
        const { id } = row
        options.check?.(toTableRecord(row, ref.database))
        await queuePurge(db, (rows) => rows.where('id', '=', id))
        await db.deleteFrom('catalog_tables').where('id', '=', id).execute()
      }),
  }
}

async function archive(db: CatalogDb, row: TableRow): Promise<void> {
  await db
    .insertInto('catalog_table_versions')
    .values({
      table_id: row.id,
      version: row.version,
      body: row.body,
      update_time_ms: row.update_time_ms,
    })
    .execute()
}

function checkTable(input: TableInput): void {
  checkName('Table name', input.name)
  checkPartitionKeys(input.partitionKeys ?? [])
}

function exists(): Error {
  return CatalogErrors.AlreadyExists('Table already exists.')
}

function toBody(input: TableInput): string {
  const { name: _, ...body } = input
  return JSON.stringify(body)
}
