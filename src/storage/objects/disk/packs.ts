import { mkdir, readdir, rm, stat } from 'node:fs/promises'
import { basename } from 'node:path'
import { crc32 } from 'node:zlib'
import { ObjectErrors } from '../errors.ts'
import { copyRecords } from './copy-records.ts'
import type { DirectorySync } from './directory-sync.ts'
import { findPacks, unread, type Pack } from './found-packs.ts'
import { type OpenFile, OpenFiles } from './open-files.ts'
import {
  deadEntry,
  epochLength,
  packedId,
  readPackedId,
  recordHeaderBytes,
  type PackEntry,
  type PackedId,
} from './pack-format.ts'
import { appendDead, deadOf, indexOf, walkRecords } from './pack-file.ts'
import { PackWriter, deadPath, packPath, tailPath } from './pack-writer.ts'
import { readBytes } from './read-bytes.ts'

const openPacksMax = 64

export interface PacksOptions {
  readonly folder: string
  readonly epoch: string
  readonly directories: DirectorySync
  /** A pack is full with so many bytes. */
  readonly packBytesMax: number
  /** Compacted when so much of it, 0 to 1, is gone. */
  readonly deadShareMax: number
}

/** Small blobs, many to a file. Nothing in a pack is ever changed: what is removed is listed beside it, until a compaction leaves it out. */
export class Packs {
  readonly #options: PacksOptions
  readonly #folder: string
  readonly #writer: PackWriter
  /** What is known of the records of a pack is kept as long as it is open. */
  readonly #files = new OpenFiles(openPacksMax, (path) => {
    const pack = this.#packs.get(basename(path).split('.')[0]!)
    if (pack) pack.dead = pack.moved = undefined
  })
  readonly #packs: Map<string, Pack>
  #removing: { readonly entries: Map<string, PackedId[]>; readonly done: Promise<void> } | undefined
  /** Removals and compactions run one at a time. */
  #turn: Promise<unknown> = Promise.resolve()
  /** Packs that may have to be compacted. */
  readonly #suspects = new Set<string>()
  #compacting: Promise<void> | undefined
  #closed = false

  private constructor(options: PacksOptions, packs: Map<string, Pack>) {
    this.#options = options
    this.#folder = options.folder
    this.#packs = packs
    this.#writer = new PackWriter({
      ...options,
      onSealed: (pack) => {
        this.#known(pack)!.generation = 0
        this.#files.forget(tailPath(this.#folder, pack))
        this.#suspects.add(pack)
      },
    })
  }

  /** Opens the packs, and finishes the one that a run which ended suddenly was writing. */
  static async open(options: PacksOptions): Promise<Packs> {
    const { folder, directories } = options
    await mkdir(folder, { recursive: true })
    const packs = await findPacks(folder)
    await directories.sync(folder)
    return new Packs(options, packs)
  }

  /** Resolves with the id when the blob is durable. */
  append(chunks: readonly Uint8Array[], sizeBytes: number): Promise<string> {
    return this.#writer.append(chunks, sizeBytes)
  }

  /** The bytes of a blob, which are checked. Errors: `BlobMissing`, `BlobCorrupt`. */
  async read(blobId: string): Promise<Buffer> {
    const id = readPackedId(blobId)
    const bytes = id && (await this.#read(id))
    if (!bytes) throw ObjectErrors.BlobMissing(`the blob ${blobId} is missing`, { blobId })
    if (bytes.length !== id.sizeBytes || crc32(bytes) !== id.crc) {
      throw ObjectErrors.BlobCorrupt(`the bytes of the blob ${blobId} are damaged`, { blobId })
    }
    return bytes
  }

  /** Durable when it resolves; calls at the same time share what it costs. */
  remove(blobIds: readonly string[]): Promise<void> {
    const ids = blobIds.map(readPackedId).filter((id) => id !== undefined)
    if (ids.length === 0) return Promise.resolve()
    if (!this.#removing) {
      const entries = new Map<string, PackedId[]>()
      const done = this.#inTurn(() => {
        this.#removing = undefined
        return this.#remove(entries)
      })
      this.#removing = { entries, done }
    }
    for (const id of ids) {
      const others = this.#removing.entries.get(id.pack)
      if (others) others.push(id)
      else this.#removing.entries.set(id.pack, [id])
    }
    return this.#removing.done
  }

  /** Every blob there is. */
  async *scan(): AsyncIterable<readonly { readonly blobId: string; readonly epoch: string }[]> {
    const names = new Set([...this.#packs.keys(), ...this.#writer.tails().map((tail) => tail.pack)])
    for (const pack of names) {
      const entries = await this.#live(pack)
      if (entries.length === 0) continue
      const epoch = pack.slice(0, epochLength)
      yield entries.map((entry) => ({ blobId: packedId(pack, entry), epoch }))
    }
  }

  /** Compacts what is mostly gone, a pack at a time; `all` looks at every pack, not only at those that this run changed. */
  async compact(signal?: AbortSignal, all = false): Promise<void> {
    if (all) {
      for (const name of await readdir(this.#folder)) {
        if (name.endsWith('.dead')) this.#suspects.add(name.split('.')[0]!)
      }
    }
    for (const pack of this.#suspects) {
      if (signal?.aborted || this.#closed) return
      this.#suspects.delete(pack)
      await this.#inTurn(() => this.#compact(pack))
    }
  }

  async close(): Promise<void> {
    await this.#writer.close()
    this.#closed = true
    await this.#compacting
    await this.#turn
    this.#files.close()
  }

  async #read(id: PackedId): Promise<Buffer | undefined> {
    // Twice: a pack that gets its index, or is compacted, changes its name in between.
    for (let attempt = 0; attempt < 3; attempt += 1) {
      const path = this.#pathOf(id.pack)
      if (path === undefined) return undefined
      let file: OpenFile
      try {
        const opened = this.#files.use(path)
        file = opened instanceof Promise ? await opened : opened
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
        continue
      }
      try {
        const pack = this.#packs.get(id.pack)!
        if (path !== this.#pathOf(id.pack)) continue
        const dead = await this.#deadOf(id.pack, pack)
        if (dead.has(id.offset)) return undefined
        let position: number | undefined = id.offset
        if (pack.generation !== undefined && pack.generation > 0) {
          const moved = await this.#movedOf(pack, file)
          position = moved.get(id.offset)
        }
        if (path !== this.#pathOf(id.pack)) continue
        if (position === undefined) return undefined
        return await readBytes(file.fd, position + recordHeaderBytes, id.sizeBytes)
      } finally {
        file.release()
      }
    }
    return undefined
  }

  #pathOf(pack: string): string | undefined {
    const known = this.#known(pack)
    if (!known) return undefined
    const { generation } = known
    return generation === undefined
      ? tailPath(this.#folder, pack)
      : packPath(this.#folder, pack, generation)
  }

  #known(pack: string): Pack | undefined {
    let found = this.#packs.get(pack)
    if (!found && this.#writer.tailOf(pack)) {
      found = unread(undefined)
      this.#packs.set(pack, found)
    }
    return found
  }

  #deadOf(pack: string, known: Pack): Promise<Map<number, number>> {
    if (!known.dead) {
      const loading = deadOf(deadPath(this.#folder, pack, known.generation ?? 0))
      known.dead = loading
      loading.catch(() => {
        if (known.dead === loading) known.dead = undefined
      })
    }
    return known.dead
  }

  #movedOf(known: Pack, file: OpenFile): Promise<ReadonlyMap<number, number>> {
    if (!known.moved) {
      const loading = positionsOf(file)
      known.moved = loading
      loading.catch(() => {
        if (known.moved === loading) known.moved = undefined
      })
    }
    return known.moved
  }

  async #live(pack: string): Promise<readonly PackEntry[]> {
    const known = this.#known(pack)
    if (!known) return []
    const dead = await this.#deadOf(pack, known)
    const entries = this.#writer.tailOf(pack)?.entries ?? (await this.#indexOf(pack))
    return entries.filter((entry) => !dead.has(entry.offset))
  }

  async #indexOf(pack: string): Promise<readonly PackEntry[]> {
    const path = this.#pathOf(pack)
    if (path === undefined) return []
    const file = await this.#files.use(path)
    try {
      const entries = await indexOf(file)
      if (entries) return entries
      if (this.#packs.get(pack)!.generation !== 0) {
        throw ObjectErrors.BlobCorrupt(`the index of the pack ${path} is damaged`, { path })
      }
      return walkRecords(await readBytes(file.fd, 0, file.sizeBytes), pack).entries
    } finally {
      file.release()
    }
  }

  async #remove(byPack: ReadonlyMap<string, readonly PackedId[]>): Promise<void> {
    for (const [pack, ids] of byPack) {
      const known = this.#known(pack)
      if (!known) continue
      const loaded = this.#deadOf(pack, known)
      const dead = await loaded
      const fresh = ids.filter((id) => !dead.has(id.offset))
      if (fresh.length === 0) continue
      const isNew = dead.size === 0
      await appendDead(
        deadPath(this.#folder, pack, known.generation ?? 0),
        fresh.map((id) => deadEntry(id.offset, id.sizeBytes)),
      )
      if (isNew) await this.#options.directories.sync(this.#folder)
      for (const id of fresh) dead.set(id.offset, id.sizeBytes)
      // It was read anew meanwhile, perhaps without these.
      if (known.dead !== loaded) known.dead = undefined
      this.#suspects.add(pack)
    }
    // Behind those who wait for this.
    this.#compacting ??= this.compact()
      .catch(() => undefined)
      .finally(() => {
        this.#compacting = undefined
      })
  }

  async #compact(pack: string): Promise<void> {
    const known = this.#packs.get(pack)
    // A pack that is being written is looked at when it is full.
    if (!known || known.generation === undefined) return
    const { generation } = known
    const from = packPath(this.#folder, pack, generation)
    const dead = await this.#deadOf(pack, known)
    if (dead.size === 0) return
    let gone = 0
    for (const sizeBytes of dead.values()) gone += sizeBytes + recordHeaderBytes
    if (gone < (await stat(from)).size * this.#options.deadShareMax) return
    const live = await this.#live(pack)
    if (live.length > 0) {
      const to = packPath(this.#folder, pack, generation + 1)
      await copyRecords(from, to, live)
      await this.#options.directories.sync(this.#folder)
      known.generation = generation + 1
      known.dead = Promise.resolve(new Map())
      known.moved = undefined
    } else {
      this.#packs.delete(pack)
    }
    this.#files.forget(from)
    // The pack first: its list without it is harmless, and goes at the next start.
    await rm(from, { force: true })
    await this.#options.directories.sync(this.#folder)
    await rm(deadPath(this.#folder, pack, generation), { force: true })
  }

  #inTurn<R>(work: () => Promise<R>): Promise<R> {
    const result = this.#turn.then(work)
    this.#turn = result.catch(() => undefined)
    return result
  }
}

async function positionsOf(file: OpenFile): Promise<ReadonlyMap<number, number>> {
  const entries = await indexOf(file)
  if (!entries) throw ObjectErrors.BlobCorrupt('the index of a compacted pack is damaged')
  return new Map(entries.map(({ offset, position }) => [offset, position]))
}
