import { ListColumns, setListColumns } from '../list-columns.ts'
import type { ListShape, Member, StructureShape } from '../shape.ts'
import {
  closeList,
  closeStructure,
  comma,
  type Cursor,
  openList,
  openStructure,
  type Read,
  unusual,
} from './cursor.ts'

/** Reads where the parts of each row are. Nothing is decoded: the text may turn out to be unusual yet. */
export function rowsReader(rows: ListShape, memberKey: (member: Member) => string): Read {
  const { members } = rows.item.shape as StructureShape
  const names = members.map(({ name }) => name)
  const blobs = members.map((member) => member.shape.kind === 'blob')
  const keys = members.map((member) => Buffer.from(`"${memberKey(member)}"`))
  return (cursor) => {
    if (!cursor.take(openList)) return unusual
    const columns = new ListColumns(cursor.bytes, names, blobs)
    if (cursor.take(closeList)) return columns
    do {
      if (!readRow(cursor, columns, keys)) return unusual
    } while (cursor.take(comma))
    return cursor.take(closeList) ? columns : unusual
  }
}

function readRow(cursor: Cursor, columns: ListColumns, keys: readonly Buffer[]): boolean {
  if (!cursor.take(openStructure)) return false
  const row = columns.addRow()
  if (cursor.take(closeStructure)) return true
  const { spans, blobs } = columns
  // Members mostly come in one order: the one after the last is tried first.
  let guess = 0
  do {
    cursor.next()
    let tried = 0
    while (tried < keys.length && !cursor.takeKey(keys[guess]!)) {
      guess = guess + 1 === keys.length ? 0 : guess + 1
      tried += 1
    }
    if (tried === keys.length || spans[row + guess * 2] !== 0) return false
    const end = blobs[guess] ? cursor.blobEnd() : cursor.textEnd()
    if (end < 0) return false
    spans[row + guess * 2] = cursor.started
    spans[row + guess * 2 + 1] = end
    guess = guess + 1 === keys.length ? 0 : guess + 1
  } while (cursor.take(comma))
  return cursor.take(closeStructure)
}

/**
 * Decodes the blobs where they stand, and gives the structure its list. False when one is not plain base64: then the text is there
 * again, and means what it meant.
 */
export function finishRows(value: Record<string, unknown>, list: string): boolean {
  const columns = value[list]
  if (!(columns instanceof ListColumns)) return true
  const { bytes, spans, stride, count, blobs } = columns
  const texts = new Texts(bytes)
  for (let row = 0; row < count * stride; row += stride) {
    for (let member = 0; member < blobs.length; member += 1) {
      const at = row + member * 2
      if (!blobs[member] || spans[at] === 0) continue
      const end = decodeInPlace(bytes, texts, spans[at]!, spans[at + 1]!)
      if (end < 0) {
        encodeAgain(columns, at)
        return false
      }
      spans[at + 1] = end
    }
  }
  setListColumns(value, list, columns)
  return true
}

/** So much is made text of at once. */
const windowBytes = 32 * 1024
/** A longer text is made by itself. */
const partBytesMax = 4 * 1024

/** Texts of bytes, mostly in their order: short ones are parts of a longer one, which cost less than a call for each. */
class Texts {
  readonly #bytes: Buffer
  #start = 0
  #end = 0
  #window = ''

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  /** What stands there. It may be overwritten then, and is not asked for again. */
  of(start: number, end: number): string {
    if (end - start > partBytesMax) return this.#bytes.toString('latin1', start, end)
    if (start < this.#start || end > this.#end) {
      this.#start = start
      this.#end = Math.min(this.#bytes.length, start + windowBytes)
      this.#window = this.#bytes.toString('latin1', start, this.#end)
    }
    return this.#window.slice(start - this.#start, end - this.#start)
  }
}

/** Returns where the bytes end that the text stood for; -1 when it is no plain base64, and stands there as before. */
function decodeInPlace(bytes: Buffer, texts: Texts, start: number, end: number): number {
  const text = texts.of(start, end)
  // Node takes the alphabet of URLs too, and skips what is in neither.
  if (text.includes('-') || text.includes('_')) return -1
  const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
  const sizeBytes = (text.length / 4) * 3 - padding
  if (bytes.write(text, start, end - start, 'base64') === sizeBytes) return start + sizeBytes
  bytes.write(text, start, 'latin1')
  return -1
}

/** Puts the text back of all blobs before the one whose span is at `last`. */
function encodeAgain({ bytes, spans, stride, blobs }: ListColumns, last: number): void {
  for (let at = 0; at < last; at += 2) {
    const start = spans[at]!
    if (!blobs[(at % stride) / 2] || start === 0) continue
    bytes.write(bytes.toString('base64', start, spans[at + 1]), start, 'latin1')
  }
}
