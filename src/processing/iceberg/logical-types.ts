import { open } from 'node:fs/promises'
import { assert, writeFully } from '#kit'

/** `logicalType` (10, behind the field id) as a footer has it: of its union the field VARIANT (16), of version 1. */
export const variantLabel = Buffer.from([0x1c, 0x0c, 0x20, 0x13, 0x01, 0x00, 0x00])
/** TIMESTAMP (8) of nanoseconds, in UTC or of no zone. */
export const instantNanosLabel = timestampNanos(true)
export const localNanosLabel = timestampNanos(false)
export const noLabel = Buffer.alloc(0)

function timestampNanos(isAdjustedToUtc: boolean): Buffer {
  return Buffer.from([0x1c, 0x8c, isAdjustedToUtc ? 0x11 : 0x12, 0x1c, 0x3c, 0, 0, 0, 0])
}

/**
 * Writes into a Parquet file's footer what the columns with these field ids are, instead of what it says: the engine can neither write all of
 * the format's logical types, nor read all of them without a loss. No value moves. Answers the file's size then.
 * https://github.com/apache/parquet-format/blob/master/LogicalTypes.md
 */
export async function relabel(path: string, labels: ReadonlyMap<number, Buffer>): Promise<number> {
  await using file = await open(path, 'r+')
  const { size } = await file.stat()
  const tail = Buffer.alloc(8)
  await file.read(tail, 0, 8, size - 8)
  assert(tail.toString('latin1', 4) === 'PAR1', 'a footer of Parquet ends with its magic number')
  const length = tail.readUInt32LE()
  const start = size - 8 - length
  const footer = Buffer.alloc(length)
  await file.read(footer, 0, length, start)
  const edited = withLabels(footer, labels)
  tail.writeUInt32LE(edited.length)
  await writeFully(file, [edited, tail], start)
  await file.truncate(start + edited.length + 8)
  return start + edited.length + 8
}

/** Fields of the structs that are looked into: https://github.com/apache/parquet-format/blob/master/src/main/thrift/parquet.thrift */
const schemaField = 2
const fieldIdField = 9
const logicalTypeField = 10

interface Cut {
  readonly start: number
  end: number
  readonly label: Buffer
}

function withLabels(footer: Buffer, labels: ReadonlyMap<number, Buffer>): Buffer {
  const cuts: Cut[] = []
  const reader = new CompactReader(footer)
  reader.struct((id) => {
    if (id !== schemaField) return false
    reader.list(() => {
      let cut: Cut | undefined
      reader.struct((field, type) => {
        if (field === fieldIdField) {
          const label = labels.get(reader.zigzag())
          if (label) cut = { start: reader.offset, end: reader.offset, label }
          return true
        }
        if (field !== logicalTypeField || !cut) return false
        reader.skip(type)
        cut.end = reader.offset
        return true
      })
      if (cut) cuts.push(cut)
    })
    return true
  })
  const parts: Buffer[] = []
  let from = 0
  for (const { start, end, label } of cuts) {
    parts.push(footer.subarray(from, start), label)
    from = end
  }
  return Buffer.concat([...parts, footer.subarray(from)])
}

/** As much of Thrift's compact protocol as finds its way: https://github.com/apache/thrift/blob/master/doc/specs/thrift-compact-protocol.md */
class CompactReader {
  readonly #bytes: Buffer
  offset = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  /** Calls for each field, which `read` reads or, answering false, leaves to be passed over. */
  struct(read: (id: number, type: number) => boolean): void {
    let id = 0
    for (let head = this.#byte(); head !== 0; head = this.#byte()) {
      const type = head & 0x0f
      id = head >> 4 === 0 ? this.zigzag() : id + (head >> 4)
      if (!read(id, type)) this.skip(type)
    }
  }

  list(read: () => void): void {
    const { count } = this.#listHead()
    for (let at = 0; at < count; at++) read()
  }

  zigzag(): number {
    const value = this.#varint()
    return (value >>> 1) ^ -(value & 1)
  }

  /** The low 32 bits. */
  #varint(): number {
    let value = 0
    for (let shift = 0; ; shift += 7) {
      const byte = this.#byte()
      if (shift < 32) value |= (byte & 0x7f) << shift
      if (byte < 0x80) return value >>> 0
    }
  }

  #byte(): number {
    return this.#bytes.readUInt8(this.offset++)
  }

  #listHead(): { readonly count: number; readonly type: number } {
    const head = this.#byte()
    return { count: head >> 4 === 15 ? this.#varint() : head >> 4, type: head & 0x0f }
  }

  skip(type: number, isElement = false): void {
    switch (type) {
      // A boolean field is told by its type; in a list it takes a byte.
      case 1:
      case 2:
        if (isElement) this.offset += 1
        return
      case 3:
        this.offset += 1
        return
      case 4:
      case 5:
      case 6:
        this.#varint()
        return
      case 7:
        this.offset += 8
        return
      case 8: {
        const length = this.#varint()
        this.offset += length
        return
      }
      case 9:
      case 10: {
        const { count, type: element } = this.#listHead()
        for (let at = 0; at < count; at++) this.skip(element, true)
        return
      }
      case 12:
        this.struct(() => false)
        return
      default:
        throw new Error(`the footer of Parquet has a field of the unexpected type ${type}`)
    }
  }
}
