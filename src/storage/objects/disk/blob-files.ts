import { mkdir, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises'
import { join } from 'node:path'
import { assert, randomHex } from '#kit'
import type { DirectorySync } from './directory-sync.ts'

/** Hexadecimal characters of a file's id: shard (its folder), epoch, randomness, CRC-32 of the bytes. */
const shardLength = 3
export const epochLength = 8
const randomBytesLength = 11
const crcLength = 8
const randomEnd = shardLength + epochLength + 2 * randomBytesLength
/** Blobs that go to one folder before another is chosen: writers at the same time share its fsync. */
const blobsPerTurn = 256

/** Where the files of blobs lie, `<shard>/<id>`, and how they get there. */
export class BlobFiles {
  readonly #folder: string
  readonly #epoch: string
  readonly #directories: DirectorySync
  readonly #shards = new Map<string, Promise<void>>()
  #shard = ''
  #turn = 0

  constructor(folder: string, epoch: string, directories: DirectorySync) {
    this.#folder = folder
    this.#epoch = epoch
    this.#directories = directories
  }

  newId(crc: number | undefined): string {
    if (this.#turn === 0) this.#shard = randomHex(2).slice(0, shardLength)
    this.#turn = (this.#turn + 1) % blobsPerTurn
    const end = crc === undefined ? '' : crc.toString(16).padStart(crcLength, '0')
    return this.#shard + this.#epoch + randomHex(randomBytesLength) + end
  }

  path(blobId: string): string {
    assert(/^[0-9a-f]+$/.test(blobId), 'a blob id is hexadecimal')
    return `${this.#folder}/${blobId.slice(0, shardLength)}/${blobId}`
  }

  /**
   * Gives a file its name, durably, and makes the bytes of `unsynced`, the same file, durable. The name comes first, so that the disk is
   * waited for once: what a crash leaves between is a blob that no row names.
   */
  async settle(path: string, blobId: string, unsynced?: FileHandle): Promise<void> {
    await this.makeShard(blobId)
    await rename(path, this.path(blobId))
    const synced = await Promise.allSettled([unsynced?.datasync(), this.sync(blobId)])
    for (const result of synced) {
      if (result.status === 'fulfilled') continue
      await rm(this.path(blobId), { force: true })
      throw result.reason
    }
  }

  /** Makes the name of a blob durable. */
  sync(blobId: string): Promise<void> {
    return this.#directories.sync(this.#shardOf(blobId))
  }

  /** Makes the folder of a blob, durably, once. */
  makeShard(blobId: string): Promise<void> {
    const folder = this.#shardOf(blobId)
    let made = this.#shards.get(folder)
    if (!made) {
      made = this.#makeFolder(folder)
      made.catch(() => this.#shards.delete(folder))
      this.#shards.set(folder, made)
    }
    return made
  }

  /** Every file there is. */
  async *scan(): AsyncIterable<readonly { readonly blobId: string; readonly epoch: string }[]> {
    for (const shard of (await readdir(this.#folder)).sort()) {
      const names = await readdir(join(this.#folder, shard))
      yield names.map((blobId) => ({
        blobId,
        epoch: blobId.slice(shardLength, shardLength + epochLength),
      }))
    }
  }

  #shardOf(blobId: string): string {
    return join(this.#folder, blobId.slice(0, shardLength))
  }

  async #makeFolder(folder: string): Promise<void> {
    const there = await stat(folder).catch(() => undefined)
    if (there) return
    await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error
    })
    await this.#directories.sync(this.#folder)
  }
}

/** What a file was written with; undefined for one that was adopted, or is from a time before. */
export function crcOf(blobId: string): number | undefined {
  return blobId.length === randomEnd + crcLength
    ? Number.parseInt(blobId.slice(randomEnd), 16)
    : undefined
}
