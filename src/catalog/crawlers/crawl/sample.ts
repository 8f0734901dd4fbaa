import { constants, createGunzip, createZstdDecompress } from 'node:zlib'
import { Readable } from 'node:stream'
import type { Objects } from '#storage/objects'
import type { Compression } from './file-schema.ts'
import type { FileInfo } from './tree.ts'

export interface Sample {
  readonly compression: Compression
  readonly bytes: Buffer
  /** The whole file was read. */
  readonly complete: boolean
  /** Bytes of the file, as stored, that were read. */
  readonly sampledBytes: number
}

/** Bytes of a file that are read, as stored and after decompression. */
const headBytes = 1024 * 1024
const unpackedBytes = headBytes

/** The beginning of a file, decompressed. Throws when the compressed data is damaged. */
export async function readSample(
  objects: Objects,
  accountId: string,
  file: FileInfo,
): Promise<Sample> {
  const range = { start: 0, end: Math.min(file.sizeBytes, headBytes) - 1 }
  const ref = { accountId, bucket: file.bucket, key: file.key }
  const head = await firstBytes(await objects.read(ref, range), headBytes)
  const sampledBytes = head.bytes.length
  const isWhole = file.sizeBytes <= headBytes
  const compression = compressionOf(head.bytes)
  if (compression === 'none') {
    return { compression, bytes: head.bytes, complete: isWhole, sampledBytes }
  }
  // A head that is cut off is no damage; a whole file must end properly.
  const unpacker =
    compression === 'gzip'
      ? createGunzip(isWhole ? {} : { finishFlush: constants.Z_SYNC_FLUSH })
      : createZstdDecompress(isWhole ? {} : { finishFlush: constants.ZSTD_e_flush })
  const unpacked = await firstBytes(Readable.from([head.bytes]).pipe(unpacker), unpackedBytes)
  const share = unpacked.complete ? 1 : unpackedBytes / Math.max(1, unpacked.bytes.length)
  return {
    compression,
    bytes: unpacked.bytes,
    complete: isWhole && unpacked.complete,
    sampledBytes: Math.round(sampledBytes * Math.min(1, share)),
  }
}

function compressionOf(bytes: Buffer): Compression {
  if (bytes[0] === 0x1f && bytes[1] === 0x8b) return 'gzip'
  return bytes.length >= 4 && bytes.readUInt32LE(0) === 0xfd2fb528 ? 'zstd' : 'none'
}

async function firstBytes(
  stream: Readable | AsyncIterable<Buffer>,
  max: number,
): Promise<{ readonly bytes: Buffer; readonly complete: boolean }> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of stream as AsyncIterable<Buffer>) {
    chunks.push(chunk)
    size += chunk.length
    if (size > max) return { bytes: Buffer.concat(chunks, max), complete: false }
  }
  return { bytes: Buffer.concat(chunks), complete: true }
}
