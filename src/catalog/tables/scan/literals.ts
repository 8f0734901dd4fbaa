import { TableErrors } from '../errors.ts'
import type { Primitive } from '../format/primitives.ts'
import type { Value } from './values.ts'

const dayMs = 86_400_000

/**
 * A value in the JSON form of expressions, for a column of the type: https://iceberg.apache.org/spec/#json-single-value-serialization
 * Errors: `InvalidMetadata`.
 */
export function literalOf(type: Primitive, json: unknown): Value {
  const value = read(type, json)
  if (value !== undefined) return value
  throw TableErrors.InvalidMetadata(`${String(json)} is not a value of type ${type.kind}`)
}

function read(type: Primitive, json: unknown): Value | undefined {
  const text = typeof json === 'string' ? json : undefined
  switch (type.kind) {
    case 'boolean':
      return typeof json === 'boolean' ? json : undefined
    case 'int':
      return Number.isInteger(json) ? (json as number) : undefined
    case 'long':
      if (typeof json === 'bigint') return json
      return Number.isInteger(json) ? BigInt(json as number) : undefined
    case 'float':
    case 'double':
      return typeof json === 'number' ? json : typeof json === 'bigint' ? Number(json) : undefined
    case 'decimal':
      return decimal(typeof json === 'number' ? String(json) : text, type.scale)
    case 'string':
      return text
    case 'uuid':
      return text !== undefined && /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(text)
        ? Buffer.from(text.replaceAll('-', ''), 'hex')
        : undefined
    case 'fixed':
    case 'binary':
      return text !== undefined && /^(?:[0-9a-f]{2})*$/i.test(text)
        ? Buffer.from(text, 'hex')
        : undefined
    case 'date': {
      const match = /^(-?\d{4,6})-(\d\d)-(\d\d)$/.exec(text ?? '')
      return match ? days(match[1]!, match[2]!, match[3]!) : undefined
    }
    case 'time':
      return text === undefined ? undefined : time(text, 6)
    case 'timestamp':
    case 'timestamptz':
      return text === undefined ? undefined : timestamp(text, 6)
    case 'timestamp_ns':
    case 'timestamptz_ns':
      return text === undefined ? undefined : timestamp(text, 9)
    default:
      return undefined
  }
}

function decimal(text: string | undefined, scale: number): bigint | undefined {
  const match = /^(-?)(\d+)(?:\.(\d*))?$/.exec(text ?? '')
  if (!match) return undefined
  const fraction = match[3] ?? ''
  // A value between two of the type's own: nothing equals it, and its neighbours are found by comparing one higher scale.
  if (/[^0]/.test(fraction.slice(scale))) return undefined
  const digits = BigInt(match[2]! + fraction.slice(0, scale).padEnd(scale, '0'))
  return match[1] ? -digits : digits
}

function days(year: string, month: string, day: string): number | undefined {
  const date = new Date(0)
  date.setUTCFullYear(Number(year), Number(month) - 1, Number(day))
  const isReal = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day)
  return isReal ? date.getTime() / dayMs : undefined
}

/** In units of 10 to the power of minus `digits` seconds. */
function time(text: string, digits: number): bigint | undefined {
  const match = /^(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?$/.exec(text)
  if (!match) return undefined
  const seconds = Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3] ?? 0)
  const fraction = (match[4] ?? '').padEnd(9, '0')
  if (seconds >= 86_400 || /[^0]/.test(fraction.slice(digits))) return undefined
  return BigInt(seconds) * 10n ** BigInt(digits) + BigInt(fraction.slice(0, digits))
}

function timestamp(text: string, digits: number): bigint | undefined {
  const match = /^(-?\d{4,6})-(\d\d)-(\d\d)T([\d:.]+)(Z|[+-]\d\d:\d\d)?$/.exec(text)
  if (!match) return undefined
  const day = days(match[1]!, match[2]!, match[3]!)
  const inDay = time(match[4]!, digits)
  if (day === undefined || inDay === undefined) return undefined
  const unit = 10n ** BigInt(digits)
  return BigInt(day) * 86_400n * unit + inDay - BigInt(offsetSeconds(match[5])) * unit
}

function offsetSeconds(zone: string | undefined): number {
  if (zone === undefined || zone === 'Z') return 0
  const seconds = Number(zone.slice(1, 3)) * 3600 + Number(zone.slice(4)) * 60
  return zone.startsWith('-') ? -seconds : seconds
}
