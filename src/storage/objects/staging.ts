import type { BlobStore } from './blob-store.ts'
import { isLinear } from './crc-combine.ts'
import type { ChecksumAlgorithm } from './checksums.ts'
import {
  Digester,
  checkDigested,
  checkExpected,
  digest,
  type Digested,
  type Expected,
} from './digest.ts'
import type { Encryption } from './encryption/object-encryption.ts'
import { sealChunks } from './encryption/sealed-blob.ts'
import { ObjectErrors } from './errors.ts'
import { beginHashing, isHashing } from './hashing/hash-threads.ts'
import type { InlineBlobs, InlineBytes } from './inline/inline-blobs.ts'

export type ByteSource =
  | Uint8Array
  | Iterable<Uint8Array>
  | (AsyncIterable<Uint8Array> & {
      /** Of what is small: everything in one piece, in the place of going through it. */
      readonly whole?: () => Promise<Uint8Array>
      /**
       * Of what is checked by its SHA-256 as it is read: who computes that himself, on another thread, takes the check over before he reads.
       * It is told the value (hexadecimal) and throws.
       */
      readonly takeCheck?: () => ((sha256: string) => void) | undefined
    })

export interface Staged extends Digested {
  readonly blobId: string
  /** Of a blob that is to be committed with its row: it is durable only then. */
  readonly inlined?: InlineBytes
}

export interface StageOptions {
  /** Checksums to compute beside MD5. */
  readonly algorithms: readonly ChecksumAlgorithm[]
  readonly expected?: Expected
  readonly sizeBytesMax: number
  /** Undefined to write them as they are. */
  readonly encryption?: Pick<Encryption, 'dataKey'> | undefined
  /** Given by whoever commits what is small together with its row. */
  readonly inline?: InlineBlobs | undefined
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
  const algorithms = [...options.algorithms, ...asked]
  const whole = await wholeOf(source)
  if (whole) {
    if (whole.byteLength > options.sizeBytesMax) throw tooLarge(options.sizeBytesMax)
    const digested = await digest(whole, algorithms)
    checkDigested(digested, expected)
    return { ...digested, ...(await storeWhole(blobs, whole, options)) }
  }
  const isLarge = (expected.sizeBytes ?? 0) >= threadedBytesMin
  const chunks = source instanceof Uint8Array ? [source] : (source as Chunks)
  let digested: Digested | undefined
  const hash = isLarge ? hashedBeside : hashedHere
  // A body that comes alone is hashed on both threads at the same time; where several come, the event loop is what they share.
  const isShared = isLarge && isHashing()
  const check = isShared && 'takeCheck' in source ? source.takeCheck?.() : undefined
  const all: ChecksumAlgorithm[] = check ? [...algorithms, 'SHA256'] : algorithms
  const hashed = hash(chunks, all, options.sizeBytesMax, (found) => {
    const { SHA256: sha256, ...others } = found.checksums
    check?.(Buffer.from(sha256!, 'base64').toString('hex'))
    checkDigested(found, expected)
    digested = algorithms.includes('SHA256') ? found : { ...found, checksums: others }
  })
  const { encryption } = options
  const { blobId } = await blobs.write(encryption ? sealChunks(encryption.dataKey, hashed) : hashed)
  return { blobId, ...digested! }
}

async function storeWhole(
  blobs: BlobStore,
  whole: Uint8Array,
  { encryption, inline }: StageOptions,
): Promise<Pick<Staged, 'blobId' | 'inlined'>> {
  const bytes = encryption ? await collect(sealChunks(encryption.dataKey, [whole])) : whole
  const inlined = inline?.take(bytes)
  if (inlined) return { blobId: inlined.blobId, inlined }
  // Its size is that of what is stored.
  return { blobId: (await blobs.write([bytes])).blobId }
}

async function collect(source: AsyncIterable<Uint8Array>): Promise<Uint8Array> {
  const chunks: Uint8Array[] = []
  for await (const chunk of source) chunks.push(chunk)
  return Buffer.concat(chunks)
}

/** The bytes of a source that is small, when they can be had in one piece. */
async function wholeOf(source: ByteSource): Promise<Uint8Array | undefined> {
  if (source instanceof Uint8Array) {
    return source.byteLength < threadedBytesMin ? source : undefined
  }
  if (!('whole' in source) || !source.whole) return undefined
  try {
    return await source.whole()
  } catch (error) {
    throw brokenOff(error)
  }
}

/** From here on another thread hashes: to tell it costs more than hashing less. */
const threadedBytesMin = 512 * 1024

type Chunks = Iterable<Uint8Array> | AsyncIterable<Uint8Array>

/** The chunks as they are. `onEnd` is told what they come to, and may refuse it by throwing. */
async function* hashedHere(
  chunks: Chunks,
  algorithms: readonly ChecksumAlgorithm[],
  sizeBytesMax: number,
  onEnd: (digested: Digested) => void,
): AsyncGenerator<Uint8Array> {
  const digester = await Digester.create(algorithms)
  let digested: Digested
  try {
    for await (const chunk of chunks) {
      digester.update(chunk)
      if (digester.sizeBytes > sizeBytesMax) throw tooLarge(sizeBytesMax)
      yield chunk
    }
  } catch (error) {
    throw brokenOff(error)
  } finally {
    digested = digester.end()
  }
  onEnd(digested)
}

/** The same, hashed by a thread while they are being written. */
async function* hashedBeside(
  chunks: Chunks,
  algorithms: readonly ChecksumAlgorithm[],
  sizeBytesMax: number,
  onEnd: (digested: Digested) => void,
): AsyncGenerator<Uint8Array> {
  const job = beginHashing(algorithms)
  let sizeBytes = 0
  try {
    for await (const chunk of chunks) {
      sizeBytes += chunk.byteLength
      if (sizeBytes > sizeBytesMax) throw tooLarge(sizeBytesMax)
      const full = job.update(chunk)
      if (full) await full
      yield chunk
    }
    onEnd(await job.end())
  } catch (error) {
    throw brokenOff(error)
  } finally {
    // Without effect after its end.
    job.abandon()
  }
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
