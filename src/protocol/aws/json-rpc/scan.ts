import { rowsMember } from '../list-columns.ts'
import type { Member, Shape, StructureShape } from '../shape.ts'
import {
  closeList,
  closeStructure,
  comma,
  Cursor,
  openList,
  openStructure,
  type Read,
  unusual,
} from './cursor.ts'
import { finishRows, rowsReader } from './scan-rows.ts'

/**
 * Reads a JSON text straight from its bytes, by the shape that it should have, without making a document of it first. It
 * knows only what clients send: ASCII without escapes, each member once, no null. Anything else is left to the
 * general reader, which alone decides what is wrong with a text; what is read here is what that one would read.
 */
export type Scan = (bytes: Buffer) => unknown

/** Worth it only where there are bytes: texts with a blob are nearly all blob. Undefined elsewhere. */
export function scanOf(shape: Shape, memberKey: (member: Member) => string): Scan | undefined {
  if (!holdsBlob(shape, new Set())) return undefined
  const read = new ScanCompiler(memberKey).readerOf(shape)
  return (bytes) => scanWith(read, bytes)
}

/**
 * The same for a structure with a list of rows: that list is read as columns (`../list-columns.ts`), for which the blobs are decoded
 * where they stand. What was scanned has its text no longer; what is unusual means what it meant. Undefined for other shapes.
 */
export function scanRowsOf(shape: Shape, memberKey: (member: Member) => string): Scan | undefined {
  const found = rowsMember(shape)
  if (!found) return undefined
  const { list, rows } = found
  const readRows = rowsReader(rows, memberKey)
  const read = new ScanCompiler(memberKey, new Map([[rows, readRows]])).readerOf(shape)
  return (bytes) => {
    const value = scanWith(read, bytes)
    if (value === unusual) return unusual
    return finishRows(value as Record<string, unknown>, list) ? value : unusual
  }
}

function scanWith(read: Read, bytes: Buffer): unknown {
  const cursor = new Cursor(bytes)
  const value = read(cursor)
  return value !== unusual && cursor.next() === -1 ? value : unusual
}

function holdsBlob(shape: Shape, seen: Set<Shape>): boolean {
  if (seen.has(shape)) return false
  seen.add(shape)
  if (shape.kind === 'structure') return shape.members.some((each) => holdsBlob(each.shape, seen))
  return shape.kind === 'list' ? holdsBlob(shape.item.shape, seen) : shape.kind === 'blob'
}

class ScanCompiler {
  readonly #memberKey: (member: Member) => string
  readonly #known: Map<Shape, Read>

  /** `known`: shapes that have a reader of their own. */
  constructor(memberKey: (member: Member) => string, known = new Map<Shape, Read>()) {
    this.#memberKey = memberKey
    this.#known = known
  }

  readerOf(shape: Shape): Read {
    let read = this.#known.get(shape)
    if (!read) {
      // A shape that contains itself finds this while it is being compiled.
      this.#known.set(shape, (cursor) => this.#known.get(shape)!(cursor))
      read = this.#compile(shape)
      this.#known.set(shape, read)
    }
    return read
  }

  #compile(shape: Shape): Read {
    switch (shape.kind) {
      case 'structure':
        return shape.isUnion ? leave : this.#structure(shape)
      case 'list':
        return listReader(this.readerOf(shape.item.shape))
      case 'string':
        return (cursor) => cursor.text()
      case 'blob':
        return (cursor) => cursor.blob()
      case 'number':
        return (cursor) => cursor.number()
      case 'boolean':
        return (cursor) => cursor.boolean()
      default:
        return leave
    }
  }

  #structure(shape: StructureShape): Read {
    const { members } = shape
    const names = members.map(({ name }) => name)
    const keys = members.map((member) => Buffer.from(`"${this.#memberKey(member)}"`))
    const readers = members.map((member) => this.readerOf(member.shape))
    return (cursor) => {
      if (!cursor.take(openStructure)) return unusual
      const out: Record<string, unknown> = {}
      if (cursor.take(closeStructure)) return out
      // Members mostly come in one order: the one after the last is tried first.
      let guess = 0
      do {
        cursor.next()
        let tried = 0
        while (tried < keys.length && !cursor.takeKey(keys[guess]!)) {
          guess = (guess + 1) % keys.length
          tried += 1
        }
        if (tried === keys.length || out[names[guess]!] !== undefined) return unusual
        const value = readers[guess]!(cursor)
        if (value === unusual) return unusual
        out[names[guess]!] = value
        guess = (guess + 1) % keys.length
      } while (cursor.take(comma))
      return cursor.take(closeStructure) ? out : unusual
    }
  }
}

const leave: Read = () => unusual

function listReader(read: Read): Read {
  return (cursor) => {
    if (!cursor.take(openList)) return unusual
    const out: unknown[] = []
    if (cursor.take(closeList)) return out
    do {
      const value = read(cursor)
      if (value === unusual) return unusual
      out.push(value)
    } while (cursor.take(comma))
    return cursor.take(closeList) ? out : unusual
  }
}
