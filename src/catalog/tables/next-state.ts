import type { TableRef } from '#catalog/metastore'
import { assert, uuid, type Clock } from '#kit'
import type { IcebergParts } from './create-iceberg-tables.ts'
import { checkRequirements } from './format/requirements.ts'
import type { Snapshot, TableMetadata } from './format/types.ts'
import { applyUpdates } from './format/updates.ts'
import type { LoadedTable, TableChange } from './iceberg-tables.ts'
import { folderLocation, nextMetadataLocation } from './location.ts'
import { PendingFiles } from './snapshots/pending-files.ts'
import { SnapshotWork, type StagingFile } from './snapshots/snapshot-work.ts'

/** A change, and what makes its snapshot. */
export interface Task {
  readonly change: TableChange
  readonly work: SnapshotWork | undefined
}

/** A table's next state, not yet anybody's. */
export interface NextState extends NextMetadata {
  readonly ref: TableRef
  /** Where its metadata file will be; the base's own when nothing changes. */
  readonly location: string
  /** The state that it follows; undefined for a table that is made. */
  readonly base: LoadedTable | undefined
  readonly createdBy: string
}

export interface NextMetadata {
  readonly metadata: TableMetadata
  readonly snapshot: Snapshot | undefined
  /** Manifests, their lists, and what a snapshot adds. */
  readonly files: readonly StagingFile[]
}

export function workOf(
  parts: Pick<IcebergParts, 'objects' | 'manifests'>,
  { ref, snapshot }: TableChange,
): SnapshotWork | undefined {
  const { objects, manifests } = parts
  const source = manifests.sourceFor(ref.accountId)
  return snapshot && new SnapshotWork({ objects, source }, ref.accountId, snapshot)
}

/** Errors: `CommitFailed`, `CommitConflict`, `InvalidMetadata`, `InvalidChange`, those of `checkLocation`. */
export async function nextState(
  clock: Clock,
  task: Task,
  base: LoadedTable | undefined,
  createdBy: string,
): Promise<NextState> {
  const { ref, requirements } = task.change
  checkRequirements(base?.metadata, requirements)
  const next = await nextMetadata(clock, task, base?.metadata, base?.location)
  const location =
    next.metadata === base?.metadata
      ? base.location
      : nextMetadataLocation(next.metadata, base?.location, uuid())
  await checkPlace(task.change, location, base?.location)
  return { ref, location, base, createdBy, ...next }
}

/** Asks whether the metadata file may be written where the table had none before. */
export async function checkPlace(
  { checkLocation }: TableChange,
  location: string,
  before: string | undefined,
): Promise<void> {
  if (before === undefined || folderOf(location) !== folderOf(before))
    await checkLocation?.(location)
}

/** The metadata after the updates, and after the snapshot on top of them. */
export async function nextMetadata(
  clock: Clock,
  { change, work }: Task,
  base: TableMetadata | undefined,
  previousFile: string | undefined,
  pending = new PendingFiles(),
): Promise<NextMetadata> {
  const context = { nowMs: clock.now(), uuid: uuid(), previousFile }
  const updates = updatesOf(change, base)
  const updated = base && updates.length === 0 ? base : applyUpdates(base, updates, context)
  folderLocation(updated.location)
  if (!work) return { metadata: updated, snapshot: undefined, files: [] }
  const { snapshot, branch, ref, files } = await work.next(updated, context.nowMs, pending)
  const metadata = applyUpdates(
    base,
    [
      ...updates,
      { action: 'add-snapshot', snapshot },
      { action: 'set-snapshot-ref', 'ref-name': branch, ...ref },
    ],
    context,
  )
  return { metadata, snapshot, files }
}

function updatesOf({ updates }: TableChange, base: TableMetadata | undefined): readonly unknown[] {
  if (typeof updates !== 'function') return updates
  assert(base !== undefined, 'updates of a state need one')
  return updates(base)
}

function folderOf(location: string): string {
  return location.slice(0, location.lastIndexOf('/'))
}
