import { TableErrors } from '../errors.ts'
import { snapshotById } from '../format/snapshot-index.ts'
import type { Snapshot, TableMetadata } from '../format/types.ts'
import { DeleteIndex } from '../scan/deletes.ts'
import { anyRow } from '../scan/filter.ts'
import type { ManifestEntry } from '../scan/manifest.ts'
import type { ManifestFile } from '../scan/manifest-list.ts'
import { metricsMayMatch } from '../scan/metrics.ts'
import { bindSpec, partitionMayMatch } from '../scan/partitions.ts'
import type { ManifestSource } from '../scan/plan.ts'
import { partsOf } from './parts-of-change.ts'
import { hasLiveFiles, keyOf } from './remove-files.ts'
import type { SnapshotInput } from './snapshot-change.ts'

interface Check {
  readonly metadata: TableMetadata
  readonly source: ManifestSource
  /** Those of the parent. */
  readonly manifests: readonly ManifestFile[]
  readonly parent: Snapshot | undefined
  readonly baseId: bigint | undefined
  readonly input: SnapshotInput
}

/**
 * Whether a change still holds on a snapshot that is not the one it was made for. Rows that were rewritten meanwhile are no
 * others. Errors: `CommitConflict`. https://iceberg.apache.org/spec/#optimistic-concurrency
 */
export async function checkConflicts(check: Check): Promise<void> {
  await checkReferences(check)
  const { parent, baseId } = check
  if (parent?.['snapshot-id'] === baseId) return
  const since = snapshotsSince(check)
  const rows = await addedSince(check, 'data', since)
  const deletes = await addedSince(check, 'deletes', since)
  if (check.input.change.kind !== 'rewrite') checkRows(check, rows)
  await checkDeletes(check, deletes)
}

interface Since {
  readonly all: ReadonlySet<bigint>
  /** Those that changed rows. */
  readonly changing: ReadonlySet<bigint>
}

/** The snapshots between the base and the parent. */
function snapshotsSince({ metadata, parent, baseId }: Check): Since {
  const [all, changing] = [new Set<bigint>(), new Set<bigint>()]
  let at = parent
  while (at && at['snapshot-id'] !== baseId) {
    all.add(at['snapshot-id'])
    if (at.summary?.['operation'] !== 'replace') changing.add(at['snapshot-id'])
    const before = at['parent-snapshot-id']
    at = before === undefined ? undefined : snapshotById(metadata.snapshots, before)
  }
  if (!at && baseId !== undefined) {
    throw TableErrors.CommitConflict(
      `The snapshot ${baseId} that was read is not in the history of the branch any more`,
    )
  }
  return { all, changing }
}

/** What was added since and is still there. */
async function addedSince(
  { manifests, source }: Check,
  content: ManifestFile['content'],
  since: Since,
): Promise<readonly ManifestEntry[]> {
  const found: ManifestEntry[] = []
  for (const manifest of manifests) {
    if (manifest.content !== content || !hasLiveFiles(manifest)) continue
    if (!since.all.has(manifest.addedSnapshotId)) continue
    for (const entry of await source.entries(manifest)) {
      if (entry.status !== 'deleted' && since.changing.has(entry.snapshotId)) found.push(entry)
    }
  }
  return found
}

/** Under serializable isolation no row may have come that the statement would have seen. */
function checkRows({ metadata, input }: Check, rows: readonly ManifestEntry[]): void {
  if (input.isolation === 'snapshot') return
  const filter = input.conflictFilter ?? anyRow
  const found = rows.find(
    ({ file }) =>
      partitionMayMatch(filter, bindSpec(metadata, file.specId), file.partition) &&
      metricsMayMatch(filter, file.metrics, file.recordCount),
  )
  if (!found) return
  throw TableErrors.CommitConflict(
    `Found conflicting files that can contain records matching the change: ${found.file.path}`,
    { file: found.file.path },
  )
}

/** Deletes that came meanwhile must not be lost with the files that they are of. */
async function checkDeletes(check: Check, deletes: readonly ManifestEntry[]): Promise<void> {
  if (deletes.length === 0) return
  const { metadata, input } = check
  const { change } = input
  const { removed, added, addedDeletes } = partsOf(change)
  if (removed.length > 0) {
    // Rewritten files keep their sequence number: later equality deletes still apply to them.
    const lost =
      change.kind === 'rewrite'
        ? deletes.filter(({ file }) => file.content !== 'equality-deletes')
        : deletes
    const index = new DeleteIndex(lost, (specId) => bindSpec(metadata, specId).length === 0)
    const wanted = new Set(removed.map(keyOf))
    for (const entry of await entriesOf(check, wanted)) {
      const [found] = index.of(entry)
      if (found) throw newDeletes(entry.file.path)
    }
  }
  // Rows that were deleted meanwhile must not come back as updated ones.
  if (change.kind !== 'row-delta' || added.length === 0 || addedDeletes.length === 0) return
  const ours = new Set(addedDeletes.map(({ referencedDataFile }) => referencedDataFile))
  const filter = input.conflictFilter ?? anyRow
  const found = deletes.find(({ file }) => {
    const { referencedDataFile } = file
    if (referencedDataFile !== undefined && !ours.has(undefined)) {
      return ours.has(referencedDataFile)
    }
    return partitionMayMatch(filter, bindSpec(metadata, file.specId), file.partition)
  })
  if (found) throw newDeletes(found.file.referencedDataFile ?? found.file.path)
}

/** Data files that deletes name must be there; and a data file has one deletion vector at most. */
async function checkReferences(check: Check): Promise<void> {
  const { change } = check.input
  const { addedDeletes, removedDeletes } = partsOf(change)
  const named = new Set(addedDeletes.flatMap(({ referencedDataFile }) => referencedDataFile ?? []))
  if (named.size === 0) return
  const missing = new Set(named)
  for (const manifest of check.manifests) {
    if (manifest.content !== 'data' || !hasLiveFiles(manifest)) continue
    for (const { status, file } of await check.source.entries(manifest)) {
      if (status !== 'deleted') missing.delete(file.path)
    }
    if (missing.size === 0) break
  }
  const [first] = missing
  if (first !== undefined) {
    throw TableErrors.CommitConflict(`Missing data file that rows were deleted of: ${first}`, {
      file: first,
    })
  }
  const vectors = new Set(
    addedDeletes.flatMap(({ format, referencedDataFile }) =>
      format === 'puffin' && referencedDataFile !== undefined ? [referencedDataFile] : [],
    ),
  )
  if (vectors.size === 0) return
  const replaced = new Set(removedDeletes.map(keyOf))
  for (const manifest of check.manifests) {
    if (manifest.content !== 'deletes' || !hasLiveFiles(manifest)) continue
    for (const { status, file } of await check.source.entries(manifest)) {
      if (status === 'deleted' || file.referencedDataFile === undefined) continue
      if (vectors.has(file.referencedDataFile) && !replaced.has(keyOf(file))) {
        throw newDeletes(file.referencedDataFile)
      }
    }
  }
}

async function entriesOf(
  { manifests, source }: Check,
  wanted: ReadonlySet<string>,
): Promise<readonly ManifestEntry[]> {
  const found: ManifestEntry[] = []
  for (const manifest of manifests) {
    if (manifest.content !== 'data' || !hasLiveFiles(manifest)) continue
    for (const entry of await source.entries(manifest)) {
      if (entry.status !== 'deleted' && wanted.has(keyOf(entry.file))) found.push(entry)
    }
  }
  return found
}

function newDeletes(file: string): Error {
  return TableErrors.CommitConflict(`Found new deletes of rows in ${file}`, { file })
}
