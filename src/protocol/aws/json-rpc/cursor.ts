/** What a scan answers when the text is not of the plain kind: nothing is said of it yet. */
export const unusual = Symbol('unusual')

const quote = 0x22
export const comma = 0x2c
const minus = 0x2d
const zero = 0x30
const colon = 0x3a
export const openList = 0x5b
const backslash = 0x5c
export const closeList = 0x5d
export const openStructure = 0x7b
export const closeStructure = 0x7d

/** Whole numbers up to here are exact. */
const digitsMax = 15

/** The place in a text, and the buffer that its blobs are decoded into. */
export class Cursor {
  readonly bytes: Buffer
  at = 0
  started = 0
  #blobBytes = 0
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
    const end = this.textEnd()
    return end < 0 ? unusual : this.bytes.toString('latin1', this.started, end)
  }

  /** Takes a plain text: it began at `started`, and ends before what is returned. -1: unusual. */
  textEnd(): number {
    if (!this.take(quote)) return -1
    const { bytes, at } = this
    this.started = at
    for (let end = at; end < bytes.length; end += 1) {
      const byte = bytes[end]!
      if (byte === quote) {
        this.at = end + 1
        return end
      }
      if (byte < 0x20 || byte > 0x7e || byte === backslash) break
    }
    return -1
  }

  /**
   * The same for a text in base64 of the right length, in which nothing else was looked at: a quote that ends it earlier shows when it is
   * decoded.
   */
  blobEnd(): number {
    if (!this.take(quote)) return -1
    const { bytes, at } = this
    // Mostly it is as long as the one before.
    const likely = at + this.#blobBytes
    const end = bytes[likely] === quote ? likely : bytes.indexOf(quote, at)
    if (end < 0 || (end - at) % 4 !== 0) return -1
    this.#blobBytes = end - at
    this.started = at
    this.at = end + 1
    return end
  }

  /** Base64 as strict as the general reader is. */
  blob(): Uint8Array | typeof unusual {
    const end = this.blobEnd()
    if (end < 0) return unusual
    const { bytes, started: at } = this
    const length = end - at
    const text = bytes.toString('latin1', at, end)
    const padding = text.endsWith('==') ? 2 : text.endsWith('=') ? 1 : 0
    const sizeBytes = (length / 4) * 3 - padding
    // Node takes the alphabet of URLs too, and skips what is in neither.
    if (text.includes('-') || text.includes('_')) return unusual
    this.#pool ??= Buffer.allocUnsafe(Math.ceil(((bytes.length - at) * 3) / 4))
    const start = this.#used
    if (this.#pool.write(text, start, 'base64') !== sizeBytes) return unusual
    this.#used += sizeBytes
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

/** Reads a value at the cursor; `unusual` when it is not of the plain kind. */
export type Read = (cursor: Cursor) => unknown
