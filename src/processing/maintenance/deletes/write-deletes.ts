import { mkdtemp, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { TableRef } from '#catalog/metastore'
import {
  dataFolder,
  parseLocation,
  type ContentFile,
  type NewFile,
  type PlannedFile,
  type TableMetadata,
} from '#catalog/tables'
import { uuid } from '#kit'
import type { EngineValue } from '#processing/engine'
import {
  copyPositionDeletes,
  positionDeleteFile,
  positionGroups,
  positionRows,
  taskInputs,
  vectorsOf,
  type TaskFile,
} from '#processing/iceberg'
import { discardAll, type RewriteParts } from '../compaction/rewrite-group.ts'

interface Job {
  readonly ref: TableRef
  readonly metadata: TableMetadata
  /** The data files that are there, with their deletes. */
  readonly files: readonly PlannedFile[]
  /** The files of position deletes that others are to take the place of. */
  readonly rewritten: readonly ContentFile[]
  readonly signal: AbortSignal
}

/** Of one data file, by its number. */
interface Found {
  readonly at: number
  /** How many rows are deleted, or, for vectors, which ones: a list in JSON. */
  readonly value: EngineValue
}

/** The rows that these files delete of data files that are there, staged as new files of the table's own form. */
export async function writeDeletes(parts: RewriteParts, job: Job): Promise<readonly NewFile[]> {
  const folder = await mkdtemp(join(parts.objects.temporaryFolder, 'deletes-'))
  try {
    const found = await liveDeletes(parts, job, folder)
    return job.metadata['format-version'] >= 3
      ? await vectorFile(parts, job, found)
      : await positionFiles(parts, job, found, folder)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** What is deleted, each row once, in the file `live.parquet`, and told by data file. */
async function liveDeletes(
  { objects, engine }: RewriteParts,
  { ref, metadata, files, rewritten, signal }: Job,
  folder: string,
): Promise<readonly Found[]> {
  await using held = new AsyncDisposableStack()
  const keys = new Set(rewritten.map(deleteKey))
  const affected = [...files.entries()].filter(([, { deletes }]) =>
    deletes.some(({ file }) => keys.has(deleteKey(file))),
  )
  const inputs: TaskFile[] = []
  const { accountId } = ref
  const rows = await positionRows('d', rewritten, {
    objects,
    accountId,
    signal,
    files: inputs,
    held,
  })
  const names = affected.map(([at, { file }]) => `(${at}, '${file.path.replaceAll("'", "''")}')`)
  const told = metadata['format-version'] >= 3 ? 'CAST(to_json(list(pos)) AS VARCHAR)' : 'count(*)'
  const result = await engine.run(
    {
      ...taskInputs(inputs),
      outputFolder: folder,
      statements: [
        `COPY (SELECT DISTINCT n.file, d.pos FROM ${rows} AS d
          JOIN (VALUES ${names.join(', ')}) AS n(file, path) ON n.path = d.file_path ORDER BY 1, 2)
          TO '{out}/live.parquet' (FORMAT parquet)`,
        `SELECT file, ${told} FROM read_parquet('{out}/live.parquet') GROUP BY file ORDER BY file`,
      ],
      limits: { rowsMax: files.length },
    },
    signal,
  )
  return result.rows.map(([at, value]) => ({ at: Number(at), value: value! }))
}

async function vectorFile(
  { objects }: RewriteParts,
  { ref, metadata, files }: Job,
  found: readonly Found[],
): Promise<readonly NewFile[]> {
  if (found.length === 0) return []
  const { bytes, files: filesOf } = vectorsOf(
    metadata,
    found.map(({ at, value }) => ({
      file: files[at]!.file,
      positions: JSON.parse(String(value)) as number[],
    })),
  )
  const location = `${dataFolder(metadata)}/${uuid()}-deletes.puffin`
  return filesOf({ location, blob: await objects.stage(bytes, placeOf(ref, location)) })
}

/** One file for each partition. */
async function positionFiles(
  { objects, engine }: RewriteParts,
  { ref, metadata, files, signal }: Job,
  found: readonly Found[],
  folder: string,
): Promise<readonly NewFile[]> {
  const groups = positionGroups(
    metadata,
    found.map(({ at, value }) => ({ at, file: files[at]!.file, count: Number(value) })),
  )
  const paths = groups.map((_, at) => join(folder, `deletes-${at}.parquet`))
  const live = join(folder, 'live.parquet').replaceAll("'", "''")
  const statements = groups.map((group, at) => ({
    sql: copyPositionDeletes(`SELECT file, pos FROM read_parquet('${live}')`, group, paths[at]!),
  }))
  if (statements.length > 0) await engine.run({ outputFolder: folder, statements }, signal)
  const staged: NewFile[] = []
  try {
    for (const [at, group] of groups.entries()) {
      const { size } = await stat(paths[at]!)
      const location = `${dataFolder(metadata)}/${uuid()}-deletes.parquet`
      const blob = await objects.stageFile(paths[at]!, placeOf(ref, location))
      staged.push({ ...positionDeleteFile(group, size), location, blob })
    }
    return staged
  } catch (error) {
    await discardAll(objects, staged)
    throw error
  }
}

function placeOf({ accountId }: TableRef, location: string) {
  return { accountId, ...parseLocation(location) }
}

/** Several vectors may lie in one file. */
export function deleteKey({ path, contentOffset }: ContentFile): string {
  return `${path}#${contentOffset ?? ''}`
}
