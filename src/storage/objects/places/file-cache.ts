import { createWriteStream } from 'node:fs'
import { link, mkdir, rename, rm, unlink } from 'node:fs/promises'
import { join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { randomHex } from '#kit'
import { ObjectErrors } from '../errors.ts'

interface Kept {
  readonly path: string
  readonly sizeBytes: number
}

/** Local copies of blobs that lie elsewhere, up to a sum of bytes, the longest unused going first. Empty at start. */
export class FileCache {
  readonly #folder: string
  readonly #bytesMax: number
  readonly #hasRoom: (sizeBytes: number) => boolean
  /** The last is the most recently used. */
  readonly #files = new Map<string, Promise<Kept>>()

  private constructor(folder: string, bytesMax: number, hasRoom: (sizeBytes: number) => boolean) {
    this.#folder = folder
    this.#bytesMax = bytesMax
    this.#hasRoom = hasRoom
  }

  static async open(
    folder: string,
    bytesMax: number,
    hasRoom: (sizeBytes: number) => boolean,
  ): Promise<FileCache> {
    // What a crash left may be torn.
    await rm(folder, { recursive: true, force: true })
    await mkdir(folder, { recursive: true })
    return new FileCache(folder, bytesMax, hasRoom)
  }

  /** Makes `path` a link to the blob's copy, which `fetch` is asked for when there is none. Errors: those of `fetch`, `DiskFull`. */
  async link(blobId: string, path: string, fetch: () => Promise<Readable>): Promise<void> {
    for (;;) {
      const known = this.#files.get(blobId)
      const file = known ?? this.#fetch(fetch)
      this.#files.delete(blobId)
      this.#files.set(blobId, file)
      try {
        await link((await file).path, path)
        break
      } catch (error) {
        if (this.#files.get(blobId) === file) this.#files.delete(blobId)
        // It was evicted between the two, or another's fetch failed: this call fetches it anew.
        if (!known || (error as NodeJS.ErrnoException).code === 'EEXIST') throw error
      }
    }
    await this.#evict()
  }

  /** Takes over a file that holds the blob's bytes. */
  async keep(blobId: string, path: string, sizeBytes: number): Promise<void> {
    const kept = join(this.#folder, randomHex(16))
    await rename(path, kept)
    this.#files.set(blobId, Promise.resolve({ path: kept, sizeBytes }))
    await this.#evict()
  }

  async forget(blobId: string): Promise<void> {
    const file = this.#files.get(blobId)
    this.#files.delete(blobId)
    const kept = await file?.catch(() => undefined)
    if (kept) await unlink(kept.path).catch(() => undefined)
  }

  async #fetch(fetch: () => Promise<Readable>): Promise<Kept> {
    const path = join(this.#folder, randomHex(16))
    try {
      const file = createWriteStream(path, { flags: 'wx', mode: 0o600 })
      await pipeline(await fetch(), (source: Readable) => this.#claimed(source), file)
      return { path, sizeBytes: file.bytesWritten }
    } catch (error) {
      await rm(path, { force: true })
      throw error
    }
  }

  async *#claimed(source: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
    for await (const chunk of source) {
      if (!this.#hasRoom(chunk.byteLength)) {
        throw ObjectErrors.DiskFull('There is no space left for copies of objects.')
      }
      yield chunk
    }
  }

  async #evict(): Promise<void> {
    let total = 0
    for (const [blobId, file] of [...this.#files].reverse()) {
      const kept = await file.catch(() => undefined)
      if (!kept) continue
      total += kept.sizeBytes
      if (total <= this.#bytesMax || this.#files.get(blobId) !== file) continue
      this.#files.delete(blobId)
      await unlink(kept.path).catch(() => undefined)
    }
  }
}
