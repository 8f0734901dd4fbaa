import { crc32 } from 'node:zlib'
import { TableErrors } from '../errors.ts'
import { writePuffin } from './puffin-file.ts'
import { decodeRoaring, encodeRoaring } from './roaring.ts'

const vectorMagic = Buffer.from('d1d33964', 'hex')
/** The reserved field id of a row's position: https://iceberg.apache.org/spec/#reserved-field-ids */
const positionId = 2_147_483_645

/** The rows of one data file that are deleted: positions from 0, ascending, without repeats. */
export interface DeletionVector {
  readonly dataFile: string
  readonly positions: readonly number[]
}

/** Where a vector lies, in the words of `NewFile`. */
export interface PlacedVector {
  readonly referencedDataFile: string
  readonly contentOffset: number
  readonly contentSizeBytes: number
  readonly recordCount: number
}

/**
 * A Puffin file of deletion vectors: each becomes a delete file of a table of format 3, which replaces all position deletes that
 * its data file had. https://iceberg.apache.org/puffin-spec/#deletion-vector-v1-blob-type
 */
export function writeDeletionVectors(vectors: readonly DeletionVector[]): {
  readonly bytes: Buffer
  readonly vectors: readonly PlacedVector[]
} {
  const { bytes, blobs } = writePuffin(
    vectors.map(({ dataFile, positions }) => ({
      type: 'deletion-vector-v1',
      fields: [positionId],
      // Both are those of the commit, which this file does not know.
      snapshotId: -1,
      sequenceNumber: -1,
      properties: { 'referenced-data-file': dataFile, cardinality: String(positions.length) },
      bytes: encodeVector(checked(positions, dataFile)),
    })),
    { 'created-by': 'Boathouse' },
  )
  return {
    bytes,
    vectors: vectors.map(({ dataFile, positions }, at) => ({
      referencedDataFile: dataFile,
      contentOffset: blobs[at]!.offset,
      contentSizeBytes: blobs[at]!.length,
      recordCount: positions.length,
    })),
  }
}

/**
 * The positions that a vector deletes, ascending, from the bytes at its place (`contentOffset`, `contentSizeBytes`) in the file.
 * Errors: `ManifestUnreadable`, which names the file.
 */
export function readDeletionVector(bytes: Buffer, name: string): readonly number[] {
  try {
    return decodeVector(bytes)
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error)
    throw TableErrors.ManifestUnreadable(
      `Cannot read the deletion vector in ${name}: ${why}`,
      { file: name },
      error,
    )
  }
}

function encodeVector(positions: readonly number[]): Buffer {
  const body = Buffer.concat([vectorMagic, encodeRoaring(positions)])
  const [length, checksum] = [Buffer.alloc(4), Buffer.alloc(4)]
  length.writeUInt32BE(body.length)
  checksum.writeUInt32BE(crc32(body))
  return Buffer.concat([length, body, checksum])
}

function decodeVector(bytes: Buffer): readonly number[] {
  if (bytes.length < 12 || bytes.readUInt32BE(0) !== bytes.length - 8) {
    throw new Error('its length is wrong')
  }
  const body = bytes.subarray(4, -4)
  if (!body.subarray(0, 4).equals(vectorMagic)) throw new Error('it is none')
  if (crc32(body) !== bytes.readUInt32BE(bytes.length - 4)) throw new Error('its bytes are damaged')
  return decodeRoaring(body.subarray(4))
}

function checked(positions: readonly number[], dataFile: string): readonly number[] {
  let last = -1
  for (const position of positions) {
    if (!Number.isSafeInteger(position) || position <= last) {
      throw TableErrors.InvalidChange(`Positions of deleted rows of ${dataFile} are not ascending`)
    }
    last = position
  }
  return positions
}
