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
