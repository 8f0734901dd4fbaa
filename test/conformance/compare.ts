import { NumericValue } from '@smithy/core/serde'

/** A value in a form that two sides can be compared in: bytes as hex, no difference between a Buffer and a Uint8Array, or between no member and null. */
export function comparable(value: unknown): unknown {
  if (value instanceof Uint8Array) return `bytes ${Buffer.from(value).toString('hex')}`
  if (value instanceof Date) return `date ${value.toISOString()}`
  if (value instanceof NumericValue) return `number ${value.string}`
  // A JSON string inside a string: the SDK wraps it in an object.
  if (Object.prototype.toString.call(value) === '[object String]') return String(value)
  if (Array.isArray(value)) return value.map(comparable)
  if (typeof value === 'object' && value !== null) {
    return Object.fromEntries(
      Object.entries(value)
        .filter(([, member]) => member !== undefined && member !== null)
        .map(([name, member]) => [name, comparable(member)]),
    )
  }
  return value
}
