import type { TableMetadata } from '../format/types.ts'
import { toContentFiles } from './new-files.ts'
import type { NewFile, OldFile, SnapshotChange } from './snapshot-change.ts'
import type { NewEntry } from './write-manifest.ts'

/** A change of any kind, taken apart. */
export interface ChangeParts {
  readonly added: readonly NewFile[]
  readonly addedDeletes: readonly NewFile[]
  readonly removed: readonly OldFile[]
  readonly removedDeletes: readonly OldFile[]
}

export function partsOf(change: SnapshotChange): ChangeParts {
  const none = { added: [], addedDeletes: [], removed: [], removedDeletes: [] }
  switch (change.kind) {
    case 'append':
      return { ...none, added: change.added }
    case 'delete':
      return { ...none, removed: change.removed }
    case 'overwrite':
      return { ...none, added: change.added, removed: change.removed }
    case 'row-delta':
      return {
        ...none,
        added: change.added,
        addedDeletes: change.deletes,
        removedDeletes: change.removedDeletes ?? [],
      }
    case 'rewrite':
      return {
        added: change.added,
        addedDeletes: change.addedDeletes ?? [],
        removed: change.removed,
        removedDeletes: change.removedDeletes ?? [],
      }
    case 'rewrite-manifests':
      return none
  }
}

/** Entries of the new files. Errors: `InvalidChange`. */
export function addedEntries(
  metadata: TableMetadata,
  change: SnapshotChange,
  numbers: { readonly snapshotId: bigint; readonly baseSequenceNumber: number | undefined },
): { readonly data: readonly NewEntry[]; readonly deletes: readonly NewEntry[] } {
  const { added, addedDeletes } = partsOf(change)
  // Rewritten rows are as old as the rows that were read.
  const sequenceNumber = change.kind === 'rewrite' ? numbers.baseSequenceNumber : undefined
  const toEntry =
    (dataSequenceNumber: number | undefined) =>
    (file: NewEntry['file']): NewEntry => ({
      status: 'added',
      snapshotId: numbers.snapshotId,
      sequenceNumber: dataSequenceNumber,
      fileSequenceNumber: undefined,
      file,
    })
  return {
    data: toContentFiles(metadata, added, 'data').map(toEntry(sequenceNumber)),
    // Deletes that are rewritten stay behind those that came meanwhile, and delete nothing that is younger.
    deletes: toContentFiles(metadata, addedDeletes, 'deletes').map(toEntry(sequenceNumber)),
  }
}
