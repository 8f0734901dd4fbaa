import { type ContentFile, type TableMetadata, chooseSnapshot } from '#catalog/tables'
import type { MetadataParts } from './metadata-table.ts'

/** Every file of the current snapshot, deletes among them. */
export async function liveFiles(
  metadata: TableMetadata,
  { manifests, accountId }: MetadataParts,
): Promise<readonly ContentFile[]> {
  const snapshot = chooseSnapshot(metadata)
  if (!snapshot) return []
  const source = manifests.sourceFor(accountId)
  const files: ContentFile[] = []
  for (const manifest of await source.list(snapshot)) {
    if (manifest.liveFiles === 0) continue
    for (const { status, file } of await source.entries(manifest)) {
      if (status !== 'deleted') files.push(file)
    }
  }
  return files
}
