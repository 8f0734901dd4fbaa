/**
 * A set of positions as a 64-bit Roaring bitmap, in its portable form: https://github.com/RoaringBitmap/RoaringFormatSpec
 * Readers throw an Error for bytes that are not of this form.
 */

const cookie = 12_347
const cookieWithoutRuns = 12_346
const arrayMax = 4096
const bitmapBytes = 8192
/** Containers of a 32-bit bitmap with runs have offsets from this count on. */
const offsetsFrom = 4

/** `positions` are ascending and without repeats. */
export function encodeRoaring(positions: readonly number[]): Buffer {
  const byHigh = groupsOf(positions, 2 ** 32)
  const parts: Buffer[] = [u64(byHigh.length)]
  for (const { key, values } of byHigh) parts.push(u32(key), encode32(values))
  return Buffer.concat(parts)
}

/** Ascending. */
export function decodeRoaring(bytes: Buffer): number[] {
  const reader = new Reader(bytes)
  const count = reader.u64()
  const positions: number[] = []
  for (let at = 0; at < count; at++) {
    const high = reader.u32() * 2 ** 32
    decode32(reader, (low) => positions.push(high + low))
  }
  if (!reader.atEnd) throw new Error('a bitmap has bytes behind its end')
  return positions
}

function encode32(values: readonly number[]): Buffer {
  const containers = groupsOf(values, 2 ** 16)
  const headers: Buffer[] = []
  const offsets: Buffer[] = []
  const bodies: Buffer[] = []
  let offset = 8 + containers.length * 8
  for (const container of containers) {
    headers.push(u16(container.key), u16(container.values.length - 1))
    const body = encodeContainer(container.values)
    offsets.push(u32(offset))
    offset += body.length
    bodies.push(body)
  }
  return Buffer.concat([
    u32(cookieWithoutRuns),
    u32(containers.length),
    ...headers,
    ...offsets,
    ...bodies,
  ])
}

function encodeContainer(values: readonly number[]): Buffer {
  if (values.length <= arrayMax) {
    const bytes = Buffer.alloc(values.length * 2)
    for (const [at, value] of values.entries()) bytes.writeUInt16LE(value, at * 2)
    return bytes
  }
  const bytes = Buffer.alloc(bitmapBytes)
  for (const value of values) bytes[value >> 3]! |= 1 << (value & 7)
  return bytes
}

function decode32(reader: Reader, add: (value: number) => void): void {
  const first = reader.u32()
  const hasRuns = (first & 0xffff) === cookie
  if (!hasRuns && first !== cookieWithoutRuns) throw new Error('a bitmap has a wrong cookie')
  const count = hasRuns ? (first >>> 16) + 1 : reader.u32()
  if (count > 2 ** 16) throw new Error('a bitmap has too many containers')
  const isRun = hasRuns ? reader.take(Math.ceil(count / 8)) : undefined
  const headers: { readonly key: number; readonly size: number }[] = []
  for (let at = 0; at < count; at++) headers.push({ key: reader.u16(), size: reader.u16() + 1 })
  if (!hasRuns || count >= offsetsFrom) reader.take(count * 4)
  for (const [at, { key, size }] of headers.entries()) {
    const high = key * 2 ** 16
    if (isRun && (isRun[at >> 3]! >> (at & 7)) & 1) decodeRuns(reader, high, add)
    else if (size <= arrayMax) for (let n = 0; n < size; n++) add(high + reader.u16())
    else decodeBits(reader.take(bitmapBytes), high, add)
  }
}

function decodeRuns(reader: Reader, high: number, add: (value: number) => void): void {
  const count = reader.u16()
  for (let at = 0; at < count; at++) {
    const start = reader.u16()
    const length = reader.u16()
    if (start + length > 0xffff) throw new Error('a bitmap has a run behind its end')
    for (let value = start; value <= start + length; value++) add(high + value)
  }
}

function decodeBits(bytes: Buffer, high: number, add: (value: number) => void): void {
  for (let at = 0; at < bitmapBytes; at++) {
    const byte = bytes[at]!
    for (let bit = 0; byte >> bit !== 0; bit++) if ((byte >> bit) & 1) add(high + at * 8 + bit)
  }
}

function groupsOf(
  values: readonly number[],
  size: number,
): readonly { readonly key: number; readonly values: readonly number[] }[] {
  const groups: { key: number; values: number[] }[] = []
  for (const value of values) {
    const key = Math.floor(value / size)
    const last = groups.at(-1)
    if (last?.key === key) last.values.push(value - key * size)
    else groups.push({ key, values: [value - key * size] })
  }
  return groups
}

function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2)
  bytes.writeUInt16LE(value)
  return bytes
}

function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

function u64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigUInt64LE(BigInt(value))
  return bytes
}

class Reader {
  readonly #bytes: Buffer
  #at = 0

  constructor(bytes: Buffer) {
    this.#bytes = bytes
  }

  get atEnd(): boolean {
    return this.#at === this.#bytes.length
  }

  take(length: number): Buffer {
    const end = this.#at + length
    if (end > this.#bytes.length) throw new Error('a bitmap is cut off')
    const taken = this.#bytes.subarray(this.#at, end)
    this.#at = end
    return taken
  }

  u16(): number {
    return this.take(2).readUInt16LE()
  }

  u32(): number {
    return this.take(4).readUInt32LE()
  }

  u64(): number {
    const value = Number(this.take(8).readBigUInt64LE())
    if (value > 2 ** 31) throw new Error('a bitmap has too many parts')
    return value
  }
}
