import {
  type LoadedTable,
  type Value,
  chooseSnapshot,
  fromBytes,
  parsePrimitive,
  bindSpec,
} from '#catalog/tables'
import { arrayOf, bigint, boolean, columnsOf, integer, rowOf, varchar } from './columns.ts'
import type { MetadataTable } from './metadata-table.ts'
import { humanText } from './value-text.ts'

/** https://trino.io/docs/current/connector/iceberg.html#manifests-table */
export function manifestsTable({ metadata }: LoadedTable): MetadataTable {
  return {
    columns: columnsOf({
      path: varchar,
      length: bigint,
      partition_spec_id: integer,
      added_snapshot_id: bigint,
      added_data_files_count: integer,
      added_rows_count: bigint,
      existing_data_files_count: integer,
      existing_rows_count: bigint,
      deleted_data_files_count: integer,
      deleted_rows_count: bigint,
      partition_summaries: arrayOf(
        rowOf({
          contains_null: boolean,
          contains_nan: boolean,
          lower_bound: varchar,
          upper_bound: varchar,
        }),
      ),
    }),
    rows: async ({ manifests, accountId }) => {
      const snapshot = chooseSnapshot(metadata)
      if (!snapshot) return []
      return (await manifests.sourceFor(accountId).list(snapshot)).map((manifest) => {
        const types = bindSpec(metadata, manifest.specId)
        const bound = (at: number, bytes: Buffer | undefined) => {
          const type = types[at]?.type
          const value: Value | undefined = bytes && type && fromBytes(type, bytes)
          return value === undefined ? null : humanText(type ?? parsePrimitive('string'), value)
        }
        const { counts } = manifest
        return [
          manifest.path,
          manifest.sizeBytes,
          manifest.specId,
          manifest.addedSnapshotId,
          counts?.addedFiles ?? null,
          counts?.addedRows ?? null,
          counts?.existingFiles ?? null,
          counts?.existingRows ?? null,
          counts?.deletedFiles ?? null,
          counts?.deletedRows ?? null,
          (manifest.partitions ?? []).map((summary, at) => ({
            contains_null: summary.containsNull,
            contains_nan: summary.containsNaN ?? null,
            lower_bound: bound(at, summary.lower),
            upper_bound: bound(at, summary.upper),
          })),
        ]
      })
    },
  }
}
