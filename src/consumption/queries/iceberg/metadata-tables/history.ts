import type { LoadedTable, Snapshot } from '#catalog/tables'
import {
  bigint,
  boolean,
  columnsOf,
  instant,
  instantText,
  integer,
  mapOf,
  varchar,
} from './columns.ts'
import type { MetadataTable } from './metadata-table.ts'

/** https://trino.io/docs/current/connector/iceberg.html#snapshots-table */
export function snapshotsTable({ metadata }: LoadedTable): MetadataTable {
  return {
    columns: columnsOf({
      committed_at: instant,
      snapshot_id: bigint,
      parent_id: bigint,
      operation: varchar,
      manifest_list: varchar,
      summary: mapOf(varchar, varchar),
    }),
    rows: async () =>
      metadata.snapshots.map((snapshot) => {
        const { operation, ...summary } = snapshot.summary ?? {}
        return [
          instantText(snapshot['timestamp-ms']),
          snapshot['snapshot-id'],
          snapshot['parent-snapshot-id'] ?? null,
          operation ?? null,
          snapshot['manifest-list'],
          summary,
        ]
      }),
  }
}

/** https://trino.io/docs/current/connector/iceberg.html#history-table */
export function historyTable({ metadata }: LoadedTable): MetadataTable {
  const snapshots = new Map(metadata.snapshots.map((each) => [each['snapshot-id'], each]))
  const ancestors = new Set<bigint>()
  let at: Snapshot | undefined = snapshots.get(metadata['current-snapshot-id'] ?? -1n)
  while (at && !ancestors.has(at['snapshot-id'])) {
    ancestors.add(at['snapshot-id'])
    at = snapshots.get(at['parent-snapshot-id'] ?? -1n)
  }
  return {
    columns: columnsOf({
      made_current_at: instant,
      snapshot_id: bigint,
      parent_id: bigint,
      is_current_ancestor: boolean,
    }),
    rows: async () =>
      metadata['snapshot-log'].map((entry) => {
        const id = entry['snapshot-id']
        const parent = snapshots.get(id)?.['parent-snapshot-id'] ?? null
        return [instantText(entry['timestamp-ms']), id, parent, ancestors.has(id)]
      }),
  }
}

/** https://trino.io/docs/current/connector/iceberg.html#refs-table */
export function refsTable({ metadata }: LoadedTable): MetadataTable {
  return {
    columns: columnsOf({
      name: varchar,
      type: varchar,
      snapshot_id: bigint,
      max_reference_age_in_ms: bigint,
      min_snapshots_to_keep: integer,
      max_snapshot_age_in_ms: bigint,
    }),
    rows: async () =>
      Object.entries(metadata.refs).map(([name, ref]) => [
        name,
        ref.type.toUpperCase(),
        ref['snapshot-id'],
        ref['max-ref-age-ms'] ?? null,
        ref['min-snapshots-to-keep'] ?? null,
        ref['max-snapshot-age-ms'] ?? null,
      ]),
  }
}
