import type { TableRef } from '#catalog/metastore'
import {
  chooseSnapshot,
  planScan,
  type ContentFile,
  type Filter,
  type ManifestSource,
  type PlannedFile,
  type Snapshot,
  type TableMetadata,
} from '#catalog/tables'
import { isLakeError } from '#kit'
import { positionGroups } from '#processing/iceberg'
import { discardAll, type RewriteParts } from '../compaction/rewrite-group.ts'
import { committedBy, type MaintenanceParts } from '../parts.ts'
import { deleteKey, writeDeletes } from './write-deletes.ts'

export interface DeletesRewritten {
  /** Delete files that others took the place of. */
  readonly deletesRewritten: number
  readonly deletesAdded: number
  /** Delete files that deleted no row any more. */
  readonly deletesDangling: number
  /** Whether it was given up, since somebody changed the same rows meanwhile: then nothing was done. */
  readonly conflicts: number
}

const nothing = { deletesRewritten: 0, deletesAdded: 0, deletesDangling: 0, conflicts: 0 }
/** Position delete files of a partition that are left alone, unless told otherwise: Iceberg's own default. */
const filesMinDefault = 5

/**
 * Writes the position deletes of each partition as one file (format 2), or as a deletion vector for each data file (format 3, where a table
 * may have files of deletes from before it was of that format), and takes out delete files that apply to no data file any more, equality
 * deletes too. No row comes or goes. https://iceberg.apache.org/docs/latest/spark-procedures/#rewrite_position_delete_files
 * Errors: those of reading and writing, of the engine, and of commits.
 */
export async function rewriteDeletes(
  parts: MaintenanceParts & RewriteParts,
  ref: TableRef,
  signal: AbortSignal,
  options: {
    readonly filesMin?: number
    /** Only in partitions with rows that may pass; delete files that apply to nothing stay then. */
    readonly filter?: Filter
  } = {},
): Promise<DeletesRewritten> {
  const { metadata } = await parts.tables.load(ref)
  const snapshot = chooseSnapshot(metadata)
  if (!snapshot || metadata['format-version'] < 2) return nothing
  const source = parts.manifests.sourceFor(ref.accountId)
  const all = await deleteFiles(snapshot, source)
  if (all.length === 0) return nothing
  const { files } = await planScan({ metadata, snapshot, source })
  const used = keysOf(files)
  const { filesMin = filesMinDefault, filter } = options
  const dangling = filter ? [] : all.filter((file) => !used.has(deleteKey(file)))
  const wanted = filter
    ? keysOf((await planScan({ metadata, snapshot, source, filter })).files)
    : used
  const countMin = metadata['format-version'] < 3 ? filesMin : 1
  const chosen = new Set(choose(metadata, all, used, wanted, countMin).map(deleteKey))
  const rewritten = all.filter((file) => chosen.has(deleteKey(file)))
  if (rewritten.length + dangling.length === 0) return nothing
  const added =
    rewritten.length === 0
      ? []
      : await writeDeletes(parts, { ref, metadata, files, rewritten, signal })
  const change = {
    kind: 'rewrite',
    added: [],
    removed: [],
    addedDeletes: added,
    removedDeletes: [...rewritten, ...dangling],
  } as const
  try {
    const baseSnapshotId = snapshot['snapshot-id']
    await parts.tables.changeSnapshot(ref, { change, baseSnapshotId }, committedBy)
  } catch (error) {
    // When the database itself failed nobody knows whether it was committed: then the sweep decides.
    if (!isLakeError(error) || error.kind === 'internal') throw error
    await discardAll(parts.objects, added)
    if (isLakeError(error, 'CommitConflict')) return { ...nothing, conflicts: 1 }
    throw error
  }
  return {
    deletesRewritten: rewritten.length,
    deletesAdded: added.length,
    deletesDangling: dangling.length,
    conflicts: 0,
  }
}

function keysOf(files: readonly PlannedFile[]): ReadonlySet<string> {
  return new Set(files.flatMap(({ deletes }) => deletes.map(({ file }) => deleteKey(file))))
}

/** Every delete file of a snapshot, whether it deletes anything or not. */
async function deleteFiles(
  snapshot: Snapshot,
  source: ManifestSource,
): Promise<readonly ContentFile[]> {
  const found: ContentFile[] = []
  for (const manifest of await source.list(snapshot)) {
    if (manifest.content !== 'deletes' || manifest.liveFiles === 0) continue
    for (const { status, file } of await source.entries(manifest)) {
      if (status !== 'deleted') found.push(file)
    }
  }
  return found
}

/** Of partitions with so many files of position deletes, one that is wanted among them, all of them. */
function choose(
  metadata: TableMetadata,
  all: readonly ContentFile[],
  used: ReadonlySet<string>,
  wanted: ReadonlySet<string>,
  filesMin: number,
): readonly ContentFile[] {
  const positional = all.filter(
    (file) =>
      file.content === 'position-deletes' && file.format !== 'puffin' && used.has(deleteKey(file)),
  )
  const groups = positionGroups(
    metadata,
    positional.map((file, at) => ({ at, file, count: file.recordCount })),
  )
  return groups
    .map((group) => group.files.map(({ at }) => positional[at]!))
    .filter(
      (ofPartition) =>
        ofPartition.length >= filesMin && ofPartition.some((file) => wanted.has(deleteKey(file))),
    )
    .flat()
}
