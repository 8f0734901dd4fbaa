import { createCipheriv, createDecipheriv } from 'node:crypto'
import { Readable, finished } from 'node:stream'

/*
 * What the Amazon S3 Encryption Client makes of an object (its second format): the bytes under AES-256-GCM with the tag behind
 * them, and in the object's metadata the key of these bytes, encrypted by KMS.
 * https://docs.aws.amazon.com/amazon-s3-encryption-client/latest/developerguide/encryption-algorithms.html
 */
const cipherName = 'AES/GCM/NoPadding'
const blockBytes = 16
const ivBytes = 12

export const contentTagBytes = 16
export const contentIvBytes = ivBytes

/** What KMS authenticates with the key. */
export const contentKeyContext = { 'aws:x-amz-cek-alg': cipherName } as const

/** What an execution remembers of an object that was encrypted before it was stored. */
export interface Envelope {
  readonly keyArn: string
  /** The key of the bytes, encrypted by KMS; base64. */
  readonly sealed: string
  /** Base64. */
  readonly iv: string
  /** Of the object that this belongs to. */
  readonly etag: string
}

/** The object's metadata, by which any client of that format opens it. */
export function envelopeMetadata({
  sealed,
  iv,
}: Pick<Envelope, 'sealed' | 'iv'>): Readonly<Record<string, string>> {
  return {
    'x-amz-key-v2': sealed,
    'x-amz-iv': iv,
    'x-amz-cek-alg': cipherName,
    'x-amz-wrap-alg': 'kms+context',
    'x-amz-matdesc': JSON.stringify(contentKeyContext),
    'x-amz-tag-len': String(contentTagBytes * 8),
  }
}

export async function* encryptContent(
  dataKey: Uint8Array,
  iv: Uint8Array,
  source: AsyncIterable<Uint8Array>,
): AsyncGenerator<Buffer> {
  const cipher = createCipheriv('aes-256-gcm', dataKey, iv)
  for await (const piece of source) yield cipher.update(piece)
  yield cipher.final()
  yield cipher.getAuthTag()
}

/**
 * Decrypts a part of an object that begins at a multiple of 16 bytes, without its tag, which only the whole can be held to: the object
 * store has checked these bytes, and the object's ETag says that they are those which were written.
 */
export function decryptContent(
  dataKey: Uint8Array,
  iv: Uint8Array,
  source: Readable,
  { start, skip }: { readonly start: number; readonly skip: number },
): Readable {
  // GCM encrypts in counter mode: the first block of the bytes has number 2.
  const counter = Buffer.concat([iv, Buffer.alloc(4)])
  counter.writeUInt32BE(2 + start / blockBytes, ivBytes)
  const decipher = createDecipheriv('aes-256-ctr', dataKey, counter)
  const plain = async function* () {
    let left = skip
    for await (const piece of source) {
      const bytes = decipher.update(piece as Buffer)
      yield bytes.subarray(Math.min(left, bytes.length))
      left = Math.max(0, left - bytes.length)
    }
  }
  const stream = Readable.from(plain(), { objectMode: false })
  finished(stream, () => source.destroy())
  return stream
}

/** Where the block that holds a byte begins. */
export function blockStart(offset: number): number {
  return offset - (offset % blockBytes)
}
