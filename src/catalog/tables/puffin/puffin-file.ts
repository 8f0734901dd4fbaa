import { promisify } from 'node:util'
import { zstdDecompress } from 'node:zlib'
import { TableErrors } from '../errors.ts'
import { asArray, asInteger, asObject, asText, asTextMap, optional } from '../format/reading.ts'
import type { TextMap } from '../format/types.ts'
import { parseBigJson, stringifyBigJson } from '#kit'

const unzstd = promisify(zstdDecompress)
const magic = Buffer.from('PFA1')
const footerBytesMax = 64 * 1024 * 1024
const blobBytesMax = 256 * 1024 * 1024

/** A blob of a Puffin file, without its bytes: https://iceberg.apache.org/puffin-spec/#blobmetadata */
export interface PuffinBlob {
  readonly type: string
  readonly fields: readonly number[]
  readonly snapshotId: bigint | number
  readonly sequenceNumber: number
  readonly offset: number
  readonly length: number
  readonly codec: string | undefined
  readonly properties: TextMap
}

export interface PuffinInput {
  readonly type: string
  readonly fields: readonly number[]
  readonly snapshotId: bigint | number
  readonly sequenceNumber: number
  readonly properties: TextMap
  readonly bytes: Buffer
}

/** A Puffin file of blobs that are not packed. https://iceberg.apache.org/puffin-spec/ */
export function writePuffin(
  blobs: readonly PuffinInput[],
  properties: TextMap = {},
): {
  readonly bytes: Buffer
  readonly blobs: readonly PuffinBlob[]
  /** Of the footer with both its magics, as statistics files say it. */
  readonly footerBytes: number
} {
  let offset = magic.length
  const placed = blobs.map(({ bytes, ...blob }): PuffinBlob => {
    const at = offset
    offset += bytes.length
    return { ...blob, offset: at, length: bytes.length, codec: undefined }
  })
  const payload = Buffer.from(
    stringifyBigJson({
      blobs: placed.map((blob) => ({
        type: blob.type,
        fields: blob.fields,
        'snapshot-id': blob.snapshotId,
        'sequence-number': blob.sequenceNumber,
        offset: blob.offset,
        length: blob.length,
        properties: blob.properties,
      })),
      properties,
    }),
  )
  const end = Buffer.alloc(8)
  end.writeUInt32LE(payload.length)
  const footer = [magic, payload, end, magic]
  const bytes = Buffer.concat([magic, ...blobs.map((blob) => blob.bytes), ...footer])
  return { bytes, blobs: placed, footerBytes: payload.length + 16 }
}

/** What a Puffin file holds. Errors: `ManifestUnreadable`, `UnsupportedFormat`. */
export function readPuffin(bytes: Buffer, name: string): readonly PuffinBlob[] {
  const broken = (why: string) =>
    TableErrors.ManifestUnreadable(`Cannot read ${name}: ${why}`, { file: name })
  const isWhole =
    bytes.length >= 20 && bytes.subarray(0, 4).equals(magic) && bytes.subarray(-4).equals(magic)
  if (!isWhole) throw broken('it is not a Puffin file')
  const size = bytes.readUInt32LE(bytes.length - 12)
  const start = bytes.length - 12 - size
  if (size > footerBytesMax || start < 8 || !bytes.subarray(start - 4, start).equals(magic)) {
    throw broken('its footer is damaged')
  }
  if (bytes[bytes.length - 8]! & 1) {
    throw TableErrors.UnsupportedFormat(`${name} has a packed footer, which is not supported`)
  }
  try {
    const footer = asObject(parseBigJson(bytes.toString('utf8', start, start + size)), 'footer')
    return asArray(footer['blobs'], 'blobs').map((value, at) => toBlob(value, `blobs[${at}]`))
  } catch (error) {
    throw broken(error instanceof Error ? error.message : String(error))
  }
}

/** The bytes of one blob. Errors: `ManifestUnreadable`, `UnsupportedFormat`. */
export async function readBlob(bytes: Buffer, blob: PuffinBlob, name: string): Promise<Buffer> {
  const { offset, length, codec } = blob
  if (offset < 0 || length < 0 || offset + length > bytes.length) {
    throw TableErrors.ManifestUnreadable(`Cannot read ${name}: a blob lies behind its end`)
  }
  const part = bytes.subarray(offset, offset + length)
  if (codec === undefined) return part
  if (codec === 'zstd') return unzstd(part, { maxOutputLength: blobBytesMax })
  throw TableErrors.UnsupportedFormat(`${name} has a blob with the codec ${codec}`)
}

function toBlob(value: unknown, what: string): PuffinBlob {
  const blob = asObject(value, what)
  return {
    type: asText(blob['type'], `${what}.type`),
    fields: asArray(blob['fields'], `${what}.fields`).map((id) => asInteger(id, what)),
    snapshotId: blob['snapshot-id'] as bigint | number,
    sequenceNumber: asInteger(blob['sequence-number'], `${what}.sequence-number`),
    offset: asInteger(blob['offset'], `${what}.offset`),
    length: asInteger(blob['length'], `${what}.length`),
    codec: optional(blob['compression-codec'], `${what}.compression-codec`, asText),
    properties: optional(blob['properties'], `${what}.properties`, asTextMap) ?? {},
  }
}
