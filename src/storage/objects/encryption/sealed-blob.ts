import { createCipheriv, createDecipheriv, hkdfSync } from 'node:crypto'
import { Readable, finished } from 'node:stream'
import { randomHex, spend } from '#kit'
import type { BlobStore } from '../blob-store.ts'
import { ObjectErrors } from '../errors.ts'
import type { ByteRange } from '../ranges.ts'

/*
 * An encrypted blob: one byte of version, a salt of 32 bytes, then the bytes in chunks of 64 KiB, each AES-256-GCM with its
 * tag behind it. The key of the blob comes from the object's data key and the salt, so that no two blobs share one; the nonce
 * is the number of the chunk and whether it is the last, so that chunks which are moved, repeated or cut off do not open.
 * The construction is STREAM: https://eprint.iacr.org/2015/189.
 */
const version = 1
const saltBytes = 32
const headerBytes = 1 + saltBytes
const tagBytes = 16
const chunkBytes = 64 * 1024
const sealedBytes = chunkBytes + tagBytes

/** The bytes of an encrypted blob, given the plain ones. */
export async function* sealChunks(
  dataKey: Uint8Array,
  source: Iterable<Uint8Array> | AsyncIterable<Uint8Array>,
): AsyncIterable<Uint8Array> {
  const salt = Buffer.from(randomHex(saltBytes), 'hex')
  const key = blobKey(dataKey, salt)
  yield Buffer.concat([Buffer.from([version]), salt])
  let gathered: Uint8Array[] = []
  let gatheredBytes = 0
  let index = 0
  for await (const piece of source) {
    gathered.push(piece)
    gatheredBytes += piece.byteLength
    // What fills a chunk exactly waits: it may be the last one.
    if (gatheredBytes <= chunkBytes) continue
    const bytes = gathered.length === 1 ? piece : Buffer.concat(gathered)
    let at = 0
    for (; bytes.byteLength - at > chunkBytes; at += chunkBytes) {
      yield* seal(key, index++, false, bytes.subarray(at, at + chunkBytes))
    }
    const taken = gathered
    // A copy where the memory may go.
    gathered = [Buffer.from(bytes.subarray(at))]
    gatheredBytes = bytes.byteLength - at
    spend(taken)
  }
  yield* seal(key, index, true, Buffer.concat(gathered))
}

/**
 * Opens the plain bytes of an encrypted blob of `sizeBytes` plain bytes, or of a range of them: only the chunks that hold it
 * are read. A chunk that does not open ends the stream with `CiphertextBroken`. Errors: `BlobMissing`.
 */
export async function openSealed(
  blobs: Pick<BlobStore, 'open'>,
  blobId: string,
  dataKey: Uint8Array,
  sizeBytes: number,
  range: ByteRange,
): Promise<Readable> {
  const last = Math.max(Math.ceil(sizeBytes / chunkBytes) - 1, 0)
  const from = Math.floor(range.start / chunkBytes)
  const to = Math.min(Math.floor(range.end / chunkBytes), last)
  const header = await readHeader(blobs, blobId)
  const key = blobKey(dataKey, header.subarray(1))
  const sealed = await blobs.open(blobId, {
    start: headerBytes + from * sealedBytes,
    end: headerBytes + Math.min((to + 1) * sealedBytes, sizeBytes + (last + 1) * tagBytes) - 1,
  })
  const plain = async function* () {
    let index = from
    for await (const chunk of inChunks(sealed)) {
      const bytes = unseal(key, index, index === last, chunk, blobId)
      const first = index * chunkBytes
      const start = Math.max(range.start - first, 0)
      yield bytes.subarray(start, Math.min(range.end - first + 1, bytes.length))
      index++
    }
    if (index !== to + 1) throw broken(blobId)
  }
  const stream = Readable.from(plain(), { objectMode: false })
  finished(stream, () => sealed.destroy())
  return stream
}

async function readHeader(blobs: Pick<BlobStore, 'open'>, blobId: string): Promise<Buffer> {
  const pieces: Uint8Array[] = []
  for await (const piece of await blobs.open(blobId, { start: 0, end: headerBytes - 1 })) {
    pieces.push(piece as Uint8Array)
  }
  const header = Buffer.concat(pieces)
  if (header.length !== headerBytes || header[0] !== version) throw broken(blobId)
  return header
}

/** Cuts a stream into sealed chunks; the last may be shorter. */
async function* inChunks(source: Readable): AsyncIterable<Buffer> {
  let gathered: Buffer[] = []
  let gatheredBytes = 0
  for await (const piece of source) {
    gathered.push(piece as Buffer)
    gatheredBytes += (piece as Buffer).length
    if (gatheredBytes < sealedBytes) continue
    const bytes = Buffer.concat(gathered)
    let at = 0
    for (; bytes.length - at >= sealedBytes; at += sealedBytes) {
      yield bytes.subarray(at, at + sealedBytes)
    }
    gathered = [bytes.subarray(at)]
    gatheredBytes = bytes.length - at
  }
  if (gatheredBytes > 0) yield Buffer.concat(gathered)
}

function blobKey(dataKey: Uint8Array, salt: Uint8Array): Buffer {
  return Buffer.from(hkdfSync('sha256', dataKey, salt, 'boathouse/blob', 32))
}

function nonce(index: number, isLast: boolean): Buffer {
  const bytes = Buffer.alloc(12)
  bytes.writeUInt32BE(index, 7)
  bytes[11] = isLast ? 1 : 0
  return bytes
}

function* seal(key: Buffer, index: number, isLast: boolean, plain: Uint8Array) {
  const cipher = createCipheriv('aes-256-gcm', key, nonce(index, isLast))
  yield cipher.update(plain)
  cipher.final()
  yield cipher.getAuthTag()
}

function unseal(
  key: Buffer,
  index: number,
  isLast: boolean,
  sealed: Buffer,
  blobId: string,
): Buffer {
  if (sealed.length < tagBytes) throw broken(blobId)
  const body = sealed.subarray(0, sealed.length - tagBytes)
  const decipher = createDecipheriv('aes-256-gcm', key, nonce(index, isLast))
  decipher.setAuthTag(sealed.subarray(body.length))
  const plain = decipher.update(body)
  try {
    decipher.final()
  } catch (error) {
    throw broken(blobId, error)
  }
  return plain
}

function broken(blobId: string, cause?: unknown): Error {
  return ObjectErrors.CiphertextBroken(
    `the encrypted blob ${blobId} does not open`,
    { blobId },
    cause,
  )
}
