import { crc32 } from 'node:zlib'
import type { CompletedPart } from '@aws-sdk/client-s3'
import { spend } from '#kit'
import { ObjectErrors } from '../errors.ts'
import type { PartBuffers } from './part-buffers.ts'
import type { Upstream } from './upstream.ts'

/** Up to this bytes are kept as they come: they need no buffer. */
const smallBytesMax = 256 * 1024
/** Of the first parts: larger blobs go in more than one piece. */
export const partBytes = 8 * 1024 * 1024
const partsMax = 10_000
const partsAtOnceMax = 3

export interface Uploaded {
  readonly sizeBytes: number
  readonly crc: number
}

/** Later parts are larger, so that 10,000 of them are enough for anything that the store takes. */
function bytesOfPart(partNumber: number): number {
  return partBytes * Math.ceil(partNumber / 1000) ** 2
}

/**
 * Writes bytes upstream under `key`: at once when they are few, else in parts, each sent while the next is gathered. When it has
 * resolved the upstream has acknowledged all; when the source or the upstream fails, nothing stays there.
 */
export async function upload(
  upstream: Upstream,
  buffers: PartBuffers,
  key: string,
  source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): Promise<Uploaded> {
  const multipart = new Multipart(upstream, buffers, key)
  let sizeBytes = 0
  let crc = 0
  const small: Uint8Array[] = []
  let part: PartBuffer | undefined
  try {
    for await (const chunk of source) {
      sizeBytes += chunk.byteLength
      crc = crc32(chunk, crc)
      if (!part && sizeBytes <= smallBytesMax) {
        small.push(chunk)
        continue
      }
      for (const piece of [...small.splice(0), chunk]) {
        for (let at = 0; at < piece.byteLength;) {
          part ??= new PartBuffer(await buffers.take(multipart.nextPartBytes))
          at += part.add(piece, at)
          if (!part.isFull) continue
          const full = part
          part = undefined
          await multipart.send(full)
        }
        spend([piece])
      }
    }
    const last = part
    part = undefined
    if (multipart.isBegun) await multipart.complete(last, sizeBytes)
    else await putWhole(upstream, buffers, key, last ?? Buffer.concat(small))
    return { sizeBytes, crc }
  } catch (error) {
    if (part) buffers.give(part.memory)
    await multipart.abort()
    throw error
  }
}

/** Bytes of a part that come together. */
class PartBuffer {
  readonly memory: Buffer
  #used = 0

  constructor(memory: Buffer) {
    this.memory = memory
  }

  get bytes(): Buffer {
    return this.memory.subarray(0, this.#used)
  }

  get isFull(): boolean {
    return this.#used === this.memory.length
  }

  /** Takes what there is room for, from `at` on: so many bytes. */
  add(piece: Uint8Array, at: number): number {
    const taken = Math.min(piece.byteLength - at, this.memory.length - this.#used)
    this.memory.set(piece.subarray(at, at + taken), this.#used)
    this.#used += taken
    return taken
  }
}

async function putWhole(
  upstream: Upstream,
  buffers: PartBuffers,
  key: string,
  body: Buffer | PartBuffer,
): Promise<void> {
  try {
    await put(upstream, key, body instanceof PartBuffer ? body.bytes : body)
  } finally {
    if (body instanceof PartBuffer) buffers.give(body.memory)
  }
}

async function put({ client, sdk, place }: Upstream, key: string, body: Buffer): Promise<void> {
  const type = 'application/octet-stream'
  await client.send(
    new sdk.PutObjectCommand({ Bucket: place.bucket, Key: key, Body: body, ContentType: type }),
  )
}

/** One multipart upload, which begins with its first part. */
class Multipart {
  readonly #upstream: Upstream
  readonly #buffers: PartBuffers
  readonly #target: { readonly Bucket: string; readonly Key: string }
  readonly #sending = new Set<Promise<void>>()
  readonly #parts: CompletedPart[] = []
  #uploadId: string | undefined
  #failed: unknown

  constructor(upstream: Upstream, buffers: PartBuffers, key: string) {
    this.#upstream = upstream
    this.#buffers = buffers
    this.#target = { Bucket: upstream.place.bucket, Key: key }
  }

  get isBegun(): boolean {
    return this.#uploadId !== undefined
  }

  get nextPartBytes(): number {
    return bytesOfPart(this.#parts.length + 1)
  }

  /** Takes the buffer, and gives it back when it is sent. Resolves when the next part may be gathered. */
  async send(body: PartBuffer): Promise<void> {
    let part: { PartNumber: number; ETag?: string }
    try {
      part = await this.#begin()
    } catch (error) {
      this.#buffers.give(body.memory)
      throw error
    }
    const sent = this.#sendPart(part, body.bytes).catch((error: unknown) => {
      this.#failed ??= error
    })
    this.#sending.add(sent)
    void sent.finally(() => {
      this.#sending.delete(sent)
      this.#buffers.give(body.memory)
    })
    while (this.#sending.size >= partsAtOnceMax) await Promise.race(this.#sending)
    if (this.#failed !== undefined) throw this.#failed
  }

  async #begin(): Promise<{ PartNumber: number; ETag?: string }> {
    const { client, sdk } = this.#upstream
    if (this.#uploadId === undefined) {
      const begun = await client.send(
        new sdk.CreateMultipartUploadCommand({
          ...this.#target,
          ContentType: 'application/octet-stream',
        }),
      )
      this.#uploadId = begun.UploadId!
    }
    if (this.#parts.length === partsMax) {
      throw ObjectErrors.EntityTooLarge('Your proposed upload exceeds the maximum allowed size')
    }
    const part = { PartNumber: this.#parts.length + 1 }
    this.#parts.push(part)
    return part
  }

  async complete(rest: PartBuffer | undefined, sizeBytes: number): Promise<void> {
    const { client, sdk } = this.#upstream
    if (rest) await this.send(rest)
    await Promise.all(this.#sending)
    if (this.#failed !== undefined) throw this.#failed
    const done = { UploadId: this.#uploadId, MultipartUpload: { Parts: this.#parts } }
    try {
      await client.send(new sdk.CompleteMultipartUploadCommand({ ...this.#target, ...done }))
    } catch (error) {
      // An attempt before the last may have been done, and only its answer lost.
      if ((error as Error).name !== 'NoSuchUpload' || !(await this.#isThere(sizeBytes))) throw error
    }
    this.#uploadId = undefined
  }

  /** What cannot be aborted now goes with the sweep of a later run. */
  async abort(): Promise<void> {
    const { client, sdk } = this.#upstream
    await Promise.all(this.#sending)
    if (this.#uploadId === undefined) return
    await client
      .send(new sdk.AbortMultipartUploadCommand({ ...this.#target, UploadId: this.#uploadId }))
      .catch(() => undefined)
  }

  async #sendPart(part: CompletedPart, body: Buffer): Promise<void> {
    const { client, sdk } = this.#upstream
    const { PartNumber } = part
    const sent = await client.send(
      new sdk.UploadPartCommand({
        ...this.#target,
        UploadId: this.#uploadId,
        PartNumber,
        Body: body,
      }),
    )
    part.ETag = sent.ETag
  }

  async #isThere(sizeBytes: number): Promise<boolean> {
    const { client, sdk } = this.#upstream
    const head = await client.send(new sdk.HeadObjectCommand(this.#target)).catch(() => undefined)
    return head?.ContentLength === sizeBytes
  }
}
