import { CatalogErrors, type Metastore, type TableRecord, type TableRef } from '#catalog/metastore'

/** The table, when it has the columns. Errors: those of the metastore, `InvalidInput`. */
export async function tableWith(
  metastore: Metastore,
  ref: TableRef,
  columns: readonly string[] | undefined,
): Promise<TableRecord> {
  const table = await metastore.getTable(ref)
  const all = [...(table.storage?.columns ?? []), ...(table.partitionKeys ?? [])]
  const names = new Set(all.map((column) => column.name.toLowerCase()))
  const unknown = columns?.find((name) => !names.has(name.toLowerCase()))
  if (unknown === undefined) return table
  throw CatalogErrors.InvalidInput(`Column ${unknown} is not in the table.`)
}
