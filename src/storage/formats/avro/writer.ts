import { crc32, deflateRawSync, zstdCompressSync } from 'node:zlib'
import { randomHex } from '#kit'
import { compressSnappy } from '../compression/snappy-compress.ts'
import type { Batch, FileField } from '../field-type.ts'
import { magic, syncBytes } from './header.ts'
import { type AvroType, type AvroTypes, avroTypes } from './library.ts'
import type { AvroSchema } from './schema.ts'
import { type Encode, recordEncoder, schemaOfFields } from './write-schema.ts'

export type AvroCompression = 'none' | 'deflate' | 'snappy' | 'zstd'

export interface AvroWriterOptions {
  readonly fields: readonly FileField[]
  /** A table's own schema; without one, the schema is made of the fields. */
  readonly schema?: string
  readonly compression: AvroCompression
  /** Takes the file's bytes in order. */
  readonly write: (bytes: Buffer) => void
}

/** Of a block before it is packed: what readers unpack at one time. */
const blockBytes = 256 * 1024

const codecs: Readonly<
  Record<AvroCompression, { readonly name: string; readonly pack: (bytes: Buffer) => Buffer }>
> = {
  none: { name: 'null', pack: (bytes) => bytes },
  deflate: { name: 'deflate', pack: (bytes) => deflateRawSync(bytes) },
  zstd: { name: 'zstandard', pack: (bytes) => zstdCompressSync(bytes) },
  snappy: { name: 'snappy', pack: packSnappy },
}

/** A block of snappy has the sum of what it holds behind it. */
function packSnappy(bytes: Buffer): Buffer {
  const sum = Buffer.alloc(4)
  sum.writeUInt32BE(crc32(bytes))
  return Buffer.concat([compressSnappy(bytes), sum])
}

/**
 * Writes an Avro object container file, block by block: https://avro.apache.org/docs/1.12.0/specification/#object-container-files.
 * Throws an Error for columns that the schema does not have, or values that it cannot hold.
 */
export class AvroWriter {
  readonly #options: AvroWriterOptions
  readonly #encode: Encode
  readonly #record: AvroType
  readonly #count: AvroType
  readonly #sync = Buffer.from(randomHex(syncBytes), 'hex')
  #block: Buffer[] = []
  #sizeBytes = 0

  static async open(options: AvroWriterOptions): Promise<AvroWriter> {
    return new AvroWriter(options, await avroTypes())
  }

  private constructor(options: AvroWriterOptions, typeOf: AvroTypes) {
    this.#options = options
    const schema = options.schema
      ? (JSON.parse(options.schema) as AvroSchema)
      : schemaOfFields(options.fields)
    this.#encode = recordEncoder(options.fields, schema)
    this.#record = typeOf(schema)
    this.#count = typeOf('long')
    const metadata = {
      'avro.schema': Buffer.from(JSON.stringify(schema)),
      'avro.codec': Buffer.from(codecs[options.compression].name),
    }
    const header = typeOf({ type: 'map', values: 'bytes' }).toBuffer(metadata)
    options.write(Buffer.concat([magic, header, this.#sync]))
  }

  add({ rowCount, columns }: Batch): void {
    for (let row = 0; row < rowCount; row++) {
      const bytes = this.#record.toBuffer(this.#encode(columns.map((column) => column[row]!)))
      this.#block.push(bytes)
      this.#sizeBytes += bytes.length
      if (this.#sizeBytes >= blockBytes) this.#flush()
    }
  }

  /** Writes what is left. */
  finish(): void {
    if (this.#block.length > 0) this.#flush()
  }

  #flush(): void {
    const packed = codecs[this.#options.compression].pack(Buffer.concat(this.#block))
    const counts = [this.#block.length, packed.length].map((count) => this.#count.toBuffer(count))
    this.#options.write(Buffer.concat([...counts, packed, this.#sync]))
    this.#block = []
    this.#sizeBytes = 0
  }
}
