import { BoundedCache } from '#kit'
import type { Snapshot } from '../format/types.ts'
import type { TableFiles } from '../table-files.ts'
import { readManifest, type ManifestEntry } from './manifest.ts'
import { readManifestList, type ManifestFile } from './manifest-list.ts'
import type { ManifestSource } from './plan.ts'

const mib = 1024 * 1024
const fileBytesMax = 256 * mib
/** Of the files' bytes; their entries take some times as much. */
const cacheBounds = { countMax: 100_000, lengthMax: 64 * mib, lengthEachMax: 64 * mib }

/** A source that is told of what a commit wrote, so that nobody reads it back. */
export interface CachingSource extends ManifestSource {
  rememberList(location: string, manifests: readonly ManifestFile[], sizeBytes: number): void
  rememberEntries(manifest: ManifestFile, entries: readonly ManifestEntry[]): void
}

/** Manifests of all tables, those read last kept: they never change under their name. */
export class ManifestCache {
  readonly #files: TableFiles
  readonly #kept = new BoundedCache<string, Promise<unknown>>(cacheBounds)

  constructor(files: TableFiles) {
    this.#files = files
  }

  sourceFor(accountId: string): CachingSource {
    return {
      rememberList: (location, manifests, sizeBytes) =>
        this.#kept.set(`${accountId}/${location}`, Promise.resolve(manifests), sizeBytes),
      rememberEntries: (manifest, entries) =>
        this.#kept.set(
          entriesKey(accountId, manifest),
          Promise.resolve(entries),
          manifest.sizeBytes,
        ),
      list: (snapshot: Snapshot) => {
        const location = snapshot['manifest-list']
        return this.#through(accountId, location, (bytes) => readManifestList(bytes, location))
      },
      entries: (manifest: ManifestFile): Promise<readonly ManifestEntry[]> =>
        this.#through(
          accountId,
          manifest.path,
          (bytes) => readManifest(bytes, manifest),
          entriesKey(accountId, manifest),
        ),
    }
  }

  async #through<T>(
    accountId: string,
    location: string,
    parse: (bytes: Buffer) => Promise<T>,
    key = `${accountId}/${location}`,
  ): Promise<T> {
    const known = this.#kept.get(key)
    if (known) return known as Promise<T>
    const bytes = await this.#files.read(accountId, location, fileBytesMax)
    const value = parse(bytes)
    this.#kept.set(key, value, bytes.length)
    value.catch(() => this.#kept.delete(key))
    return value
  }
}

/** The same manifest inherits other numbers when another list names it. */
function entriesKey(accountId: string, manifest: ManifestFile): string {
  const { path, sequenceNumber, specId, firstRowId } = manifest
  return `${accountId}/${path}#${sequenceNumber}/${specId}/${firstRowId ?? ''}`
}
