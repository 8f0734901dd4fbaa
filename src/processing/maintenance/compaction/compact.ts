import type { TableRef } from '#catalog/metastore'
import {
  chooseSnapshot,
  planScan,
  type Filter,
  type NewFile,
  type TableMetadata,
} from '#catalog/tables'
import { isLakeError } from '#kit'
import { committedBy, type MaintenanceParts } from '../parts.ts'
import { chooseGroups, type CompactionOptions, type FileGroup } from './choose-files.ts'
import { discardAll, rewriteGroup, type RewriteParts } from './rewrite-group.ts'

export interface Compacted {
  readonly filesRewritten: number
  readonly bytesRewritten: number
  readonly filesAdded: number
  /** Groups that were left as they are, since somebody changed their rows meanwhile. */
  readonly conflicts: number
}

const nothing: Compacted = { filesRewritten: 0, bytesRewritten: 0, filesAdded: 0, conflicts: 0 }

/**
 * Rewrites files of a table as fewer, larger and sorted ones, without the rows that are deleted. The rows that a query sees are the
 * same before and after, also to one that runs meanwhile: the old files stay until their snapshots expire. One group after the other is
 * committed; one whose rows were changed meanwhile is given up, and is for the next run.
 * Errors: those of reading and writing data files and of the engine.
 */
export async function compact(
  parts: MaintenanceParts & RewriteParts,
  ref: TableRef,
  signal: AbortSignal,
  options: CompactionOptions & {
    /** Only files that may have rows which pass: made by the statement's own condition. */
    readonly filter?: (metadata: TableMetadata) => Filter | undefined
  } = {},
): Promise<Compacted> {
  const { metadata } = await parts.tables.load(ref)
  const snapshot = chooseSnapshot(metadata)
  if (!snapshot) return nothing
  const filter = options.filter?.(metadata)
  const { files } = await planScan({
    metadata,
    snapshot,
    source: parts.manifests.sourceFor(ref.accountId),
    ...(filter ? { filter } : {}),
  })
  let done = nothing
  for (const group of chooseGroups(metadata, files, options)) {
    signal.throwIfAborted()
    const added = await rewriteGroup(parts, ref, metadata, group, options, signal)
    const isCommitted = await commitGroup(parts, ref, group, added, snapshot['snapshot-id'])
    done = isCommitted
      ? {
          ...done,
          filesRewritten: done.filesRewritten + group.files.length,
          bytesRewritten: done.bytesRewritten + group.sizeBytes,
          filesAdded: done.filesAdded + added.length,
        }
      : { ...done, conflicts: done.conflicts + 1 }
  }
  return done
}

async function commitGroup(
  { tables, objects }: MaintenanceParts,
  ref: TableRef,
  group: FileGroup,
  added: readonly NewFile[],
  baseSnapshotId: bigint,
): Promise<boolean> {
  const removed = group.files.map(({ file }) => file)
  const change = { kind: 'rewrite', added, removed } as const
  try {
    await tables.changeSnapshot(ref, { change, baseSnapshotId }, committedBy)
    return true
  } catch (error) {
    // When the database itself failed nobody knows whether it was committed: then the sweep decides.
    if (!isLakeError(error) || error.kind === 'internal') throw error
    await discardAll(objects, added)
    if (isLakeError(error, 'CommitConflict')) return false
    throw error
  }
}
