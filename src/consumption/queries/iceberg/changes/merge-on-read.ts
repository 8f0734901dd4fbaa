import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import {
  type ContentFile,
  type NewFile,
  type OldFile,
  type SnapshotChange,
  readDeletionVector,
} from '#catalog/tables'
import {
  type TaskFile,
  copyPositionDeletes,
  positionDeleteFile,
  positionGroups,
  positionRows,
  readVectorBlob,
  taskInputs,
  vectorsOf,
} from '#processing/iceberg'
import { quoteText } from '#consumption/sql'
import type { WriteParts } from '../../writes/run-write.ts'
import type { StagedFiles } from '../writes/staged-files.ts'
import { type FoundChanges, readPositions } from './found-changes.ts'

/** Old rows are marked as deleted, in files beside their own; new rows are new files. */
export async function mergeOnRead(
  found: FoundChanges,
  staged: StagedFiles,
  folder: string,
  taskFiles: TaskFile[],
  parts: WriteParts,
): Promise<SnapshotChange> {
  const added = await staged.data(found.newFiles)
  if (found.affected.size === 0) return { kind: 'append', added }
  if (found.source.metadata['format-version'] < 3) {
    const deletes = await positionDeletes(found, staged, folder, parts)
    return { kind: 'row-delta', added, deletes }
  }
  const { deletes, removedDeletes } = await deletionVectors(found, staged, folder, taskFiles, parts)
  return { kind: 'row-delta', added, deletes, removedDeletes }
}

/** One file for the data files of each partition. */
async function positionDeletes(
  { source, files, affected, deletedParquet }: FoundChanges,
  staged: StagedFiles,
  folder: string,
  parts: WriteParts,
): Promise<readonly NewFile[]> {
  const rows = [...affected].map(([at, count]) => ({ at, file: files[at]!.file, count }))
  const all = positionGroups(source.metadata, rows)
  const paths = all.map((_, at) => join(folder, `deletes-${at}.parquet`))
  const deleted = `SELECT file, pos FROM read_parquet(${quoteText(deletedParquet)}, hive_partitioning = false)`
  const statements = all.map((group, at) => ({
    sql: copyPositionDeletes(deleted, group, paths[at]!),
  }))
  await parts.engine.run({ outputFolder: folder, statements }, parts.signal)
  const written: NewFile[] = []
  for (const [at, group] of all.entries()) {
    const { size } = await stat(paths[at]!)
    written.push(await staged.file(paths[at]!, positionDeleteFile(group, size), 'positions'))
  }
  return written
}

/** A vector for each data file, in one file: it holds what was deleted before too, and takes the place of that. */
async function deletionVectors(
  found: FoundChanges,
  staged: StagedFiles,
  folder: string,
  taskFiles: TaskFile[],
  parts: WriteParts,
): Promise<{ readonly deletes: readonly NewFile[]; readonly removedDeletes: readonly OldFile[] }> {
  const { files, affected, source } = found
  const positions = await readPositions(found.deletedCsv)
  const removedDeletes: OldFile[] = []
  for (const at of affected.keys()) {
    for (const { file } of files[at]!.deletes) {
      if (file.format !== 'puffin') continue
      const blob = await readVectorBlob(file, { ...parts, accountId: parts.context.accountId })
      positions.get(at)!.push(...readDeletionVector(blob, file.path))
      removedDeletes.push(file)
    }
  }
  for (const [at, more] of await olderPositions(found, folder, taskFiles, parts)) {
    positions.get(at)!.push(...more)
  }
  const numbers = [...affected.keys()]
  const { bytes, files: filesOf } = vectorsOf(
    source.metadata,
    numbers.map((at) => ({ file: files[at]!.file, positions: positions.get(at)! })),
  )
  const deletes = filesOf(await staged.bytes(bytes, 'vectors'))
  return { deletes, removedDeletes }
}

/** Positions from delete files of format 2, which a table may have from before it was of format 3. */
async function olderPositions(
  { files, affected }: FoundChanges,
  folder: string,
  taskFiles: TaskFile[],
  parts: WriteParts,
): Promise<ReadonlyMap<number, number[]>> {
  const older = new Map<string, ContentFile>()
  for (const at of affected.keys()) {
    for (const { file } of files[at]!.deletes) {
      if (file.content === 'position-deletes' && file.format !== 'puffin')
        older.set(file.path, file)
    }
  }
  if (older.size === 0) return new Map()
  await using held = new AsyncDisposableStack()
  const linked: TaskFile[] = []
  const rows = await positionRows('older', [...older.values()], {
    ...parts,
    accountId: parts.context.accountId,
    files: linked,
    held,
  })
  taskFiles.push(...linked)
  const path = join(folder, 'older.csv')
  const names = [...affected.keys()].map((at) => `(${at}, ${quoteText(files[at]!.file.path)})`)
  await parts.engine.run(
    {
      ...taskInputs(linked),
      outputFolder: folder,
      statements: [
        `COPY (SELECT n.file, d.pos FROM ${rows} AS d
          JOIN (VALUES ${names.join(', ')}) AS n(file, path) ON n.path = d.file_path) TO '{out}/older.csv' (FORMAT csv, HEADER false)`,
      ],
    },
    parts.signal,
  )
  return readPositions(path)
}
