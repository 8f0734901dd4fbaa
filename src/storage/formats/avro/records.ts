import { readHeader, syncBytes } from './header.ts'
import type { AvroType } from './library.ts'

/** What an Avro object container file says of itself, and its records under their fields' names. */
export interface AvroRecords {
  readonly metadata: ReadonlyMap<string, Buffer>
  /** The schema of the records, as JSON, with the attributes that writers add. */
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

/** A file as a whole; its lists of pairs are `AvroPairs`. Throws an Error that says what is wrong with it. */
export async function readAvroRecords(bytes: Buffer): Promise<AvroRecords> {
  const { metadata, schemaText, unpack, sync, start, typeOf } = await readHeader(bytes)
  const schema = JSON.parse(schemaText) as AvroRecordSchema
  if (!Array.isArray(schema.fields)) throw new Error('it does not hold records')
  const type = typeOf(schema, undefined, { lazyPairs: true })
  const countType = typeOf('long')
  const cursor = new Cursor(bytes, start)
  const records: Record<string, unknown>[] = []
  while (!cursor.atEnd) {
    const count = cursor.decode(countType) as number
    const size = cursor.decode(countType) as number
    const block = await unpack(cursor.take(size))
    if (!cursor.take(syncBytes).equals(sync)) {
      throw new Error('a block does not end where it should')
    }
    const inBlock = new Cursor(block, 0)
    for (let at = 0; at < count; at++) {
      records.push(inBlock.decode(type) as Record<string, unknown>)
    }
    if (!inBlock.atEnd) throw new Error('a block holds more than its records')
  }
  return { metadata, schema, records }
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
