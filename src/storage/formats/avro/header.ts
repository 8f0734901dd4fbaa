import { promisify } from 'node:util'
import { crc32, inflateRaw, zstdDecompress } from 'node:zlib'
import { bufferSource } from '../byte-source.ts'
import { unpackBzip2 } from '../compression/bzip2.ts'
import { uncompressSnappy } from '../compression/snappy.ts'
import { avroTypes, type AvroTypes } from './library.ts'

const inflate = promisify(inflateRaw)
const unzstd = promisify(zstdDecompress)

export const magic = Buffer.from('Obj\u0001', 'latin1')
export const syncBytes = 16
/** Of one block, packed and unpacked. */
export const blockBytesMax = 256 * 1024 * 1024

export type Unpack = (bytes: Buffer) => Promise<Buffer> | Buffer

/** What an object container file says of itself. */
export interface AvroHeader {
  readonly metadata: ReadonlyMap<string, Buffer>
  readonly schemaText: string
  readonly unpack: Unpack
  /** What ends each block, and where the first one begins. */
  readonly sync: Buffer
  readonly start: number
  readonly typeOf: AvroTypes
}

/** https://avro.apache.org/docs/1.12.0/specification/#object-container-files. Throws an Error that says what is wrong. */
export async function readHeader(head: Buffer): Promise<AvroHeader> {
  if (!head.subarray(0, magic.length).equals(magic)) throw new Error('it is not an Avro file')
  const typeOf = await avroTypes()
  const header = typeOf({ type: 'map', values: 'bytes' }).decode(head, magic.length)
  const start = header.offset + syncBytes
  if (header.offset < 0 || start > head.length) throw new Error('it is cut off')
  const metadata = new Map(Object.entries(header.value as Readonly<Record<string, Buffer>>))
  const schemaText = metadata.get('avro.schema')?.toString()
  if (schemaText === undefined) throw new Error('it has no schema')
  const unpack = codecOf(metadata.get('avro.codec')?.toString() ?? 'null')
  return { metadata, schemaText, unpack, sync: head.subarray(header.offset, start), start, typeOf }
}

function codecOf(name: string): Unpack {
  const maxOutputLength = blockBytesMax
  switch (name) {
    case 'null':
      return (bytes) => bytes
    case 'deflate':
      return (bytes) => inflate(bytes, { maxOutputLength })
    case 'zstandard':
      return (bytes) => unzstd(bytes, { maxOutputLength })
    case 'snappy':
      return uncompressChecked
    case 'bzip2':
      return uncompressBzip2
    default:
      throw new Error(`its codec ${name} is not supported`)
  }
}

/** The CRC-32 of the uncompressed bytes follows the compressed ones. */
function uncompressChecked(bytes: Buffer): Buffer {
  if (bytes.length < 4) throw new Error('it is cut off')
  const plain = uncompressSnappy(bytes.subarray(0, -4), blockBytesMax)
  if (crc32(plain) !== bytes.readUInt32BE(bytes.length - 4)) {
    throw new Error('its bytes are damaged')
  }
  return plain
}

async function uncompressBzip2(bytes: Buffer): Promise<Buffer> {
  const pieces: Buffer[] = []
  let size = 0
  await unpackBzip2(bufferSource(bytes), (piece) => {
    size += piece.length
    if (size > blockBytesMax) throw new Error('a block is larger than it may be')
    pieces.push(piece)
  })
  return Buffer.concat(pieces)
}
