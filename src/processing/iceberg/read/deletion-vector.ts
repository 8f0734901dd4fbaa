import { crc32 } from 'node:zlib'

const magic = 0x6439_d3d1
/** Roaring's two kinds of bitmaps: https://github.com/RoaringBitmap/RoaringFormatSpec */
const cookieWithRuns = 12_347
const cookieWithoutRuns = 12_346
const arrayMax = 4096

/**
 * The positions of deleted rows, as a `deletion-vector-v1` blob of a Puffin file has them: ascending.
 * https://iceberg.apache.org/puffin-spec/#deletion-vector-v1-blob-type. Throws `RangeError` or `Error` for bytes that are none.
 */
export function* readDeletionVector(blob: Buffer): Generator<number> {
  const length = blob.readUInt32BE(0)
  if (length !== blob.length - 8 || blob.readUInt32LE(4) !== magic) {
    throw new Error('it does not begin as a deletion vector does')
  }
  const body = blob.subarray(4, 4 + length)
  if (crc32(body) !== blob.readUInt32BE(4 + length)) throw new Error('its checksum is wrong')
  const bitmaps = body.readBigUInt64LE(4)
  let offset = 12
  for (let at = 0n; at < bitmaps; at++) {
    const high = body.readUInt32LE(offset) * 2 ** 32
    offset = yield* readBitmap(body, offset + 4, high)
  }
}

/** A bitmap of 32-bit numbers; returns where it ends. */
function* readBitmap(bytes: Buffer, start: number, high: number): Generator<number, number> {
  let offset = start
  const cookie = bytes.readUInt32LE(offset)
  offset += 4
  const hasRuns = (cookie & 0xffff) === cookieWithRuns
  if (!hasRuns && cookie !== cookieWithoutRuns) throw new Error('a bitmap has an unknown form')
  let count = (cookie >>> 16) + 1
  let runFlags: Buffer | undefined
  if (hasRuns) {
    runFlags = bytes.subarray(offset, offset + Math.ceil(count / 8))
    offset += runFlags.length
  } else {
    count = bytes.readUInt32LE(offset)
    offset += 4
  }
  const header = offset
  offset += 4 * count
  if (!hasRuns || count >= 4) offset += 4 * count
  for (let at = 0; at < count; at++) {
    const base = high + bytes.readUInt16LE(header + 4 * at) * 0x1_0000
    const cardinality = bytes.readUInt16LE(header + 4 * at + 2) + 1
    const isRun = runFlags !== undefined && (runFlags[at >> 3]! & (1 << (at & 7))) !== 0
    if (isRun) offset = yield* readRuns(bytes, offset, base)
    else if (cardinality <= arrayMax) offset = yield* readArray(bytes, offset, base, cardinality)
    else offset = yield* readBits(bytes, offset, base)
  }
  return offset
}

function* readRuns(bytes: Buffer, start: number, base: number): Generator<number, number> {
  const count = bytes.readUInt16LE(start)
  let offset = start + 2
  for (let at = 0; at < count; at++, offset += 4) {
    const first = bytes.readUInt16LE(offset)
    const last = first + bytes.readUInt16LE(offset + 2)
    for (let value = first; value <= last; value++) yield base + value
  }
  return offset
}

function* readArray(
  bytes: Buffer,
  start: number,
  base: number,
  cardinality: number,
): Generator<number, number> {
  for (let at = 0; at < cardinality; at++) yield base + bytes.readUInt16LE(start + 2 * at)
  return start + 2 * cardinality
}

function* readBits(bytes: Buffer, start: number, base: number): Generator<number, number> {
  for (let at = 0; at < 8192; at++) {
    const byte = bytes[start + at]
    if (byte === undefined) throw new Error('a bitmap is cut off')
    for (let bit = 0; bit < 8; bit++) if (byte & (1 << bit)) yield base + at * 8 + bit
  }
  return start + 8192
}
