import { constants, createGunzip, createInflateRaw, createZstdDecompress } from 'node:zlib'
import type { Readable } from 'node:stream'
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

/**
 * The beginning of a file, decompressed; of bzip2 as it is stored, since the engine unpacks that. Throws when the
 * compressed data is damaged.
 */
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
  if (compression === 'none' || compression === 'bzip2') {
    return { compression, bytes: head.bytes, complete: isWhole, sampledBytes }
  }
  if (compression === 'zip') {
    const entry = zipEntry(head.bytes)
    await checkSingle(objects, ref, file.sizeBytes)
    const unpacked = entry.stored
      ? { bytes: entry.bytes, complete: isWhole }
      : await firstBytes(inflateHead(entry.bytes), unpackedBytes)
    return {
      compression,
      bytes: unpacked.bytes,
      complete: isWhole && unpacked.complete,
      sampledBytes,
    }
  }
  // A head that is cut off is no damage; a whole file must end properly.
  const unpacker =
    compression === 'gzip'
      ? createGunzip(isWhole ? {} : { finishFlush: constants.Z_SYNC_FLUSH })
      : createZstdDecompress(isWhole ? {} : { finishFlush: constants.ZSTD_e_flush })
  unpacker.end(head.bytes)
  const unpacked = await firstBytes(unpacker, unpackedBytes)
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
  if (bytes.length < 4) return 'none'
  if (/^BZh[1-9]/.test(bytes.toString('latin1', 0, 4))) return 'bzip2'
  if (bytes.readUInt32LE(0) === 0x04034b50) return 'zip'
  return bytes.readUInt32LE(0) === 0xfd2fb528 ? 'zstd' : 'none'
}

/** The first file of an archive: https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, 4.3.7 */
function zipEntry(bytes: Buffer): { readonly bytes: Buffer; readonly stored: boolean } {
  if (bytes.length < 30) throw new Error('the ZIP archive is cut off')
  const method = bytes.readUInt16LE(8)
  if ((bytes.readUInt16LE(6) & 1) === 1) throw new Error('the ZIP archive is encrypted')
  if (method !== 0 && method !== 8)
    throw new Error('the ZIP archive is packed by an unknown method')
  const start = 30 + bytes.readUInt16LE(26) + bytes.readUInt16LE(28)
  const packed = bytes.readUInt32LE(18)
  const stored = method === 0
  return { stored, bytes: bytes.subarray(start, stored && packed > 0 ? start + packed : undefined) }
}

/** As on AWS, an archive must hold one file. */
async function checkSingle(
  objects: Objects,
  ref: { readonly accountId: string; readonly bucket: string; readonly key: string },
  sizeBytes: number,
): Promise<void> {
  const start = Math.max(0, sizeBytes - tailBytes)
  const tail = await firstBytes(await objects.read(ref, { start, end: sizeBytes - 1 }), tailBytes)
  const at = tail.bytes.lastIndexOf(Buffer.from('PK\u0005\u0006', 'latin1'))
  if (at < 0 || at + 22 > tail.bytes.length) throw new Error('the ZIP archive is cut off')
  if (tail.bytes.readUInt16LE(at + 10) !== 1) throw new Error('a ZIP archive must hold one file')
}

/** The end record and its longest comment. */
const tailBytes = 22 + 65_535

/** What follows the packed bytes, or lacks at their end, is of no interest. */
function inflateHead(bytes: Buffer): Readable {
  const inflate = createInflateRaw({ finishFlush: constants.Z_SYNC_FLUSH })
  inflate.end(bytes)
  return inflate
}

async function firstBytes(
  stream: Readable,
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
