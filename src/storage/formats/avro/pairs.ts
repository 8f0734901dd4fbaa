/** What reads the bytes of a file, as the library has it. */
export interface Tap {
  buf: Buffer
  pos: number
}

/** The values of pairs: whole numbers, or bytes. */
export type PairValues = 'long' | 'bytes'

/**
 * A map with keys of numbers, as Avro writes it: a list of records of `key` and `value`. It is read where it lies, when it is asked: a
 * manifest has six of them for each file, and most are never looked at. They are small, so a key is found by going through.
 */
export class AvroPairs<T extends number | Buffer> implements ReadonlyMap<number, T> {
  readonly #bytes: Buffer
  readonly #start: number
  readonly #values: PairValues

  constructor(bytes: Buffer, start: number, values: PairValues) {
    this.#bytes = bytes
    this.#start = start
    this.#values = values
  }

  get(key: number): T | undefined {
    // The last of a key counts, as in a map that is filled.
    let found: T | undefined
    for (const [each, value] of this.entries()) if (each === key) found = value
    return found
  }

  has(key: number): boolean {
    return this.get(key) !== undefined
  }

  get size(): number {
    return new Set(this.keys()).size
  }

  forEach(visit: (value: T, key: number, map: ReadonlyMap<number, T>) => void): void {
    for (const [key, value] of this) visit(value, key, this)
  }

  *entries(): MapIterator<[number, T]> {
    const reader = new Reader(this.#bytes, this.#start)
    for (let count = reader.count(); count !== 0; count = reader.count()) {
      for (; count > 0; count -= 1) {
        const key = reader.long()
        yield [key, (this.#values === 'long' ? reader.long() : reader.bytes()) as T]
      }
    }
  }

  *keys(): MapIterator<number> {
    for (const [key] of this.entries()) yield key
  }

  *values(): MapIterator<T> {
    for (const [, value] of this.entries()) yield value
  }

  [Symbol.iterator](): MapIterator<[number, T]> {
    return this.entries()
  }
}

/** Leaves the tap behind the pairs; behind the end of the bytes when they are cut off. */
export function skipPairs(tap: Tap, values: PairValues): void {
  const reader = new Reader(tap.buf, tap.pos)
  try {
    for (let count = reader.count(); count !== 0; count = reader.count()) {
      for (; count > 0; count -= 1) {
        reader.skip()
        if (values === 'long') reader.skip()
        else reader.pass(reader.long())
      }
    }
    tap.pos = reader.at
  } catch {
    tap.pos = tap.buf.length + 1
  }
}

class Reader {
  readonly #bytes: Buffer
  at: number

  constructor(bytes: Buffer, at: number) {
    this.#bytes = bytes
    this.at = at
  }

  /** Of a block; where it is negative its bytes are counted behind it. */
  count(): number {
    const count = this.long()
    if (count >= 0) return count
    this.skip()
    return -count
  }

  /** A zigzag number of seven bits a byte. */
  long(): number {
    let value = 0
    let factor = 1
    for (;;) {
      const byte = this.#bytes[this.at++]
      if (byte === undefined) throw cutOff()
      value += (byte & 0x7f) * factor
      if (byte < 0x80) return value % 2 === 0 ? value / 2 : -(value + 1) / 2
      factor *= 128
    }
  }

  skip(): void {
    for (;;) {
      const byte = this.#bytes[this.at++]
      if (byte === undefined) throw cutOff()
      if (byte < 0x80) return
    }
  }

  pass(length: number): void {
    this.at += length
    if (length < 0 || this.at > this.#bytes.length) throw cutOff()
  }

  bytes(): Buffer {
    const length = this.long()
    const start = this.at
    this.pass(length)
    return this.#bytes.subarray(start, this.at)
  }
}

function cutOff(): Error {
  return new Error('it is cut off')
}
