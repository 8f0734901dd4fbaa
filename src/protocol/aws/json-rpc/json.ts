import { isUtf8 } from 'node:buffer'
import { NumericValue } from '@smithy/core/serde'
import { documentReaders, fail, type Reader } from '../document/read.ts'
import { documentWriters, type Writer } from '../document/write.ts'
import { MalformedInput } from '../failure.ts'
import { parseDateTime, parseHttpDate, printTimestamp } from '../timestamp.ts'
import type { LeafShape, Member, Shape } from '../shape.ts'
import { printerOf, type Print } from './print.ts'
import { type Scan, scanOf, unusual } from './scan.ts'

/** JSON of awsJson (`name`), or of restJson1, which renames members (`jsonName`). */
export type JsonFlavour = 'name' | 'jsonName'

export interface JsonCodec {
  /** The value of a shape from the bytes of a JSON text. No bytes give an empty structure. */
  readonly decode: (shape: Shape, bytes: Buffer) => unknown
  readonly encode: (shape: Shape, value: unknown) => string | Buffer
  /** As `encode`, before it is printed: for members to be added. */
  readonly toDocument: (shape: Shape, value: unknown) => unknown
}

/** With `bytes: false` no text is read by scanning its bytes, or written as bytes: slower, and the same. */
export function jsonCodec(flavour: JsonFlavour, { bytes: asBytes = true } = {}): JsonCodec {
  const memberKey = (member: Member): string =>
    flavour === 'jsonName' ? (member.jsonName ?? member.name) : member.name
  const readers = documentReaders({ memberKey, blob: readBase64, timestamp: readTimestamp })
  const writers = documentWriters({
    memberKey,
    blob: (value) =>
      Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString('base64'),
    timestamp: (value, shape) => {
      const format = shape.timestampFormat ?? 'epochSeconds'
      return format === 'epochSeconds' ? value.getTime() / 1000 : printTimestamp(value, format)
    },
    number: (value) => (Number.isFinite(value) ? value : String(value)),
    bigInteger: (value) => rawJson(String(value)),
    bigDecimal: (value) => rawJson(value.string),
  })
  const plans = new WeakMap<Shape, { read: Reader; exact: boolean; scan: Scan | undefined }>()
  const printers = new WeakMap<Shape, { readonly print: Print | undefined }>()
  return {
    decode: (shape, bytes) => {
      let plan = plans.get(shape)
      if (!plan) {
        const exact = needsExactNumbers(shape, new Set())
        plan = { read: readers(shape), exact, scan: asBytes ? scanOf(shape, memberKey) : undefined }
        plans.set(shape, plan)
      }
      if (bytes.length === 0) return plan.read({})
      const scanned = plan.scan?.(bytes) ?? unusual
      if (scanned !== unusual) return scanned
      return plan.read(parseJson(bytes, plan.exact))
    },
    encode: (shape, value) => {
      let printer = printers.get(shape)
      if (!printer) {
        printer = { print: asBytes ? printerOf(shape, memberKey, writers) : undefined }
        printers.set(shape, printer)
      }
      return printer.print?.(value) ?? JSON.stringify(writerOf(shape, value))
    },
    toDocument: writerOf,
  }
  function writerOf(shape: Shape, value: unknown): unknown {
    const write: Writer = writers(shape)
    return write(value)
  }
}

/** Prints digits as they are: JSON numbers have no limit, JavaScript's have. */
const { rawJSON: rawJson } = JSON as unknown as { rawJSON: (text: string) => unknown }

function parseJson(bytes: Buffer, exact: boolean): unknown {
  if (!isUtf8(bytes)) throw new MalformedInput('')
  try {
    const text = bytes.toString()
    return exact ? JSON.parse(text, exactNumbers) : JSON.parse(text)
  } catch {
    throw new MalformedInput('')
  }
}

/** Keeps numbers that a double cannot hold. */
function exactNumbers(_key: string, value: unknown, context?: { source?: string }): unknown {
  if (typeof value !== 'number' || context?.source === undefined) return value
  if (String(value) === context.source) return value
  if (/^-?\d+$/.test(context.source)) return BigInt(context.source)
  return new NumericValue(context.source, 'bigDecimal')
}

function needsExactNumbers(shape: Shape, seen: Set<Shape>): boolean {
  if (seen.has(shape)) return false
  seen.add(shape)
  switch (shape.kind) {
    case 'structure':
      return shape.members.some((member) => needsExactNumbers(member.shape, seen))
    case 'list':
      return needsExactNumbers(shape.item.shape, seen)
    case 'map':
      return needsExactNumbers(shape.value.shape, seen)
    default:
      return shape.kind === 'bigInteger' || shape.kind === 'bigDecimal'
  }
}

/** Base64 with padding, as strict as AWS is about it. */
export function readBase64(value: unknown): Uint8Array {
  if (typeof value !== 'string') return fail(value, 'a Blob')
  const bytes = Buffer.from(value, 'base64')
  // Node skips what is not base64; the exact length shows that nothing was skipped.
  const padding = value.endsWith('==') ? 2 : value.endsWith('=') ? 1 : 0
  if (value.length % 4 !== 0) {
    throw new MalformedInput(
      `'${value}' can not be converted to a Blob: Base64 encoded length is expected a multiple of 4 bytes but found: ${value.length}`,
    )
  }
  if (
    bytes.length !== (value.length / 4) * 3 - padding ||
    value.includes('-') ||
    value.includes('_')
  ) {
    const wrong = /[^a-zA-Z0-9+/=]|=(?=[^=])/.exec(value)?.[0] ?? '='
    throw new MalformedInput(
      `'${value}' can not be converted to a Blob: Invalid Base64 character: '${wrong}'`,
    )
  }
  return bytes
}

function readTimestamp(value: unknown, shape: LeafShape): Date {
  const format = shape.timestampFormat ?? 'epochSeconds'
  if (format === 'epochSeconds') {
    const seconds =
      typeof value === 'number'
        ? value
        : value instanceof NumericValue
          ? Number(value.string)
          : typeof value === 'bigint'
            ? Number(value)
            : fail(value, 'a Timestamp')
    const date = new Date(Math.round(seconds * 1000))
    if (Number.isNaN(date.getTime())) throw new MalformedInput('Timestamp out of range')
    return date
  }
  if (typeof value !== 'string') return fail(value, 'a Timestamp')
  const date = format === 'dateTime' ? parseDateTime(value) : parseHttpDate(value)
  if (!date) throw new MalformedInput(`'${value}' can not be converted to a Timestamp`)
  return date
}
