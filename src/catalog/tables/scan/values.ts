import type { Primitive } from '../format/primitives.ts'

/**
 * A value of a primitive type: `number` for int, date, float and double; `bigint` for long, time and timestamps, and for
 * decimals, unscaled; bytes for uuid, fixed and binary.
 */
export type Value = boolean | number | bigint | string | Buffer

/** The value of a partition field as Avro has it. */
export function fromAvro(type: Primitive, raw: unknown): Value | undefined {
  if (raw === null || raw === undefined) return undefined
  if (Buffer.isBuffer(raw)) return type.kind === 'decimal' ? signedBigEndian(raw) : raw
  if (typeof raw === 'number') return isBig(type) ? BigInt(raw) : raw
  return raw as Value
}

/**
 * A value in the binary form of column bounds; undefined for bytes that are not of the type. A column that was int or
 * float when the bound was written keeps its shorter form.
 * https://iceberg.apache.org/spec/#binary-single-value-serialization
 */
export function fromBytes(type: Primitive, bytes: Buffer): Value | undefined {
  switch (type.kind) {
    case 'boolean':
      return bytes.length === 1 ? bytes[0] !== 0 : undefined
    case 'int':
    case 'date':
      return bytes.length === 4 ? bytes.readInt32LE() : undefined
    case 'long':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
    case 'timestamp_ns':
    case 'timestamptz_ns':
      if (bytes.length === 8) return bytes.readBigInt64LE()
      return bytes.length === 4 && type.kind === 'long' ? BigInt(bytes.readInt32LE()) : undefined
    case 'float':
      return bytes.length === 4 ? bytes.readFloatLE() : undefined
    case 'double':
      if (bytes.length === 8) return bytes.readDoubleLE()
      return bytes.length === 4 ? bytes.readFloatLE() : undefined
    case 'decimal':
      return bytes.length > 0 && bytes.length <= 16 ? signedBigEndian(bytes) : undefined
    case 'string':
      return bytes.toString()
    case 'uuid':
      return bytes.length === 16 ? bytes : undefined
    case 'fixed':
    case 'binary':
      return bytes
    default:
      return undefined
  }
}

/** A value in the binary form of column bounds. https://iceberg.apache.org/spec/#binary-single-value-serialization */
export function toBytes(type: Primitive, value: Value): Buffer {
  switch (type.kind) {
    case 'boolean':
      return Buffer.of(value ? 1 : 0)
    case 'int':
    case 'date':
      return sized(4, (bytes) => bytes.writeInt32LE(Number(value)))
    case 'long':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
    case 'timestamp_ns':
    case 'timestamptz_ns':
      return sized(8, (bytes) => bytes.writeBigInt64LE(BigInt(value as number | bigint)))
    case 'float':
      return sized(4, (bytes) => bytes.writeFloatLE(Number(value)))
    case 'double':
      return sized(8, (bytes) => bytes.writeDoubleLE(Number(value)))
    case 'decimal':
      return minimalBytes(value as bigint)
    default:
      return Buffer.isBuffer(value) ? value : Buffer.from(String(value))
  }
}

/** The value of a partition field in the form that Avro takes. */
export function toAvro(type: Primitive, value: Value | undefined): unknown {
  if (value === undefined) return null
  if (type.kind !== 'decimal') return value
  const length = decimalBytes(type.precision)
  const hex = BigInt.asUintN(length * 8, value as bigint).toString(16)
  return Buffer.from(hex.padStart(length * 2, '0'), 'hex')
}

/** How many bytes hold every decimal of the precision. */
export function decimalBytes(precision: number): number {
  const max = 10n ** BigInt(precision) - 1n
  let length = 1
  while (BigInt.asIntN(length * 8, max) !== max) length++
  return length
}

/** Whether a value is one of the type: what a writer says is checked before it is stored. */
export function isValueOf(type: Primitive, value: Value): boolean {
  switch (type.kind) {
    case 'boolean':
      return typeof value === 'boolean'
    case 'int':
    case 'date':
      return Number.isInteger(value) && Math.abs(value as number) <= 2 ** 31
    case 'float':
    case 'double':
      return typeof value === 'number'
    case 'long':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
    case 'timestamp_ns':
    case 'timestamptz_ns':
      return typeof value === 'bigint' && BigInt.asIntN(64, value) === value
    case 'decimal':
      return typeof value === 'bigint' && decimalFits(value, type.precision)
    case 'string':
      return typeof value === 'string'
    case 'uuid':
      return Buffer.isBuffer(value) && value.length === 16
    case 'fixed':
      return Buffer.isBuffer(value) && value.length === type.length
    case 'binary':
      return Buffer.isBuffer(value)
    default:
      return false
  }
}

function decimalFits(value: bigint, precision: number): boolean {
  const end = 10n ** BigInt(precision)
  return value < end && value > -end
}

function sized(length: number, write: (bytes: Buffer) => void): Buffer {
  const bytes = Buffer.alloc(length)
  write(bytes)
  return bytes
}

/** Two's complement, big-endian, in as few bytes as hold it. */
export function minimalBytes(value: bigint): Buffer {
  let length = 1
  while (BigInt.asIntN(length * 8, value) !== value) length++
  const hex = BigInt.asUintN(length * 8, value).toString(16)
  return Buffer.from(hex.padStart(length * 2, '0'), 'hex')
}

/** Negative, zero or positive. Both values are of one type; text sorts by its UTF-8 bytes. */
export function compareValues(a: Value, b: Value): number {
  if (typeof a === 'string' && typeof b === 'string') return comparePoints(a, b)
  if (Buffer.isBuffer(a) && Buffer.isBuffer(b)) return Buffer.compare(a, b)
  // -0 sorts before 0, though they are equal.
  return a < b ? -1 : a > b ? 1 : 0
}

export function isBig({ kind }: Primitive): boolean {
  return kind === 'long' || kind === 'time' || kind === 'decimal' || kind.startsWith('timestamp')
}

export function signedBigEndian(bytes: Buffer): bigint {
  if (bytes.length === 0) return 0n
  return BigInt.asIntN(bytes.length * 8, BigInt(`0x${bytes.toString('hex')}`))
}

/** The order of code points, which is that of UTF-8; JavaScript's own is that of UTF-16. */
function comparePoints(a: string, b: string): number {
  const length = Math.min(a.length, b.length)
  for (let at = 0; at < length; at++) {
    const [x, y] = [a.charCodeAt(at), b.charCodeAt(at)]
    if (x === y) continue
    const [surrogateX, surrogateY] = [x >= 0xd800 && x <= 0xdfff, y >= 0xd800 && y <= 0xdfff]
    if (surrogateX !== surrogateY) return surrogateX ? 1 : -1
    return x - y
  }
  return a.length - b.length
}
