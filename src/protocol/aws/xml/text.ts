import { NumericValue } from '@smithy/core/serde'
import { readBase64 } from '../json-rpc/base64.ts'
import { MalformedInput } from '../failure.ts'
import type { LeafShape, TimestampFormat } from '../shape.ts'
import { parseTimestamp, printTimestamp } from '../timestamp.ts'

/** A leaf from its text in XML, a form, a header, a query or a path. Throws MalformedInput. */
export function readText(
  shape: LeafShape,
  text: string,
  timestampDefault: TimestampFormat,
): unknown {
  switch (shape.kind) {
    case 'string':
    case 'document':
      return text
    case 'boolean': {
      const lower = text.trim().toLowerCase()
      if (lower === 'true') return true
      if (lower === 'false') return false
      throw new MalformedInput(`'${text}' is not a boolean`)
    }
    case 'number': {
      const trimmed = text.trim()
      if (/^(?:NaN|-?Infinity)$/.test(trimmed)) return Number(trimmed)
      if (!/^[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(trimmed)) {
        throw new MalformedInput(`'${text}' is not a number`)
      }
      return Number(trimmed)
    }
    case 'bigInteger':
      if (!/^-?\d+$/.test(text.trim())) throw new MalformedInput(`'${text}' is not an integer`)
      return BigInt(text.trim())
    case 'bigDecimal':
      if (!/^-?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?$/.test(text.trim())) {
        throw new MalformedInput(`'${text}' is not a number`)
      }
      return new NumericValue(text.trim(), 'bigDecimal')
    case 'blob':
      return readBase64(text.replace(/\s+/g, ''))
    case 'timestamp': {
      const date = parseTimestamp(text.trim(), shape.timestampFormat ?? timestampDefault)
      if (!date) throw new MalformedInput(`'${text}' is not a timestamp`)
      return date
    }
  }
}

/**
 * A number of a model that has nothing but integers: the SDK's schemas do not tell them from fractions. Throws
 * MalformedInput.
 */
export function readInteger(text: string): number {
  const trimmed = text.trim()
  if (!/^[-+]?\d{1,19}$/.test(trimmed)) throw new MalformedInput(`'${text}' is not an integer`)
  return Number(trimmed)
}

/** A leaf as text. Throws a TypeError when an operation gave a wrong type. */
export function printText(
  shape: LeafShape,
  value: unknown,
  timestampDefault: TimestampFormat,
): string {
  switch (shape.kind) {
    case 'string':
      if (typeof value === 'string') return value
      break
    case 'boolean':
      if (typeof value === 'boolean') return String(value)
      break
    case 'number':
    case 'bigInteger':
      if (typeof value === 'number' || typeof value === 'bigint') return String(value)
      break
    case 'bigDecimal':
      if (value instanceof NumericValue) return value.string
      break
    case 'blob':
      if (typeof value === 'string') return Buffer.from(value).toString('base64')
      if (value instanceof Uint8Array) {
        return Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64')
      }
      break
    case 'timestamp':
      if (value instanceof Date)
        return printTimestamp(value, shape.timestampFormat ?? timestampDefault)
      break
    case 'document':
      return String(value)
  }
  throw new TypeError(`an operation answered ${typeof value} where its model has a ${shape.kind}`)
}
