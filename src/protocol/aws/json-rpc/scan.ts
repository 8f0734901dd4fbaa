import type { Member, Shape, StructureShape } from '../shape.ts'

/**
 * Reads a JSON text straight from its bytes, by the shape that it should have, without making a document of it first. It
 * knows only what clients send: ASCII without escapes, each member once, no null. Anything else is left to the
 * general reader, which alone decides what is wrong with a text; what is read here is what that one would read.
 */
export type Scan = (bytes: Buffer) => unknown

/** What a scan answers when the text is not of the plain kind: nothing is said of it yet. */
export const unusual = Symbol('unusual')

/** Worth it only where there are bytes: texts with a blob are nearly all blob. Undefined elsewhere. */
export function scanOf(shape: Shape, memberKey: (member: Member) => string): Scan | undefined {
  if (!holdsBlob(shape, new Set())) return undefined
  const read = new ScanCompiler(memberKey).readerOf(shape)
  return (bytes) => {
    const cursor = new Cursor(bytes)
    const value = read(cursor)
    return value !== unusual && cursor.next() === -1 ? value : unusual
  }
}

function holdsBlob(shape: Shape, seen: Set<Shape>): boolean {
  if (seen.has(shape)) return false
  seen.add(shape)
  if (shape.kind === 'structure') return shape.members.some((each) => holdsBlob(each.shape, seen))
  return shape.kind === 'list' ? holdsBlob(shape.item.shape, seen) : shape.kind === 'blob'
}

const quote = 0x22
const comma = 0x2c
const minus = 0x2d
const zero = 0x30
const colon = 0x3a
const openList = 0x5b
const backslash = 0x5c
const closeList = 0x5d
const openStructure = 0x7b
const closeStructure = 0x7d

/** Whole numbers up to here are exact. */
const digitsMax = 15

/** The place in a text, and the buffer that its blobs are decoded into. */
class Cursor {
  readonly bytes: Buffer
  at = 0
  #pool: Buffer | undefined
  #used = 0

  constructor(bytes: Buffer) {
    this.bytes = bytes
  }

  /** The next byte that is no white space, not yet taken; -1 at the end. */
  next(): number {
    const { bytes } = this
    while (this.at < bytes.length) {
      const byte = bytes[this.at]!
      if (byte !== 0x20 && byte !== 0x0a && byte !== 0x0d && byte !== 0x09) return byte
      this.at += 1
    }
    return -1
  }

  /** True when the next byte is this one, which is taken then. */
  take(byte: number): boolean {
    if (this.next() !== byte) return false
    this.at += 1
    return true
  }

  /** True when the name stands here in quotes, with its colon; both are taken then. */
  takeKey(name: Buffer): boolean {
    const { bytes, at } = this
    for (let index = 0; index < name.length; index += 1) {
      if (bytes[at + index] !== name[index]) return false
    }
    this.at = at + name.length
    return this.take(colon)
  }

  text(): string | typeof unusual {
    if (!this.take(quote)) return unusual
    const { bytes, at } = this
    for (let end = at; end < bytes.length; end += 1) {
      const byte = bytes[end]!
      if (byte === quote) {
        this.at = end + 1
        return bytes.toString('latin1', at, end)
      }
      if (byte < 0x20 || byte > 0x7e || byte === backslash) break
    }
    return unusual
  }

  /** Base64 as strict as the general reader is. */
  blob(): Uint8Array | typeof unusual {
    if (!this.take(quote)) return unusual
    const { bytes, at } = this
    const end = bytes.indexOf(quote, at)
    const length = end - at
    if (end < 0 || length % 4 !== 0) return unusual
    const text = bytes.toString('latin1', at, end)
    const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
    const sizeBytes = (length / 4) * 3 - padding
    // Node takes the alphabet of URLs too, and skips what is in neither.
    if (text.includes('-') || text.includes('_')) return unusual
    this.#pool ??= Buffer.allocUnsafe(Math.ceil(((bytes.length - at) * 3) / 4))
    const start = this.#used
    if (this.#pool.write(text, start, 'base64') !== sizeBytes) return unusual
    this.#used += sizeBytes
    this.at = end + 1
    return this.#pool.subarray(start, this.#used)
  }

  number(): number | typeof unusual {
    const isNegative = this.take(minus)
    const start = this.at
    let value = 0
    for (;;) {
      const digit = (this.bytes[this.at] ?? 0) - zero
      if (digit < 0 || digit > 9) break
      value = value * 10 + digit
      this.at += 1
    }
    const digits = this.at - start
    const follows = this.next()
    const ends = follows === comma || follows === closeStructure || follows === closeList
    const isPlain =
      digits > 0 && digits <= digitsMax && (digits === 1 || value >= 10 ** (digits - 1))
    if (!ends || !isPlain || (isNegative && value === 0)) return unusual
    return isNegative ? -value : value
  }

  boolean(): boolean | typeof unusual {
    const first = this.next()
    const word = first === 0x74 ? 'true' : 'false'
    if (this.bytes.toString('latin1', this.at, this.at + word.length) !== word) return unusual
    this.at += word.length
    return word === 'true'
  }
}

type Read = (cursor: Cursor) => unknown

class ScanCompiler {
  readonly #memberKey: (member: Member) => string
  readonly #known = new Map<Shape, Read>()

  constructor(memberKey: (member: Member) => string) {
    this.#memberKey = memberKey
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
