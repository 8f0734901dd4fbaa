import { TableErrors } from '../errors.ts'
import type { ContentFile, ManifestEntry } from '../scan/manifest.ts'
import type { ManifestFile } from '../scan/manifest-list.ts'
import type { ManifestSource } from '../scan/plan.ts'
import type { ChangeParts } from './parts-of-change.ts'
import type { OldFile } from './snapshot-change.ts'
import type { WriteOnce } from './snapshot-work.ts'
import { unassigned, type NewEntry } from './write-manifest.ts'

export interface Removal {
  /** The manifests without the files, those that had some written anew. */
  readonly manifests: readonly ManifestFile[]
  /** Those that stay as they were. */
  readonly kept: readonly ManifestFile[]
  /** How many there were. */
  readonly count: number
  readonly removed: readonly ContentFile[]
}

/**
 * Takes files out of the manifests that have them. With data files go the deletes that are of nothing else, and deletes that are
 * older than all data. Errors: `CommitConflict` when a file is not there any more.
 */
export async function removeFiles(input: {
  readonly manifests: readonly ManifestFile[]
  /** Those of the change's own files. */
  readonly added: readonly ManifestFile[]
  readonly source: ManifestSource
  readonly snapshotId: bigint
  readonly parts: ChangeParts
  readonly write: WriteOnce
}): Promise<Removal> {
  const { manifests, parts } = input
  const live = manifests.filter(hasLiveFiles)
  const unchanged = { manifests: live, kept: live, count: manifests.length, removed: [] }
  if (parts.removed.length + parts.removedDeletes.length === 0) return unchanged
  const data = await filtered(input, {
    manifests: live.filter(({ content }) => content === 'data'),
    wanted: parts.removed,
    isDangling: () => false,
  })
  const removedData = new Set(data.removed.map(({ path }) => path))
  const oldest = Math.min(
    ...[...data.manifests, ...input.added]
      .filter((manifest) => manifest.content === 'data' && hasLiveFiles(manifest))
      .map(({ minSequenceNumber }) => minSequenceNumber)
      // What this commit numbers is younger than all that was there.
      .filter((number) => number !== unassigned),
  )
  const deletes = await filtered(input, {
    manifests: live.filter(({ content }) => content === 'deletes'),
    wanted: parts.removedDeletes,
    isDangling: ({ file, sequenceNumber }) =>
      (file.referencedDataFile !== undefined && removedData.has(file.referencedDataFile)) ||
      (Number.isFinite(oldest) && sequenceNumber < oldest),
  })
  const kept = [...data.kept, ...deletes.kept]
  return {
    manifests: [...data.manifests, ...deletes.manifests],
    kept,
    count: manifests.length,
    removed: [...data.removed, ...deletes.removed],
  }
}

export function hasLiveFiles({ liveFiles }: ManifestFile): boolean {
  return liveFiles !== 0
}

async function filtered(
  input: Parameters<typeof removeFiles>[0],
  by: {
    readonly manifests: readonly ManifestFile[]
    readonly wanted: readonly OldFile[]
    readonly isDangling: (entry: ManifestEntry) => boolean
  },
) {
  const missing = new Set(by.wanted.map(keyOf))
  const specs = new Set(by.wanted.map(({ specId }) => specId))
  const manifests: ManifestFile[] = []
  const kept: ManifestFile[] = []
  const removed: ContentFile[] = []
  for (const manifest of by.manifests) {
    const isData = manifest.content === 'data'
    // Deletes of any spec may be of nothing any more.
    if (isData && !specs.has(manifest.specId)) {
      manifests.push(manifest)
      kept.push(manifest)
      continue
    }
    const gone = new Set<ManifestEntry>()
    const entries = await input.source.entries(manifest)
    for (const entry of entries) {
      if (entry.status === 'deleted') continue
      if (missing.delete(keyOf(entry.file)) || (!isData && by.isDangling(entry))) gone.add(entry)
    }
    if (gone.size === 0) {
      manifests.push(manifest)
      kept.push(manifest)
      continue
    }
    for (const entry of gone) removed.push(entry.file)
    const key = `without/${manifest.path}/${[...gone].map(({ file }) => keyOf(file)).join('|')}`
    const written = await input.write(key, manifest.specId, manifest.content, () =>
      entries.flatMap((entry) => rewritten(entry, gone.has(entry), input.snapshotId)),
    )
    manifests.push(written.manifest)
  }
  if (missing.size > 0) {
    const [first] = missing
    throw TableErrors.CommitConflict(
      `${first!.split('#')[0]} is not in the table any more: another commit took it away`,
      { files: missing.size },
    )
  }
  return { manifests, kept, removed }
}

function rewritten(entry: ManifestEntry, isGone: boolean, snapshotId: bigint): readonly NewEntry[] {
  if (entry.status === 'deleted') return []
  return [isGone ? { ...entry, status: 'deleted', snapshotId } : { ...entry, status: 'existing' }]
}

/** Many deletion vectors lie in one file. */
export function keyOf(file: Pick<ContentFile, 'path' | 'contentOffset'>): string {
  return `${file.path}#${file.contentOffset ?? ''}`
}
