import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { type StructField, type Type, currentSchema } from '#catalog/tables'
import type { QueryEngine } from '#processing/engine'
import { instantNanosLabel, relabel, variantLabel } from '../logical-types.ts'
import { copyCut, targetBytes, type WriteData } from './write-data.ts'
import { writtenFiles, type WrittenFile } from './written-files.ts'

/** A file may be so many times the table's target before it is cut: writers stop at the end of a row group. */
const tolerance = 1.5

/**
 * Written files as a table takes them: those of partitions that came out larger than its `write.target-file-size-bytes` cut to that, and
 * columns labelled that the engine cannot label. The cut ones are gone from the folder then. `folder` is the task's own, which the files lie in. Errors: those of the engine.
 */
export async function finishFiles(
  engine: QueryEngine,
  files: readonly WrittenFile[],
  request: Pick<WriteData, 'metadata' | 'lineage'>,
  folder: string,
  signal: AbortSignal,
): Promise<readonly WrittenFile[]> {
  const cut = await cutFiles(engine, files, request, folder, signal)
  const labels = new Map(labelsOf(currentSchema(request.metadata).fields))
  if (labels.size === 0) return cut
  const labelled: WrittenFile[] = []
  for (const { path, file } of cut) {
    labelled.push({ path, file: { ...file, sizeBytes: await relabel(path, labels) } })
  }
  return labelled
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

type Label = readonly [id: number, label: Buffer]

function labelsOf(fields: readonly StructField[]): readonly Label[] {
  return fields.flatMap(({ id, type }) => labelsIn(id, type))
}

function labelsIn(id: number, type: Type): readonly Label[] {
  if (type === 'variant') return [[id, variantLabel]]
  if (type === 'timestamptz_ns') return [[id, instantNanosLabel]]
  if (typeof type === 'string') return []
  switch (type.type) {
    case 'struct':
      return labelsOf(type.fields)
    case 'list':
      return labelsIn(type['element-id'], type.element)
    case 'map':
      return [...labelsIn(type['key-id'], type.key), ...labelsIn(type['value-id'], type.value)]
  }
}
