import type { OrcStream } from './stream.ts'

/** https://orc.apache.org/specification/ORCv1/#byte-run-length-encoding */
export class ByteRuns {
  readonly #stream: OrcStream
  #left = 0
  #repeated: number | undefined

  constructor(stream: OrcStream) {
    this.#stream = stream
  }

  next(): number {
    if (this.#left === 0) {
      const control = this.#stream.byte()
      if (control < 0x80) {
        this.#left = control + 3
        this.#repeated = this.#stream.byte()
      } else {
        this.#left = 256 - control
        this.#repeated = undefined
      }
    }
    this.#left--
    return this.#repeated ?? this.#stream.byte()
  }
}

/** Bits in runs of bytes, the highest first. */
export class BitRuns {
  readonly #bytes: ByteRuns
  #byte = 0
  #left = 0

  constructor(stream: OrcStream) {
    this.#bytes = new ByteRuns(stream)
  }

  next(): boolean {
    if (this.#left === 0) {
      this.#byte = this.#bytes.next()
      this.#left = 8
    }
    return ((this.#byte >> --this.#left) & 1) === 1
  }
}
