import type { ManifestFile } from '../scan/manifest-list.ts'
import type { ManifestSource } from '../scan/plan.ts'
import { countEntries } from './write-manifest.ts'

/** The manifests with counts: format 1 did not ask writers for them, so those without are read. */
export async function withCounts(
  manifests: readonly ManifestFile[],
  source: ManifestSource,
): Promise<readonly ManifestFile[]> {
  if (manifests.every(({ counts }) => counts !== undefined)) return manifests
  return Promise.all(
    manifests.map(async (manifest) =>
      manifest.counts
        ? manifest
        : { ...manifest, counts: countEntries(await source.entries(manifest)) },
    ),
  )
}
