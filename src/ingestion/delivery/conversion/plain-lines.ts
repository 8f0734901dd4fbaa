import { isUtf8 } from 'node:buffer'
import type { FramingOptions } from './json-framer.ts'

const textBytes = 64 * 1024
const openBrace = 0x7b
const newline = 0x0a
/** Pages in a row that were not plain, before no more are tried. */
const triesMax = 4

/**
 * The short way of `JsonFramer` for records that are a line each already, with keys as they shall be: they are joined as they are. Neither
 * brackets nor texts are looked at: without a line's end in it no record can reach into another's line, and the engine fails on what is
 * not one whole object. What is looked at costs a tenth of a walk over the bytes, because the machine's wide instructions do it.
 */
export class PlainLines {
  readonly #special: RegExp
  #tries = 0
  /** Used again for each page: memory outside the heap comes back late. */
  #lines = Buffer.alloc(0)

  constructor({ lowerKeys, dotsToUnderscores }: FramingOptions) {
    const edited = `${lowerKeys ? 'A-Z' : ''}${dotsToUnderscores ? '.' : ''}`
    // From the last letter of a key that is to be changed to the key's end and its colon: each letter is passed once.
    const key = `[${edited}][^"\\\\${edited}]*(?:\\\\[^][^"\\\\${edited}]*)*"[ \\t]*:`
    this.#special = new RegExp(edited === '' ? '\\r' : `\\r|${key}`)
  }

  /** The lines of all records, one each, until the next call; undefined when one of them must be framed. */
  join(records: readonly { readonly data: Uint8Array }[]): Buffer | undefined {
    if (this.#tries >= triesMax) return undefined
    const lines = this.#join(records)
    this.#tries = lines ? 0 : this.#tries + 1
    return lines
  }

  #join(records: readonly { readonly data: Uint8Array }[]): Buffer | undefined {
    let size = records.length
    for (const { data } of records) size += data.byteLength
    if (this.#lines.length < size) this.#lines = Buffer.allocUnsafe(size)
    const lines = this.#lines
    let used = 0
    for (const { data } of records) {
      if (data[0] !== openBrace) return undefined
      lines.set(data, used)
      used += data.byteLength
      if (lines[used - 1] !== newline) lines[used++] = newline
    }
    const filled = lines.subarray(0, used)
    const isPlain = hasLines(filled, records.length) && isUtf8(filled) && !this.#hasSpecial(filled)
    return isPlain ? filled : undefined
  }

  /** Some lines at a time: the texts are small enough to be collected at no cost. */
  #hasSpecial(lines: Buffer): boolean {
    for (let start = 0; start < lines.length;) {
      const end = lines.indexOf(newline, Math.min(start + textBytes, lines.length - 1)) + 1
      if (this.#special.test(lines.toString('latin1', start, end))) return true
      start = end
    }
    return false
  }
}

function hasLines(bytes: Buffer, count: number): boolean {
  let found = 0
  for (let at = bytes.indexOf(newline); at !== -1; at = bytes.indexOf(newline, at + 1)) found += 1
  return found === count
}
