import { constants, crc32, deflateRawSync } from 'node:zlib'
import { appendCrc32, crc32Factor } from './crc32.ts'
import { entryText, metadataHead } from './metadata.ts'
import type { TableMetadata } from './types.ts'

/** A part of a deflate stream that may stand behind any other: it refers to nothing before it and ends on a byte. */
interface Piece {
  readonly packed: Buffer
  readonly sizeBytes: number
  readonly crc: number
  /** What the checksum of all before it is to be multiplied by. */
  readonly factor: number
}

/** Entries of a piece that is kept: what comes after the last whole one is packed by every commit. */
const pieceEntries = 128

const pieces = new WeakMap<object, { readonly entries: readonly object[]; readonly piece: Piece }>()

/** From here on a file is packed unless the table says otherwise: the plain text of so many snapshots is some 100 kB. */
const packedFrom = 256

/**
 * Whether the table's next metadata file is gzip, as `write.metadata.compression-codec` says, and when it says nothing once its history is long.
 * https://iceberg.apache.org/docs/latest/configuration/#write-properties
 */
export function isPacked({
  properties,
  snapshots,
}: Pick<TableMetadata, 'properties' | 'snapshots'>): boolean {
  const codec = properties['write.metadata.compression-codec']?.toLowerCase()
  return codec === undefined ? snapshots.length >= packedFrom : codec === 'gzip'
}

/**
 * The gzip file of a table's metadata. Snapshots and their log never change once they are there, so they are packed once and
 * copied from then on: a commit to a table with ten thousand snapshots writes a tenth of the bytes, and packs few of them.
 */
export function packMetadata(metadata: TableMetadata): Buffer {
  const parts = [
    pieceOf(`${metadataHead(metadata).slice(0, -1)},"snapshots":[`),
    ...listPieces(metadata.snapshots),
    pieceOf('],"snapshot-log":['),
    ...listPieces(metadata['snapshot-log']),
    pieceOf(']}'),
  ]
  let crc = 0
  let sizeBytes = 0
  for (const part of parts) {
    crc = appendCrc32(crc, part.factor, part.crc)
    sizeBytes += part.sizeBytes
  }
  const trailer = Buffer.alloc(8)
  trailer.writeUInt32LE(crc >>> 0)
  trailer.writeUInt32LE(sizeBytes % 2 ** 32, 4)
  return Buffer.concat([gzipHeader, ...parts.map(({ packed }) => packed), lastBlock, trailer])
}

/** https://www.rfc-editor.org/rfc/rfc1952: deflate, no name, no time, any system. */
const gzipHeader = Buffer.from('1f8b08000000000000ff', 'hex')
/** An empty block that says it is the last: https://www.rfc-editor.org/rfc/rfc1951#section-3.2.3 */
const lastBlock = Buffer.from('0300', 'hex')

/** The first entry stands alone: before every other there is a comma. */
function listPieces(entries: readonly object[]): readonly Piece[] {
  const [first] = entries
  if (!first) return []
  const list = [pieceOf(entryText(first))]
  let at = 1
  while (at < entries.length) {
    const known = pieces.get(entries[at]!)
    if (known && isAt(entries, at, known.entries)) {
      list.push(known.piece)
      at += known.entries.length
      continue
    }
    const end = endOfPiece(entries, at)
    const some = entries.slice(at, end)
    const piece = pieceOf(some.map((entry) => `,${entryText(entry)}`).join(''))
    const isWhole = some.length === pieceEntries || end < entries.length
    if (isWhole) pieces.set(some[0]!, { entries: some, piece })
    list.push(piece)
    at = end
  }
  return list
}

function pieceOf(text: string): Piece {
  const bytes = Buffer.from(text)
  return {
    // A full flush: the next piece finds no open block, and no window to refer to.
    packed: deflateRawSync(bytes, { level: 1, finishFlush: constants.Z_FULL_FLUSH }),
    sizeBytes: bytes.length,
    crc: crc32(bytes),
    factor: crc32Factor(bytes.length),
  }
}

/** After what was taken away at the front, the pieces that follow are found again. */
function endOfPiece(entries: readonly object[], start: number): number {
  const end = Math.min(start + pieceEntries, entries.length)
  for (let at = start + 1; at < end; at++) if (pieces.has(entries[at]!)) return at
  return end
}

function isAt(entries: readonly object[], at: number, some: readonly object[]): boolean {
  const last = at + some.length - 1
  return last < entries.length && entries[last] === some.at(-1)
}
