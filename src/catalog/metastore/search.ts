import { setImmediate } from 'node:timers/promises'
import type { Database } from '#platform/database'
import type { Metastore } from './metastore.ts'
import { checkPage, encodeToken, numberPosition } from './paging.ts'
import type { TableInput, TableRecord } from './records.ts'
import type { CatalogTables } from './schema.ts'
import { toTableRecord } from './table-record.ts'

const chunk = 500

/** Walks all tables of a catalog in the order they were made, in steps. */
export function search(database: Database): Pick<Metastore, 'searchTables'> {
  return {
    searchTables: async (ref, page) => {
      checkPage(page)
      let after = numberPosition(page.nextToken) ?? 0
      const text = page.text?.toLowerCase()
      const items: TableRecord[] = []
      for (;;) {
        const rows = await database
          .tables<CatalogTables>()
          .selectFrom('catalog_tables as t')
          .innerJoin('catalog_databases as d', 'd.id', 't.database_id')
          .selectAll('t')
          .select('d.name as database')
          .where('d.account_id', '=', ref.accountId)
          .where('d.region', '=', ref.region)
          .where('t.id', '>', after)
          .orderBy('t.id')
          .limit(chunk)
          .execute()
        for (const row of rows) {
          const table = toTableRecord(row, row.database)
          if (text === undefined || mentions(table, text)) {
            if (items.length === page.limit) return { items, nextToken: encodeToken(after) }
            items.push(table)
          }
          after = row.id
        }
        if (rows.length < chunk) return { items, nextToken: undefined }
        await setImmediate()
      }
    },
  }
}

function mentions(table: TableInput & { readonly database: string }, text: string): boolean {
  const columns = [...(table.storage?.columns ?? []), ...(table.partitionKeys ?? [])]
  const texts = [
    table.name,
    table.database,
    table.description,
    ...columns.flatMap((column) => [column.name, column.comment]),
    ...Object.entries(table.parameters ?? {}).flat(),
  ]
  return texts.some((one) => one?.toLowerCase().includes(text))
}
