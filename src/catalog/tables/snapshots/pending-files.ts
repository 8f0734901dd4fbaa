import type { ManifestEntry } from '../scan/manifest.ts'
import type { ManifestFile } from '../scan/manifest-list.ts'
import type { ManifestSource } from '../scan/plan.ts'

/** What commits that go together have made and not yet published: the later ones build on it. */
export class PendingFiles {
  readonly lists = new Map<string, readonly ManifestFile[]>()
  readonly entries = new Map<string, readonly ManifestEntry[]>()

  over(source: ManifestSource): ManifestSource {
    return {
      list: async (snapshot) => this.lists.get(snapshot['manifest-list']) ?? source.list(snapshot),
      entries: async (manifest) => this.entries.get(manifest.path) ?? source.entries(manifest),
    }
  }
}
