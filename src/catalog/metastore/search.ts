import { setImmediate } from 'node:timers/promises'
import type { Database } from '#platform/database'
import { CatalogErrors } from './errors.ts'
import type { Metastore } from './metastore.ts'
import { checkPage, decodeToken, encodeToken } from './paging.ts'
import type { CatalogRef, TableInput, TableRecord, TableSearch } from './records.ts'
import { compileFilter, sortValue } from './search-fields.ts'
import type { CatalogTables } from './schema.ts'
import { toTableRecord } from './table-record.ts'

const chunk = 500
/** Tables that a sorted answer may have: they are sorted in memory. */
const sortedMax = 50_000

/** Walks all tables of a catalog in the order they were made, in steps. */
export function search(database: Database): Pick<Metastore, 'searchTables'> {
  return {
    searchTables: async (ref, page) => {
      checkPage(page)
      const matches = matcher(page)
      return page.sort
        ? sorted(database, ref, page, matches)
        : inOrder(database, ref, page, matches)
    },
  }
}

type Matches = (table: TableRecord) => boolean
type Search = Parameters<Metastore['searchTables']>[1]

async function inOrder(database: Database, ref: CatalogRef, page: Search, matches: Matches) {
  let after = position(page.nextToken)
  const items: TableRecord[] = []
  for await (const { id, table } of everyTable(database, ref, after)) {
    if (matches(table)) {
      if (items.length === page.limit) return { items, nextToken: encodeToken(after) }
      items.push(table)
    }
    after = id
  }
  return { items, nextToken: undefined }
}

/** A token of a sorted answer is how many tables were given: what changes meanwhile may shift them. */
async function sorted(database: Database, ref: CatalogRef, page: Search, matches: Matches) {
  const { field, descending } = page.sort!
  const start = position(page.nextToken)
  const found: { readonly key: string | number; readonly table: TableRecord }[] = []
  for await (const { table } of everyTable(database, ref, 0)) {
    if (!matches(table)) continue
    found.push({ key: sortValue(table, field), table })
    if (found.length > sortedMax) {
      throw CatalogErrors.InvalidInput(`More than ${sortedMax} tables to sort: narrow the search.`)
    }
  }
  const sign = descending ? -1 : 1
  found.sort((a, b) => (a.key < b.key ? -sign : a.key > b.key ? sign : 0))
  const items = found.slice(start, start + page.limit).map(({ table }) => table)
  const next = start + items.length
  return { items, nextToken: next < found.length ? encodeToken(next) : undefined }
}

function position(token: string | undefined): number {
  const found = decodeToken(token) ?? 0
  if (typeof found !== 'number') throw CatalogErrors.InvalidInput('Invalid token.')
  return found
}

async function* everyTable(
  database: Database,
  ref: CatalogRef,
  start: number,
): AsyncGenerator<{ readonly id: number; readonly table: TableRecord }> {
  let after = start
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
      yield { id: row.id, table: toTableRecord(row, row.database) }
      after = row.id
    }
    if (rows.length < chunk) return
    await setImmediate()
  }
}

function matcher({ text, filters = [] }: TableSearch): Matches {
  const checks = filters.map(compileFilter)
  const exact = /^"(.*)"$/.exec(text ?? '')?.[1]?.toLowerCase()
  const wanted = text?.toLowerCase()
  return (table) => {
    if (!checks.every((check) => check(table))) return false
    if (!wanted) return true
    const texts = textsOf(table).map((one) => one.toLowerCase())
    return exact === undefined ? texts.some((one) => one.includes(wanted)) : texts.includes(exact)
  }
}

/** Everything that a person may look for: names, what is said of table and columns, keys and values of parameters. */
function textsOf(table: TableInput & { readonly database: string }): readonly string[] {
  const columns = [...(table.storage?.columns ?? []), ...(table.partitionKeys ?? [])]
  return [
    table.name,
    table.database,
    table.description,
    table.owner,
    ...columns.flatMap((column) => [
      column.name,
      column.comment,
      ...Object.entries(column.parameters ?? {}).flat(),
    ]),
    ...Object.entries(table.parameters ?? {}).flat(),
  ].filter((one) => one !== undefined)
}
