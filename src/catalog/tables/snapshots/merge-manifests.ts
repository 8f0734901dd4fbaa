import type { TableMetadata, TextMap } from '../format/types.ts'
import type { ManifestEntry } from '../scan/manifest.ts'
import type { ManifestFile } from '../scan/manifest-list.ts'
import type { ManifestSource } from '../scan/plan.ts'
import type { WriteOnce } from './snapshot-work.ts'
import { unassigned, type NewEntry } from './write-manifest.ts'

const targetBytesDefault = 8 * 1024 * 1024
const countDefault = 100
/** A manifest that is this many times as large as all newer ones together is left alone: merging it would cost more than it gives. */
const growth = 4

interface Merging {
  readonly source: ManifestSource
  readonly snapshotId: bigint
  readonly write: WriteOnce
  readonly properties: TextMap
}

/**
 * Makes one manifest of many small ones, when there are as many as `commit.manifest.min-count-to-merge` says: so a list stays short,
 * and planning opens few files. Manifests of each spec and content stand in their order, the newest first.
 * https://iceberg.apache.org/docs/latest/configuration/#table-behavior-properties
 */
export async function mergeManifests(
  manifests: readonly ManifestFile[],
  merging: Merging,
): Promise<readonly ManifestFile[]> {
  const { properties } = merging
  if (properties['commit.manifest-merge.enabled'] === 'false') return manifests
  const countMin = positive(properties['commit.manifest.min-count-to-merge'], countDefault)
  const targetBytes = positive(properties['commit.manifest.target-size-bytes'], targetBytesDefault)
  const groups = Map.groupBy(manifests, ({ content, specId }) => `${content}/${specId}`)
  const merged: ManifestFile[] = []
  for (const group of groups.values()) {
    const small = newestThatFit(group, targetBytes)
    if (small.length < countMin) merged.push(...group)
    else merged.push(await mergeOf(small, merging), ...group.slice(small.length))
  }
  return merged
}

function newestThatFit(
  group: readonly ManifestFile[],
  targetBytes: number,
): readonly ManifestFile[] {
  let sizeBytes = 0
  const taken: ManifestFile[] = []
  for (const manifest of group) {
    const isLarge = taken.length > 1 && manifest.sizeBytes > sizeBytes * growth
    if (sizeBytes + manifest.sizeBytes > targetBytes || isLarge) break
    sizeBytes += manifest.sizeBytes
    taken.push(manifest)
  }
  return taken
}

async function mergeOf(
  manifests: readonly ManifestFile[],
  { source, snapshotId, write }: Merging,
): Promise<ManifestFile> {
  const [{ content, specId }] = manifests as [ManifestFile]
  const key = `merged/${manifests.map(({ path }) => path).join('|')}`
  const { manifest } = await write(key, specId, content, async () => {
    const entries: NewEntry[] = []
    for (const from of manifests) {
      for (const entry of await source.entries(from)) entries.push(...carried(entry, snapshotId))
    }
    return entries
  })
  return manifest
}

/** What an entry becomes in another manifest: only this commit's own are still added or deleted. */
function carried(entry: ManifestEntry, snapshotId: bigint): readonly NewEntry[] {
  if (entry.snapshotId !== snapshotId) {
    return entry.status === 'deleted' ? [] : [{ ...entry, status: 'existing' }]
  }
  const { sequenceNumber, fileSequenceNumber } = entry
  return [
    {
      ...entry,
      sequenceNumber: sequenceNumber === unassigned ? undefined : sequenceNumber,
      fileSequenceNumber: fileSequenceNumber === unassigned ? undefined : fileSequenceNumber,
    },
  ]
}

/** All manifests anew: entries sorted by partition, in manifests of the target size. */
export async function regroupManifests(
  manifests: readonly ManifestFile[],
  merging: Merging & { readonly metadata: TableMetadata },
): Promise<readonly ManifestFile[]> {
  const { source, snapshotId, write, properties } = merging
  const targetBytes = positive(properties['commit.manifest.target-size-bytes'], targetBytesDefault)
  const groups = Map.groupBy(manifests, ({ content, specId }) => `${content}/${specId}`)
  const regrouped: ManifestFile[] = []
  for (const [name, group] of groups) {
    const [{ content, specId }] = group as [ManifestFile]
    const entries: NewEntry[] = []
    for (const manifest of group) {
      for (const entry of await source.entries(manifest))
        entries.push(...carried(entry, snapshotId))
    }
    const key = (entry: NewEntry) => JSON.stringify(entry.file.partition.map(sortable))
    const sorted = entries
      .map((entry) => ({ entry, key: key(entry) }))
      .toSorted((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0))
      .map(({ entry }) => entry)
    const sizeBytes = group.reduce((sum, manifest) => sum + manifest.sizeBytes, 0)
    const perManifest = Math.max(
      1,
      Math.ceil(sorted.length / Math.max(1, Math.ceil(sizeBytes / targetBytes))),
    )
    const from = group.map(({ path }) => path).join('|')
    for (let at = 0; at < sorted.length; at += perManifest) {
      const some = sorted.slice(at, at + perManifest)
      const { manifest } = await write(`${name}/${at}/${from}`, specId, content, () => some)
      regrouped.push(manifest)
    }
  }
  return regrouped
}

/** Numbers of one length, so that they sort as text. */
function sortable(value: unknown): unknown {
  if (typeof value === 'number' || typeof value === 'bigint') {
    return `${value < 0 ? 0 : 1}${String(value).padStart(24, '0')}`
  }
  return Buffer.isBuffer(value) ? value.toString('hex') : value
}

function positive(text: string | undefined, otherwise: number): number {
  const value = Number(text)
  return text !== undefined && Number.isSafeInteger(value) && value > 0 ? value : otherwise
}
