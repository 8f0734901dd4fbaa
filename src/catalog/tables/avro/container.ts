import { promisify } from 'node:util'
import { crc32, inflateRaw, zstdDecompress } from 'node:zlib'
import { TableErrors } from '../errors.ts'
import { avroTypes, type AvroType } from './library.ts'
import { uncompressSnappy } from '#storage/formats'

const inflate = promisify(inflateRaw)
const unzstd = promisify(zstdDecompress)

/** What an Avro object container file says of itself, and its records under their fields' names. */
export interface AvroFile {
  readonly metadata: ReadonlyMap<string, Buffer>
  /** The schema of the records, as JSON: Iceberg's field ids are attributes of it. */
  readonly schema: AvroRecordSchema
  readonly records: readonly Readonly<Record<string, unknown>>[]
}

export interface AvroRecordSchema {
  readonly fields: readonly AvroField[]
}

export interface AvroField {
  readonly name: string
  readonly type: unknown
  readonly 'field-id'?: number
}

const magic = Buffer.from('Obj\u0001', 'latin1')
const syncBytes = 16
/** Of one block when unpacked: writers make blocks of some tens of kilobytes. */
const blockBytesMax = 64 * 1024 * 1024

/** https://avro.apache.org/docs/1.12.0/specification/#object-container-files. Errors: `ManifestUnreadable`. */
export async function readAvro(bytes: Buffer, name: string): Promise<AvroFile> {
  try {
    return await read(bytes)
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error)
    throw TableErrors.ManifestUnreadable(`Cannot read ${name}: ${reason}`, { file: name }, error)
  }
}

async function read(bytes: Buffer): Promise<AvroFile> {
  if (!bytes.subarray(0, magic.length).equals(magic)) throw new Error('it is not an Avro file')
  const typeOf = await avroTypes()
  const headerType = typeOf({ type: 'map', values: 'bytes' })
  const countType = typeOf('long')
  const cursor = new Cursor(bytes, magic.length)
  const header = cursor.decode(headerType) as Readonly<Record<string, Buffer>>
  const metadata = new Map(Object.entries(header))
  const sync = cursor.take(syncBytes)
  const schemaText = metadata.get('avro.schema')?.toString()
  if (schemaText === undefined) throw new Error('it has no schema')
  const schema = JSON.parse(schemaText) as AvroRecordSchema
  if (!Array.isArray(schema.fields)) throw new Error('it does not hold records')
  const type = typeOf(JSON.parse(schemaText))
  const unpack = codecOf(metadata.get('avro.codec')?.toString() ?? 'null')
  const records: Record<string, unknown>[] = []
  while (!cursor.atEnd) {
    const count = cursor.decode(countType) as number
    const size = cursor.decode(countType) as number
    const block = await unpack(cursor.take(size))
    if (!cursor.take(syncBytes).equals(sync))
      throw new Error('a block does not end where it should')
    const inBlock = new Cursor(block, 0)
    for (let at = 0; at < count; at++) {
      records.push(inBlock.decode(type) as Record<string, unknown>)
    }
    if (!inBlock.atEnd) throw new Error('a block holds more than its records')
  }
  return { metadata, schema, records }
}

type Unpack = (bytes: Buffer) => Promise<Buffer> | Buffer

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
    default:
      throw new Error(`its codec ${name} is not supported`)
  }
}

/** The CRC-32 of the uncompressed bytes follows the compressed ones. */
function uncompressChecked(bytes: Buffer): Buffer {
  if (bytes.length < 4) throw new Error('it is cut off')
  const plain = uncompressSnappy(bytes.subarray(0, -4), blockBytesMax)
  if (crc32(plain) !== bytes.readUInt32BE(bytes.length - 4))
    throw new Error('its bytes are damaged')
  return plain
}

class Cursor {
  readonly #bytes: Buffer
  #at: number

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes
    this.#at = at
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  take(length: number): Buffer {
    const end = this.#at + length
    if (length < 0 || end > this.#bytes.length) throw new Error('it is cut off')
    const taken = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return taken
  }

  decode(type: AvroType): unknown {
    const { value, offset } = type.decode(this.#bytes, this.#at)
    if (offset < 0) throw new Error('it is cut off')
    this.#at = offset
    return value
  }
}
