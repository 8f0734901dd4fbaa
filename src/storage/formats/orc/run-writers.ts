import { ByteSink } from './byte-sink.ts'

/** Bytes in runs: https://orc.apache.org/specification/ORCv1/#byte-run-length-encoding */
export class ByteRunWriter {
  readonly sink = new ByteSink()
  #pending: number[] = []

  add(byte: number): void {
    this.#pending.push(byte)
    if (this.#pending.length === 128) this.#write()
  }

  /** Everything so far. */
  take(): Buffer {
    this.#write()
    return this.sink.take()
  }

  #write(): void {
    const bytes = this.#pending
    this.#pending = []
    forRuns(
      bytes,
      (start, end) => {
        this.sink.byte(end - start - 3)
        this.sink.byte(bytes[start]!)
      },
      (start, end) => {
        this.sink.byte(256 - (end - start))
        for (let at = start; at < end; at++) this.sink.byte(bytes[at]!)
      },
    )
  }
}

/** Calls for stretches of three equal values or more, and for what lies between. */
function forRuns(
  values: readonly number[],
  run: (start: number, end: number) => void,
  literals: (start: number, end: number) => void,
): void {
  let from = 0
  for (let at = 0; at < values.length;) {
    let end = at + 1
    while (end < values.length && values[end] === values[at]) end++
    if (end - at >= 3) {
      if (at > from) literals(from, at)
      run(at, end)
      from = end
    }
    at = end
  }
  if (values.length > from) literals(from, values.length)
}

/** Bits, the highest first, in runs of bytes. */
export class BitRunWriter {
  readonly #bytes = new ByteRunWriter()
  #byte = 0
  #count = 0

  add(bit: boolean): void {
    this.#byte = (this.#byte << 1) | (bit ? 1 : 0)
    if (++this.#count < 8) return
    this.#bytes.add(this.#byte)
    this.#byte = 0
    this.#count = 0
  }

  take(): Buffer {
    while (this.#count > 0) this.add(false)
    return this.#bytes.take()
  }
}

type Int = number | bigint

/**
 * Integers in the first version of their encoding: steps that stay the same as runs, others as they are.
 * https://orc.apache.org/specification/ORCv1/#integer-run-length-encoding-version-1
 */
export class IntRunWriter {
  readonly #signed: boolean
  readonly #sink = new ByteSink()
  #pending: Int[] = []

  constructor(signed: boolean) {
    this.#signed = signed
  }

  add(value: Int): void {
    this.#pending.push(value)
    if (this.#pending.length === 128) this.#write()
  }

  take(): Buffer {
    this.#write()
    return this.#sink.take()
  }

  #write(): void {
    const values = this.#pending
    this.#pending = []
    let from = 0
    for (let at = 0; at < values.length;) {
      const end = this.#runEnd(values, at)
      if (end - at < 3) {
        at++
        continue
      }
      this.#literals(values, from, at)
      this.#sink.byte(end - at - 3)
      this.#sink.byte(Number(step(values[at]!, values[at + 1]!)) & 0xff)
      this.#value(values[at]!)
      at = end
      from = end
    }
    this.#literals(values, from, values.length)
  }

  /** Behind the last value that continues the step of the first two, when that fits a byte. */
  #runEnd(values: readonly Int[], at: number): number {
    if (at + 2 >= values.length) return at
    const first = step(values[at]!, values[at + 1]!)
    if (first < -128 || first > 127) return at
    let end = at + 2
    while (
      end < values.length &&
      end - at < 130 &&
      step(values[end - 1]!, values[end]!) === first
    ) {
      end++
    }
    return end
  }

  #literals(values: readonly Int[], start: number, end: number): void {
    if (start === end) return
    this.#sink.byte(256 - (end - start))
    for (let at = start; at < end; at++) this.#value(values[at]!)
  }

  #value(value: Int): void {
    this.#sink.varint(this.#signed ? zigzag(value) : value)
  }
}

function step(a: Int, b: Int): Int {
  return typeof a === 'number' && typeof b === 'number' ? b - a : BigInt(b) - BigInt(a)
}

/** 0, 1, 2, 3, … for 0, -1, 1, -2, … */
export function zigzag(value: Int): Int {
  if (typeof value === 'number' && Math.abs(value) < 2 ** 51) {
    return value < 0 ? -value * 2 - 1 : value * 2
  }
  const big = BigInt(value)
  return big < 0n ? -big * 2n - 1n : big * 2n
}
