import type { Database } from '#platform/database'
import { CatalogErrors } from './errors.ts'
import type { Metastore } from './metastore.ts'
import { presentKeys } from './partition-rows.ts'
import { encodeKey } from './partitions.ts'
import type { StatisticsRef, TableInput } from './records.ts'
import { loadTable } from './rows.ts'
import type { CatalogDb, CatalogTables } from './schema.ts'

type Statistics = Pick<
  Metastore,
  'putColumnStatistics' | 'getColumnStatistics' | 'deleteColumnStatistics'
>

/** Statistics that clients computed, kept beside the table ('' as partition key) or the partition. */
export function columnStatistics(database: Database): Statistics {
  return {
    putColumnStatistics: (ref, statistics) =>
      database.transaction(async (tx) => {
        const db = tx.tables<CatalogTables>()
        const { place } = await loadOwner(db, ref)
        for (const one of statistics) {
          const values = {
            column_type: one.columnType,
            analyzed_time_ms: one.analyzedTimeMs,
            body: JSON.stringify(one.data),
          }
          await db
            .insertInto('catalog_column_statistics')
            .values({ ...place, column_name: one.columnName.toLowerCase(), ...values })
            .onConflict((conflict) =>
              conflict.columns(['table_id', 'partition_key', 'column_name']).doUpdateSet(values),
            )
            .execute()
        }
      }),

    getColumnStatistics: async (ref, columns) => {
      const db = database.tables<CatalogTables>()
      const { place } = await loadOwner(db, ref)
      const rows = await db
        .selectFrom('catalog_column_statistics')
        .selectAll()
        .where('table_id', '=', place.table_id)
        .where('partition_key', '=', place.partition_key)
        .where(
          'column_name',
          'in',
          columns.map((column) => column.toLowerCase()),
        )
        .orderBy('column_name')
        .execute()
      return rows.map((row) => ({
        columnName: row.column_name,
        columnType: row.column_type,
        analyzedTimeMs: row.analyzed_time_ms,
        data: JSON.parse(row.body) as unknown,
      }))
    },

    // Engines clear the statistics of columns that never had any.
    deleteColumnStatistics: (ref, column) =>
      database.transaction(async (tx) => {
        const db = tx.tables<CatalogTables>()
        const { place, table } = await loadOwner(db, ref)
        const removed = await db
          .deleteFrom('catalog_column_statistics')
          .where('table_id', '=', place.table_id)
          .where('partition_key', '=', place.partition_key)
          .where('column_name', '=', column.toLowerCase())
          .executeTakeFirst()
        if (removed.numDeletedRows > 0n || columnNames(table).has(column.toLowerCase())) return
        throw CatalogErrors.ColumnStatisticsNotFound(
          `Column statistics for column ${column} not found.`,
        )
      }),
  }
}

interface Owner {
  readonly place: { readonly table_id: number; readonly partition_key: string }
  readonly table: TableInput
}

async function loadOwner(db: CatalogDb, ref: StatisticsRef): Promise<Owner> {
  const row = await loadTable(db, ref)
  const table = JSON.parse(row.body) as TableInput
  if (!ref.partitionValues) return { place: { table_id: row.id, partition_key: '' }, table }
  const key = encodeKey(table.partitionKeys ?? [], ref.partitionValues)
  if ((await presentKeys(db, row.id, [key])).size === 0) {
    throw CatalogErrors.PartitionNotFound('Cannot find partition.', { values: ref.partitionValues })
  }
  return { place: { table_id: row.id, partition_key: key }, table }
}

function columnNames(table: TableInput): ReadonlySet<string> {
  const columns = [...(table.storage?.columns ?? []), ...(table.partitionKeys ?? [])]
  return new Set(columns.map((column) => column.name.toLowerCase()))
}
