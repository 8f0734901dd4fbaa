import {
  folderLocation,
  type ContentFile,
  type ManifestSource,
  type Snapshot,
  type TableMetadata,
} from '#catalog/tables'
import { isLakeError } from '#kit'

type Manifest = Awaited<ReturnType<ManifestSource['list']>>[number]

/** Manifests that the snapshots name, each once. */
export async function manifestsOf(
  snapshots: readonly Snapshot[],
  source: ManifestSource,
  options: { readonly ignoreMissing?: boolean } = {},
): Promise<ReadonlyMap<string, Manifest>> {
  const found = new Map<string, Manifest>()
  for (const snapshot of snapshots) {
    const list = options.ignoreMissing
      ? await unlessGone(source.list(snapshot))
      : await source.list(snapshot)
    for (const manifest of list ?? []) found.set(manifest.path, manifest)
  }
  return found
}

/** Calls `visit` for each file of a manifest, with whether it is live in it. */
export async function visitFiles(
  manifest: Manifest,
  source: ManifestSource,
  visit: (file: ContentFile, isLive: boolean) => void,
): Promise<void> {
  for (const { file, status } of await source.entries(manifest)) visit(file, status !== 'deleted')
}

/** Whether a location lies in one of the table's own folders: what lies elsewhere may be another's. */
export function ownFiles(metadata: TableMetadata): (location: string) => boolean {
  const folders = [
    metadata.location,
    metadata.properties['write.data.path'],
    metadata.properties['write.metadata.path'],
  ].flatMap((folder) => (folder === undefined ? [] : `${folderLocation(folder)}/`))
  return (location) => folders.some((folder) => location.startsWith(folder))
}

export async function unlessGone<T>(reading: Promise<T>): Promise<T | undefined> {
  try {
    return await reading
  } catch (error) {
    if (isLakeError(error, 'NoSuchKey') || isLakeError(error, 'NoSuchBucket')) return undefined
    throw error
  }
}
