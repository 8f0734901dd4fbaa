import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type StructField, type Type, currentSchema } from '#catalog/tables'
import type { QueryEngine } from '#processing/engine'
import { annotateVariants } from '../variant-annotations.ts'
import { copyCut, targetBytes, type WriteData } from './write-data.ts'
import { writtenFiles, type WrittenFile } from './written-files.ts'

/** A file may be so many times the table's target before it is cut: writers stop at the end of a row group. */
const tolerance = 1.5

/**
 * Written files as a table takes them: those of partitions that came out larger than its `write.target-file-size-bytes` cut to that, variants
 * annotated. The cut ones are gone from the folder then. `folder` is the task's own, which the files lie in. Errors: those of the engine.
 */
export async function finishFiles(
  engine: QueryEngine,
  files: readonly WrittenFile[],
  request: Pick<WriteData, 'metadata' | 'lineage'>,
  folder: string,
  signal: AbortSignal,
): Promise<readonly WrittenFile[]> {
  const cut = await cutFiles(engine, files, request, folder, signal)
  const variants = new Set(variantIds(currentSchema(request.metadata).fields))
  if (variants.size === 0) return cut
  const annotated: WrittenFile[] = []
  for (const { path, file } of cut) {
    annotated.push({ path, file: { ...file, sizeBytes: await annotateVariants(path, variants) } })
  }
  return annotated
}

async function cutFiles(
  engine: QueryEngine,
  files: readonly WrittenFile[],
  request: Pick<WriteData, 'metadata' | 'lineage'>,
  folder: string,
  signal: AbortSignal,
): Promise<readonly WrittenFile[]> {
  const limit = targetBytes(request.metadata) * tolerance
  const kept: WrittenFile[] = []
  for (const [at, written] of files.entries()) {
    const { path, file } = written
    if (file.partition.length === 0 || file.sizeBytes <= limit) {
      kept.push(written)
      continue
    }
    const result = await engine.run(
      {
        outputFolder: folder,
        mapsAsJson: true,
        statements: [{ sql: copyCut(request, path, join(folder, `cut-${at}`)) }],
        limits: { rowsMax: 100_000 },
      },
      signal,
    )
    const { specId, partition } = file
    for (const part of writtenFiles(result, request)) {
      kept.push({ ...part, file: { ...part.file, specId, partition } })
    }
    await rm(path)
  }
  return kept
}

function variantIds(fields: readonly StructField[]): readonly number[] {
  return fields.flatMap(({ id, type }) => idsIn(id, type))
}

function idsIn(id: number, type: Type): readonly number[] {
  if (typeof type === 'string') return type === 'variant' ? [id] : []
  switch (type.type) {
    case 'struct':
      return variantIds(type.fields)
    case 'list':
      return idsIn(type['element-id'], type.element)
    case 'map':
      return [...idsIn(type['key-id'], type.key), ...idsIn(type['value-id'], type.value)]
  }
}
