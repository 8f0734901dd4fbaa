import { createHash, hash } from 'node:crypto'
import { crc32 } from 'node:zlib'
import type { IHasher } from 'hash-wasm'
import { crc64Nvme } from './hashing/crc64.ts'

/** The algorithms of S3: https://docs.aws.amazon.com/AmazonS3/latest/userguide/checking-object-integrity.html */
export const checksumAlgorithms = [
  'CRC32',
  'CRC32C',
  'CRC64NVME',
  'SHA1',
  'SHA256',
  'SHA512',
  'MD5',
  'XXHASH64',
  'XXHASH3',
  'XXHASH128',
] as const

export type ChecksumAlgorithm = (typeof checksumAlgorithms)[number]
export type ChecksumType = 'FULL_OBJECT' | 'COMPOSITE'

/** Base64 values by algorithm. */
export type Checksums = Readonly<Partial<Record<ChecksumAlgorithm, string>>>

/** Length in bytes of a value. */
export const checksumBytes: Readonly<Record<ChecksumAlgorithm, number>> = {
  CRC32: 4,
  CRC32C: 4,
  CRC64NVME: 8,
  SHA1: 20,
  SHA256: 32,
  SHA512: 64,
  MD5: 16,
  XXHASH64: 8,
  XXHASH3: 8,
  XXHASH128: 16,
}

/** A hash under way. `end` may be called once, and must be: it gives the hasher back. */
export interface Hasher {
  update(chunk: Uint8Array): void
  end(): Buffer
}

/** Reversed. */
const crc32cPolynomial = 0x82f63b78

export async function createHasher(algorithm: ChecksumAlgorithm): Promise<Hasher> {
  switch (algorithm) {
    case 'CRC32':
      return zlibCrc32()
    case 'CRC64NVME':
      return nvmeCrc64()
    case 'SHA1':
    case 'SHA256':
    case 'SHA512':
    case 'MD5':
      return cryptoHasher(algorithm.toLowerCase())
    default:
      return pooledHasher(algorithm)
  }
}

export function isChecksumAlgorithm(text: string): text is ChecksumAlgorithm {
  return (checksumAlgorithms as readonly string[]).includes(text)
}

/** The checksum of bytes at hand, base64. */
export async function checksumOf(algorithm: ChecksumAlgorithm, bytes: Uint8Array): Promise<string> {
  return (await hashAtOnce(algorithm, bytes)).toString('base64')
}

/** The checksum of bytes at hand; a promise only where its library has yet to be loaded. */
export function hashAtOnce(
  algorithm: ChecksumAlgorithm,
  bytes: Uint8Array,
): Buffer | Promise<Buffer> {
  switch (algorithm) {
    case 'SHA1':
    case 'SHA256':
    case 'SHA512':
    case 'MD5':
      return hash(algorithm.toLowerCase(), bytes, 'buffer')
    default: {
      const idleHasher = readyHasher(algorithm)
      const end = (hasher: Hasher) => {
        hasher.update(bytes)
        return hasher.end()
      }
      return idleHasher ? end(idleHasher) : createHasher(algorithm).then(end)
    }
  }
}

/** What needs no library, or one that is there already. */
function readyHasher(algorithm: PooledAlgorithm | 'CRC32' | 'CRC64NVME'): Hasher | undefined {
  if (algorithm === 'CRC32') return zlibCrc32()
  return algorithm === 'CRC64NVME' ? nvmeCrc64() : takeIdle(algorithm)
}

function cryptoHasher(name: string): Hasher {
  const hash = createHash(name)
  return { update: (chunk) => void hash.update(chunk), end: () => hash.digest() }
}

function zlibCrc32(): Hasher {
  let value = 0
  return {
    update: (chunk) => {
      value = crc32(chunk, value)
    },
    end: () => {
      const bytes = Buffer.alloc(4)
      bytes.writeUInt32BE(value)
      return bytes
    },
  }
}

function nvmeCrc64(): Hasher {
  let value = 0n
  return {
    update: (chunk) => {
      value = crc64Nvme(chunk, value)
    },
    end: () => {
      const bytes = Buffer.alloc(8)
      bytes.writeBigUInt64BE(value)
      return bytes
    },
  }
}

type PooledAlgorithm = 'CRC32C' | 'XXHASH64' | 'XXHASH3' | 'XXHASH128'

/** The library is loaded with the first use: a server that waits needs none of it. */
const makers: Readonly<Record<PooledAlgorithm, () => Promise<IHasher>>> = {
  CRC32C: async () => (await import('hash-wasm')).createCRC32(crc32cPolynomial),
  XXHASH64: async () => (await import('hash-wasm')).createXXHash64(),
  XXHASH3: async () => (await import('hash-wasm')).createXXHash3(),
  XXHASH128: async () => (await import('hash-wasm')).createXXHash128(),
}

/** A WebAssembly instance costs ten times what hashing 4 KiB does: they are kept and used again. */
const idle = new Map<PooledAlgorithm, IHasher[]>()
const idleMax = 64

async function pooledHasher(algorithm: PooledAlgorithm): Promise<Hasher> {
  return takeIdle(algorithm) ?? started(algorithm, await makers[algorithm]())
}

function takeIdle(algorithm: PooledAlgorithm): Hasher | undefined {
  const hasher = idle.get(algorithm)?.pop()
  return hasher && started(algorithm, hasher)
}

function started(algorithm: PooledAlgorithm, hasher: IHasher): Hasher {
  hasher.init()
  return {
    update: (chunk) => void hasher.update(chunk),
    end: () => {
      const value = Buffer.from(hasher.digest('binary'))
      const kept = idle.get(algorithm)
      if (!kept) idle.set(algorithm, [hasher])
      else if (kept.length < idleMax) kept.push(hasher)
      return value
    },
  }
}
