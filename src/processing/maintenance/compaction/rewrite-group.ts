import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { TableRef } from '#catalog/metastore'
import {
  currentSchema,
  dataFolder,
  parseLocation,
  type NewFile,
  type TableMetadata,
} from '#catalog/tables'
import { uuid } from '#kit'
import type { QueryEngine } from '#processing/engine'
import {
  type FileSchemas,
  bucketMacros,
  copyData,
  finishFiles,
  readFiles,
  taskInputs,
  writtenFiles,
  type TaskFile,
} from '#processing/iceberg'
import type { Objects } from '#storage/objects'
import type { CompactionOptions, FileGroup } from './choose-files.ts'
import { orderedSql } from './order.ts'

export interface RewriteParts {
  readonly objects: Objects
  readonly engine: QueryEngine
  readonly schemas: FileSchemas
}

/**
 * Writes the live rows of a group's files as new files, staged under their names. Nothing of it is the table's before the commit.
 * Errors: those of reading, writing and the engine.
 */
export async function rewriteGroup(
  parts: RewriteParts,
  ref: TableRef,
  metadata: TableMetadata,
  group: FileGroup,
  options: CompactionOptions,
  signal: AbortSignal,
): Promise<readonly NewFile[]> {
  const { objects, engine, schemas } = parts
  const folder = await mkdtemp(join(objects.temporaryFolder, 'compaction-'))
  await using held = new AsyncDisposableStack()
  held.defer(() => rm(folder, { recursive: true, force: true }))
  const files: TaskFile[] = []
  const lineage = metadata['format-version'] >= 3
  const rows = await readFiles(
    {
      id: 'g',
      metadata,
      schema: currentSchema(metadata),
      files: group.files,
      extras: lineage ? ['row_id', 'row_sequence'] : [],
      failing: (type, text) => raise(type, `'${text.replaceAll("'", "''")}'`),
    },
    { objects, accountId: ref.accountId, signal, files, held, schemas },
  )
  const { strategy = 'binpack', columns = [] } = options
  const isOwnOrder = strategy === 'binpack' || (strategy === 'sort' && columns.length === 0)
  const request = {
    sql: isOwnOrder ? rows : orderedSql(metadata, rows, strategy, columns),
    metadata: sizedAs(isOwnOrder ? metadata : unsorted(metadata), options),
    raise,
    folder: '{out}/data',
    ...(lineage ? { lineage } : {}),
  }
  const result = await engine.run(
    {
      ...taskInputs(files),
      outputFolder: folder,
      mapsAsJson: true,
      statements: [...bucketMacros, copyData(request)],
      limits: { rowsMax: 100_000 },
    },
    signal,
  )
  const staged: NewFile[] = []
  try {
    const written = await finishFiles(
      engine,
      writtenFiles(result, request),
      request,
      folder,
      signal,
    )
    for (const { path, file } of written) {
      const location = `${dataFolder(metadata)}/${uuid()}.parquet`
      const target = { accountId: ref.accountId, ...parseLocation(location) }
      staged.push({ ...file, location, blob: await objects.stageFile(path, target) })
    }
    return staged
  } catch (error) {
    await discardAll(objects, staged)
    throw error
  }
}

export async function discardAll(
  objects: Pick<Objects, 'discard'>,
  files: readonly NewFile[],
): Promise<void> {
  await Promise.allSettled(files.map(({ blob }) => blob && objects.discard(blob)))
}

function raise(type: string, textSql: string): string {
  return `CAST(error(${textSql}) AS ${type})`
}

function unsorted(metadata: TableMetadata): TableMetadata {
  return { ...metadata, 'default-sort-order-id': 0 }
}

function sizedAs(metadata: TableMetadata, { targetBytes }: CompactionOptions): TableMetadata {
  if (targetBytes === undefined) return metadata
  const properties = {
    ...metadata.properties,
    'write.target-file-size-bytes': String(targetBytes),
  }
  return { ...metadata, properties }
}
