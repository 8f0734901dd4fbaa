import type { Primitive } from '../format/primitives.ts'
import type { Transform } from '../format/transforms.ts'
import { murmur3 } from './murmur3.ts'
import { minimalBytes, type Value } from './values.ts'

/**
 * The partition value of a column's value, or undefined when the transform does not say.
 * https://iceberg.apache.org/spec/#partition-transforms
 */
export function transformValue(
  transform: Transform,
  type: Primitive,
  value: Value,
): Value | undefined {
  switch (transform.kind) {
    case 'identity':
      return value
    case 'bucket': {
      const hashed = hashBytes(type, value)
      return hashed && (murmur3(hashed) & 0x7fff_ffff) % transform.width
    }
    case 'truncate':
      return truncate(value, transform.width)
    case 'year':
    case 'month':
    case 'day':
    case 'hour':
      return timeOrdinal(transform.kind, type, value)
    default:
      return undefined
  }
}

function truncate(value: Value, width: number): Value | undefined {
  if (typeof value === 'number') return value - (((value % width) + width) % width)
  if (typeof value === 'bigint') {
    const big = BigInt(width)
    return value - (((value % big) + big) % big)
  }
  if (typeof value === 'string') {
    if (value.length <= width) return value
    return [...value].slice(0, width).join('')
  }
  return Buffer.isBuffer(value) ? value.subarray(0, width) : undefined
}

/** https://iceberg.apache.org/spec/#appendix-b-32-bit-hash-requirements */
function hashBytes(type: Primitive, value: Value): Buffer | undefined {
  switch (type.kind) {
    case 'int':
    case 'date':
      return longBytes(BigInt(value as number))
    case 'long':
    case 'time':
    case 'timestamp':
    case 'timestamptz':
      return longBytes(value as bigint)
    case 'timestamp_ns':
    case 'timestamptz_ns':
      return longBytes(floorDivide(value as bigint, 1000n))
    case 'decimal':
      return minimalBytes(value as bigint)
    case 'string':
      return Buffer.from(value as string)
    case 'uuid':
    case 'fixed':
    case 'binary':
      return value as Buffer
    default:
      return undefined
  }
}

function longBytes(value: bigint): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64LE(BigInt.asIntN(64, value))
  return bytes
}

const unitsPerSecond: Partial<Record<Primitive['kind'], bigint>> = {
  timestamp: 1_000_000n,
  timestamptz: 1_000_000n,
  timestamp_ns: 1_000_000_000n,
  timestamptz_ns: 1_000_000_000n,
}

/** Years, months, days or hours since 1970. */
function timeOrdinal(
  unit: 'year' | 'month' | 'day' | 'hour',
  type: Primitive,
  value: Value,
): number | undefined {
  const perSecond = unitsPerSecond[type.kind]
  if (unit === 'hour') {
    if (perSecond === undefined) return undefined
    return Number(floorDivide(value as bigint, perSecond * 3600n))
  }
  const day = perSecond
    ? Number(floorDivide(value as bigint, perSecond * 86_400n))
    : type.kind === 'date'
      ? (value as number)
      : undefined
  if (day === undefined || unit === 'day') return day
  const date = new Date(day * 86_400_000)
  if (Number.isNaN(date.getTime())) return undefined
  const years = date.getUTCFullYear() - 1970
  return unit === 'year' ? years : years * 12 + date.getUTCMonth()
}

function floorDivide(value: bigint, by: bigint): bigint {
  const quotient = value / by
  return value % by < 0n ? quotient - 1n : quotient
}
