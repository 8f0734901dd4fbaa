import type { ByteSource } from '../byte-source.ts'
import { type Batch, BatchBuilder, type FileField } from '../field-type.ts'
import { type Unpack, blockBytesMax, readHeader, syncBytes } from './header.ts'
import type { AvroType } from './library.ts'
import { type AvroSchema, plainField, recordColumns } from './schema.ts'

/** An Avro container that was opened: its fields and its rows. */
export interface AvroFile {
  readonly fields: readonly FileField[]
  /** The rows, of these columns only (places in `fields`). Throws an Error where the file is damaged. */
  rows(columns: readonly number[]): AsyncGenerator<Batch>
}

const headerBytesMax = 16 * 1024 * 1024

/**
 * https://avro.apache.org/docs/1.12.0/specification/#object-container-files. `readerSchema` is a table's own, which the
 * file's records are resolved to (defaults, aliases, promotions).
 */
export async function openAvro(source: ByteSource, readerSchema?: AvroSchema): Promise<AvroFile> {
  const head = source.read(0, Math.min(source.sizeBytes, headerBytesMax))
  const { schemaText, unpack, sync, start, typeOf } = await readHeader(head)
  const written = JSON.parse(schemaText) as AvroSchema
  const columns = recordColumns(readerSchema ?? written)
  const decoder = typeOf(written, readerSchema)
  return {
    fields: columns.map(plainField),
    rows: (wanted) =>
      rowsOf(
        blocksOf(source, start, sync, unpack),
        decoder,
        wanted.map((index) => columns[index]!),
      ),
  }
}

interface Block {
  readonly count: number
  readonly bytes: Buffer
}

async function* rowsOf(
  blocks: AsyncGenerator<Block>,
  decoder: AvroType,
  columns: ReturnType<typeof recordColumns>,
): AsyncGenerator<Batch> {
  const builder = new BatchBuilder(columns.length)
  for await (const { count, bytes } of blocks) {
    let at = 0
    for (let index = 0; index < count; index++) {
      const { value, offset } = decoder.decode(bytes, at)
      if (offset < 0) throw new Error('it is cut off')
      at = offset
      const record = value as Readonly<Record<string, unknown>>
      const full = builder.add(columns.map((column) => column.value(record[column.name])))
      if (full) yield full
    }
    if (at !== bytes.length) throw new Error('a block holds more than its records')
  }
  const rest = builder.take()
  if (rest) yield rest
}

async function* blocksOf(
  source: ByteSource,
  start: number,
  sync: Buffer,
  unpack: Unpack,
): AsyncGenerator<Block> {
  for (let at = start; at < source.sizeBytes;) {
    const head = source.read(at, Math.min(20, source.sizeBytes - at))
    const count = readLong(head, 0)
    const size = readLong(head, count.next)
    if (count.value < 0 || size.value < 0 || size.value > blockBytesMax) {
      throw new Error('a block is damaged')
    }
    const body = at + size.next
    const bytes = await unpack(source.read(body, size.value))
    if (!source.read(body + size.value, syncBytes).equals(sync)) {
      throw new Error('a block does not end where it should')
    }
    yield { count: count.value, bytes }
    at = body + size.value + syncBytes
  }
}

/** A zigzag number of seven bits a byte. */
function readLong(bytes: Buffer, start: number): { value: number; next: number } {
  let value = 0
  let factor = 1
  for (let at = start; at < bytes.length && at < start + 8; at++) {
    value += (bytes[at]! & 0x7f) * factor
    factor *= 128
    if (bytes[at]! < 0x80) {
      return { value: value % 2 === 0 ? value / 2 : -(value + 1) / 2, next: at + 1 }
    }
  }
  throw new Error('a block is damaged')
}
