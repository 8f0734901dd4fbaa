/** What stands in JSON as it is: printable ASCII without quote and backslash. */
const plain = /^[ !#-[\]-~]*$/
/** Longer texts are looked at and copied by the machine's own loops. */
const loopedMax = 80

const quote = 0x22
const backslash = 0x5c

/** A JSON text that is written as the bytes it is sent as. It grows when more comes than was foreseen. */
export class ByteText {
  #bytes: Buffer
  #at = 0

  constructor(sizeBytes: number) {
    this.#bytes = Buffer.allocUnsafeSlow(sizeBytes)
  }

  /** Text that stands in JSON as it is: ASCII, such as punctuation, keys and numbers. */
  raw(text: string): void {
    const { length } = text
    this.#makeRoom(length)
    if (length > loopedMax) this.#at += this.#bytes.write(text, this.#at, 'latin1')
    else {
      const bytes = this.#bytes
      let at = this.#at
      for (let index = 0; index < length; index += 1, at += 1) bytes[at] = text.charCodeAt(index)
      this.#at = at
    }
  }

  /** A string, quoted. */
  string(text: string): void {
    const { length } = text
    if (length <= loopedMax ? this.#plainString(text, length) : this.#longString(text)) return
    this.json(JSON.stringify(text))
  }

  /** A JSON text of any characters. */
  json(text: string): void {
    this.#makeRoom(text.length * 3)
    this.#at += this.#bytes.write(text, this.#at, 'utf8')
  }

  /** Bytes in base64, quoted. */
  base64(value: Uint8Array): void {
    const { buffer, byteOffset, byteLength } = value
    const text = Buffer.from(buffer, byteOffset, byteLength).toString('base64')
    this.#makeRoom(text.length + 2)
    this.#bytes[this.#at] = quote
    this.#at += 1 + this.#bytes.write(text, this.#at + 1, 'latin1')
    this.#bytes[this.#at] = quote
    this.#at += 1
  }

  /** All of it. Nothing is written after that. */
  end(): Buffer {
    return this.#bytes.subarray(0, this.#at)
  }

  /** False, with nothing written, when something in it must be escaped or is not ASCII. */
  #plainString(text: string, length: number): boolean {
    this.#makeRoom(length + 2)
    const bytes = this.#bytes
    let at = this.#at
    bytes[at] = quote
    at += 1
    for (let index = 0; index < length; index += 1, at += 1) {
      const code = text.charCodeAt(index)
      if (code < 0x20 || code > 0x7e || code === quote || code === backslash) return false
      bytes[at] = code
    }
    bytes[at] = quote
    this.#at = at + 1
    return true
  }

  #longString(text: string): boolean {
    if (!plain.test(text)) return false
    this.raw('"')
    this.raw(text)
    this.raw('"')
    return true
  }

  #makeRoom(sizeBytes: number): void {
    if (this.#at + sizeBytes <= this.#bytes.byteLength) return
    const larger = Buffer.allocUnsafeSlow((this.#at + sizeBytes) * 2)
    this.#bytes.copy(larger, 0, 0, this.#at)
    this.#bytes = larger
  }
}
