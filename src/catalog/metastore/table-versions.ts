import type { Database } from '#platform/database'
import { CatalogErrors } from './errors.ts'
import type { Metastore } from './metastore.ts'
import { checkPage, numberPosition, pageOf } from './paging.ts'
import type { TableRecord } from './records.ts'
import { loadTable, type TableRow } from './rows.ts'
import type { CatalogDb, CatalogTables } from './schema.ts'
import { toTableRecord } from './table-record.ts'

type TableVersions = Pick<Metastore, 'listTableVersions' | 'deleteTableVersion'>

export function tableVersions(database: Database): TableVersions {
  const read = () => database.tables<CatalogTables>()
  return {
    listTableVersions: async (ref, page) => {
      checkPage(page)
      const before = numberPosition(page.nextToken)
      const row = await loadTable(read(), ref)
      let query = read()
        .selectFrom('catalog_table_versions')
        .selectAll()
        .where('table_id', '=', row.id)
        .orderBy('version', 'desc')
        .limit(page.limit + 1)
      if (before !== undefined) query = query.where('version', '<', before)
      const archived = (await query.execute()).map((version) => Object.assign({}, row, version))
      const rows = before === undefined ? [row, ...archived] : archived
      return pageOf(
        rows,
        page.limit,
        (version) => version.version,
        (version) => toTableRecord(version, ref.database),
      )
    },

    deleteTableVersion: (ref, versionId) =>
      database.transaction(async (tx) => {
        const db = tx.tables<CatalogTables>()
        const row = await loadTable(db, ref)
        if (versionId === String(row.version)) {
          throw CatalogErrors.InvalidInput('Cannot delete the current version of a table.')
        }
        const removed = await db
          .deleteFrom('catalog_table_versions')
          .where('table_id', '=', row.id)
          .where('version', '=', toVersion(versionId))
          .executeTakeFirst()
        if (removed.numDeletedRows === 0n) throw notFound(versionId)
      }),
  }
}

export async function loadTableVersion(
  db: CatalogDb,
  row: TableRow,
  database: string,
  versionId: string,
): Promise<TableRecord> {
  if (versionId === String(row.version)) return toTableRecord(row, database)
  const version = await db
    .selectFrom('catalog_table_versions')
    .selectAll()
    .where('table_id', '=', row.id)
    .where('version', '=', toVersion(versionId))
    .executeTakeFirst()
  if (!version) throw notFound(versionId)
  return toTableRecord({ ...row, ...version }, database)
}

function toVersion(versionId: string): number {
  if (!/^\d{1,9}$/.test(versionId)) {
    throw CatalogErrors.InvalidInput(`Version '${versionId}' is not a number.`)
  }
  return Number(versionId)
}

function notFound(versionId: string): Error {
  return CatalogErrors.TableVersionNotFound('Version not found.', { versionId })
}
