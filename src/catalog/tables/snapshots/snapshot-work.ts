import { randomHex, uuid } from '#kit'
import type { Objects, StagedBlob } from '#storage/objects'
import { TableErrors } from '../errors.ts'
import { snapshotById } from '../format/snapshot-index.ts'
import { mainBranch, type Snapshot, type SnapshotRef, type TableMetadata } from '../format/types.ts'
import { metadataFolder, parseLocation } from '../location.ts'
import { inherit, type ContentFile, type ManifestEntry } from '../scan/manifest.ts'
import type { ManifestFile } from '../scan/manifest-list.ts'
import type { CachingSource } from '../scan/manifest-source.ts'
import type { ManifestSource } from '../scan/plan.ts'
import { checkConflicts } from './conflicts.ts'
import type { PendingFiles } from './pending-files.ts'
import { addedEntries, partsOf } from './parts-of-change.ts'
import { removeFiles, type Removal } from './remove-files.ts'
import { mergeManifests, regroupManifests } from './merge-manifests.ts'
import type { SnapshotInput } from './snapshot-change.ts'
import { operationOf, summarise } from './summary.ts'
import { withCounts } from './counted-manifests.ts'
import { writeManifestList, type WrittenList } from './write-manifest-list.ts'
import { writeManifest, type NewEntry, type WrittenManifest } from './write-manifest.ts'

/** A file that the commit gives its name; its bytes may still be on the way to the disk. */
export interface StagingFile {
  readonly location: string
  readonly blob: Promise<StagedBlob> | StagedBlob
}

/** A snapshot that is ready to be committed on one state of the table. */
export interface PreparedSnapshot {
  readonly snapshot: Snapshot
  readonly branch: string
  readonly ref: SnapshotRef
  readonly files: readonly StagingFile[]
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
  readonly #accountId: string
  readonly #input: SnapshotInput
  readonly #snapshotId: bigint
  readonly #commitId = uuid()
  readonly #staged = new Map<string, Promise<StagedBlob>>()
  /** Of the last attempt. */
  #used: ReadonlySet<string> = new Set()
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
    this.#accountId = accountId
    this.#input = input
    this.#snapshotId = BigInt(`0x${randomHex(8)}`) >> 1n
    if ('baseSnapshotId' in input) this.#base = { id: input.baseSnapshotId }
  }

  /** Errors: as `IcebergTables.changeSnapshot`. */
  async next(
    metadata: TableMetadata,
    nowMs: number,
    pending: PendingFiles,
  ): Promise<PreparedSnapshot> {
    const source = this.#sourceOver(pending)
    const { change, branch = mainBranch } = this.#input
    const formatVersion = metadata['format-version']
    const { parent, ref } = this.#parentOf(metadata, branch)
    const current = parent ? await withCounts(await source.list(parent), source) : []
    const base = (this.#base ??= { id: parent?.['snapshot-id'] })
    const parts = partsOf(change)
    if (change.kind !== 'append' && change.kind !== 'rewrite-manifests') {
      await checkConflicts({
        metadata,
        source,
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
      source,
      snapshotId: this.#snapshotId,
      parts,
      write,
    })
    const { manifests, created, replaced } = await this.#arrange(
      metadata,
      added.manifests,
      removal,
      { source, write },
    )
    // Format 1 has none: https://iceberg.apache.org/spec/#sequence-numbers
    const sequenceNumber = formatVersion === 1 ? 0 : metadata['last-sequence-number'] + 1
    const list = await writeManifestList(formatVersion, manifests, {
      snapshotId: this.#snapshotId,
      parentId: parent?.['snapshot-id'],
      sequenceNumber,
      firstRowId: formatVersion >= 3 ? (metadata['next-row-id'] ?? 0) : undefined,
    })
    const folder = metadataFolder(metadata)
    // Short, for metadata files name them all: the snapshot's id is one of 2^63.
    const listLocation = `${folder}/snap-${this.#snapshotId}-${++this.#attempt}.avro`
    this.#stage(listLocation, list.bytes)
    this.#remember(listLocation, list, pending)
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
    const files = [listLocation, ...manifests.map(({ path }) => path)].flatMap((location) => {
      const blob = this.#staged.get(location)
      return blob ? { location, blob } : []
    })
    this.#used = new Set(files.map(({ location }) => location))
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

  /** Writes what does not depend on the state of the table, before the commit's turn comes. Errors: `InvalidChange`. */
  async prepare(metadata: TableMetadata | undefined): Promise<void> {
    if (!metadata || this.#input.change.kind !== 'append') return
    await this.#addedManifests(metadata, this.#writer(metadata))
  }

  /** After the commit: frees what it did not publish. The change's own blobs are the caller's. */
  async discardUnused(): Promise<void> {
    await this.#discard([...this.#staged].filter(([location]) => !this.#used.has(location)))
  }

  /** After a refusal. */
  async discardAll(): Promise<void> {
    await this.#discard([...this.#staged])
  }

  async #discard(files: readonly (readonly [string, Promise<StagedBlob>])[]): Promise<void> {
    this.#staged.clear()
    await Promise.all(
      files.map(async ([, blob]) => {
        const staged = await blob.catch(() => undefined)
        if (staged) await this.#objects.discard(staged)
      }),
    )
  }

  /** Knows manifests of this commit, and of those that go with it, too. */
  #sourceOver(pending: PendingFiles): ManifestSource {
    const below = pending.over(this.#cache)
    return {
      list: below.list,
      entries: async (manifest) => this.#drafts.get(manifest.path) ?? below.entries(manifest),
    }
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
    const parent = id === undefined ? undefined : snapshotById(metadata.snapshots, id)
    if (id !== undefined && !parent) {
      throw TableErrors.CommitConflict(`The snapshot ${id} that the change rests on is gone`)
    }
    return { parent, ref: known ?? { 'snapshot-id': this.#snapshotId, type: 'branch' } }
  }

  async #addedManifests(metadata: TableMetadata, write: WriteOnce) {
    const { data, deletes } = addedEntries(metadata, this.#input.change, {
      snapshotId: this.#snapshotId,
      baseSequenceNumber:
        this.#input.change.kind === 'rewrite'
          ? metadata.snapshots.findLast((snapshot) => snapshot['snapshot-id'] === this.#base?.id)?.[
              'sequence-number'
            ]
          : undefined,
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
    { source, write }: { readonly source: ManifestSource; readonly write: WriteOnce },
  ) {
    const { properties } = metadata
    const common = { source, snapshotId: this.#snapshotId, write, properties }
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
        this.#stage(location, written.bytes)
        this.#bare.set(location, written.entries)
        this.#drafts.set(location, inherit(written.entries, written.manifest))
        return written
      })()
      this.#written.set(key, writing)
      return writing
    }
  }

  #stage(location: string, bytes: Buffer): void {
    const blob = this.#objects.stage(bytes, {
      accountId: this.#accountId,
      ...parseLocation(location),
    })
    // Who publishes it hears of a failure.
    blob.catch(() => undefined)
    this.#staged.set(location, blob)
  }

  /** What is not committed is never asked for. */
  #remember(location: string, { manifests, bytes }: WrittenList, pending: PendingFiles): void {
    pending.lists.set(location, manifests)
    this.#cache.rememberList(location, manifests, bytes.length)
    for (const manifest of manifests) {
      const written = this.#bare.get(manifest.path)
      if (!written) continue
      const entries = inherit(written, manifest)
      pending.entries.set(manifest.path, entries)
      this.#cache.rememberEntries(manifest, entries)
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

/** Many deletion vectors lie in one file. */
function uniqueBy(files: readonly StagingFile[]): readonly StagingFile[] {
  return [...new Map(files.map((file) => [file.location, file])).values()]
}
