import { crc32 } from 'node:zlib'

/*
 * A pack is a file of small blobs, one behind the other:
 *   record:  magic, length, CRC-32 of the bytes, CRC-32 of these three with the record's place; then the bytes.
 *   index:   for each record its offset at birth, its position now, length, CRC-32.
 *   trailer: how many entries, CRC-32 of them, magic (8 bytes).
 * All numbers are 32 bits, big-endian. An index is written when a pack is full; a pack without one is walked.
 */

export const recordHeaderBytes = 16
export const entryBytes = 16
export const trailerBytes = 16
export const deadEntryBytes = 12
const recordMagic = 0x42485031
const trailerMagic = Buffer.from('BHPINDEX')

/** One record of a pack. A blob's id holds `offset`, where it was first written; compaction moves it to `position`. */
export interface PackEntry {
  readonly offset: number
  readonly position: number
  readonly sizeBytes: number
  readonly crc: number
}

/** What the id of a packed blob says. */
export interface PackedId {
  readonly pack: string
  readonly offset: number
  readonly sizeBytes: number
  readonly crc: number
}

const idForm = /^p[0-9a-f]{36}$/
/** Of a pack's name: the epoch of the run that made it, and its number. */
export const epochLength = 8
const numberLength = 6
export const packNameLength = epochLength + numberLength

export function isPackedId(blobId: string): boolean {
  return blobId.length === 37 && blobId.startsWith('p')
}

export function packedId(pack: string, entry: Omit<PackEntry, 'position'>): string {
  return `p${pack}${hex(entry.offset, 8)}${hex(entry.sizeBytes, 6)}${hex(entry.crc, 8)}`
}

/** Undefined when it is no such id. */
export function readPackedId(blobId: string): PackedId | undefined {
  if (!idForm.test(blobId)) return undefined
  return {
    pack: blobId.slice(1, 15),
    offset: Number.parseInt(blobId.slice(15, 23), 16),
    sizeBytes: Number.parseInt(blobId.slice(23, 29), 16),
    crc: Number.parseInt(blobId.slice(29), 16),
  }
}

export function packName(epoch: string, number: number): string {
  return epoch + hex(number, numberLength)
}

export function recordHeader(pack: string, entry: Omit<PackEntry, 'position'>): Buffer {
  const header = Buffer.allocUnsafe(recordHeaderBytes)
  header.writeUInt32BE(recordMagic, 0)
  header.writeUInt32BE(entry.sizeBytes, 4)
  header.writeUInt32BE(entry.crc, 8)
  header.writeUInt32BE(placeCrc(header, pack, entry.offset), 12)
  return header
}

/** The record whose header stands at `at` of a pack that was never compacted; undefined when none does. */
export function readRecordHeader(bytes: Buffer, at: number, pack: string): PackEntry | undefined {
  if (at + recordHeaderBytes > bytes.length || bytes.readUInt32BE(at) !== recordMagic) {
    return undefined
  }
  const header = bytes.subarray(at, at + recordHeaderBytes)
  if (header.readUInt32BE(12) !== placeCrc(header, pack, at)) return undefined
  return {
    offset: at,
    position: at,
    sizeBytes: header.readUInt32BE(4),
    crc: header.readUInt32BE(8),
  }
}

/** Where the next header may stand, from `from` on; -1 when there is none. */
export function findRecordHeader(bytes: Buffer, from: number): number {
  const magic = Buffer.allocUnsafe(4)
  magic.writeUInt32BE(recordMagic)
  return bytes.indexOf(magic, from)
}

export function writeIndex(entries: readonly PackEntry[]): Buffer {
  const bytes = Buffer.allocUnsafe(entries.length * entryBytes + trailerBytes)
  let at = 0
  for (const { offset, position, sizeBytes, crc } of entries) {
    bytes.writeUInt32BE(offset, at)
    bytes.writeUInt32BE(position, at + 4)
    bytes.writeUInt32BE(sizeBytes, at + 8)
    bytes.writeUInt32BE(crc, at + 12)
    at += entryBytes
  }
  bytes.writeUInt32BE(entries.length, at)
  bytes.writeUInt32BE(crc32(bytes.subarray(0, at)), at + 4)
  trailerMagic.copy(bytes, at + 8)
  return bytes
}

/** How many entries a trailer tells of; undefined when it is none. */
export function readTrailer(trailer: Buffer): number | undefined {
  if (trailer.length < trailerBytes || !trailer.subarray(8).equals(trailerMagic)) return undefined
  return trailer.readUInt32BE(0)
}

/** The entries, ascending by offset; undefined when the index is damaged. `bytes` is index and trailer. */
export function readIndex(bytes: Buffer): PackEntry[] | undefined {
  const end = bytes.length - trailerBytes
  if (crc32(bytes.subarray(0, end)) !== bytes.readUInt32BE(end + 4)) return undefined
  const entries: PackEntry[] = []
  for (let at = 0; at < end; at += entryBytes) {
    entries.push({
      offset: bytes.readUInt32BE(at),
      position: bytes.readUInt32BE(at + 4),
      sizeBytes: bytes.readUInt32BE(at + 8),
      crc: bytes.readUInt32BE(at + 12),
    })
  }
  return entries
}

/** The list of records that are gone grows by these: offset, length, CRC-32 of both. */
export function deadEntry(offset: number, sizeBytes: number): Buffer {
  const bytes = Buffer.allocUnsafe(deadEntryBytes)
  bytes.writeUInt32BE(offset, 0)
  bytes.writeUInt32BE(sizeBytes, 4)
  bytes.writeUInt32BE(crc32(bytes.subarray(0, 8)), 8)
  return bytes
}

/** Offsets and lengths of what is gone; a torn end is passed by. */
export function readDead(bytes: Buffer): Map<number, number> {
  const dead = new Map<number, number>()
  for (let at = 0; at + deadEntryBytes <= bytes.length; at += deadEntryBytes) {
    if (crc32(bytes.subarray(at, at + 8)) !== bytes.readUInt32BE(at + 8)) continue
    dead.set(bytes.readUInt32BE(at), bytes.readUInt32BE(at + 4))
  }
  return dead
}

function placeCrc(header: Buffer, pack: string, offset: number): number {
  return crc32(`${pack}${hex(offset, 8)}`, crc32(header.subarray(0, 12)))
}

function hex(value: number, length: number): string {
  return value.toString(16).padStart(length, '0')
}
