import type { Readable } from 'node:stream'
import type {
  BlobAdopted,
  BlobRange,
  BlobStore,
  BlobVerdict,
  BlobWritten,
  FileDigest,
} from '../blob-store.ts'
import { ObjectErrors } from '../errors.ts'
import type { InlineBlobs } from '../inline/inline-blobs.ts'
import { isInlineId } from '../inline/inline-ids.ts'

/** `cold` is the second place, for what is seldom read. */
export type Tier = 'hot' | 'cold'

/** Ids of the second place's blobs begin so: no id of a store does. */
export const coldPrefix = 'cold-'

export function tierOf(blobId: string): Tier {
  return blobId.startsWith(coldPrefix) ? 'cold' : 'hot'
}

/**
 * The blob stores of both places as one, and what lies in the database. A blob's id tells where it is; new blobs are hot unless they are
 * written through `into`.
 */
export class PlacedBlobs implements BlobStore {
  readonly #hot: BlobStore
  readonly #cold: BlobStore | undefined
  readonly #intoCold: BlobStore | undefined
  /** Small blobs that are committed with their rows; undefined where they are not. */
  readonly inline: InlineBlobs | undefined
  readonly read?: NonNullable<BlobStore['read']>

  constructor(hot: BlobStore, cold?: BlobStore, inline?: InlineBlobs) {
    this.#hot = hot
    this.#cold = cold
    this.inline = inline
    if (hot.read) {
      const readHot = hot.read.bind(hot)
      // Where there is but one place, its own is as good and shorter.
      const read: typeof readHot = cold ? (id, range) => this.#read(id, range) : readHot
      this.read = inline
        ? (id, range) => (isInlineId(id) ? inline.read(id, range) : read(id, range))
        : read
    }
    this.#intoCold = cold && inCold(this, cold)
  }

  get epoch(): string {
    return this.#hot.epoch
  }

  get temporaryFolder(): string {
    return this.#hot.temporaryFolder
  }

  /** Whether there is a second place. */
  get hasCold(): boolean {
    return this.#cold !== undefined
  }

  /** The store that writes to a tier; without a second place all is hot. */
  into(tier: Tier): BlobStore {
    return tier === 'cold' ? (this.#intoCold ?? this) : this
  }

  write(source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<BlobWritten> {
    return this.#hot.write(source)
  }

  adopt(path: string, known?: FileDigest): Promise<BlobAdopted> {
    return this.#hot.adopt(path, known)
  }

  async duplicate(blobId: string): Promise<string> {
    if (isInlineId(blobId))
      return (await this.#hot.write([await this.#held(blobId).read(blobId)])).blobId
    const { store, own, prefix } = this.#at(blobId)
    return prefix + (await store.duplicate(own))
  }

  open(blobId: string, range?: BlobRange): Promise<Readable> {
    if (isInlineId(blobId)) return this.#held(blobId).open(blobId, range)
    const { store, own } = this.#at(blobId)
    return store.open(own, range)
  }

  link(blobId: string, path: string): Promise<void> {
    if (isInlineId(blobId)) return this.#held(blobId).link(blobId, path)
    const { store, own } = this.#at(blobId)
    return store.link(own, path)
  }

  async remove(blobIds: readonly string[]): Promise<void> {
    const inline = blobIds.filter(isInlineId)
    if (inline.length > 0) await this.#held(inline[0]!).remove(inline)
    const others = inline.length > 0 ? blobIds.filter((blobId) => !isInlineId(blobId)) : blobIds
    const cold = others.filter((blobId) => tierOf(blobId) === 'cold')
    if (cold.length === 0) return this.#hot.remove(others)
    await this.#hot.remove(others.filter((blobId) => tierOf(blobId) === 'hot'))
    await this.#required(cold[0]!).remove(cold.map((blobId) => blobId.slice(coldPrefix.length)))
  }

  async *scan(): AsyncIterable<readonly { readonly blobId: string; readonly epoch: string }[]> {
    for await (const ids of this.inline?.scan() ?? []) {
      // None is ever staged without its row: there is nothing of former runs to sweep.
      yield ids.map((blobId) => ({ blobId, epoch: this.epoch }))
    }
    yield* this.#hot.scan()
    if (!this.#cold) return
    for await (const page of this.#cold.scan()) {
      yield page.map(({ blobId, epoch }) => ({ blobId: coldPrefix + blobId, epoch }))
    }
  }

  verify(blobId: string): Promise<BlobVerdict> {
    if (isInlineId(blobId)) return this.#held(blobId).verify(blobId)
    const { store, own } = this.#at(blobId)
    return store.verify(own)
  }

  async probe(blobId: string): Promise<BlobVerdict | undefined> {
    if (isInlineId(blobId)) return undefined
    const { store, own } = this.#at(blobId)
    return store.probe?.(own)
  }

  async compact(signal?: AbortSignal): Promise<void> {
    await this.#hot.compact?.(signal)
    await this.#cold?.compact?.(signal)
  }

  async close(): Promise<void> {
    await this.#hot.close()
    await this.#cold?.close()
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #read(blobId: string, range?: BlobRange): Promise<Uint8Array | undefined> {
    const { store, own } = this.#at(blobId)
    return store.read?.(own, range)
  }

  #at(blobId: string): {
    readonly store: BlobStore
    readonly own: string
    readonly prefix: string
  } {
    if (tierOf(blobId) === 'hot') return { store: this.#hot, own: blobId, prefix: '' }
    const own = blobId.slice(coldPrefix.length)
    return { store: this.#required(blobId), own, prefix: coldPrefix }
  }

  #held(blobId: string): InlineBlobs {
    if (this.inline) return this.inline
    throw ObjectErrors.BlobMissing(`the blob ${blobId} lies in no database`, { blobId })
  }

  #required(blobId: string): BlobStore {
    if (this.#cold) return this.#cold
    throw ObjectErrors.BlobMissing('there is no second place: give it with --cold-objects', {
      blobId,
    })
  }
}

/** As the whole, save that what is written goes to the second place. */
function inCold(whole: PlacedBlobs, cold: BlobStore): BlobStore {
  const { read } = whole
  return {
    epoch: whole.epoch,
    temporaryFolder: whole.temporaryFolder,
    write: async (source) => {
      const { blobId, sizeBytes } = await cold.write(source)
      return { blobId: coldPrefix + blobId, sizeBytes }
    },
    adopt: (path, known) => whole.adopt(path, known),
    duplicate: (blobId) => whole.duplicate(blobId),
    open: (blobId, range) => whole.open(blobId, range),
    ...(read ? { read } : {}),
    link: (blobId, path) => whole.link(blobId, path),
    remove: (blobIds) => whole.remove(blobIds),
    scan: () => whole.scan(),
    verify: (blobId) => whole.verify(blobId),
    close: () => whole.close(),
    [Symbol.asyncDispose]: () => whole.close(),
  }
}
