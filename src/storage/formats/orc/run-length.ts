import { type Int, add, negate, toInt, unzigzag } from './integers.ts'
import type { OrcStream } from './stream.ts'

/** A run of integers, in either of the two versions of the encoding. */
export interface IntRuns {
  next(): Int
}

export function intRuns(stream: OrcStream, options: { version: 1 | 2; signed: boolean }): IntRuns {
  const { version, signed } = options
  return new Runs(() => (version === 1 ? runV1(stream, signed) : runV2(stream, signed)))
}

class Runs implements IntRuns {
  readonly #read: () => readonly Int[]
  #run: readonly Int[] = []
  #at = 0

  constructor(read: () => readonly Int[]) {
    this.#read = read
  }

  next(): Int {
    if (this.#at === this.#run.length) {
      this.#run = this.#read()
      this.#at = 0
    }
    return this.#run[this.#at++]!
  }
}

/** https://orc.apache.org/specification/ORCv1/#integer-run-length-encoding-version-1 */
function runV1(stream: OrcStream, signed: boolean): Int[] {
  const control = stream.byte()
  const value = () => (signed ? unzigzag(stream.varint()) : stream.varint())
  if (control >= 0x80) return Array.from({ length: 256 - control }, value)
  const delta = (stream.byte() << 24) >> 24
  const run = [value()]
  for (let count = control + 2; count > 0; count--) run.push(add(run.at(-1)!, delta))
  return run
}

/** https://orc.apache.org/specification/ORCv1/#integer-run-length-encoding-version-2 */
function runV2(stream: OrcStream, signed: boolean): Int[] {
  const first = stream.byte()
  switch (first >> 6) {
    case 0: {
      const value = bigEndian(stream, ((first >> 3) & 7) + 1)
      const repeated = signed ? unzigzag(value) : value
      return Array.from({ length: (first & 7) + 3 }, () => repeated)
    }
    case 1: {
      const width = widthOf((first >> 1) & 0x1f)
      const values = packed(stream, width, runLength(stream, first))
      return signed ? values.map(unzigzag) : values
    }
    case 2:
      return patchedBase(stream, first)
    default:
      return deltas(stream, first, signed)
  }
}

function deltas(stream: OrcStream, first: number, signed: boolean): Int[] {
  const code = (first >> 1) & 0x1f
  const length = runLength(stream, first)
  const base = signed ? unzigzag(stream.varint()) : stream.varint()
  const step = unzigzag(stream.varint())
  const run: Int[] = [base]
  if (length > 1) run.push(add(base, step))
  if (code === 0) {
    while (run.length < length) run.push(add(run.at(-1)!, step))
    return run
  }
  const isFalling = step < 0
  for (const delta of packed(stream, widthOf(code), Math.max(0, length - 2))) {
    run.push(add(run.at(-1)!, isFalling ? negate(delta) : delta))
  }
  return run
}

function patchedBase(stream: OrcStream, first: number): Int[] {
  const width = widthOf((first >> 1) & 0x1f)
  const length = runLength(stream, first)
  const third = stream.byte()
  const fourth = stream.byte()
  const baseBytes = (third >> 5) + 1
  const patchWidth = widthOf(third & 0x1f)
  const gapWidth = (fourth >> 5) + 1
  const patchCount = fourth & 0x1f
  const base = signedMagnitude(bigEndian(stream, baseBytes), baseBytes)
  const values = packed(stream, width, length)
  const entries = packed(stream, fittingWidth(gapWidth + patchWidth), patchCount)
  let at = 0
  for (const entry of entries) {
    const bits = BigInt(entry)
    const patch = bits & ((1n << BigInt(patchWidth)) - 1n)
    at += Number(bits >> BigInt(patchWidth))
    // A gap wider than its field is written as patches of nothing.
    if (patch === 0n) continue
    if (at >= values.length) throw new Error('a run is damaged')
    values[at] = toInt(BigInt(values[at]!) | (patch << BigInt(width)))
  }
  return values.map((value) => add(base, value))
}

/** The highest bit is the sign, the others the magnitude. */
function signedMagnitude(value: Int, bytes: number): Int {
  const sign = 1n << BigInt(bytes * 8 - 1)
  const big = BigInt(value)
  return (big & sign) === 0n ? value : toInt(-(big & (sign - 1n)))
}

function runLength(stream: OrcStream, first: number): number {
  return (((first & 1) << 8) | stream.byte()) + 1
}

function bigEndian(stream: OrcStream, bytes: number): Int {
  if (bytes <= 6) {
    let value = 0
    for (let index = 0; index < bytes; index++) value = value * 256 + stream.byte()
    return value
  }
  let value = 0n
  for (let index = 0; index < bytes; index++) value = (value << 8n) | BigInt(stream.byte())
  return toInt(value)
}

/** Numbers of this many bits, one after another, the highest bit first; whole bytes are used up. */
function packed(stream: OrcStream, width: number, count: number): Int[] {
  const values = Array.from<Int>({ length: count })
  const bytes = stream.take(Math.ceil((width * count) / 8))
  if (width > 32) return packedWide(bytes, width, values)
  let at = 0
  let held = 0
  let heldBits = 0
  for (let index = 0; index < count; index++) {
    // Arithmetic, not shifts: up to 39 bits are held at once.
    while (heldBits < width) {
      held = held * 256 + bytes[at++]!
      heldBits += 8
    }
    heldBits -= width
    const rest = 2 ** heldBits
    const value = Math.floor(held / rest)
    held -= value * rest
    values[index] = value
  }
  return values
}

/** Widths above 32 are whole bytes. */
function packedWide(bytes: Buffer, width: number, values: Int[]): Int[] {
  const size = width / 8
  for (let index = 0; index < values.length; index++) {
    const at = index * size
    if (size <= 6) values[index] = bytes.readUIntBE(at, size)
    else {
      const high = BigInt(bytes.readUIntBE(at, size - 4))
      values[index] = toInt((high << 32n) | BigInt(bytes.readUInt32BE(at + size - 4)))
    }
  }
  return values
}

const wideWidths = [26, 28, 30, 32, 40, 48, 56, 64]

function widthOf(code: number): number {
  return code <= 23 ? code + 1 : wideWidths[code - 24]!
}

/** The smallest width that the encoding has and that holds so many bits. */
function fittingWidth(bits: number): number {
  return bits <= 24 ? bits : wideWidths.find((width) => width >= bits)!
}
