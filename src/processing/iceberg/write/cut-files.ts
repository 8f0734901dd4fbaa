import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { QueryEngine } from '#processing/engine'
import { copyCut, targetBytes, type WriteData } from './write-data.ts'
import { writtenFiles, type WrittenFile } from './written-files.ts'

/** A file may be so many times the table's target before it is cut: writers stop at the end of a row group. */
const tolerance = 1.5

/**
 * Files of partitions that came out larger than the table's `write.target-file-size-bytes`, cut to it; the others as they are. The cut ones are
 * gone from the folder then. `folder` is the task's own, which the files lie in. Errors: those of the engine.
 */
export async function cutFiles(
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
