import type { AvroField, AvroRecordSchema } from '#storage/formats'
import { TableErrors } from '../errors.ts'
import type { ManifestFile } from './manifest-list.ts'
import { readAvro } from './read-avro.ts'

/** Counts and bounds of a file's columns, by field id; bounds are in their binary form until they are asked for. */
export interface ColumnMetrics {
  /** On the disk, in bytes. */
  readonly columnSizes: ReadonlyMap<number, number>
  readonly valueCounts: ReadonlyMap<number, number>
  readonly nullCounts: ReadonlyMap<number, number>
  readonly nanCounts: ReadonlyMap<number, number>
  readonly lowerBounds: ReadonlyMap<number, Buffer>
  readonly upperBounds: ReadonlyMap<number, Buffer>
}

/** A data file or a delete file: https://iceberg.apache.org/spec/#data-file-fields */
export interface ContentFile {
  readonly content: 'data' | 'position-deletes' | 'equality-deletes'
  readonly path: string
  /** `parquet`, `avro`, `orc`, `puffin`. */
  readonly format: string
  readonly specId: number
  /** By the order of the spec's fields, as Avro has them; null for null. */
  readonly partition: readonly unknown[]
  readonly recordCount: number
  readonly sizeBytes: number
  readonly metrics: ColumnMetrics
  readonly splitOffsets: readonly number[] | undefined
  /** Columns whose values an equality delete compares. */
  readonly equalityIds: readonly number[] | undefined
  readonly sortOrderId: number | undefined
  readonly firstRowId: number | undefined
  /** The one data file whose rows the deletes are of, when there is but one. */
  readonly referencedDataFile: string | undefined
  /** Where a deletion vector lies in its Puffin file. */
  readonly contentOffset: number | undefined
  readonly contentSizeBytes: number | undefined
}

export interface ManifestEntry {
  readonly status: 'existing' | 'added' | 'deleted'
  readonly snapshotId: bigint
  /** Of the data: deletes of a higher number apply to it. */
  readonly sequenceNumber: number
  readonly fileSequenceNumber: number
  readonly file: ContentFile
}

type AvroRecord = Readonly<Record<string, unknown>>

const statuses = ['existing', 'added', 'deleted'] as const
const contents = ['data', 'position-deletes', 'equality-deletes'] as const

/**
 * The entries of a manifest, with what they inherit from the list that names it.
 * https://iceberg.apache.org/spec/#manifests. Errors: `ManifestUnreadable`, `UnsupportedFormat`.
 */
export async function readManifest(
  bytes: Buffer,
  manifest: ManifestFile,
): Promise<readonly ManifestEntry[]> {
  const { records, schema } = await readAvro(bytes, manifest.path)
  const partitionNames = partitionNamesOf(schema)
  return inherit(
    records.map((record) => {
      const status = statuses[record['status'] as number]
      const data = record['data_file'] as AvroRecord | undefined
      if (status === undefined || typeof data !== 'object') throw broken(manifest, 'a wrong entry')
      const sequenceNumber = optionalNumber(record['sequence_number'])
      if (sequenceNumber === undefined && status !== 'added' && manifest.sequenceNumber > 0) {
        throw broken(manifest, 'an entry without a sequence number')
      }
      return {
        status,
        snapshotId: BigInt(
          (record['snapshot_id'] as number | bigint | null) ?? manifest.addedSnapshotId,
        ),
        sequenceNumber,
        fileSequenceNumber: optionalNumber(record['file_sequence_number']),
        file: toFile(data, manifest, partitionNames),
      }
    }),
    manifest,
  )
}

/** An entry as it is written: what is undefined it inherits. */
export type BareEntry = Omit<ManifestEntry, 'sequenceNumber' | 'fileSequenceNumber'> & {
  readonly sequenceNumber: number | undefined
  readonly fileSequenceNumber: number | undefined
}

/** https://iceberg.apache.org/spec/#sequence-number-inheritance, https://iceberg.apache.org/spec/#first-row-id-inheritance */
export function inherit(
  entries: readonly BareEntry[],
  manifest: ManifestFile,
): readonly ManifestEntry[] {
  let nextRowId = manifest.firstRowId
  return entries.map((entry) => {
    const { status, file } = entry
    const inherited = status === 'added' ? manifest.sequenceNumber : undefined
    const sequenceNumber = entry.sequenceNumber ?? inherited ?? 0
    const firstRowId = file.firstRowId ?? (status === 'deleted' ? undefined : nextRowId)
    if (file.content === 'data' && file.firstRowId === undefined && firstRowId !== undefined) {
      nextRowId = firstRowId + file.recordCount
    }
    return {
      ...entry,
      sequenceNumber,
      fileSequenceNumber: entry.fileSequenceNumber ?? inherited ?? sequenceNumber,
      file: firstRowId === file.firstRowId ? file : { ...file, firstRowId },
    }
  })
}

function toFile(
  data: AvroRecord,
  manifest: ManifestFile,
  partitionNames: readonly string[],
): ContentFile {
  const content = contents[(data['content'] as number | null | undefined) ?? 0]
  const path = data['file_path']
  if (content === undefined || typeof path !== 'string') throw broken(manifest, 'a wrong file')
  if (data['key_metadata'] !== undefined && data['key_metadata'] !== null) {
    throw TableErrors.UnsupportedFormat('Encrypted tables are not supported')
  }
  const partition = (data['partition'] ?? {}) as AvroRecord
  return {
    content,
    path,
    format: String(data['file_format']).toLowerCase(),
    specId: manifest.specId,
    partition: partitionNames.map((name) => partition[name] ?? null),
    recordCount: Number(data['record_count']),
    sizeBytes: Number(data['file_size_in_bytes']),
    metrics: {
      columnSizes: mapOf<number>(data['column_sizes']),
      valueCounts: mapOf<number>(data['value_counts']),
      nullCounts: mapOf<number>(data['null_value_counts']),
      nanCounts: mapOf<number>(data['nan_value_counts']),
      lowerBounds: mapOf<Buffer>(data['lower_bounds']),
      upperBounds: mapOf<Buffer>(data['upper_bounds']),
    },
    splitOffsets: numbers(data['split_offsets']),
    equalityIds: numbers(data['equality_ids']),
    sortOrderId: optionalNumber(data['sort_order_id']),
    firstRowId: optionalNumber(data['first_row_id']),
    referencedDataFile: (data['referenced_data_file'] as string | null | undefined) ?? undefined,
    contentOffset: optionalNumber(data['content_offset']),
    contentSizeBytes: optionalNumber(data['content_size_in_bytes']),
  }
}

const none: ReadonlyMap<number, never> = new Map<number, never>()

/** Avro has no maps with integer keys: they are lists of pairs, mostly read where they lie (`AvroPairs`). */
function mapOf<T>(pairs: unknown): ReadonlyMap<number, T> {
  if (pairs === null || pairs === undefined) return none
  if (!Array.isArray(pairs)) return pairs as ReadonlyMap<number, T>
  const map = new Map<number, T>()
  if (Array.isArray(pairs)) {
    for (const { key, value } of pairs as readonly { key: number; value: T }[]) map.set(key, value)
  }
  return map
}

/** The partition's fields stand in the order of the spec, under names that Avro allows. */
function partitionNamesOf(schema: AvroRecordSchema): readonly string[] {
  const dataFile = schema.fields.find((field) => field.name === 'data_file')
  const partition = recordOf(dataFile)?.fields.find((field) => field.name === 'partition')
  return recordOf(partition)?.fields.map((field) => field.name) ?? []
}

function recordOf(field: AvroField | undefined): AvroRecordSchema | undefined {
  const types: readonly unknown[] = Array.isArray(field?.type) ? field.type : [field?.type]
  return types.find(
    (type): type is AvroRecordSchema =>
      typeof type === 'object' && type !== null && Array.isArray((type as AvroRecordSchema).fields),
  )
}

function optionalNumber(value: unknown): number | undefined {
  return value === null || value === undefined ? undefined : Number(value)
}

function numbers(value: unknown): readonly number[] | undefined {
  return Array.isArray(value) ? value.map(Number) : undefined
}

function broken(manifest: ManifestFile, what: string): Error {
  return TableErrors.ManifestUnreadable(`${manifest.path} has ${what}`, { file: manifest.path })
}
