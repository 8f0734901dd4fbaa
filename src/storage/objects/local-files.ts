import { createWriteStream } from 'node:fs'
import { link, mkdir, rm, stat, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import type { Readable } from 'node:stream'
import { elapsedMs, randomHex } from '#kit'
import type { LocalFile } from './objects.ts'

/** Joined objects are kept for the next reader up to this many bytes, the longest unused going first. */
const joinedBytesMax = 8 * 1024 ** 3

interface Joined {
  readonly path: string
  readonly sizeBytes: number
}

/** A file that several borrow at a time, or one after the other. */
interface Lent {
  readonly path: string
  readonly made: Promise<void>
  isMade: boolean
  borrowers: number
  /** When the last one gave it back. */
  idleSinceMs: number
}

/** Files that nobody borrows are kept so long, and so many of them, for the next query: an object that is deleted holds its bytes no longer. */
const idleMsMax = 10_000
const idleMax = 4096
const lentPrefix = 'lent-'

/**
 * Local files for the engine: a hard link for those who borrow, so that an object which is deleted stays readable until it
 * is given back. An object of many blobs is joined into one file first, which is kept for a while.
 */
export class LocalFiles {
  readonly #links: string
  readonly #joined: string
  /** By upload id; the last is the most recently used. */
  readonly #known = new Map<string, Promise<Joined>>()
  /** By blob id. */
  readonly #lent = new Map<string, Lent>()
  /** Those of them that nobody has, the one that is so for the longest time first. */
  readonly #idle = new Map<string, Lent>()
  #tidying: NodeJS.Timeout | undefined

  private constructor(links: string, joined: string) {
    this.#links = links
    this.#joined = joined
  }

  static async open(folder: string): Promise<LocalFiles> {
    const links = join(folder, 'links')
    const joined = join(folder, 'joined')
    for (const path of [links, joined]) {
      // Nobody can hold a file of a former run.
      await rm(path, { recursive: true, force: true })
      await mkdir(path, { recursive: true })
    }
    return new LocalFiles(links, joined)
  }

  /** The file with the bytes of a blob, which never change: made by `make` when there is none, and kept for a while after its release. */
  async lend(blobId: string, make: (path: string) => Promise<void>): Promise<LocalFile> {
    let lent = this.#lent.get(blobId)
    if (!lent) {
      const path = join(this.#links, lentPrefix + randomHex(16))
      lent = { path, made: make(path), isMade: false, borrowers: 0, idleSinceMs: 0 }
      this.#lent.set(blobId, lent)
    }
    const file = this.#borrowed(blobId, lent)
    try {
      await lent.made
      lent.isMade = true
    } catch (error) {
      if (this.#lent.get(blobId) === lent) this.#lent.delete(blobId)
      throw error
    }
    return file
  }

  /** The same where it is there already; undefined where it has to be made. */
  lendKnown(blobId: string): LocalFile | undefined {
    const lent = this.#lent.get(blobId)
    return lent?.isMade ? this.#borrowed(blobId, lent) : undefined
  }

  #borrowed(blobId: string, lent: Lent): LocalFile {
    this.#idle.delete(blobId)
    lent.borrowers += 1
    let isReleased = false
    return {
      path: lent.path,
      isKept: true,
      release: async () => {
        if (isReleased) return
        isReleased = true
        lent.borrowers -= 1
        if (lent.borrowers > 0) return
        lent.idleSinceMs = elapsedMs()
        this.#idle.set(blobId, lent)
        await this.#tidy()
      },
    }
  }

  /** Removes what has been idle for too long, and what is too much. */
  async #tidy(): Promise<void> {
    const beforeMs = elapsedMs() - idleMsMax
    const gone: string[] = []
    for (const [blobId, { path, idleSinceMs }] of this.#idle) {
      if (idleSinceMs > beforeMs && this.#idle.size <= idleMax) break
      this.#idle.delete(blobId)
      this.#lent.delete(blobId)
      gone.push(path)
    }
    if (this.#idle.size > 0) {
      this.#tidying ??= setTimeout(() => {
        this.#tidying = undefined
        // At the stop of the server all are removed together.
        this.#tidy().catch(() => undefined)
      }, idleMsMax).unref()
    }
    await Promise.all(gone.map(giveBack))
  }

  /** A link that `make` has created, until it is released. */
  async borrow(make: (path: string) => Promise<void>): Promise<LocalFile> {
    const path = join(this.#links, randomHex(16))
    await make(path)
    return { path, isKept: false, release: () => giveBack(path) }
  }

  /** A file of its own with the bytes of `source`, readable by the server's user alone, until it is released. */
  borrowCopy(source: Readable): Promise<LocalFile> {
    return this.borrow(async (path) => {
      try {
        await pipeline(source, createWriteStream(path, { flags: 'wx', mode: 0o600 }))
      } catch (error) {
        await rm(path, { force: true })
        throw error
      }
    })
  }

  /** Removes what is still borrowed: at the stop of the server. */
  async close(): Promise<void> {
    clearTimeout(this.#tidying)
    await rm(this.#links, { recursive: true, force: true })
  }

  /** Makes `path` a link to the bytes of `source`, which are written down once per `id`. */
  async linkJoined(id: string, source: Readable, path: string): Promise<void> {
    const known = this.#known.get(id)
    if (known) {
      this.#known.delete(id)
      this.#known.set(id, known)
      try {
        await link((await known).path, path)
        source.destroy()
        return
      } catch {
        // It was evicted, or could not be made: this call makes it anew.
        if (this.#known.get(id) === known) this.#known.delete(id)
      }
    }
    const joined = this.#join(source)
    this.#known.set(id, joined)
    try {
      await link((await joined).path, path)
    } catch (error) {
      if (this.#known.get(id) === joined) this.#known.delete(id)
      throw error
    }
    await this.#evict()
  }

  async #join(source: Readable): Promise<Joined> {
    const path = join(this.#joined, randomHex(16))
    try {
      await pipeline(source, createWriteStream(path, { flags: 'wx' }))
      return { path, sizeBytes: (await stat(path)).size }
    } catch (error) {
      await rm(path, { force: true })
      throw error
    }
  }

  async #evict(): Promise<void> {
    let total = 0
    for (const [id, joined] of [...this.#known].reverse()) {
      const file = await joined.catch(() => undefined)
      if (!file) continue
      total += file.sizeBytes
      if (total <= joinedBytesMax || this.#known.get(id) !== joined) continue
      this.#known.delete(id)
      await unlink(file.path).catch(() => undefined)
    }
  }
}

/** Without the look-up that `rm` begins with. */
async function giveBack(path: string): Promise<void> {
  try {
    await unlink(path)
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error
  }
}
