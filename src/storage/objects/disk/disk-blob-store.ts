import { constants } from 'node:fs'
import { copyFile, link, mkdir, open, rm, stat, unlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { finished } from 'node:stream/promises'
import { crc32 } from 'node:zlib'
import { assert, isLakeError, randomHex, type BoundedCache } from '#kit'
import type {
  BlobAdopted,
  BlobRange,
  BlobStore,
  BlobVerdict,
  BlobWritten,
  FileDigest,
} from '../blob-store.ts'
import { cachedBlobs } from '../cached-blobs.ts'
import type { FileCache } from '../places/file-cache.ts'
import { andThen } from './and-then.ts'
import { BlobFiles, crcOf, epochLength } from './blob-files.ts'
import { DirectorySync } from './directory-sync.ts'
import { corrupt, diskFull, toLakeError } from './disk-errors.ts'
import { crcOfFile } from './file-crc.ts'
import { FileStream } from './file-stream.ts'
import { type OpenFile, OpenFiles } from './open-files.ts'
import { isPackedId } from './pack-format.ts'
import { Packs } from './packs.ts'
import { readBytes } from './read-bytes.ts'
import { writeAll } from './write-all.ts'

export interface DiskBlobStoreOptions {
  readonly folder: string
  /** The run of the server, in 8 hexadecimal characters; else one is made up. */
  readonly epoch?: string | undefined
  /** Asked before bytes are written; false is answered with `DiskFull`. */
  readonly hasRoom?: ((sizeBytes: number) => boolean) | undefined
  readonly limits?: Partial<DiskBlobLimits>
  /** Copies for those who need files on another disk than this one. */
  readonly copies?: FileCache | undefined
}

export interface DiskBlobLimits {
  /** Blobs up to this size go into a pack. */
  readonly packedBytesMax: number
  readonly packBytesMax: number
  /** A full pack is compacted when so much of it, 0 to 1, is gone. */
  readonly deadShareMax: number
  /** Small blobs that were read are kept in memory, up to this sum. */
  readonly cacheBytesMax: number
  /** Ranges of files up to this size are read at once. */
  readonly readAtOnceBytesMax: number
  /** Files that stay open for the next reader. */
  readonly openFilesMax: number
  /** Of files from this size on, or such ranges, the bytes are sent by the system, without being read. */
  readonly sentBytesMin: number
}

const defaultLimits: DiskBlobLimits = {
  packedBytesMax: 128 * 1024,
  packBytesMax: 64 * 1024 * 1024,
  deadShareMax: 0.5,
  cacheBytesMax: 64 * 1024 * 1024,
  readAtOnceBytesMax: 256 * 1024,
  openFilesMax: 256,
  sentBytesMin: Number.POSITIVE_INFINITY,
}

/**
 * Small blobs in packs (packs.ts), each of the others a file, `blobs/<shard>/<id>`: written under a temporary name, renamed
 * onto a name that never was, and then fsynced together with its folder. Neither is changed after, and both carry a CRC-32 in the id.
 */
export async function openDiskBlobStore(options: DiskBlobStoreOptions): Promise<BlobStore> {
  const blobs = join(options.folder, 'blobs')
  const temporary = join(options.folder, 'tmp')
  // What a former run left unfinished: no row can name it.
  await rm(temporary, { recursive: true, force: true })
  await mkdir(blobs, { recursive: true })
  await mkdir(temporary)
  const limits = { ...defaultLimits, ...options.limits }
  const epoch = options.epoch ?? randomHex(epochLength / 2)
  const directories = new DirectorySync()
  const packs = await Packs.open({
    folder: join(options.folder, 'packs'),
    epoch,
    directories,
    ...limits,
  })
  await directories.sync(options.folder)
  const hasRoom = options.hasRoom ?? (() => true)
  return new DiskBlobStore({
    blobFiles: new BlobFiles(blobs, epoch, directories),
    temporary,
    epoch,
    packs,
    limits,
    hasRoom,
    copies: options.copies,
  })
}

interface DiskParts {
  readonly blobFiles: BlobFiles
  readonly temporary: string
  readonly epoch: string
  readonly packs: Packs
  readonly limits: DiskBlobLimits
  readonly hasRoom: (sizeBytes: number) => boolean
  readonly copies: FileCache | undefined
}

class DiskBlobStore implements BlobStore {
  readonly epoch: string
  readonly temporaryFolder: string
  readonly #blobFiles: BlobFiles
  readonly #packs: Packs
  readonly #limits: DiskBlobLimits
  readonly #hasRoom: (sizeBytes: number) => boolean
  readonly #copies: FileCache | undefined
  readonly #files: OpenFiles
  readonly #cache: BoundedCache<string, Buffer>

  constructor(parts: DiskParts) {
    this.epoch = parts.epoch
    this.temporaryFolder = parts.temporary
    this.#blobFiles = parts.blobFiles
    this.#packs = parts.packs
    this.#limits = parts.limits
    this.#hasRoom = parts.hasRoom
    this.#copies = parts.copies
    this.#files = new OpenFiles(parts.limits.openFilesMax)
    this.#cache = cachedBlobs(parts.limits.cacheBytesMax)
  }

  async write(source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<BlobWritten> {
    const chunks =
      Symbol.asyncIterator in source ? source[Symbol.asyncIterator]() : source[Symbol.iterator]()
    const first: Uint8Array[] = []
    let sizeBytes = 0
    for (;;) {
      const next = await chunks.next()
      if (next.done) break
      first.push(next.value)
      sizeBytes += next.value.byteLength
      if (sizeBytes > this.#limits.packedBytesMax) return this.#writeFile(andThen(first, chunks))
    }
    if (!this.#hasRoom(sizeBytes)) throw diskFull()
    try {
      return { blobId: await this.#packs.append(first, sizeBytes), sizeBytes }
    } catch (error) {
      throw toLakeError(error)
    }
  }

  async adopt(path: string, known?: FileDigest): Promise<BlobAdopted> {
    assert(path.startsWith(this.temporaryFolder), 'an adopted file lies in the temporary folder')
    try {
      const file = await open(path, 'r')
      try {
        if (known) {
          const { size } = await file.stat()
          assert(size === known.sizeBytes, 'an adopted file is as long as whoever wrote it says')
          const blobId = this.#blobFiles.newId(known.crc)
          await this.#blobFiles.settle(path, blobId, file)
          return { blobId, ...known }
        }
        // The disk takes the bytes while they are read: they are most likely in memory.
        const [found] = await Promise.all([crcOfFile(file), file.datasync()])
        const blobId = this.#blobFiles.newId(found.crc)
        await this.#blobFiles.settle(path, blobId)
        return { blobId, ...found }
      } finally {
        await file.close()
      }
    } catch (error) {
      throw toLakeError(error)
    }
  }

  async duplicate(blobId: string): Promise<string> {
    if (isPackedId(blobId)) {
      const bytes = await this.#packs.read(blobId)
      return (await this.write([bytes])).blobId
    }
    const copyId = this.#blobFiles.newId(crcOf(blobId))
    try {
      await this.#blobFiles.makeShard(copyId)
      await link(this.#blobFiles.path(blobId), this.#blobFiles.path(copyId))
      await this.#blobFiles.sync(copyId)
    } catch (error) {
      throw toLakeError(error, blobId)
    }
    return copyId
  }

  async open(blobId: string, range?: BlobRange): Promise<Readable> {
    const bytes = await this.read(blobId, range)
    if (bytes) return Readable.from([bytes], { objectMode: false })
    return this.#stream(blobId, range)
  }

  async #stream(blobId: string, range?: BlobRange, anew = false): Promise<FileStream> {
    const file = await this.#use(blobId)
    const selected = this.#select(blobId, file, range)
    return new FileStream(file, selected, {
      expected: selected.isWhole ? crcOf(blobId) : undefined,
      corrupt: () => corrupt(blobId),
      anew,
      sentBytesMin: this.#limits.sentBytesMin,
    })
  }

  async read(blobId: string, range?: BlobRange): Promise<Buffer | undefined> {
    if (isPackedId(blobId)) {
      const bytes = this.#cache.get(blobId) ?? (await this.#readPacked(blobId))
      if (range?.sizeBytes !== undefined && range.sizeBytes !== bytes.length) throw corrupt(blobId)
      return range ? bytes.subarray(range.start, range.end + 1) : bytes
    }
    const asked = range ? range.end - range.start + 1 : Number.POSITIVE_INFINITY
    if (asked > this.#limits.readAtOnceBytesMax) return undefined
    const file = await this.#use(blobId)
    try {
      const { start, sizeBytes, isWhole } = this.#select(blobId, file, range)
      const bytes = await readBytes(file.fd, start, sizeBytes)
      const expected = isWhole ? crcOf(blobId) : undefined
      const isRight = expected === undefined || crc32(bytes) === expected
      if (bytes.length !== sizeBytes || !isRight) throw corrupt(blobId)
      return bytes
    } finally {
      file.release()
    }
  }

  async link(blobId: string, path: string): Promise<void> {
    if (isPackedId(blobId)) {
      await writeFile(path, (await this.read(blobId))!, { flag: 'wx' })
      return
    }
    try {
      await link(this.#blobFiles.path(blobId), path)
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EXDEV') throw toLakeError(error, blobId)
      // The path lies on another disk.
      if (this.#copies) await this.#copies.link(blobId, path, () => this.open(blobId))
      else await copyFile(this.#blobFiles.path(blobId), path, constants.COPYFILE_EXCL)
    }
  }

  async remove(blobIds: readonly string[]): Promise<void> {
    for (const blobId of blobIds) {
      if (isPackedId(blobId)) {
        this.#cache.delete(blobId)
        continue
      }
      const path = this.#blobFiles.path(blobId)
      this.#files.forget(path)
      await this.#copies?.forget(blobId)
      await unlink(path).catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'ENOENT') throw error
      })
    }
    await this.#packs.remove(blobIds)
  }

  async *scan(): AsyncIterable<readonly { readonly blobId: string; readonly epoch: string }[]> {
    yield* this.#packs.scan()
    yield* this.#blobFiles.scan()
  }

  async verify(blobId: string): Promise<BlobVerdict> {
    try {
      // What is on the disk, not what is kept in memory.
      if (isPackedId(blobId)) {
        return { state: 'whole', sizeBytes: (await this.#packs.read(blobId)).length }
      }
      const { size } = await stat(this.#blobFiles.path(blobId))
      if (crcOf(blobId) === undefined) return { state: 'unchecked', sizeBytes: size }
      const stream = await this.#stream(blobId, undefined, true)
      stream.resume()
      await finished(stream)
      return { state: 'whole', sizeBytes: size }
    } catch (error) {
      const isGone = (error as NodeJS.ErrnoException).code === 'ENOENT'
      if (isGone || isLakeError(error, 'BlobMissing')) return { state: 'missing', sizeBytes: 0 }
      if (isLakeError(error, 'BlobCorrupt')) return { state: 'corrupt', sizeBytes: 0 }
      throw error
    }
  }

  async compact(signal?: AbortSignal): Promise<void> {
    await this.#packs.compact(signal, true)
  }

  async close(): Promise<void> {
    await this.#packs.close()
    this.#files.close()
    await rm(this.temporaryFolder, { recursive: true, force: true })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  async #readPacked(blobId: string): Promise<Buffer> {
    const bytes = await this.#packs.read(blobId)
    this.#cache.set(blobId, bytes, bytes.byteLength)
    return bytes
  }

  async #use(blobId: string): Promise<OpenFile> {
    try {
      return await this.#files.use(this.#blobFiles.path(blobId))
    } catch (error) {
      throw toLakeError(error, blobId)
    }
  }

  /** The bytes that a range means. A file that is given back here is not used. */
  #select(blobId: string, file: OpenFile, range: BlobRange | undefined) {
    if (range?.sizeBytes !== undefined && range.sizeBytes !== file.sizeBytes) {
      file.release()
      throw corrupt(blobId)
    }
    const start = range?.start ?? 0
    const end = Math.min(range?.end ?? Number.POSITIVE_INFINITY, file.sizeBytes - 1)
    const sizeBytes = Math.max(end - start + 1, 0)
    return { start, sizeBytes, isWhole: sizeBytes === file.sizeBytes }
  }

  async #writeFile(source: AsyncIterable<Uint8Array>): Promise<BlobWritten> {
    const path = join(this.temporaryFolder, randomHex(16))
    try {
      const file = await open(path, 'wx')
      try {
        const { sizeBytes, crc } = await writeAll(file, source, (claimedBytes) => {
          if (!this.#hasRoom(claimedBytes)) throw diskFull()
        })
        const blobId = this.#blobFiles.newId(crc)
        await this.#blobFiles.settle(path, blobId, file)
        return { blobId, sizeBytes }
      } finally {
        await file.close()
      }
    } catch (error) {
      await rm(path, { force: true })
      throw toLakeError(error)
    }
  }
}
