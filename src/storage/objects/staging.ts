import type { BlobStore } from './blob-store.ts'
import { isLinear } from './crc-combine.ts'
import type { ChecksumAlgorithm } from './checksums.ts'
import { Digester, checkDigested, checkExpected, type Digested, type Expected } from './digest.ts'
import type { Encryption } from './encryption/object-encryption.ts'
import { sealChunks } from './encryption/sealed-blob.ts'
import { ObjectErrors } from './errors.ts'

export type ByteSource = Uint8Array | Iterable<Uint8Array> | AsyncIterable<Uint8Array>

export interface Staged extends Digested {
  readonly blobId: string
}

export interface StageOptions {
  /** Checksums to compute beside MD5. */
  readonly algorithms: readonly ChecksumAlgorithm[]
  readonly expected?: Expected
  readonly sizeBytesMax: number
  /** Undefined to write them as they are. */
  readonly encryption?: Pick<Encryption, 'dataKey'> | undefined
}

/**
 * Writes bytes durably while hashing them. Errors: `BadDigest`, `InvalidDigest`, `IncompleteBody`, `EntityTooLarge`,
 * `DiskFull`; nothing is kept then.
 */
export async function stageBytes(
  blobs: BlobStore,
  source: ByteSource,
  options: StageOptions,
): Promise<Staged> {
  const expected = options.expected ?? {}
  checkExpected(expected)
  if ((expected.sizeBytes ?? 0) > options.sizeBytesMax) throw tooLarge(options.sizeBytesMax)
  const asked = Object.keys(expected.checksums ?? {}) as ChecksumAlgorithm[]
  const digester = await Digester.create([...options.algorithms, ...asked])
  let digested: Digested | undefined
  const hashed = async function* () {
    const chunks = source instanceof Uint8Array ? [source] : source
    try {
      for await (const chunk of chunks) {
        digester.update(chunk)
        if (digester.sizeBytes > options.sizeBytesMax) throw tooLarge(options.sizeBytesMax)
        yield chunk
      }
    } catch (error) {
      throw brokenOff(error)
    } finally {
      digested = digester.end()
    }
    checkDigested(digested, expected)
  }
  const { encryption } = options
  const { blobId } = await blobs.write(
    encryption ? sealChunks(encryption.dataKey, hashed()) : hashed(),
  )
  return { blobId, ...digested! }
}

/** The default checksum of S3 when the sender names none. */
export const defaultChecksum = 'CRC64NVME' satisfies ChecksumAlgorithm

/** Which values make a whole: `COMPOSITE` is a hash of the parts' hashes. */
export function defaultChecksumType(algorithm: ChecksumAlgorithm): 'FULL_OBJECT' | 'COMPOSITE' {
  return algorithm === 'CRC64NVME' ? 'FULL_OBJECT' : 'COMPOSITE'
}

/** Refuses types that an algorithm does not have in a multipart upload: `InvalidRequest`. */
export function checkChecksumType(
  algorithm: ChecksumAlgorithm,
  type: 'FULL_OBJECT' | 'COMPOSITE',
): void {
  const wrong =
    (type === 'FULL_OBJECT' && !isLinear(algorithm)) ||
    (type === 'COMPOSITE' && algorithm === 'CRC64NVME')
  if (wrong) {
    throw ObjectErrors.InvalidRequest(
      `The ${type} checksum type cannot be used with the ${algorithm.toLowerCase()} checksum algorithm.`,
    )
  }
}

/** A sender that went away is no fault of ours. */
function brokenOff(error: unknown): unknown {
  const { code } = error as NodeJS.ErrnoException
  if (code !== 'ECONNRESET' && code !== 'ERR_STREAM_PREMATURE_CLOSE') return error
  return ObjectErrors.IncompleteBody('The sender broke off in the middle of the bytes', {}, error)
}

function tooLarge(sizeBytesMax: number): Error {
  return ObjectErrors.EntityTooLarge('Your proposed upload exceeds the maximum allowed size', {
    MaxSizeAllowed: sizeBytesMax,
  })
}
