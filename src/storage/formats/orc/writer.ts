import { deflateRawSync, zstdCompressSync } from 'node:zlib'
import { compressSnappy } from '../compression/snappy-compress.ts'
import { type Batch, type FileField, sizeOfValue } from '../field-type.ts'
import { type ColumnWriter, columnWriter } from './column-writers.ts'
import { MessageWriter } from './protobuf-writer.ts'

export type OrcCompression = 'none' | 'zlib' | 'snappy' | 'zstd'

export interface OrcWriterOptions {
  readonly fields: readonly FileField[]
  readonly compression: OrcCompression
  /** Takes the file's bytes in order. */
  readonly write: (bytes: Buffer) => void
  /** Rows of one stripe at most. */
  readonly stripeRows?: number
}

const stripeRowsDefault = 250_000
const blockBytes = 256 * 1024
/** About how many bytes of values a stripe holds at most. */
const stripeBytesMax = 64 * 1024 * 1024
const kinds = { none: 0, zlib: 1, snappy: 2, zstd: 5 }
/** Apache ORC gave readers' and writers' authors numbers; this is that of an unknown one. */
const writerId = 6

/**
 * Writes an ORC file: https://orc.apache.org/specification/ORCv1/. Columns are written directly, without dictionaries and
 * indexes; timestamps in UTC. Rows are kept in memory until their stripe is full.
 */
export class OrcWriter {
  readonly #options: OrcWriterOptions
  readonly #root: ColumnWriter
  readonly #stripes: MessageWriter[] = []
  #offset = 0
  #rows = 0
  #size = 0
  #total = 0

  constructor(options: OrcWriterOptions) {
    this.#options = options
    const { fields } = options
    this.#root = columnWriter({ kind: 'struct', fields }, 0)
    this.#put(Buffer.from('ORC'))
  }

  add({ rowCount, columns }: Batch): void {
    const stripeRows = this.#options.stripeRows ?? stripeRowsDefault
    for (let row = 0; row < rowCount; row++) {
      const values = columns.map((column) => column[row]!)
      this.#root.add(values)
      this.#size += sizeOfValue(values)
      if (++this.#rows === stripeRows || this.#size > stripeBytesMax) this.#writeStripe()
    }
  }

  /** Writes what is left, and the file's tail. */
  finish(): void {
    if (this.#rows > 0) this.#writeStripe()
    const contentLength = this.#offset - 3
    const footer = new MessageWriter().number(1, 3).number(2, contentLength)
    for (const stripe of this.#stripes) footer.message(3, stripe)
    for (const type of this.#root.types) {
      const message = new MessageWriter().number(1, type.kind).numbers(2, type.children)
      for (const name of type.fieldNames) message.text(3, name)
      if (type.precision !== undefined) message.number(5, type.precision)
      if (type.scale !== undefined) message.number(6, type.scale)
      footer.message(4, message)
    }
    footer.number(6, this.#total)
    for (const { values, hasNull } of this.#root.counts) {
      footer.message(7, new MessageWriter().number(1, values).number(10, hasNull ? 1 : 0))
    }
    footer.number(8, 0).number(9, writerId)
    const packed = this.#pack(footer.toBuffer())
    const postScript = new MessageWriter()
      .number(1, packed.length)
      .number(2, kinds[this.#options.compression])
      .number(3, blockBytes)
      .numbers(4, [0, 12])
      .number(5, 0)
      .number(6, 6)
      .text(8000, 'ORC')
      .toBuffer()
    this.#put(packed)
    this.#put(postScript)
    this.#put(Buffer.from([postScript.length]))
  }

  #writeStripe(): void {
    const offset = this.#offset
    const footer = new MessageWriter()
    for (const { kind, column, bytes } of this.#root.take()) {
      const packed = this.#pack(bytes)
      footer.message(
        1,
        new MessageWriter().number(1, kind).number(2, column).number(3, packed.length),
      )
      this.#put(packed)
    }
    const dataLength = this.#offset - offset
    for (const _ of this.#root.types) footer.message(2, new MessageWriter().number(1, 0))
    footer.text(3, 'UTC')
    const packed = this.#pack(footer.toBuffer())
    this.#put(packed)
    this.#stripes.push(
      new MessageWriter()
        .number(1, offset)
        .number(2, 0)
        .number(3, dataLength)
        .number(4, packed.length)
        .number(5, this.#rows),
    )
    this.#total += this.#rows
    this.#rows = 0
    this.#size = 0
  }

  /** A section in chunks, each with its length; one that does not shrink stands as it is. */
  #pack(bytes: Buffer): Buffer {
    const compress = compressors[this.#options.compression]
    if (!compress) return bytes
    const parts: Buffer[] = []
    for (let at = 0; at < bytes.length; at += blockBytes) {
      const plain = bytes.subarray(at, at + blockBytes)
      const packed = compress(plain)
      const isOriginal = packed.length >= plain.length
      const body = isOriginal ? plain : packed
      const head = Buffer.alloc(3)
      head.writeUIntLE(body.length * 2 + (isOriginal ? 1 : 0), 0, 3)
      parts.push(head, body)
    }
    return Buffer.concat(parts)
  }

  #put(bytes: Buffer): void {
    this.#options.write(bytes)
    this.#offset += bytes.length
  }
}

const compressors: Readonly<Record<OrcCompression, ((bytes: Buffer) => Buffer) | undefined>> = {
  none: undefined,
  zlib: (bytes) => deflateRawSync(bytes),
  snappy: compressSnappy,
  zstd: (bytes) => zstdCompressSync(bytes),
}
