import { assert } from '#kit'
import { writeAvro } from '#storage/formats'
import type { ManifestFile } from '../scan/manifest-list.ts'
import { manifestListSchema } from './avro-schemas.ts'
import { unassigned } from './write-manifest.ts'

/** What the commit gives its snapshot. */
export interface SnapshotNumbers {
  readonly snapshotId: bigint
  readonly parentId: bigint | undefined
  readonly sequenceNumber: number
  /** Format 3: the table's next row id before the commit. */
  readonly firstRowId: number | undefined
}

export interface WrittenList {
  readonly bytes: Buffer
  readonly manifests: readonly ManifestFile[]
  /** Format 3: row ids that were given to manifests which had none. */
  readonly assignedRows: number
}

/** Numbers the manifests that are new, and writes the list. https://iceberg.apache.org/spec/#manifest-lists */
export async function writeManifestList(
  formatVersion: 1 | 2 | 3,
  given: readonly ManifestFile[],
  numbers: SnapshotNumbers,
): Promise<WrittenList> {
  let nextRowId = numbers.firstRowId ?? 0
  const manifests = given.map((manifest): ManifestFile => {
    const assigned = assignSequence(manifest, numbers.sequenceNumber)
    if (formatVersion < 3 || manifest.content !== 'data' || manifest.firstRowId !== undefined)
      return assigned
    // https://iceberg.apache.org/spec/#first-row-id-assignment
    const firstRowId = nextRowId
    assert(assigned.counts !== undefined, 'manifests of a list that is written have been counted')
    nextRowId += assigned.counts.addedRows + assigned.counts.existingRows
    return { ...assigned, firstRowId }
  })
  const bytes = await writeAvro({
    schema: manifestListSchema(formatVersion),
    metadata: {
      'snapshot-id': String(numbers.snapshotId),
      'parent-snapshot-id': String(numbers.parentId ?? null),
      ...(formatVersion >= 2 ? { 'sequence-number': String(numbers.sequenceNumber) } : {}),
      'format-version': String(formatVersion),
      ...(numbers.firstRowId === undefined ? {} : { 'first-row-id': String(numbers.firstRowId) }),
    },
    records: manifests.map(toRecord),
  })
  return { bytes, manifests, assignedRows: nextRowId - (numbers.firstRowId ?? 0) }
}

function assignSequence(manifest: ManifestFile, sequenceNumber: number): ManifestFile {
  if (manifest.sequenceNumber !== unassigned) return manifest
  const { minSequenceNumber } = manifest
  return {
    ...manifest,
    sequenceNumber,
    minSequenceNumber: minSequenceNumber === unassigned ? sequenceNumber : minSequenceNumber,
  }
}

function toRecord(manifest: ManifestFile): object {
  const { counts } = manifest
  assert(counts !== undefined, 'manifests of a list that is written have been counted')
  return {
    manifest_path: manifest.path,
    manifest_length: manifest.sizeBytes,
    partition_spec_id: manifest.specId,
    content: manifest.content === 'data' ? 0 : 1,
    sequence_number: manifest.sequenceNumber,
    min_sequence_number: manifest.minSequenceNumber,
    added_snapshot_id: manifest.addedSnapshotId,
    added_files_count: counts.addedFiles,
    existing_files_count: counts.existingFiles,
    deleted_files_count: counts.deletedFiles,
    added_rows_count: counts.addedRows,
    existing_rows_count: counts.existingRows,
    deleted_rows_count: counts.deletedRows,
    partitions:
      manifest.partitions?.map(({ containsNull, containsNaN, lower, upper }) => ({
        contains_null: containsNull,
        contains_nan: containsNaN ?? null,
        lower_bound: lower ?? null,
        upper_bound: upper ?? null,
      })) ?? null,
    key_metadata: null,
    first_row_id: manifest.firstRowId ?? null,
  }
}
