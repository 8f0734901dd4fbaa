import { isUtf8 } from 'node:buffer'
import { NumericValue } from '@smithy/core/serde'
import { documentReaders, fail, type Reader } from '../document/read.ts'
import { documentWriters, type Writer } from '../document/write.ts'
import { MalformedInput } from '../failure.ts'
import { parseDateTime, parseHttpDate, printTimestamp } from '../timestamp.ts'
import type { LeafShape, Member, Shape } from '../shape.ts'
import { readBase64 } from './base64.ts'
import { unusual } from './cursor.ts'
import { printerOf, type Print } from './print.ts'
import { type Scan, scanOf, scanRowsOf } from './scan.ts'

/** JSON of awsJson (`name`), or of restJson1, which renames members (`jsonName`). */
export type JsonFlavour = 'name' | 'jsonName'

export interface JsonCodec {
  /** The value of a shape from the bytes of a JSON text. No bytes give an empty structure. */
  readonly decode: (shape: Shape, bytes: Buffer) => unknown
  /** The same of bytes that nobody else needs: they may be overwritten, and may be part of the value (see `listColumns`). */
  readonly decodeInPlace: (shape: Shape, bytes: Buffer) => unknown
  readonly encode: (shape: Shape, value: unknown) => string | Buffer
  /** As `encode`, before it is printed: for members to be added. */
  readonly toDocument: (shape: Shape, value: unknown) => unknown
}

interface Plan {
  readonly read: Reader
  /** Of numbers all digits are kept. */
  readonly exact: boolean
  readonly scan: Scan | undefined
  readonly scanRows: Scan | undefined
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
  const plans = new WeakMap<Shape, Plan>()
  const printers = new WeakMap<Shape, { readonly print: Print | undefined }>()
  const decode = (shape: Shape, bytes: Buffer, inPlace: boolean): unknown => {
    let plan = plans.get(shape)
    if (!plan) plans.set(shape, (plan = planOf(shape)))
    if (bytes.length === 0) return plan.read({})
    const scanned = ((inPlace && plan.scanRows) || plan.scan)?.(bytes) ?? unusual
    if (scanned !== unusual) return scanned
    return plan.read(parseJson(bytes, plan.exact))
  }
  const planOf = (shape: Shape): Plan => ({
    read: readers(shape),
    exact: needsExactNumbers(shape, new Set()),
    scan: asBytes ? scanOf(shape, memberKey) : undefined,
    scanRows: asBytes ? scanRowsOf(shape, memberKey) : undefined,
  })
  return {
    decode: (shape, bytes) => decode(shape, bytes, false),
    decodeInPlace: (shape, bytes) => decode(shape, bytes, true),
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
