import { TableErrors } from '../errors.ts'
import { readAvro } from './read-avro.ts'

/** What a manifest list says of the values of one partition field in a manifest. */
export interface FieldSummary {
  readonly containsNull: boolean
  readonly containsNaN: boolean | undefined
  readonly lower: Buffer | undefined
  readonly upper: Buffer | undefined
}

export interface ManifestCounts {
  readonly addedFiles: number
  readonly existingFiles: number
  readonly deletedFiles: number
  readonly addedRows: number
  readonly existingRows: number
  readonly deletedRows: number
}

/** https://iceberg.apache.org/spec/#manifest-lists */
export interface ManifestFile {
  readonly path: string
  readonly sizeBytes: number
  readonly specId: number
  readonly content: 'data' | 'deletes'
  readonly sequenceNumber: number
  readonly minSequenceNumber: number
  readonly addedSnapshotId: bigint
  /** Files that are live in it; undefined when the writer did not say (format 1). */
  readonly liveFiles: number | undefined
  /** By the status of the entries; undefined when the writer did not say all of them (format 1). */
  readonly counts: ManifestCounts | undefined
  /** By the order of the spec's fields. */
  readonly partitions: readonly FieldSummary[] | undefined
  /** Format 3. */
  readonly firstRowId: number | undefined
}

type AvroRecord = Readonly<Record<string, unknown>>

/** Errors: `ManifestUnreadable`, `UnsupportedFormat`. */
export async function readManifestList(
  bytes: Buffer,
  name: string,
): Promise<readonly ManifestFile[]> {
  const { records } = await readAvro(bytes, name)
  return records.map((record) => toManifestFile(record, name))
}

function toManifestFile(record: AvroRecord, name: string): ManifestFile {
  const path = record['manifest_path']
  if (typeof path !== 'string') {
    throw TableErrors.ManifestUnreadable(`${name} has a manifest without a path`, { file: name })
  }
  if (record['key_metadata'] !== undefined && record['key_metadata'] !== null) {
    throw TableErrors.UnsupportedFormat('Encrypted tables are not supported')
  }
  const added = record['added_files_count'] ?? record['added_data_files_count']
  const existing = record['existing_files_count'] ?? record['existing_data_files_count']
  const partitions = record['partitions'] as readonly AvroRecord[] | null | undefined
  return {
    path,
    sizeBytes: Number(record['manifest_length']),
    specId: Number(record['partition_spec_id'] ?? 0),
    content: record['content'] === 1 ? 'deletes' : 'data',
    sequenceNumber: Number(record['sequence_number'] ?? 0),
    minSequenceNumber: Number(record['min_sequence_number'] ?? 0),
    addedSnapshotId: BigInt((record['added_snapshot_id'] as number | bigint | null) ?? 0),
    liveFiles:
      typeof added === 'number' && typeof existing === 'number' ? added + existing : undefined,
    counts: countsOf(record),
    partitions: partitions?.map((summary) => ({
      containsNull: summary['contains_null'] === true,
      containsNaN: (summary['contains_nan'] as boolean | null | undefined) ?? undefined,
      lower: (summary['lower_bound'] as Buffer | null | undefined) ?? undefined,
      upper: (summary['upper_bound'] as Buffer | null | undefined) ?? undefined,
    })),
    firstRowId: typeof record['first_row_id'] === 'number' ? record['first_row_id'] : undefined,
  }
}

function countsOf(record: AvroRecord): ManifestCounts | undefined {
  const count = (...names: readonly string[]) =>
    names.map((name) => record[name]).find((value) => typeof value === 'number') as
      | number
      | undefined
  const counts = {
    addedFiles: count('added_files_count', 'added_data_files_count'),
    existingFiles: count('existing_files_count', 'existing_data_files_count'),
    deletedFiles: count('deleted_files_count', 'deleted_data_files_count'),
    addedRows: count('added_rows_count'),
    existingRows: count('existing_rows_count'),
    deletedRows: count('deleted_rows_count'),
  }
  return Object.values(counts).includes(undefined) ? undefined : (counts as ManifestCounts)
}
