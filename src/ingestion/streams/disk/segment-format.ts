import { crc32 } from 'node:zlib'
import { BufferPool } from '#kit'
import { spanBytes, type RecordColumns } from '../record-columns.ts'
import type { LogRecord } from '../stream-log.ts'
import type { BatchTable } from './batch-table.ts'

/*
 * A segment is a header and then batches, one after the other; all integers are little-endian.
 *
 * Header:  magic 8 | length u32 | crc u32 | salt u32 | shards u32 | per shard: last sequence u64,
 *          last arrival u64, id length u16, id. It tells where each shard stood when the segment began. In version 2, which the
 *          magic ends with when there are such, a place without an id is one whose shard is forgotten: another may have it.
 * Batch:   magic u32 | length u32 | crc u32 | shard u32 | first sequence u64 | arrival u64 |
 *          count u32 | group start u32 | payload. A count of zero adds a shard, behind all others or in the place of a forgotten
 *          one: the payload is its id.
 * Record:  data length u32 (its highest bit: sealed) | key length u16 | hash key length u16 (0xffff: none) | key | hash key | data
 *
 * Each CRC-32 covers all that follows it, seeded with the segment's salt, so that bytes of another file never
 * pass. `group start` is where the bytes begin that were written with this batch: all before it
 * was on stable storage by then.
 */
const magicStart = Buffer.from('BHSEG\0\0', 'latin1')
const versionPlain = 1
const versionWithVacant = 2
export const batchMagic = 0x3142_4842
export const batchHeaderBytes = 40
export const segmentHeaderBytesMin = 24
const recordHeaderBytes = 8
const noHashKey = 0xffff
/** Set in the length of sealed data. */
const sealedMark = 0x8000_0000 | 0

/** Records of one append are cut into batches of about this size: what a reader must load for one record. */
export const batchBytes = 64 * 1024

/** The id of no shard: that of a place which nobody has. */
export const noShard = ''

/** Where a shard stands: its newest record. */
export interface ShardTip {
  readonly shardId: string
  readonly sequence: number
  readonly arrivalMs: number
}

export interface SegmentHeader {
  readonly sizeBytes: number
  readonly salt: number
  readonly shards: readonly ShardTip[]
}

export function encodeSegmentHeader(salt: number, shards: readonly ShardTip[]): Buffer {
  const ids = shards.map((shard) => Buffer.from(shard.shardId, 'utf8'))
  const size = segmentHeaderBytesMin + ids.reduce((sum, id) => sum + 18 + id.byteLength, 0)
  const buffer = Buffer.alloc(size)
  magicStart.copy(buffer, 0)
  const hasVacant = shards.some(({ shardId }) => shardId === noShard)
  buffer[magicStart.byteLength] = hasVacant ? versionWithVacant : versionPlain
  buffer.writeUInt32LE(size, 8)
  buffer.writeUInt32LE(salt, 16)
  buffer.writeUInt32LE(shards.length, 20)
  let at = segmentHeaderBytesMin
  for (const [index, shard] of shards.entries()) {
    buffer.writeBigUInt64LE(BigInt(shard.sequence), at)
    buffer.writeBigUInt64LE(BigInt(shard.arrivalMs), at + 8)
    buffer.writeUInt16LE(ids[index]!.byteLength, at + 16)
    ids[index]!.copy(buffer, at + 18)
    at += 18 + ids[index]!.byteLength
  }
  buffer.writeUInt32LE(crc32(buffer.subarray(16), salt), 12)
  return buffer
}

/** How long the header says it is, from its first 24 bytes; undefined when this is no segment. */
export function segmentHeaderLength(start: Buffer): number | undefined {
  if (start.byteLength < segmentHeaderBytesMin) return undefined
  if (magicStart.compare(start, 0, magicStart.byteLength) !== 0) return undefined
  const version = start[magicStart.byteLength]
  if (version !== versionPlain && version !== versionWithVacant) return undefined
  return start.readUInt32LE(8)
}

/** Undefined when the bytes are not a whole, unharmed header. */
export function decodeSegmentHeader(buffer: Buffer): SegmentHeader | undefined {
  const sizeBytes = segmentHeaderLength(buffer)
  if (sizeBytes === undefined || sizeBytes > buffer.byteLength) return undefined
  const salt = buffer.readUInt32LE(16)
  if (crc32(buffer.subarray(16, sizeBytes), salt) !== buffer.readUInt32LE(12)) return undefined
  const shards: ShardTip[] = []
  let at = segmentHeaderBytesMin
  for (let left = buffer.readUInt32LE(20); left > 0; left -= 1) {
    const idEnd = at + 18 + buffer.readUInt16LE(at + 16)
    shards.push({
      shardId: buffer.toString('utf8', at + 18, idEnd),
      sequence: Number(buffer.readBigUInt64LE(at)),
      arrivalMs: Number(buffer.readBigUInt64LE(at + 8)),
    })
    at = idEnd
  }
  return { sizeBytes, salt, shards }
}

export interface BatchHeader {
  readonly sizeBytes: number
  readonly crc: number
  readonly shard: number
  readonly sequence: number
  readonly arrivalMs: number
  readonly count: number
  readonly groupStart: number
}

/** Undefined when no batch can begin here. The CRC is not checked: see `batchIsWhole`. */
export function readBatchHeader(buffer: Buffer, at: number): BatchHeader | undefined {
  if (at + batchHeaderBytes > buffer.byteLength) return undefined
  if (buffer.readUInt32LE(at) !== batchMagic) return undefined
  const sizeBytes = buffer.readUInt32LE(at + 4)
  if (sizeBytes < batchHeaderBytes) return undefined
  return {
    sizeBytes,
    crc: buffer.readUInt32LE(at + 8),
    shard: buffer.readUInt32LE(at + 12),
    sequence: readSafeInteger(buffer, at + 16),
    arrivalMs: readSafeInteger(buffer, at + 24),
    count: buffer.readUInt32LE(at + 32),
    groupStart: buffer.readUInt32LE(at + 36),
  }
}

/** A u64 that is a safe integer, without a big integer on the way. */
function readSafeInteger(buffer: Buffer, at: number): number {
  return buffer.readUInt32LE(at) + buffer.readUInt32LE(at + 4) * 2 ** 32
}

export function batchIsWhole(
  buffer: Buffer,
  at: number,
  batch: BatchHeader,
  salt: number,
): boolean {
  const end = at + batch.sizeBytes
  return end <= buffer.byteLength && crc32(buffer.subarray(at + 12, end), salt) === batch.crc
}

/** Of batches that were written, for those that come after. */
export const batchBuffers = new BufferPool(32 * 1024 * 1024)

/** The batch was written, and nobody will read it from memory. */
export function releaseBatch(buffer: Buffer): void {
  batchBuffers.give(buffer)
}

/** How many bytes the record has in its batch. */
export function recordBytes(columns: RecordColumns, index: number): number {
  return (
    recordHeaderBytes +
    spanBytes(columns, columns.data, index) +
    spanBytes(columns, columns.key, index) +
    spanBytes(columns, columns.hashKey, index)
  )
}

/** Bytes, with a view of all of them. */
export interface ViewedBytes {
  readonly bytes: Buffer
  readonly view: DataView
}

export function viewed(bytes: Buffer): ViewedBytes {
  return { bytes, view: new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength) }
}

/** Writes one of the records at `at`; returns where it ends. `from` are the bytes of the columns. */
export function writeRecord(
  into: ViewedBytes,
  at: number,
  columns: RecordColumns,
  from: ViewedBytes,
  index: number,
): number {
  const { spans, stride, key, hashKey, isSealed } = columns
  const base = index * stride
  const dataStart = spans[base + columns.data]!
  const dataEnd = spans[base + columns.data + 1]!
  const keyStart = key === undefined ? 0 : spans[base + key]!
  const keyBytes = key === undefined ? 0 : spans[base + key + 1]! - keyStart
  const hashStart = hashKey === undefined ? 0 : spans[base + hashKey]!
  const hashBytes = hashStart === 0 ? 0 : spans[base + hashKey! + 1]! - hashStart
  const dataBytes = dataEnd - dataStart
  const hashSize = hashStart === 0 ? noHashKey : hashBytes
  into.view.setInt32(at, isSealed ? dataBytes | sealedMark : dataBytes, true)
  into.view.setInt32(at + 4, keyBytes | (hashSize << 16), true)
  let end = at + recordHeaderBytes
  end = copySpan(from, keyStart, keyBytes, into, end)
  end = copySpan(from, hashStart, hashBytes, into, end)
  return copySpan(from, dataStart, dataBytes, into, end)
}

/** A call into the runtime costs as much as copying so many bytes here, by eight. */
const copiedHereMax = 512

function copySpan(
  from: ViewedBytes,
  start: number,
  size: number,
  to: ViewedBytes,
  at: number,
): number {
  if (size > copiedHereMax) {
    from.bytes.copy(to.bytes, at, start, start + size)
    return at + size
  }
  const end = start + size
  let place = start
  let into = at
  // Whole numbers: of a double, other bits might come out. No object is made for one that is only handed on.
  for (; place + 8 <= end; place += 8, into += 8) {
    to.view.setBigUint64(into, from.view.getBigUint64(place, true), true)
  }
  for (; place < end; place += 1, into += 1) to.bytes[into] = from.bytes[place]!
  return into
}

/** The batch that adds a shard to the log, to be sealed. */
export function encodeShard(shardId: string): Buffer {
  const id = Buffer.from(shardId, 'utf8')
  const buffer = Buffer.alloc(batchHeaderBytes + id.byteLength)
  id.copy(buffer, batchHeaderBytes)
  return buffer
}

/** Writes the header of a batch at `start`, where its records are already. */
export function sealBatch(
  { bytes, view }: ViewedBytes,
  start: number,
  batches: BatchTable,
  batch: number,
  group: { readonly groupStart: number; readonly salt: number },
): void {
  const sizeBytes = batches.sizeBytesOf(batch)
  view.setUint32(start, batchMagic, true)
  view.setUint32(start + 4, sizeBytes, true)
  view.setUint32(start + 12, batches.shardOf(batch), true)
  setUint64(view, start + 16, batches.sequenceOf(batch))
  setUint64(view, start + 24, batches.arrivalMsOf(batch))
  view.setUint32(start + 32, batches.recordsOf(batch), true)
  view.setUint32(start + 36, group.groupStart, true)
  const covered = bytes.subarray(start + 12, start + sizeBytes)
  view.setUint32(start + 8, crc32(covered, group.salt), true)
}

/** A whole number that a double holds exactly. */
function setUint64(view: DataView, at: number, value: number): void {
  const high = Math.floor(value / 2 ** 32)
  view.setUint32(at, value - high * 2 ** 32, true)
  view.setUint32(at + 4, high, true)
}

/**
 * Adds `count` records that follow one another from `start` on, of a batch that was found whole. Their data are views of
 * `buffer`, not copies.
 */
export function addRecords(
  records: LogRecord[],
  buffer: Buffer,
  start: number,
  { count, sequence }: { readonly count: number; readonly sequence: number },
  arrivalMs: number,
): void {
  let at = start
  for (let index = 0; index < count; index += 1) {
    const keyStart = at + recordHeaderBytes
    const keyEnd = keyStart + uint16At(buffer, at + 4)
    const dataStart = dataStartAt(buffer, at)
    const dataEnd = dataStart + dataBytesAt(buffer, at)
    const plain = {
      partitionKey: buffer.toString('utf8', keyStart, keyEnd),
      data: buffer.subarray(dataStart, dataEnd),
      sequence: BigInt(sequence + index),
      arrivalMs,
    }
    const hasHashKey = uint16At(buffer, at + 6) !== noHashKey
    const isSealed = isSealedAt(buffer, at)
    // Made in one piece where it can be: copies of what was read took longer than the reading.
    records.push(
      hasHashKey || isSealed
        ? {
            ...plain,
            ...(hasHashKey && { explicitHashKey: buffer.toString('latin1', keyEnd, dataStart) }),
            ...(isSealed && { isSealed }),
          }
        : plain,
    )
    at = dataEnd
  }
}

/**
 * Notes where the data of `count` records that follow one another begin and end, the first at `from` of the view, from the place `first` of
 * these lists on. False when one of them is sealed.
 */
export function placeRecords(
  view: DataView,
  from: number,
  count: number,
  starts: Uint32Array,
  ends: Uint32Array,
  first: number,
): boolean {
  let at = from
  let all = 0
  for (let place = first; place < first + count; place += 1) {
    const length = view.getInt32(at, true)
    const keys = view.getUint32(at + 4, true)
    all |= length
    at += recordHeaderBytes + (keys & 0xffff)
    if (keys >>> 16 !== noHashKey) at += keys >>> 16
    starts[place] = at
    at += length & 0x7fff_ffff
    ends[place] = at
  }
  return all >= 0
}

/** Where the record after the one at `at` begins. */
export function skipRecord(buffer: Buffer, at: number): number {
  return dataStartAt(buffer, at) + dataBytesAt(buffer, at)
}

/** Where the data of the record at `at` begins. */
export function dataStartAt(buffer: Buffer, at: number): number {
  const hashSize = uint16At(buffer, at + 6)
  const keyEnd = at + recordHeaderBytes + uint16At(buffer, at + 4)
  return hashSize === noHashKey ? keyEnd : keyEnd + hashSize
}

export function dataBytesAt(buffer: Buffer, at: number): number {
  return uint16At(buffer, at) | ((uint16At(buffer, at + 2) & 0x7fff) << 16)
}

export function isSealedAt(buffer: Buffer, at: number): boolean {
  return buffer[at + 3]! > 0x7f
}

/** Without the checks of `readUInt16LE`: of all that is read of a record, its lengths are most. */
function uint16At(buffer: Buffer, at: number): number {
  return buffer[at]! | (buffer[at + 1]! << 8)
}

export { recordHeaderBytes }
