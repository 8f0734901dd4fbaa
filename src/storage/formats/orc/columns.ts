import type { FieldValue } from '../field-type.ts'
import { BitRuns, ByteRuns } from './byte-runs.ts'
import { type Int, unzigzag } from './integers.ts'
import { type IntRuns, intRuns } from './run-length.ts'
import type { OrcStream } from './stream.ts'
import { type ZoneOffsets, zoneOffsets } from './time-zone.ts'
import { type OrcColumn, orcKind } from './types.ts'

/** Reads a column of a stripe from its start: `count` values a call, NULL where there is none. */
export interface ColumnReader {
  read(count: number): FieldValue[]
}

/** What a stripe says of its columns. */
export interface StripeColumns {
  /** A stream of a column; undefined when the stripe has none of this kind. */
  stream(column: number, kind: number): OrcStream | undefined
  encoding(column: number): { readonly kind: number; readonly dictionarySize: number }
  readonly timeZone: string
}

const streamKind = {
  present: 0,
  data: 1,
  length: 2,
  dictionary: 3,
  secondary: 5,
} as const

const dictionaryMax = 50_000_000

/** https://orc.apache.org/specification/ORCv1/#column-encodings */
export function columnReader(column: OrcColumn, stripe: StripeColumns): ColumnReader {
  const present = stripe.stream(column.id, streamKind.present)
  const values = valueReader(column, stripe)
  if (!present) return { read: values }
  const bits = new BitRuns(present)
  return {
    read: (count) => {
      const isThere = Array.from({ length: count }, () => bits.next())
      const found = values(isThere.filter(Boolean).length)
      let at = 0
      return isThere.map((there) => (there ? found[at++]! : null))
    },
  }
}

type Values = (count: number) => FieldValue[]

function valueReader(column: OrcColumn, stripe: StripeColumns): Values {
  const { id, kind, children } = column
  const encoding = stripe.encoding(id)
  const version = encoding.kind >= 2 ? 2 : 1
  const stream = (wanted: number): OrcStream => stripe.stream(id, wanted) ?? emptyStream
  const ints = (wanted: number, signed: boolean) => intRuns(stream(wanted), { version, signed })
  const each =
    (next: () => FieldValue): Values =>
    (count) =>
      Array.from({ length: count }, next)
  switch (kind) {
    case orcKind.boolean: {
      const bits = new BitRuns(stream(streamKind.data))
      return each(() => bits.next())
    }
    case orcKind.byte: {
      const bytes = new ByteRuns(stream(streamKind.data))
      return each(() => (bytes.next() << 24) >> 24)
    }
    case orcKind.short:
    case orcKind.int:
    case orcKind.date: {
      const data = ints(streamKind.data, true)
      return each(() => Number(data.next()))
    }
    case orcKind.long: {
      const data = ints(streamKind.data, true)
      return each(() => BigInt(data.next()))
    }
    case orcKind.float: {
      const data = stream(streamKind.data)
      return each(() => data.take(4).readFloatLE())
    }
    case orcKind.double: {
      const data = stream(streamKind.data)
      return each(() => data.take(8).readDoubleLE())
    }
    case orcKind.string:
    case orcKind.varchar:
    case orcKind.char:
      return texts(column, stripe)
    case orcKind.binary: {
      const data = stream(streamKind.data)
      const lengths = ints(streamKind.length, false)
      return each(() => data.take(size(lengths.next())))
    }
    case orcKind.timestamp:
    case orcKind.instant: {
      const seconds = ints(streamKind.data, true)
      const nanos = ints(streamKind.secondary, false)
      const zone = zoneOffsets(kind === orcKind.instant ? '' : stripe.timeZone)
      return each(timestamps(seconds, nanos, zone))
    }
    case orcKind.decimal: {
      const scale = column.type.kind === 'decimal' ? column.type.scale : 0
      const scales = ints(streamKind.secondary, true)
      return each(decimals(stream(streamKind.data), scales, scale))
    }
    case orcKind.list: {
      const lengths = ints(streamKind.length, false)
      const elements = columnReader(children[0]!, stripe)
      return (count) => slices(lengths, count, (total) => elements.read(total))
    }
    case orcKind.map: {
      const lengths = ints(streamKind.length, false)
      const keys = columnReader(children[0]!, stripe)
      const values = columnReader(children[1]!, stripe)
      return (count) =>
        slices(lengths, count, (total) => {
          const found = values.read(total)
          return keys.read(total).map((key, index) => [key, found[index]!])
        })
    }
    case orcKind.struct: {
      const fields = children.map((child) => columnReader(child, stripe))
      return (count) => {
        const columns = fields.map((field) => field.read(count))
        return Array.from({ length: count }, (_, row) => columns.map((values) => values[row]!))
      }
    }
    case orcKind.union:
      return unions(new ByteRuns(stream(streamKind.data)), children, stripe)
    default:
      throw new Error(`a column is of the unknown type ${kind}`)
  }
}

/** A column without a stream has no values, or is damaged. */
const emptyStream = {
  byte: () => cutOff(),
  take: (count: number) => (count === 0 ? Buffer.alloc(0) : cutOff()),
  varint: () => cutOff(),
} as unknown as OrcStream

function cutOff(): never {
  throw new Error('it is cut off')
}

function texts(column: OrcColumn, stripe: StripeColumns): Values {
  const { kind, dictionarySize } = stripe.encoding(column.id)
  const version = kind >= 2 ? 2 : 1
  const stream = (wanted: number) => stripe.stream(column.id, wanted) ?? emptyStream
  const lengths = intRuns(stream(streamKind.length), { version, signed: false })
  // CHAR is padded by some writers; the padding is no part of the value.
  const clean = (text: string) => (column.kind === orcKind.char ? text.replace(/ +$/, '') : text)
  if (kind === 0 || kind === 2) {
    const data = stream(streamKind.data)
    return (count) =>
      Array.from({ length: count }, () => clean(data.take(size(lengths.next())).toString('utf8')))
  }
  if (dictionarySize > dictionaryMax) throw new Error('a dictionary is too large')
  const words = stream(streamKind.dictionary)
  let dictionary: string[] | undefined
  const indexes = intRuns(stream(streamKind.data), { version, signed: false })
  return (count) => {
    dictionary ??= Array.from({ length: dictionarySize }, () =>
      clean(words.take(size(lengths.next())).toString('utf8')),
    )
    const known = dictionary
    return Array.from({ length: count }, () => {
      const text = known[Number(indexes.next())]
      if (text === undefined) throw new Error('a dictionary is damaged')
      return text
    })
  }
}

/** 1 January 2015, from where the wall clock is counted. */
const epochSeconds = 1_420_070_400

function timestamps(seconds: IntRuns, nanos: IntRuns, zone: ZoneOffsets): () => bigint {
  const base = epochSeconds - zone.offsetAt(epochSeconds)
  return () => {
    // Arrow writes nanoseconds before the epoch as negative numbers, though the encoding has no sign.
    const packed = Number(BigInt.asIntN(64, BigInt(nanos.next())))
    // The last three bits tell how many zeros were cut off, less one.
    const zeros = ((packed % 8) + 8) % 8
    const fraction = Math.floor(packed / 8) * (zeros === 0 ? 1 : 10 ** (zeros + 1))
    let instant = base + Number(seconds.next())
    // Writers round towards zero before the epoch.
    if (instant < 0 && fraction > 999_999) instant--
    const wall = instant + zone.offsetAt(instant)
    return BigInt(wall) * 1_000_000n + BigInt(Math.floor(fraction / 1000))
  }
}

function decimals(data: OrcStream, scales: IntRuns, scale: number): () => bigint {
  return () => {
    const value = BigInt(unzigzag(data.varint()))
    const shift = scale - Number(scales.next())
    if (shift === 0) return value
    if (Math.abs(shift) > 38) throw new Error('a decimal is damaged')
    return shift > 0 ? value * 10n ** BigInt(shift) : value / 10n ** BigInt(-shift)
  }
}

function slices(
  lengths: IntRuns,
  count: number,
  read: (total: number) => FieldValue[],
): FieldValue[] {
  const sizes = Array.from({ length: count }, () => size(lengths.next()))
  const values = read(sizes.reduce((sum, one) => sum + one, 0))
  let at = 0
  return sizes.map((one) => values.slice(at, (at += one)))
}

function unions(tags: ByteRuns, children: readonly OrcColumn[], stripe: StripeColumns): Values {
  const readers = children.map((child) => columnReader(child, stripe))
  return (count) => {
    const found = Array.from({ length: count }, () => tags.next())
    const values = readers.map((reader, tag) =>
      reader.read(found.filter((each) => each === tag).length),
    )
    const at = readers.map(() => 0)
    return found.map((tag) => {
      if (tag >= readers.length) throw new Error('a union is damaged')
      const value = values[tag]![at[tag]!++]!
      return [tag, ...readers.map((_, index) => (index === tag ? value : null))]
    })
  }
}

/** A length: bounded, so that a damaged one cannot ask for the world. */
function size(value: Int): number {
  const number = Number(value)
  if (number > 1_000_000_000) throw new Error('a length is damaged')
  return number
}
