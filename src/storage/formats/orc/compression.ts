import { inflateRawSync, zstdDecompressSync } from 'node:zlib'
import { uncompressLz4Block } from '../compression/lz4.ts'
import { uncompressSnappy } from '../compression/snappy.ts'

/** Unpacks one chunk of an ORC stream. */
export type UnpackChunk = (bytes: Buffer, sizeBytesMax: number) => Buffer

const kinds: readonly (UnpackChunk | string | undefined)[] = [
  undefined,
  (bytes, maxOutputLength) => inflateRawSync(bytes, { maxOutputLength }),
  uncompressSnappy,
  'LZO',
  (bytes, sizeBytesMax) => uncompressLz4Block(bytes, sizeBytesMax),
  (bytes, maxOutputLength) => zstdDecompressSync(bytes, { maxOutputLength }),
  'Brotli',
]

/** Undefined: nothing is compressed. Throws for kinds that cannot be read. */
export function chunkUnpacker(kind: number): UnpackChunk | undefined {
  const found = kinds[kind]
  if (typeof found === 'string') throw new Error(`its compression ${found} is not supported`)
  if (kind >= kinds.length) throw new Error(`its compression ${kind} is not known`)
  return found
}

/** How a file's sections are compressed. */
export interface Packing {
  readonly unpack: UnpackChunk | undefined
  /** Of one chunk when unpacked. */
  readonly blockBytesMax: number
}

/** A whole section unpacked: https://orc.apache.org/specification/ORCv1/#compression */
export function unpackSection(bytes: Buffer, packing: Packing, sizeBytesMax: number): Buffer {
  if (!packing.unpack) return bytes
  const chunks: Buffer[] = []
  let size = 0
  for (let at = 0; at < bytes.length;) {
    const { chunk, next } = nextChunk(bytes, at, packing)
    chunks.push(chunk)
    size += chunk.length
    if (size > sizeBytesMax) throw new Error('a section is larger than it may be')
    at = next
  }
  return chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)
}

/** The chunk that starts at a place of a section. */
export function nextChunk(
  bytes: Buffer,
  at: number,
  { unpack, blockBytesMax }: Packing,
): { readonly chunk: Buffer; readonly next: number } {
  if (at + 3 > bytes.length) throw new Error('it is cut off')
  const head = bytes.readUIntLE(at, 3)
  const start = at + 3
  const next = start + (head >> 1)
  if (next > bytes.length) throw new Error('it is cut off')
  const body = bytes.subarray(start, next)
  const chunk = (head & 1) === 1 || !unpack ? body : unpack(body, blockBytesMax)
  return { chunk, next }
}
