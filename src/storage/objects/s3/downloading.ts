import { Readable } from 'node:stream'
import { crc32 } from 'node:zlib'
import { sleep } from '#kit'
import type { BlobRange } from '../blob-store.ts'
import { ObjectErrors } from '../errors.ts'
import { crcOf, keyOf } from './blob-ids.ts'
import { isNetworkError, toLakeError, type Upstream } from './upstream.ts'

const resumptionsMax = 4
const stallMs = 60_000

interface Opened {
  readonly body: Readable
  /** Of the whole blob. */
  readonly totalBytes: number
  readonly start: number
  readonly sizeBytes: number
}

/**
 * The bytes of a blob, or of a range. A connection that breaks in the middle is opened again where it broke. What is read whole is
 * compared with the checksum in the id. Errors: `BlobMissing`, `BlobCorrupt`, `UpstreamFailed`.
 */
export async function download(
  upstream: Upstream,
  blobId: string,
  range: BlobRange | undefined,
): Promise<Readable> {
  const first = await request(upstream, blobId, range)
  if (!first) return Readable.from([])
  if (range?.sizeBytes !== undefined && range.sizeBytes !== first.totalBytes) {
    first.body.destroy()
    throw corrupt(blobId)
  }
  const stream = Readable.from(chunks(upstream, blobId, first), { objectMode: false })
  // A reader that leaves before it has begun leaves the generator unentered.
  stream.once('close', () => first.body.destroy())
  return stream
}

async function* chunks(
  upstream: Upstream,
  blobId: string,
  first: Opened,
): AsyncGenerator<Uint8Array> {
  const { start, sizeBytes, totalBytes } = first
  let body = first.body
  let doneBytes = 0
  let crc = 0
  for (let broken = 0; ; broken += 1) {
    try {
      for await (const chunk of unstalled(body)) {
        crc = crc32(chunk, crc)
        doneBytes += chunk.byteLength
        yield chunk
      }
    } catch (error) {
      if (!isNetworkError(error) || broken >= resumptionsMax) throw toLakeError(error, blobId)
    } finally {
      body.destroy()
    }
    if (doneBytes >= sizeBytes) break
    if (broken >= resumptionsMax) throw corrupt(blobId)
    await sleep(50 * 2 ** broken)
    const rest = { start: start + doneBytes, end: start + sizeBytes - 1 }
    const again = await request(upstream, blobId, rest)
    if (again?.totalBytes !== totalBytes) throw corrupt(blobId)
    body = again.body
  }
  const expected = sizeBytes === totalBytes ? crcOf(blobId) : undefined
  if (doneBytes !== sizeBytes || (expected !== undefined && crc !== expected)) throw corrupt(blobId)
}

/** Undefined when there is no byte in the range. */
async function request(
  { client, sdk, place }: Upstream,
  blobId: string,
  range: BlobRange | undefined,
): Promise<Opened | undefined> {
  const isWhole = !range || (range.start === 0 && range.end + 1 === range.sizeBytes)
  try {
    const answer = await client.send(
      new sdk.GetObjectCommand({
        Bucket: place.bucket,
        Key: keyOf(place.prefix, blobId),
        ...(isWhole ? {} : { Range: `bytes=${range.start}-${range.end}` }),
      }),
    )
    const body = answer.Body as Readable
    const length = answer.ContentLength ?? 0
    if (isWhole) return { body, start: 0, sizeBytes: length, totalBytes: length }
    const [, start, end, total] =
      /^bytes (\d+)-(\d+)\/(\d+)$/.exec(answer.ContentRange ?? '')?.map(Number) ?? []
    if (start !== range.start || end !== Math.min(range.end, total! - 1)) {
      body.destroy()
      throw ObjectErrors.UpstreamFailed('the S3 that holds the bytes gives other ranges than asked')
    }
    return { body, start, sizeBytes: end - start + 1, totalBytes: total! }
  } catch (error) {
    if ((error as Error).name === 'InvalidRange') return undefined
    throw toLakeError(error, blobId)
  }
}

/** Fails when the upstream sends nothing for a while; a reader that takes its time does no harm. */
async function* unstalled(body: Readable): AsyncGenerator<Uint8Array> {
  const chunks = body[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>
  for (;;) {
    const timer = setTimeout(
      () => body.destroy(Object.assign(new Error('nothing came'), { code: 'ETIMEDOUT' })),
      stallMs,
    )
    const next = await chunks.next().finally(() => clearTimeout(timer))
    if (next.done) return
    yield next.value
  }
}

export function corrupt(blobId: string): Error {
  return ObjectErrors.BlobCorrupt(`the bytes of the blob ${blobId} are damaged`, { blobId })
}
