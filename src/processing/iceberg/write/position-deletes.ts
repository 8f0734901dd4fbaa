import {
  type ContentFile,
  type NewFile,
  type TableMetadata,
  type Value,
  partitionValues,
} from '#catalog/tables'
import { quoteText } from '../read/sql.ts'

/** https://iceberg.apache.org/spec/#reserved-field-ids */
const pathField = 2_147_483_546
const positionField = 2_147_483_545

/** Rows of one partition that are to be deleted by position. */
export interface PositionDeletes {
  readonly specId: number
  readonly partition: NewFile['partition']
  /** The data files, each with how many of its rows. */
  readonly files: readonly {
    readonly at: number
    readonly location: string
    readonly count: number
  }[]
}

/** One for each partition: the rows that are to be deleted there. */
export function positionGroups(
  metadata: TableMetadata,
  rows: Iterable<{ readonly at: number; readonly file: ContentFile; readonly count: number }>,
): readonly PositionDeletes[] {
  const groups = new Map<string, PositionDeletes & { files: PositionDeletes['files'][number][] }>()
  for (const { at, file, count } of rows) {
    const partition = partitionValues(metadata, file)
    const key = JSON.stringify([file.specId, partition.map(keyText)])
    const group = groups.get(key) ?? { specId: file.specId, partition, files: [] }
    group.files.push({ at, location: file.path, count })
    groups.set(key, group)
  }
  return [...groups.values()]
}

function keyText(value: Value | undefined): string | null {
  if (value === undefined) return null
  return Buffer.isBuffer(value) ? value.toString('hex') : `${typeof value}${String(value)}`
}

/**
 * A statement that writes a file of position deletes from rows of `file` (a file's number, as in `at`) and `pos`, in the order that the
 * specification asks for. https://iceberg.apache.org/spec/#position-delete-files
 */
export function copyPositionDeletes(
  rows: string,
  { files }: PositionDeletes,
  path: string,
): string {
  const names = files.map(({ at, location }) => `(${at}, ${quoteText(location)})`).join(', ')
  return `COPY (SELECT n.path AS file_path, d.pos AS pos FROM (${rows}) AS d
    JOIN (VALUES ${names}) AS n(file, path) ON n.file = d.file ORDER BY 1, 2)
    TO ${quoteText(path)} (FORMAT parquet, COMPRESSION zstd, FIELD_IDS {file_path: ${pathField}, pos: ${positionField}})`
}

/** What a table takes of such a file but its place. */
export function positionDeleteFile(
  { specId, partition, files }: PositionDeletes,
  sizeBytes: number,
): Omit<NewFile, 'location' | 'blob'> {
  const locations = files.map(({ location }) => location)
  const count = files.reduce((sum, file) => sum + file.count, 0)
  const byBytes = locations.toSorted((a, b) => Buffer.compare(Buffer.from(a), Buffer.from(b)))
  return {
    content: 'position-deletes',
    format: 'parquet',
    specId,
    partition,
    recordCount: count,
    sizeBytes,
    metrics: {
      valueCounts: new Map([
        [pathField, count],
        [positionField, count],
      ]),
      nullCounts: new Map([
        [pathField, 0],
        [positionField, 0],
      ]),
      lowerBounds: new Map([[pathField, byBytes[0]!]]),
      upperBounds: new Map([[pathField, byBytes.at(-1)!]]),
    },
    ...(files.length === 1 ? { referencedDataFile: locations[0]! } : {}),
  }
}
