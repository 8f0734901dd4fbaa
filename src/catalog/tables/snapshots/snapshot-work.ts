import { randomHex, uuid } from '#kit'
import type { Objects, StagedBlob } from '#storage/objects'
import { TableErrors } from '../errors.ts'
import { mainBranch, type Snapshot, type SnapshotRef, type TableMetadata } from '../format/types.ts'
import { metadataFolder, parseLocation } from '../location.ts'
import { inherit, type ContentFile, type ManifestEntry } from '../scan/manifest.ts'
import type { ManifestFile } from '../scan/manifest-list.ts'
import type { CachingSource } from '../scan/manifest-source.ts'
import type { ManifestSource } from '../scan/plan.ts'
import { checkConflicts } from './conflicts.ts'
import { addedEntries, partsOf } from './parts-of-change.ts'
import { removeFiles, type Removal } from './remove-files.ts'
import { mergeManifests, regroupManifests } from './merge-manifests.ts'
import type { SnapshotInput } from './snapshot-change.ts'
import { operationOf, summarise } from './summary.ts'
import { withCounts } from './counted-manifests.ts'
import { writeManifestList, type WrittenList } from './write-manifest-list.ts'
import { writeManifest, type NewEntry, type WrittenManifest } from './write-manifest.ts'

/** A file that the commit gives its name. */
export interface StagedFile {
  readonly location: string
  readonly blob: StagedBlob
}

/** A snapshot that is ready to be committed on one state of the table. */
export interface PreparedSnapshot {
  readonly snapshot: Snapshot
  readonly branch: string
  readonly ref: SnapshotRef
  readonly files: readonly StagedFile[]
}

/** Entries of one new manifest at most; one of this many is some megabytes. */
const entriesMax = 20_000

/**
 * Makes the snapshot of one change, as often as it takes: each attempt starts from the state that won the race before. Manifests
 * that do not depend on that state are written once.
 */
export class SnapshotWork {
  readonly #objects: Pick<Objects, 'stage' | 'discard'>
  readonly #cache: CachingSource
  /** Knows manifests of this commit too. */
  readonly #source: ManifestSource
  readonly #accountId: string
  readonly #input: SnapshotInput
  readonly #snapshotId: bigint
  readonly #commitId = uuid()
  readonly #staged = new Map<string, StagedFile>()
  /** By what they were made from. */
  readonly #written = new Map<string, Promise<WrittenManifest>>()
  readonly #bare = new Map<string, readonly NewEntry[]>()
  readonly #drafts = new Map<string, readonly ManifestEntry[]>()
  #added: readonly ContentFile[] | undefined
  #base: { readonly id: bigint | undefined } | undefined
  #manifestNumber = 0
  #attempt = 0

  constructor(
    parts: { readonly objects: Pick<Objects, 'stage' | 'discard'>; readonly source: CachingSource },
    accountId: string,
    input: SnapshotInput,
  ) {
    this.#objects = parts.objects
    this.#cache = parts.source
    this.#source = {
      list: (snapshot) => parts.source.list(snapshot),
      entries: async (manifest) =>
        this.#drafts.get(manifest.path) ?? parts.source.entries(manifest),
    }
    this.#accountId = accountId
    this.#input = input
    this.#snapshotId = BigInt(`0x${randomHex(8)}`) >> 1n
    if ('baseSnapshotId' in input) this.#base = { id: input.baseSnapshotId }
  }

  /** Errors: as `IcebergTables.changeSnapshot`. */
  async next(metadata: TableMetadata, nowMs: number): Promise<PreparedSnapshot> {
    const { change, branch = mainBranch } = this.#input
    const formatVersion = writableVersion(metadata)
    const { parent, ref } = this.#parentOf(metadata, branch)
    const current = parent ? await withCounts(await this.#source.list(parent), this.#source) : []
    const base = (this.#base ??= { id: parent?.['snapshot-id'] })
    const parts = partsOf(change)
    if (change.kind !== 'append' && change.kind !== 'rewrite-manifests') {
      await checkConflicts({
        metadata,
        source: this.#source,
        manifests: current,
        parent,
        baseId: base.id,
        input: this.#input,
      })
    }
    const write = this.#writer(metadata)
    const added = await this.#addedManifests(metadata, write)
    const removal = await removeFiles({
      manifests: current,
      added: added.manifests,
      source: this.#source,
      snapshotId: this.#snapshotId,
      parts,
      write,
    })
    const { manifests, created, replaced } = await this.#arrange(
      metadata,
      added.manifests,
      removal,
      write,
    )
    const sequenceNumber = metadata['last-sequence-number'] + 1
    const list = await writeManifestList(formatVersion, manifests, {
      snapshotId: this.#snapshotId,
      parentId: parent?.['snapshot-id'],
      sequenceNumber,
      firstRowId: formatVersion >= 3 ? (metadata['next-row-id'] ?? 0) : undefined,
    })
    const folder = metadataFolder(metadata)
    const listLocation = `${folder}/snap-${this.#snapshotId}-${++this.#attempt}-${this.#commitId}.avro`
    await this.#stage(listLocation, list.bytes)
    this.#remember(listLocation, list)
    const snapshot: Snapshot = {
      'snapshot-id': this.#snapshotId,
      ...(parent ? { 'parent-snapshot-id': parent['snapshot-id'] } : {}),
      'sequence-number': sequenceNumber,
      'timestamp-ms': Math.max(nowMs, parent?.['timestamp-ms'] ?? 0),
      'manifest-list': listLocation,
      summary: summarise({
        operation: operationOf(change),
        added: added.files,
        removed: removal.removed,
        before: parent,
        manifests: {
          created,
          kept: manifests.length - created,
          replaced,
        },
        more: this.#input.summary ?? {},
      }),
      'schema-id': metadata['current-schema-id'],
      ...(formatVersion >= 3
        ? { 'first-row-id': metadata['next-row-id'] ?? 0, 'added-rows': list.assignedRows }
        : {}),
    }
    const files = [listLocation, ...manifests.map(({ path }) => path)].flatMap(
      (location) => this.#staged.get(location) ?? [],
    )
    const blobs = [...parts.added, ...parts.addedDeletes].flatMap(({ location, blob }) =>
      blob ? { location, blob } : [],
    )
    return {
      snapshot,
      branch,
      ref: { ...ref, 'snapshot-id': this.#snapshotId },
      files: [...uniqueBy(blobs), ...files],
    }
  }

  /** Frees what the commit did not publish; the change's own blobs are the caller's. */
  async discardAllBut(published: ReadonlySet<string>): Promise<void> {
    const unused = [...this.#staged.values()].filter(({ location }) => !published.has(location))
    this.#staged.clear()
    await Promise.all(unused.map(({ blob }) => this.#objects.discard(blob)))
  }

  #parentOf(
    metadata: TableMetadata,
    branch: string,
  ): { readonly parent: Snapshot | undefined; readonly ref: SnapshotRef } {
    const known = Object.hasOwn(metadata.refs, branch) ? metadata.refs[branch] : undefined
    if (known?.type === 'tag') {
      throw TableErrors.InvalidChange(`${branch} is a tag: only branches can be written to`)
    }
    const id =
      known?.['snapshot-id'] ??
      (branch === mainBranch ? undefined : (this.#base?.id ?? metadata['current-snapshot-id']))
    const parent = metadata.snapshots.findLast((snapshot) => snapshot['snapshot-id'] === id)
    if (id !== undefined && !parent) {
      throw TableErrors.CommitConflict(`The snapshot ${id} that the change rests on is gone`)
    }
    return { parent, ref: known ?? { 'snapshot-id': this.#snapshotId, type: 'branch' } }
  }

  async #addedManifests(metadata: TableMetadata, write: WriteOnce) {
    const { data, deletes } = addedEntries(metadata, this.#input.change, {
      snapshotId: this.#snapshotId,
      baseSequenceNumber: metadata.snapshots.find(
        (snapshot) => snapshot['snapshot-id'] === this.#base?.id,
      )?.['sequence-number'],
    })
    this.#added ??= [...data, ...deletes].map(({ file }) => file)
    const manifests: ManifestFile[] = []
    for (const [content, entries] of [
      ['data', data],
      ['deletes', deletes],
    ] as const) {
      for (const [specId, ofSpec] of Map.groupBy(entries, ({ file }) => file.specId)) {
        for (let at = 0; at < ofSpec.length; at += entriesMax) {
          const some = ofSpec.slice(at, at + entriesMax)
          const key = `added/${content}/${specId}/${at}`
          manifests.push((await write(key, specId, content, () => some)).manifest)
        }
      }
    }
    return { manifests, files: this.#added }
  }

  async #arrange(
    metadata: TableMetadata,
    added: readonly ManifestFile[],
    removal: Removal,
    write: WriteOnce,
  ) {
    const { properties } = metadata
    const common = { source: this.#source, snapshotId: this.#snapshotId, write, properties }
    const before = [...added, ...removal.manifests]
    const manifests =
      this.#input.change.kind === 'rewrite-manifests'
        ? await regroupManifests(before, { ...common, metadata })
        : await mergeManifests(before, common)
    const kept = new Set(removal.kept.map(({ path }) => path))
    const created = manifests.filter(({ path }) => !kept.has(path)).length
    const replaced = removal.count - (manifests.length - created)
    return { manifests, created, replaced }
  }

  #writer(metadata: TableMetadata): WriteOnce {
    return (key, specId, content, entries) => {
      const known = this.#written.get(key)
      if (known) return known
      const location = `${metadataFolder(metadata)}/${this.#commitId}-m${this.#manifestNumber++}.avro`
      const writing = (async () => {
        const written = await writeManifest(metadata, {
          location,
          specId,
          content,
          snapshotId: this.#snapshotId,
          entries: await entries(),
        })
        await this.#stage(location, written.bytes)
        this.#bare.set(location, written.entries)
        this.#drafts.set(location, inherit(written.entries, written.manifest))
        return written
      })()
      this.#written.set(key, writing)
      return writing
    }
  }

  async #stage(location: string, bytes: Buffer): Promise<void> {
    const blob = await this.#objects.stage(bytes, {
      accountId: this.#accountId,
      ...parseLocation(location),
    })
    this.#staged.set(location, { location, blob })
  }

  /** What is not committed is never asked for. */
  #remember(location: string, { manifests, bytes }: WrittenList): void {
    this.#cache.rememberList(location, manifests, bytes.length)
    for (const manifest of manifests) {
      const written = this.#bare.get(manifest.path)
      if (written) this.#cache.rememberEntries(manifest, inherit(written, manifest))
    }
  }
}

/** Writes a manifest, or gives the one that was written under the key before. */
export type WriteOnce = (
  key: string,
  specId: number,
  content: ManifestFile['content'],
  entries: () => readonly NewEntry[] | Promise<readonly NewEntry[]>,
) => Promise<WrittenManifest>

function writableVersion(metadata: TableMetadata): 2 | 3 {
  const version = metadata['format-version']
  if (version !== 1) return version
  throw TableErrors.UnsupportedFormat(
    'Tables of format version 1 are read only: set the property format-version to 2 to upgrade the table',
  )
}

/** Many deletion vectors lie in one file. */
function uniqueBy(files: readonly StagedFile[]): readonly StagedFile[] {
  return [...new Map(files.map((file) => [file.location, file])).values()]
}
