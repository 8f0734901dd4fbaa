import type { LoadedTable, ManifestCache } from '#catalog/tables'
import type { TableColumn } from '#consumption/sql'
import { filesTable } from './files.ts'
import { historyTable, refsTable, snapshotsTable } from './history.ts'
import { manifestsTable } from './manifests.ts'
import { partitionsTable } from './partitions.ts'

/** A table about a table: `"t$files"`. Its rows are made when they are read. */
export interface MetadataTable {
  readonly columns: readonly TableColumn[]
  /** A value for each column, as the engine reads it in JSON. */
  rows(parts: MetadataParts): Promise<readonly (readonly unknown[])[]>
}

export interface MetadataParts {
  readonly manifests: ManifestCache
  readonly accountId: string
}

const tables: Readonly<Record<string, (table: LoadedTable) => MetadataTable>> = {
  files: filesTable,
  history: historyTable,
  manifests: manifestsTable,
  partitions: partitionsTable,
  refs: refsTable,
  snapshots: snapshotsTable,
}

/** `t$files` taken apart; undefined for a name that is no metadata table's: https://docs.aws.amazon.com/athena/latest/ug/querying-iceberg-table-metadata.html */
export function metadataTableName(name: string):
  | {
      readonly table: string
      readonly kind: string
      readonly of: (table: LoadedTable) => MetadataTable
    }
  | undefined {
  const at = name.lastIndexOf('$')
  const kind = name.slice(at + 1)
  if (at < 1 || !Object.hasOwn(tables, kind)) return undefined
  return { table: name.slice(0, at), kind, of: tables[kind]! }
}
