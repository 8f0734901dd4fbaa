import {
  type ContentFile,
  type LoadedTable,
  type TableMetadata,
  fromBytes,
  indexFields,
  parsePrimitive,
} from '#catalog/tables'
import { arrayOf, bigint, columnsOf, integer, mapOf, varchar } from './columns.ts'
import { liveFiles } from './live-files.ts'
import type { MetadataTable } from './metadata-table.ts'
import { humanText } from './value-text.ts'

const contents = ['data', 'position-deletes', 'equality-deletes']

/** https://trino.io/docs/current/connector/iceberg.html#files-table */
export function filesTable({ metadata }: LoadedTable): MetadataTable {
  const counts = mapOf(integer, bigint)
  const bounds = mapOf(integer, varchar)
  return {
    columns: columnsOf({
      content: integer,
      file_path: varchar,
      record_count: bigint,
      file_format: varchar,
      file_size_in_bytes: bigint,
      column_sizes: counts,
      value_counts: counts,
      null_value_counts: counts,
      nan_value_counts: counts,
      lower_bounds: bounds,
      upper_bounds: bounds,
      key_metadata: { kind: 'varbinary' },
      split_offsets: arrayOf(bigint),
      equality_ids: arrayOf(integer),
    }),
    rows: async (parts) => {
      const text = boundsText(metadata)
      return (await liveFiles(metadata, parts)).map((file) => fileRow(file, text))
    },
  }
}

type BoundsText = (bounds: ReadonlyMap<number, Buffer>) => Readonly<Record<string, string>> | null

function fileRow(file: ContentFile, text: BoundsText): readonly unknown[] {
  const { metrics } = file
  return [
    contents.indexOf(file.content),
    file.path,
    file.recordCount,
    file.format.toUpperCase(),
    file.sizeBytes,
    numbers(metrics.columnSizes),
    numbers(metrics.valueCounts),
    numbers(metrics.nullCounts),
    numbers(metrics.nanCounts),
    text(metrics.lowerBounds),
    text(metrics.upperBounds),
    null,
    file.splitOffsets ?? null,
    file.equalityIds ?? null,
  ]
}

function numbers(map: ReadonlyMap<number, number>): Readonly<Record<string, number>> | null {
  return map.size === 0 ? null : Object.fromEntries(map)
}

function boundsText(metadata: TableMetadata): BoundsText {
  const types = new Map<number, string>()
  for (const schema of metadata.schemas) {
    for (const { id, type } of indexFields(schema).values()) {
      if (typeof type === 'string') types.set(id, type)
    }
  }
  return (bounds) => {
    if (bounds.size === 0) return null
    const entries: [string, string][] = []
    for (const [id, bytes] of bounds) {
      const type = parsePrimitive(types.get(id) ?? 'string')
      const value = fromBytes(type, bytes)
      if (value !== undefined) entries.push([String(id), humanText(type, value)])
    }
    return Object.fromEntries(entries)
  }
}
