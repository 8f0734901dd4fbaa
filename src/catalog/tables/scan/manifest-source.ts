import type { Snapshot } from '../format/types.ts'
import type { TableFiles } from '../table-files.ts'
import { readManifest, type ManifestEntry } from './manifest.ts'
import { readManifestList, type ManifestFile } from './manifest-list.ts'
import type { ManifestSource } from './plan.ts'

const fileBytesMax = 256 * 1024 * 1024
/** Of the files' bytes; their entries take some times as much. */
const cacheBytesMax = 64 * 1024 * 1024

/** A source that is told of what a commit wrote, so that nobody reads it back. */
export interface CachingSource extends ManifestSource {
  rememberList(location: string, manifests: readonly ManifestFile[], sizeBytes: number): void
  rememberEntries(manifest: ManifestFile, entries: readonly ManifestEntry[]): void
}

/** Manifests of all tables, those read last kept: they never change under their name. */
export class ManifestCache {
  readonly #files: TableFiles
  readonly #kept = new Map<
    string,
    { readonly value: Promise<unknown>; readonly sizeBytes: number }
  >()
  #sizeBytes = 0

  constructor(files: TableFiles) {
    this.#files = files
  }

  sourceFor(accountId: string): CachingSource {
    return {
      rememberList: (location, manifests, sizeBytes) =>
        this.#keep(`${accountId}/${location}`, Promise.resolve(manifests), sizeBytes),
      rememberEntries: (manifest, entries) =>
        this.#keep(entriesKey(accountId, manifest), Promise.resolve(entries), manifest.sizeBytes),
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
    if (known) {
      this.#kept.delete(key)
      this.#kept.set(key, known)
      return known.value as Promise<T>
    }
    const bytes = await this.#files.read(accountId, location, fileBytesMax)
    const value = parse(bytes)
    this.#keep(key, value, bytes.length)
    value.catch(() => this.#forget(key))
    return value
  }

  #keep(key: string, value: Promise<unknown>, sizeBytes: number): void {
    this.#forget(key)
    this.#kept.set(key, { value, sizeBytes })
    this.#sizeBytes += sizeBytes
    for (const oldest of this.#kept.keys()) {
      if (this.#sizeBytes <= cacheBytesMax || oldest === key) return
      this.#forget(oldest)
    }
  }

  #forget(key: string): void {
    const entry = this.#kept.get(key)
    if (!entry) return
    this.#kept.delete(key)
    this.#sizeBytes -= entry.sizeBytes
  }
}

/** The same manifest inherits other numbers when another list names it. */
function entriesKey(accountId: string, manifest: ManifestFile): string {
  const { path, sequenceNumber, specId, firstRowId } = manifest
  return `${accountId}/${path}#${sequenceNumber}/${specId}/${firstRowId ?? ''}`
}
