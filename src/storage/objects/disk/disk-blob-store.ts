import {
  link,
  mkdir,
  open,
  readdir,
  rename,
  rm,
  stat,
  unlink,
  type FileHandle,
} from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { assert, randomHex } from '#kit'
import type { BlobStore, BlobWritten } from '../blob-store.ts'
import { ObjectErrors } from '../errors.ts'
import { DirectorySync } from './directory-sync.ts'

/** Hexadecimal characters of an id: shard (its folder), epoch, randomness. */
const shardLength = 3
const epochLength = 8
const randomBytesLength = 11
/** Blobs that go to one folder before another is chosen: writers at the same time share its fsync. */
const blobsPerTurn = 256
const readChunkBytes = 256 * 1024
const wholeReadBytesMax = 64 * 1024
const writeChunkBytes = 256 * 1024
const writeChunksMax = 512

/**
 * Blobs as files: `blobs/<shard>/<id>`. A blob is written under a temporary name, fsynced, renamed onto a
 * name that never was, and its folder fsynced; it is never changed after.
 */
export async function openDiskBlobStore(options: {
  readonly folder: string
  /** Asked before bytes are written; false is answered with `DiskFull`. */
  readonly hasRoom?: (sizeBytes: number) => boolean
}): Promise<BlobStore> {
  const blobs = join(options.folder, 'blobs')
  const temporary = join(options.folder, 'tmp')
  // What a former run left unfinished: no row can name it.
  await rm(temporary, { recursive: true, force: true })
  await mkdir(blobs, { recursive: true })
  await mkdir(temporary)
  return new DiskBlobStore(blobs, temporary, options.hasRoom ?? (() => true))
}

class DiskBlobStore implements BlobStore {
  readonly epoch = randomHex(epochLength / 2)
  readonly temporaryFolder: string
  readonly #blobs: string
  readonly #hasRoom: (sizeBytes: number) => boolean
  readonly #directories = new DirectorySync()
  readonly #known = new Map<string, Promise<void>>()
  #shard = ''
  #turn = 0

  constructor(blobs: string, temporary: string, hasRoom: (sizeBytes: number) => boolean) {
    this.#hasRoom = hasRoom
    this.#blobs = blobs
    this.temporaryFolder = temporary
  }

  async write(source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<BlobWritten> {
    const blobId = this.#newId()
    const path = join(this.temporaryFolder, blobId)
    let sizeBytes = 0
    try {
      const file = await open(path, 'wx')
      try {
        sizeBytes = await writeAll(file, source, this.#hasRoom)
        await file.sync()
      } finally {
        await file.close()
      }
      await this.#settle(path, blobId)
    } catch (error) {
      await rm(path, { force: true })
      throw toLakeError(error)
    }
    return { blobId, sizeBytes }
  }

  async adopt(path: string): Promise<BlobWritten> {
    assert(path.startsWith(this.temporaryFolder), 'an adopted file lies in the temporary folder')
    const blobId = this.#newId()
    try {
      const file = await open(path, 'r')
      try {
        await file.sync()
        const { size } = await file.stat()
        await this.#settle(path, blobId)
        return { blobId, sizeBytes: size }
      } finally {
        await file.close()
      }
    } catch (error) {
      throw toLakeError(error)
    }
  }

  async duplicate(blobId: string): Promise<string> {
    const copyId = this.#newId()
    await this.#makeShard(copyId)
    try {
      await link(this.#path(blobId), this.#path(copyId))
      await this.#directories.sync(this.#folder(copyId))
    } catch (error) {
      throw toLakeError(error, blobId)
    }
    return copyId
  }

  async open(
    blobId: string,
    range?: { readonly start: number; readonly end: number },
  ): Promise<Readable> {
    const file = await open(this.#path(blobId), 'r').catch((error: unknown) => {
      throw toLakeError(error, blobId)
    })
    if (range && range.end - range.start < wholeReadBytesMax) return readAtOnce(file, range)
    return file.createReadStream({ ...range, highWaterMark: readChunkBytes })
  }

  async link(blobId: string, path: string): Promise<void> {
    await link(this.#path(blobId), path).catch((error: unknown) => {
      throw toLakeError(error, blobId)
    })
  }

  async remove(blobIds: readonly string[]): Promise<void> {
    for (const blobId of blobIds) {
      await unlink(this.#path(blobId)).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error
      })
    }
  }

  async *scan(): AsyncIterable<readonly { readonly blobId: string; readonly epoch: string }[]> {
    for (const shard of (await readdir(this.#blobs)).sort()) {
      const names = await readdir(join(this.#blobs, shard))
      yield names.map((blobId) => ({
        blobId,
        epoch: blobId.slice(shardLength, shardLength + epochLength),
      }))
    }
  }

  async close(): Promise<void> {
    await rm(this.temporaryFolder, { recursive: true, force: true })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #settle(path: string, blobId: string): Promise<void> {
    await this.#makeShard(blobId)
    await rename(path, this.#path(blobId))
    await this.#directories.sync(this.#folder(blobId))
  }

  #newId(): string {
    if (this.#turn === 0) this.#shard = randomHex(2).slice(0, shardLength)
    this.#turn = (this.#turn + 1) % blobsPerTurn
    return this.#shard + this.epoch + randomHex(randomBytesLength)
  }

  #folder(blobId: string): string {
    return join(this.#blobs, blobId.slice(0, shardLength))
  }

  #path(blobId: string): string {
    assert(/^[0-9a-f]+$/.test(blobId), 'a blob id is hexadecimal')
    return join(this.#folder(blobId), blobId)
  }

  /** Makes the folder of a blob, durably, once. */
  #makeShard(blobId: string): Promise<void> {
    const folder = this.#folder(blobId)
    let made = this.#known.get(folder)
    if (!made) {
      made = this.#makeFolder(folder)
      made.catch(() => this.#known.delete(folder))
      this.#known.set(folder, made)
    }
    return made
  }

  async #makeFolder(folder: string): Promise<void> {
    const there = await stat(folder).catch(() => undefined)
    if (there) return
    await mkdir(folder).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw toLakeError(error)
    })
    await this.#directories.sync(this.#blobs)
  }
}

/** A short range in one read: a file stream takes several turns of the thread pool more. */
async function readAtOnce(
  file: FileHandle,
  { start, end }: { readonly start: number; readonly end: number },
): Promise<Readable> {
  try {
    const bytes = Buffer.allocUnsafe(Math.max(end - start + 1, 0))
    let length = 0
    while (length < bytes.length) {
      const { bytesRead } = await file.read(bytes, length, bytes.length - length, start + length)
      if (bytesRead === 0) break
      length += bytesRead
    }
    return Readable.from([bytes.subarray(0, length)], { objectMode: false })
  } finally {
    await file.close()
  }
}

/** Gathers small chunks, so that a small blob is one write. Returns how many bytes there were. */
async function writeAll(
  file: FileHandle,
  source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
  hasRoom: (sizeBytes: number) => boolean,
): Promise<number> {
  let sizeBytes = 0
  let gathered: Uint8Array[] = []
  let gatheredBytes = 0
  const flush = async () => {
    if (gatheredBytes === 0) return
    const { bytesWritten } = await file.writev(gathered)
    if (bytesWritten < gatheredBytes) {
      const rest = Buffer.concat(gathered).subarray(bytesWritten)
      for (let at = 0; at < rest.length;) at += (await file.write(rest, at)).bytesWritten
    }
    gathered = []
    gatheredBytes = 0
  }
  for await (const chunk of source) {
    if (!hasRoom(chunk.byteLength)) throw diskFull()
    sizeBytes += chunk.byteLength
    gathered.push(chunk)
    gatheredBytes += chunk.byteLength
    if (gatheredBytes >= writeChunkBytes || gathered.length >= writeChunksMax) await flush()
  }
  await flush()
  return sizeBytes
}

function diskFull(cause?: unknown): Error {
  return ObjectErrors.DiskFull('There is no space left for object data.', {}, cause)
}

function toLakeError(error: unknown, blobId?: string): unknown {
  const code = (error as NodeJS.ErrnoException | undefined)?.code
  if (code === 'ENOSPC' || code === 'EDQUOT') {
    return diskFull(error)
  }
  if (code === 'ENOENT' && blobId !== undefined) {
    return ObjectErrors.BlobMissing(`the blob ${blobId} is missing`, { blobId }, error)
  }
  return error
}
