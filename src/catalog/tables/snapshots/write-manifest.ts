import { stringifyBigJson } from '#kit'
import { writeAvro } from '#storage/formats'
import { currentSchema } from '../format/metadata.ts'
import type { TableMetadata } from '../format/types.ts'
import type { BareEntry } from '../scan/manifest.ts'
import type { FieldSummary, ManifestFile } from '../scan/manifest-list.ts'
import { bindSpec, type BoundPartitionField } from '../scan/partitions.ts'
import { compareValues, fromAvro, toAvro, toBytes, type Value } from '../scan/values.ts'
import { avroName, manifestEntrySchema } from './avro-schemas.ts'

/** An entry to write. Numbers that are undefined are inherited from the commit that adds the manifest. */
export type NewEntry = BareEntry

/** What the commit that names the manifest first is to fill in. */
export const unassigned = -1

export interface WrittenManifest {
  readonly bytes: Buffer
  /** With `unassigned` where the number is that of the commit. */
  readonly manifest: ManifestFile
  /** As a reader gets them, once the manifest has its numbers. */
  readonly entries: readonly NewEntry[]
}

/** https://iceberg.apache.org/spec/#manifests. `entries` are of one spec, and all data or all deletes. */
export async function writeManifest(
  metadata: TableMetadata,
  input: {
    readonly location: string
    readonly specId: number
    readonly content: ManifestFile['content']
    readonly snapshotId: bigint
    readonly entries: readonly NewEntry[]
  },
): Promise<WrittenManifest> {
  const { location, specId, content, entries } = input
  const formatVersion = metadata['format-version']
  const fields = bindSpec(metadata, specId)
  const spec = metadata['partition-specs'].find((other) => other['spec-id'] === specId)!
  const schema = currentSchema(metadata)
  const summaries = fields.map((field) => new Summary(field))
  const names = fields.map((field) => avroName(field.name))
  const records = entries.map((entry) => {
    const partition = fields.map((field, at) => fromAvro(field.type, entry.file.partition[at]))
    for (const [at, value] of partition.entries()) summaries[at]!.add(value)
    return toRecord(
      entry,
      Object.fromEntries(names.map((name, at) => [name, toAvro(fields[at]!.type, partition[at])])),
    )
  })
  const bytes = await writeAvro({
    schema: manifestEntrySchema(formatVersion, fields),
    metadata: {
      schema: stringifyBigJson(schema),
      'schema-id': String(schema['schema-id']),
      'partition-spec': stringifyBigJson(spec.fields),
      'partition-spec-id': String(specId),
      'format-version': String(formatVersion),
      ...(formatVersion >= 2 ? { content } : {}),
    },
    records,
  })
  const counts = countEntries(entries)
  const known = entries.flatMap(({ status, sequenceNumber }) =>
    status === 'deleted' || sequenceNumber === undefined ? [] : sequenceNumber,
  )
  return {
    bytes,
    entries,
    manifest: {
      path: location,
      sizeBytes: bytes.length,
      specId,
      content,
      sequenceNumber: unassigned,
      minSequenceNumber: known.length === 0 ? unassigned : Math.min(...known),
      addedSnapshotId: input.snapshotId,
      liveFiles: counts.addedFiles + counts.existingFiles,
      counts,
      partitions: summaries.map((summary) => summary.end()),
      firstRowId: undefined,
    },
  }
}

export function countEntries(
  entries: readonly Pick<NewEntry, 'status' | 'file'>[],
): NonNullable<ManifestFile['counts']> {
  const of = (status: NewEntry['status']) => {
    const some = entries.filter((entry) => entry.status === status)
    return [some.length, some.reduce((sum, { file }) => sum + file.recordCount, 0)] as const
  }
  const [added, existing, deleted] = [of('added'), of('existing'), of('deleted')]
  return {
    addedFiles: added[0],
    existingFiles: existing[0],
    deletedFiles: deleted[0],
    addedRows: added[1],
    existingRows: existing[1],
    deletedRows: deleted[1],
  }
}

/** What the reference implementation says in format 1. */
const blockBytes = 64 * 1024 * 1024
const statuses = { existing: 0, added: 1, deleted: 2 } as const
const contents = { data: 0, 'position-deletes': 1, 'equality-deletes': 2 } as const

function toRecord(entry: NewEntry, partition: object): object {
  const { file } = entry
  const { metrics } = file
  return {
    status: statuses[entry.status],
    snapshot_id: entry.snapshotId,
    sequence_number: entry.sequenceNumber ?? null,
    file_sequence_number: entry.fileSequenceNumber ?? null,
    data_file: {
      content: contents[file.content],
      file_path: file.path,
      file_format: file.format.toUpperCase(),
      partition,
      record_count: file.recordCount,
      file_size_in_bytes: file.sizeBytes,
      block_size_in_bytes: blockBytes,
      column_sizes: pairs(metrics.columnSizes),
      value_counts: pairs(metrics.valueCounts),
      null_value_counts: pairs(metrics.nullCounts),
      nan_value_counts: pairs(metrics.nanCounts),
      lower_bounds: pairs(metrics.lowerBounds),
      upper_bounds: pairs(metrics.upperBounds),
      key_metadata: null,
      split_offsets: file.splitOffsets ?? null,
      equality_ids: file.equalityIds ?? null,
      sort_order_id: file.sortOrderId ?? null,
      first_row_id: file.firstRowId ?? null,
      referenced_data_file: file.referencedDataFile ?? null,
      content_offset: file.contentOffset ?? null,
      content_size_in_bytes: file.contentSizeBytes ?? null,
    },
  }
}

function pairs<T>(map: ReadonlyMap<number, T>): readonly object[] | null {
  return map.size === 0 ? null : [...map].map(([key, value]) => ({ key, value }))
}

/** https://iceberg.apache.org/spec/#manifest-lists, `field_summary` */
class Summary {
  readonly #field: BoundPartitionField
  #containsNull = false
  #containsNaN = false
  #lower: Value | undefined
  #upper: Value | undefined

  constructor(field: BoundPartitionField) {
    this.#field = field
  }

  add(value: Value | undefined): void {
    if (value === undefined) this.#containsNull = true
    else if (typeof value === 'number' && Number.isNaN(value)) this.#containsNaN = true
    else {
      if (this.#lower === undefined || compareValues(value, this.#lower) < 0) this.#lower = value
      if (this.#upper === undefined || compareValues(value, this.#upper) > 0) this.#upper = value
    }
  }

  end(): FieldSummary {
    const { type } = this.#field
    const bytes = (value: Value | undefined) =>
      value === undefined ? undefined : toBytes(type, value)
    return {
      containsNull: this.#containsNull,
      containsNaN: this.#containsNaN,
      lower: bytes(this.#lower),
      upper: bytes(this.#upper),
    }
  }
}
