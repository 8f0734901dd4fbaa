import { createReadStream } from 'node:fs'
import { mkdir, rm, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Readable, finished } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import type { ListMultipartUploadsCommandOutput } from '@aws-sdk/client-s3'
import { assert, isLakeError } from '#kit'
import type { BlobAdopted, BlobRange, BlobStore, BlobVerdict, BlobWritten } from '../blob-store.ts'
import { cachedBlobs } from '../cached-blobs.ts'
import { FileCache } from '../places/file-cache.ts'
import { crcOf, epochOf, keyOf, newStem, stemOf, withCrc } from './blob-ids.ts'
import { download } from './downloading.ts'
import { PartBuffers } from './part-buffers.ts'
import { partBytes, upload } from './uploading.ts'
import { connect, missing, toLakeError, type S3Place, type Upstream } from './upstream.ts'

/** In memory, of all uploads together: 24 parts. Whoever wants more waits. */
const partBuffersBytesMax = 24 * partBytes
const smallBlobBytesMax = 128 * 1024
const smallBlobsBytesMax = 64 * 1024 * 1024
const removalsAtOnce = 16
const pageMax = 1000

export interface S3BlobStoreOptions {
  readonly place: S3Place
  readonly epoch: string
  /** On the local disk, for files that `adopt` takes over and copies for those who need a file. */
  readonly folder: string
  /** Of those copies. */
  readonly cacheBytesMax: number
  /** Whether so many bytes may be written to the local disk. */
  readonly hasRoom?: ((sizeBytes: number) => boolean) | undefined
}

/** Blobs as objects of another S3, `<prefix>blobs/<shard>/<stem>`, written once. */
export async function openS3BlobStore(options: S3BlobStoreOptions): Promise<BlobStore> {
  const temporaryFolder = join(options.folder, 'tmp')
  await rm(temporaryFolder, { recursive: true, force: true })
  await mkdir(temporaryFolder, { recursive: true })
  const hasRoom = options.hasRoom ?? (() => true)
  const cache = await FileCache.open(join(options.folder, 'cache'), options.cacheBytesMax, hasRoom)
  const upstream = await connect(options.place)
  return new S3BlobStore({ upstream, cache, epoch: options.epoch, temporaryFolder })
}

class S3BlobStore implements BlobStore {
  readonly epoch: string
  readonly temporaryFolder: string
  readonly #upstream: Upstream
  readonly #cache: FileCache
  readonly #buffers = new PartBuffers(partBuffersBytesMax, partBytes)
  readonly #small = cachedBlobs(smallBlobsBytesMax)
  /** How many read a blob now; a removal waits for the last of them. */
  readonly #readers = new Map<string, number>()
  /** Removed for everybody but those who read them now. */
  readonly #leaving = new Set<string>()

  constructor(parts: {
    readonly upstream: Upstream
    readonly cache: FileCache
    readonly epoch: string
    readonly temporaryFolder: string
  }) {
    this.#upstream = parts.upstream
    this.#cache = parts.cache
    this.epoch = parts.epoch
    this.temporaryFolder = parts.temporaryFolder
  }

  async write(source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>): Promise<BlobWritten> {
    const stem = newStem(this.epoch)
    try {
      const done = await upload(this.#upstream, this.#buffers, this.#key(stem), source)
      return { blobId: withCrc(stem, done.crc), sizeBytes: done.sizeBytes }
    } catch (error) {
      throw toLakeError(error)
    }
  }

  async adopt(path: string): Promise<BlobAdopted> {
    assert(path.startsWith(this.temporaryFolder), 'an adopted file lies in the temporary folder')
    await stat(path)
    const written = await this.write(createReadStream(path, { highWaterMark: partBytes / 8 }))
    // The engine made it, and the next query reads it.
    await this.#cache.keep(written.blobId, path, written.sizeBytes)
    return { ...written, crc: crcOf(written.blobId)! }
  }

  async duplicate(blobId: string): Promise<string> {
    const { client, sdk, place } = this.#upstream
    const stem = newStem(this.epoch)
    try {
      await client.send(
        new sdk.CopyObjectCommand({
          Bucket: place.bucket,
          Key: this.#key(stem),
          CopySource: `${place.bucket}/${encodeURI(this.#key(blobId))}`,
        }),
      )
    } catch (error) {
      throw toLakeError(error, blobId)
    }
    const crc = crcOf(blobId)
    assert(crc !== undefined, 'a blob that a row names has its checksum in the id')
    return withCrc(stem, crc)
  }

  async open(blobId: string, range?: BlobRange): Promise<Readable> {
    if (this.#leaving.has(blobId)) throw missing(blobId)
    const leave = this.#enter(blobId)
    try {
      const stream = await download(this.#upstream, blobId, range)
      finished(stream, leave)
      return stream
    } catch (error) {
      leave()
      throw error
    }
  }

  async read(blobId: string, range?: BlobRange): Promise<Uint8Array | undefined> {
    if ((range?.sizeBytes ?? Number.POSITIVE_INFINITY) > smallBlobBytesMax) return undefined
    const { start, end, sizeBytes } = range!
    let bytes = this.#small.get(blobId)
    if (!bytes) {
      const whole = { start: 0, end: sizeBytes! - 1, sizeBytes: sizeBytes! }
      bytes = await buffer(await this.open(blobId, whole))
      if (!this.#leaving.has(blobId)) this.#small.set(blobId, bytes, bytes.byteLength)
    }
    return bytes.subarray(start, end + 1)
  }

  link(blobId: string, path: string): Promise<void> {
    return this.#cache.link(blobId, path, () => this.open(blobId))
  }

  async remove(blobIds: readonly string[]): Promise<void> {
    const left = [...blobIds]
    const removeNext = async (): Promise<void> => {
      for (let blobId = left.pop(); blobId !== undefined; blobId = left.pop()) {
        this.#small.delete(blobId)
        await this.#cache.forget(blobId)
        if (this.#readers.has(blobId)) this.#leaving.add(blobId)
        else await this.#delete(blobId)
      }
    }
    await Promise.all(Array.from({ length: removalsAtOnce }, removeNext))
  }

  async *scan(): AsyncIterable<readonly { readonly blobId: string; readonly epoch: string }[]> {
    const { client, sdk, place } = this.#upstream
    let token: string | undefined
    do {
      const page = await client
        .send(
          new sdk.ListObjectsV2Command({
            Bucket: place.bucket,
            Prefix: `${place.prefix}blobs/`,
            MaxKeys: pageMax,
            ContinuationToken: token,
          }),
        )
        .catch((error: unknown) => Promise.reject(toLakeError(error)))
      const stems = (page.Contents ?? []).flatMap(({ Key }) => stemOf(Key!) ?? [])
      yield stems.map((blobId) => ({ blobId, epoch: epochOf(blobId) }))
      token = page.IsTruncated === true ? page.NextContinuationToken : undefined
    } while (token !== undefined)
  }

  async verify(blobId: string): Promise<BlobVerdict> {
    let sizeBytes = 0
    try {
      for await (const chunk of await this.open(blobId)) sizeBytes += (chunk as Buffer).length
      return { state: crcOf(blobId) === undefined ? 'unchecked' : 'whole', sizeBytes }
    } catch (error) {
      if (isLakeError(error, 'BlobMissing')) return { state: 'missing', sizeBytes: 0 }
      if (isLakeError(error, 'BlobCorrupt')) return { state: 'corrupt', sizeBytes: 0 }
      throw error
    }
  }

  async probe(blobId: string): Promise<BlobVerdict> {
    const { client, sdk, place } = this.#upstream
    try {
      const head = await client.send(
        new sdk.HeadObjectCommand({ Bucket: place.bucket, Key: this.#key(blobId) }),
      )
      return { state: 'unchecked', sizeBytes: head.ContentLength ?? 0 }
    } catch (error) {
      const known = toLakeError(error, blobId)
      if (isLakeError(known, 'BlobMissing')) return { state: 'missing', sizeBytes: 0 }
      throw known
    }
  }

  /** Gives up the multipart uploads that former runs left half-way. */
  async compact(signal?: AbortSignal): Promise<void> {
    const { client, sdk, place } = this.#upstream
    let marker: { readonly KeyMarker?: string; readonly UploadIdMarker?: string } | undefined = {}
    while (marker) {
      signal?.throwIfAborted()
      const page: ListMultipartUploadsCommandOutput = await client
        .send(
          new sdk.ListMultipartUploadsCommand({
            Bucket: place.bucket,
            Prefix: `${place.prefix}blobs/`,
            ...marker,
          }),
        )
        .catch((error: unknown) => Promise.reject(toLakeError(error)))
      for (const { Key, UploadId } of page.Uploads ?? []) {
        const stem = stemOf(Key!)
        if (stem === undefined || epochOf(stem) === this.epoch) continue
        const upload = { Bucket: place.bucket, Key, UploadId }
        await client.send(new sdk.AbortMultipartUploadCommand(upload)).catch(() => undefined)
      }
      marker =
        page.IsTruncated === true
          ? { KeyMarker: page.NextKeyMarker!, UploadIdMarker: page.NextUploadIdMarker! }
          : undefined
    }
  }

  async close(): Promise<void> {
    this.#upstream.client.destroy()
    await rm(this.temporaryFolder, { recursive: true, force: true })
  }

  [Symbol.asyncDispose](): Promise<void> {
    return this.close()
  }

  #key(blobId: string): string {
    return keyOf(this.#upstream.place.prefix, blobId)
  }

  #enter(blobId: string): () => void {
    this.#readers.set(blobId, (this.#readers.get(blobId) ?? 0) + 1)
    let isIn = true
    return () => {
      if (!isIn) return
      isIn = false
      const left = this.#readers.get(blobId)! - 1
      if (left > 0) {
        this.#readers.set(blobId, left)
        return
      }
      this.#readers.delete(blobId)
      if (!this.#leaving.has(blobId)) return
      // When this fails the blob is an orphan, which fsck finds.
      this.#delete(blobId)
        .catch(() => undefined)
        .finally(() => this.#leaving.delete(blobId))
    }
  }

  async #delete(blobId: string): Promise<void> {
    const { client, sdk, place } = this.#upstream
    try {
      await client.send(
        new sdk.DeleteObjectCommand({ Bucket: place.bucket, Key: this.#key(blobId) }),
      )
    } catch (error) {
      if ((error as Error).name !== 'NoSuchKey') throw toLakeError(error)
    }
  }
}
