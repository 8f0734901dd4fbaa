import { TableErrors } from '../errors.ts'
import { snapshotById } from '../format/snapshot-index.ts'
import { mainBranch, type Snapshot, type TableMetadata } from '../format/types.ts'
import { DeleteIndex } from './deletes.ts'
import { anyRow, type Filter } from './filter.ts'
import type { ManifestFile } from './manifest-list.ts'
import type { ContentFile, ManifestEntry } from './manifest.ts'
import { metricsMayMatch } from './metrics.ts'
import {
  bindSpec,
  manifestMayMatch,
  partitionMayMatch,
  type BoundPartitionField,
} from './partitions.ts'

/** Where the planner finds what it reads. The same file is never other than it was: answers may be cached. */
export interface ManifestSource {
  list(snapshot: Snapshot): Promise<readonly ManifestFile[]>
  entries(manifest: ManifestFile): Promise<readonly ManifestEntry[]>
}

export interface PlannedFile {
  readonly file: ContentFile
  readonly sequenceNumber: number
  /** Those that may delete rows of the file. */
  readonly deletes: readonly PlannedDeletes[]
}

export interface PlannedDeletes {
  readonly file: ContentFile
  readonly sequenceNumber: number
}

export interface ScanPlan {
  readonly snapshot: Snapshot | undefined
  readonly files: readonly PlannedFile[]
  /** How much was passed over, and how much was looked at. */
  readonly counts: {
    readonly manifests: number
    readonly manifestsRead: number
    readonly filesSeen: number
  }
}

/** Which state of a table to read. */
export type SnapshotChoice =
  | { readonly snapshotId: bigint }
  | { readonly ref: string }
  /** The last that was current at this time. */
  | { readonly asOfMs: number }

/** Manifests read at one time. */
const concurrency = 8

/** The snapshot that is meant; undefined for a table that has none. Errors: `InvalidMetadata`. */
export function chooseSnapshot(
  metadata: TableMetadata,
  choice: SnapshotChoice = { ref: mainBranch },
): Snapshot | undefined {
  let id: bigint | undefined
  if ('snapshotId' in choice) id = choice.snapshotId
  else if ('ref' in choice) {
    id = Object.hasOwn(metadata.refs, choice.ref)
      ? metadata.refs[choice.ref]!['snapshot-id']
      : undefined
    if (id === undefined && choice.ref !== mainBranch) {
      throw TableErrors.InvalidMetadata(`Cannot find branch or tag ${choice.ref}`)
    }
  } else {
    const { asOfMs } = choice
    id = metadata['snapshot-log'].findLast((entry) => entry['timestamp-ms'] <= asOfMs)?.[
      'snapshot-id'
    ]
    if (id === undefined) {
      throw TableErrors.InvalidMetadata(
        `Cannot find a snapshot older than ${new Date(asOfMs).toISOString()}`,
      )
    }
  }
  if (id === undefined) return undefined
  const snapshot = snapshotById(metadata.snapshots, id)
  if (!snapshot) throw TableErrors.InvalidMetadata(`Cannot find snapshot with ID ${id}`)
  return snapshot
}

/**
 * The files that may have rows which pass the filter, each with its deletes; what lies outside by partition or bounds is
 * passed over without being opened. Errors: those of the source, `ManifestUnreadable`.
 */
export async function planScan(input: {
  readonly metadata: TableMetadata
  readonly snapshot: Snapshot | undefined
  readonly source: ManifestSource
  readonly filter?: Filter
}): Promise<ScanPlan> {
  const { snapshot, source } = input
  if (!snapshot) {
    return { snapshot, files: [], counts: { manifests: 0, manifestsRead: 0, filesSeen: 0 } }
  }
  const manifests = await source.list(snapshot)
  return {
    snapshot,
    ...(await planManifests(input, manifests, ({ status }) => status !== 'deleted')),
  }
}

/**
 * The files that the appends among these snapshots added, whatever became of them since; their deletes are those of later snapshots and
 * are not theirs. Errors: as `planScan`.
 */
export async function planAppends(input: {
  readonly metadata: TableMetadata
  readonly snapshots: readonly Snapshot[]
  readonly source: ManifestSource
  readonly filter?: Filter
}): Promise<Omit<ScanPlan, 'snapshot'>> {
  const appends = input.snapshots.filter(({ summary }) => summary?.['operation'] === 'append')
  const ids = new Set(appends.map((snapshot) => snapshot['snapshot-id']))
  const manifests = new Map<string, ManifestFile>()
  // Of each its own list: a later one may have the same files in manifests that were written anew.
  await inParallel(appends, async (snapshot) => {
    for (const manifest of await input.source.list(snapshot)) {
      if (manifest.content === 'data' && ids.has(manifest.addedSnapshotId)) {
        manifests.set(manifest.path, manifest)
      }
    }
  })
  const ordered = [...manifests.values()].toSorted(
    (a, b) => a.sequenceNumber - b.sequenceNumber || (a.path < b.path ? -1 : 1),
  )
  return planManifests(
    input,
    ordered,
    ({ status, snapshotId }) => status === 'added' && ids.has(snapshotId),
  )
}

/** What came after the snapshot `afterId`, up to `lastId`, the newest first. Errors: `InvalidMetadata` when the one does not lead to the other. */
export function snapshotsBetween(
  metadata: TableMetadata,
  afterId: bigint | undefined,
  lastId: bigint,
): readonly Snapshot[] {
  const byId = new Map(metadata.snapshots.map((snapshot) => [snapshot['snapshot-id'], snapshot]))
  if (!byId.has(lastId)) throw TableErrors.InvalidMetadata(`Cannot find snapshot with ID ${lastId}`)
  const found: Snapshot[] = []
  for (
    let at: Snapshot | undefined = byId.get(lastId);
    at && at['snapshot-id'] !== afterId;
    at = byId.get(at['parent-snapshot-id'] ?? -1n)
  ) {
    found.push(at)
  }
  const before = found.at(-1)?.['parent-snapshot-id']
  if (afterId !== undefined && afterId !== lastId && before !== afterId) {
    throw TableErrors.InvalidMetadata(`Snapshot ${afterId} is not an ancestor of ${lastId}`)
  }
  return found
}

async function planManifests(
  input: {
    readonly metadata: TableMetadata
    readonly source: ManifestSource
    readonly filter?: Filter
  },
  manifests: readonly ManifestFile[],
  isWanted: (entry: ManifestEntry) => boolean,
): Promise<Omit<ScanPlan, 'snapshot'>> {
  const { metadata, source, filter = anyRow } = input
  const specs = new Map<number, readonly BoundPartitionField[]>()
  const specOf = (id: number) => {
    let fields = specs.get(id)
    if (!fields) specs.set(id, (fields = bindSpec(metadata, id)))
    return fields
  }
  const wanted = manifests.filter(
    (manifest) =>
      manifest.liveFiles !== 0 &&
      manifestMayMatch(filter, specOf(manifest.specId), manifest.partitions),
  )
  // By manifest, so that the same plan has the same order, whichever is read first.
  const kepts: ManifestEntry[][] = wanted.map(() => [])
  let filesSeen = 0
  await inParallel([...wanted.entries()], async ([at, manifest]) => {
    const kept = kepts[at]!
    for (const entry of await source.entries(manifest)) {
      if (!isWanted(entry)) continue
      filesSeen += 1
      const { file } = entry
      if (!partitionMayMatch(filter, specOf(file.specId), file.partition)) continue
      // The bounds of a delete file are not those of the rows that it deletes.
      if (file.content !== 'data' || metricsMayMatch(filter, file.metrics, file.recordCount)) {
        kept.push(entry)
      }
    }
  })
  const data = kepts.flat().filter(({ file }) => file.content === 'data')
  const deletes = kepts.flat().filter(({ file }) => file.content !== 'data')
  const index = new DeleteIndex(deletes, (specId) => specOf(specId).length === 0)
  return {
    files: data.map((entry) => ({
      file: entry.file,
      sequenceNumber: entry.sequenceNumber,
      deletes: index.of(entry).map(({ file, sequenceNumber }) => ({ file, sequenceNumber })),
    })),
    counts: { manifests: manifests.length, manifestsRead: wanted.length, filesSeen },
  }
}

async function inParallel<T>(items: readonly T[], work: (item: T) => Promise<void>): Promise<void> {
  const queue = items.values()
  const worker = async () => {
    for (const item of queue) await work(item)
  }
  await Promise.all(Array.from({ length: concurrency }, worker))
}
