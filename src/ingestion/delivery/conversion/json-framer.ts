import { isUtf8 } from 'node:buffer'

export interface FramingOptions {
  /** ASCII letters of all keys become lower case. */
  readonly lowerKeys: boolean
  /** Dots in keys become underscores. */
  readonly dotsToUnderscores: boolean
}

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d
const newline = 0x0a
const carriageReturn = 0x0d
const tab = 0x09
const space = 0x20
const dot = 0x2e
const underscore = 0x5f

/**
 * Turns records into lines with one JSON object each. A record may hold several objects, side by side or on
 * lines of their own, and an object may span lines. Brackets and texts are checked here, so that no record can
 * reach into another's line; the rest of the grammar is the reader's business.
 */
export class JsonFramer {
  readonly #options: FramingOptions
  #isObject = new Uint8Array(512)
  #out = Buffer.allocUnsafe(1 << 20)
  #used = 0
  /** Places in the record, and the bytes to write there, in pairs. */
  #edits: number[] = []

  constructor(options: FramingOptions) {
    this.#options = options
  }

  /** How many lines were added for the record; or why it is no sequence of JSON objects, and then none was. */
  add(record: Uint8Array): number | string {
    if (!isUtf8(record)) return 'the record is not valid UTF-8'
    const before = this.#used
    let lines = 0
    let at = skipSpace(record, 0)
    while (at < record.length) {
      const end = this.#object(record, at)
      if (typeof end === 'string') {
        this.#used = before
        return end
      }
      this.#write(record, at, end)
      lines += 1
      at = skipSpace(record, end)
    }
    return lines === 0 ? 'the record holds no JSON object' : lines
  }

  get sizeBytes(): number {
    return this.#used
  }

  /** The lines since the last call. */
  take(): Buffer {
    const taken = this.#out.subarray(0, this.#used)
    this.#out = Buffer.allocUnsafe(Math.max(1 << 20, Math.min(this.#out.length, 16 << 20)))
    this.#used = 0
    return taken
  }

  /** The place after the object that starts at `start`. */
  #object(record: Uint8Array, start: number): number | string {
    if (record[start] !== openBrace) return 'a JSON object is expected'
    let isObject = this.#isObject
    const length = record.length
    this.#edits = []
    let depth = 0
    let wantsKey = false
    let at = start
    while (at < length) {
      const byte = record[at]!
      if (byte === quote) {
        const end = this.#text(record, at + 1, wantsKey)
        if (end === -1) return 'a text has a control character in it or is not closed'
        wantsKey = false
        at = end
        continue
      }
      if (byte === comma) {
        wantsKey = isObject[depth] === 1
      } else if (byte === openBrace || byte === openBracket) {
        depth += 1
        if (depth === isObject.length) isObject = this.#deeper()
        wantsKey = byte === openBrace
        isObject[depth] = wantsKey ? 1 : 0
      } else if (byte === closeBrace || byte === closeBracket) {
        if ((isObject[depth] === 1) !== (byte === closeBrace)) return 'brackets do not match'
        depth -= 1
        wantsKey = false
        if (depth === 0) return at + 1
      } else if (byte === newline || byte === carriageReturn) {
        this.#edits.push(at, space)
      }
      at += 1
    }
    return 'the JSON object is not complete'
  }

  /** The place after the closing quote; -1 when there is none, or a bare control character before it. */
  #text(record: Uint8Array, start: number, isKey: boolean): number {
    const length = record.length
    let at = start
    const { lowerKeys, dotsToUnderscores } = this.#options
    const edits = isKey && (lowerKeys || dotsToUnderscores)
    while (at < length) {
      const byte = record[at]!
      if (byte === quote) return at + 1
      if (byte === backslash) {
        at += 2
        continue
      }
      if (byte < space) return -1
      if (edits) {
        if (lowerKeys && byte >= 0x41 && byte <= 0x5a) this.#edits.push(at, byte + 0x20)
        else if (dotsToUnderscores && byte === dot) this.#edits.push(at, underscore)
      }
      at += 1
    }
    return -1
  }

  #deeper(): Uint8Array<ArrayBuffer> {
    const larger = new Uint8Array(this.#isObject.length * 2)
    larger.set(this.#isObject)
    return (this.#isObject = larger)
  }

  #write(record: Uint8Array, start: number, end: number): void {
    const size = end - start + 1
    if (this.#used + size > this.#out.length) {
      const larger = Buffer.allocUnsafe(Math.max(this.#out.length * 2, this.#used + size))
      this.#out.copy(larger, 0, 0, this.#used)
      this.#out = larger
    }
    const out = this.#out
    const shift = this.#used - start
    out.set(record.subarray(start, end), this.#used)
    const edits = this.#edits
    for (let index = 0; index < edits.length; index += 2) {
      out[edits[index]! + shift] = edits[index + 1]!
    }
    this.#used += size
    out[this.#used - 1] = newline
  }
}

function skipSpace(record: Uint8Array, start: number): number {
  let at = start
  while (at < record.length) {
    const byte = record[at]
    if (byte !== space && byte !== newline && byte !== carriageReturn && byte !== tab) break
    at += 1
  }
  return at
}
