import { crc32 } from 'node:zlib'
import type { CompletedPart } from '@aws-sdk/client-s3'
import { ObjectErrors } from '../errors.ts'
import type { PartBuffers } from './part-buffers.ts'
import type { Upstream } from './upstream.ts'

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
  let gathered: Uint8Array[] = []
  let gatheredBytes = 0
  try {
    for await (const chunk of source) {
      sizeBytes += chunk.byteLength
      crc = crc32(chunk, crc)
      gathered.push(chunk)
      gatheredBytes += chunk.byteLength
      if (gatheredBytes < multipart.nextPartBytes) continue
      await multipart.send(Buffer.concat(gathered, gatheredBytes))
      gathered = []
      gatheredBytes = 0
    }
    const rest = Buffer.concat(gathered, gatheredBytes)
    if (!multipart.isBegun) await put(upstream, key, rest)
    else await multipart.complete(rest, sizeBytes)
    return { sizeBytes, crc }
  } catch (error) {
    await multipart.abort()
    throw error
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

  /** Resolves when the next part may be gathered. */
  async send(body: Buffer): Promise<void> {
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
    const part: { PartNumber: number; ETag?: string } = { PartNumber: this.#parts.length + 1 }
    this.#parts.push(part)
    await this.#buffers.take()
    const sent = this.#sendPart(part, body).catch((error: unknown) => {
      this.#failed ??= error
    })
    this.#sending.add(sent)
    void sent.finally(() => {
      this.#sending.delete(sent)
      this.#buffers.give()
    })
    while (this.#sending.size >= partsAtOnceMax) await Promise.race(this.#sending)
    if (this.#failed !== undefined) throw this.#failed
  }

  async complete(rest: Buffer, sizeBytes: number): Promise<void> {
    const { client, sdk } = this.#upstream
    if (rest.length > 0) await this.send(rest)
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
