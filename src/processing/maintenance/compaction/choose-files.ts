import type { ContentFile, PlannedFile, TableMetadata } from '#catalog/tables'

/** What compaction is to do. Sizes are in bytes. */
export interface CompactionOptions {
  /** `binpack` rewrites small files and those with many deletes; the others rewrite in an order, and all unless told otherwise. */
  readonly strategy?: 'binpack' | 'sort' | 'z-order'
  /** Of the order: names of columns; without them the table's own sort order. */
  readonly columns?: readonly string[]
  readonly targetBytes?: number
  /** A group of fewer small files is left alone, unless it makes a whole file. */
  readonly inputFilesMin?: number
  /** Delete files from which on a data file is rewritten. */
  readonly deleteFilesMin?: number
  /** Read in one run at most; the rest is for the next. */
  readonly bytesMax?: number
  /** Even when no file needs it. */
  readonly rewriteAll?: boolean
}

/** Files that become one or a few new ones: all of one partition. */
export interface FileGroup {
  readonly files: readonly PlannedFile[]
  readonly sizeBytes: number
}

const targetDefault = 512 * 1024 * 1024
const inputFilesMinDefault = 5
const deleteFilesMinDefault = 5
/** Rows of a file that are deleted, from which on it is rewritten. */
const deletedShareMin = 0.3
/** Of one group: what one task of the engine reads. */
const groupBytesMax = 2 * 1024 * 1024 * 1024
const groupFilesMax = 5_000
const runBytesDefault = 10 * 1024 * 1024 * 1024

export function targetBytesOf({ properties }: TableMetadata, given?: number): number {
  if (given !== undefined) return given
  const bytes = Number(properties['write.target-file-size-bytes'])
  return Number.isSafeInteger(bytes) && bytes > 0 ? bytes : targetDefault
}

/**
 * The groups that are worth rewriting, those with the most files first. A partition's files go together, those of an older spec among
 * themselves. https://iceberg.apache.org/docs/latest/spark-procedures/#rewrite_data_files
 */
export function chooseGroups(
  metadata: TableMetadata,
  files: readonly PlannedFile[],
  options: CompactionOptions = {},
): readonly FileGroup[] {
  const targetBytes = targetBytesOf(metadata, options.targetBytes)
  const takesAll = options.rewriteAll ?? (options.strategy ?? 'binpack') !== 'binpack'
  const groups: FileGroup[] = []
  for (const ofPartition of Map.groupBy(files, ({ file }) => partitionKey(file)).values()) {
    const candidates = takesAll
      ? ofPartition
      : ofPartition.filter((planned) => isCandidate(planned, targetBytes, options))
    for (const group of pack(candidates)) {
      if (takesAll || isWorthwhile(group, targetBytes, options)) groups.push(group)
    }
  }
  return withinBudget(
    groups.toSorted((a, b) => b.files.length - a.files.length),
    options.bytesMax ?? runBytesDefault,
  )
}

function isCandidate(
  planned: PlannedFile,
  targetBytes: number,
  options: CompactionOptions,
): boolean {
  return planned.file.sizeBytes < targetBytes * 0.75 || hasManyDeletes(planned, options)
}

function hasManyDeletes({ file, deletes }: PlannedFile, options: CompactionOptions): boolean {
  if (deletes.length >= (options.deleteFilesMin ?? deleteFilesMinDefault)) return true
  // What is of this file alone tells how many of its rows are gone.
  const deleted = deletes.reduce(
    (sum, { file: own }) => sum + (own.referencedDataFile === file.path ? own.recordCount : 0),
    0,
  )
  return file.recordCount > 0 && deleted / file.recordCount >= deletedShareMin
}

function isWorthwhile(
  { files, sizeBytes }: FileGroup,
  targetBytes: number,
  options: CompactionOptions,
): boolean {
  if (files.some((planned) => hasManyDeletes(planned, options))) return true
  const countMin = Math.max(2, options.inputFilesMin ?? inputFilesMinDefault)
  return files.length >= countMin || (files.length > 1 && sizeBytes >= targetBytes)
}

/** Small files first, so that a group that is full is full of them. */
function pack(files: readonly PlannedFile[]): readonly FileGroup[] {
  const groups: { files: PlannedFile[]; sizeBytes: number }[] = []
  for (const planned of files.toSorted((a, b) => a.file.sizeBytes - b.file.sizeBytes)) {
    const last = groups.at(-1)
    const { sizeBytes } = planned.file
    if (last && last.sizeBytes + sizeBytes <= groupBytesMax && last.files.length < groupFilesMax) {
      last.files.push(planned)
      last.sizeBytes += sizeBytes
    } else groups.push({ files: [planned], sizeBytes })
  }
  return groups
}

function withinBudget(groups: readonly FileGroup[], bytesMax: number): readonly FileGroup[] {
  const chosen: FileGroup[] = []
  let left = bytesMax
  for (const group of groups) {
    // One is always done: a table of huge groups gets on too.
    if (chosen.length > 0 && group.sizeBytes > left) continue
    chosen.push(group)
    left -= group.sizeBytes
  }
  return chosen
}

function partitionKey({ specId, partition }: ContentFile): string {
  return JSON.stringify([specId, partition], (_name, value: unknown) =>
    typeof value === 'bigint' ? `${value}n` : value,
  )
}
