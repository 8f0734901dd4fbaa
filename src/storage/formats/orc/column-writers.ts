import type { FieldType, FieldValue } from '../field-type.ts'
import { ByteSink } from './byte-sink.ts'
import { BitRunWriter, ByteRunWriter, IntRunWriter, zigzag } from './run-writers.ts'
import { orcKind } from './types.ts'

export interface WrittenStream {
  readonly kind: number
  readonly column: number
  readonly bytes: Buffer
}

/** Takes the values of one column of a stripe. */
export interface ColumnWriter {
  /** The column's places in the file's list of types, its own first. */
  readonly types: readonly WrittenType[]
  add(value: FieldValue): void
  /** The streams of what was added, its children's too; the writer is empty then. */
  take(): readonly WrittenStream[]
  /** Of all stripes. */
  readonly counts: readonly ColumnCount[]
}

export interface WrittenType {
  readonly kind: number
  readonly children: readonly number[]
  readonly fieldNames: readonly string[]
  readonly precision?: number
  readonly scale?: number
}

export interface ColumnCount {
  values: number
  hasNull: boolean
}

const stream = { present: 0, data: 1, length: 2, secondary: 5 } as const

/** What a type writes of a value that is there. */
interface Body {
  readonly kind: number
  readonly extra?: Partial<WrittenType>
  readonly children: readonly ColumnWriter[]
  add(value: Exclude<FieldValue, null>): void
  take(): readonly (readonly [kind: number, bytes: Buffer])[]
}

export function columnWriter(type: FieldType, id: number): ColumnWriter {
  const body = bodyOf(type, id)
  const { children } = body
  let places = id + 1
  const childPlaces = children.map((child) => {
    const place = places
    places += child.types.length
    return place
  })
  const fieldNames = type.kind === 'struct' ? type.fields.map((field) => field.name) : []
  const own: WrittenType = { kind: body.kind, children: childPlaces, fieldNames, ...body.extra }
  const count: ColumnCount = { values: 0, hasNull: false }
  let present = new BitRunWriter()
  let sawNull = false
  return {
    types: [own, ...children.flatMap((child) => child.types)],
    counts: [count, ...children.flatMap((child) => child.counts)],
    add: (value) => {
      present.add(value !== null)
      if (value === null) {
        sawNull = true
        count.hasNull = true
        return
      }
      count.values++
      body.add(value)
    },
    take: () => {
      const presence = present.take()
      const streams: WrittenStream[] = sawNull
        ? [{ kind: stream.present, column: id, bytes: presence }]
        : []
      for (const [kind, bytes] of body.take()) streams.push({ kind, column: id, bytes })
      present = new BitRunWriter()
      sawNull = false
      return [...streams, ...children.flatMap((child) => child.take())]
    },
  }
}

function bodyOf(type: FieldType, id: number): Body {
  switch (type.kind) {
    case 'boolean':
      return single(orcKind.boolean, new BitRunWriter(), (out, value) => out.add(value as boolean))
    case 'int8':
      return single(orcKind.byte, new ByteRunWriter(), (out, value) =>
        out.add((value as number) & 0xff),
      )
    case 'int16':
      return integers(orcKind.short)
    case 'int32':
      return integers(orcKind.int)
    case 'int64':
      return integers(orcKind.long)
    case 'date':
      return integers(orcKind.date)
    case 'float':
      return single(orcKind.float, new ByteSink(), (out, value) => out.float(value as number))
    case 'double':
      return single(orcKind.double, new ByteSink(), (out, value) => out.double(value as number))
    case 'string':
      return sized(orcKind.string, (out, value) => out.text(value as string))
    case 'binary':
      return sized(orcKind.binary, (out, value) => {
        out.add(value as Uint8Array)
        return (value as Uint8Array).length
      })
    case 'timestamp':
      return timestamps(orcKind.timestamp)
    case 'instant':
      return timestamps(orcKind.instant)
    case 'decimal':
      return decimals(type.precision, type.scale)
    case 'list':
    case 'map':
      return collections(type, id)
    case 'struct':
      return structs(type, id)
  }
}

function single<Out extends { take(): Buffer }>(
  kind: number,
  out: Out,
  add: (out: Out, value: Exclude<FieldValue, null>) => void,
): Body {
  return {
    kind,
    children: [],
    add: (value) => add(out, value),
    take: () => [[stream.data, out.take()]],
  }
}

function integers(kind: number): Body {
  return single(kind, new IntRunWriter(true), (out, value) => out.add(value as number | bigint))
}

/** Values of any length, and their lengths. */
function sized(
  kind: number,
  add: (out: ByteSink, value: Exclude<FieldValue, null>) => number,
): Body {
  const data = new ByteSink()
  const lengths = new IntRunWriter(false)
  return {
    kind,
    children: [],
    add: (value) => lengths.add(add(data, value)),
    take: () => [
      [stream.data, data.take()],
      [stream.length, lengths.take()],
    ],
  }
}

/** 1 January 2015 in UTC, from where seconds are counted. */
const epochSeconds = 1_420_070_400n

function timestamps(kind: number): Body {
  const seconds = new IntRunWriter(true)
  const nanos = new IntRunWriter(false)
  return {
    kind,
    children: [],
    add: (value) => {
      const micros = value as bigint
      const fraction = ((micros % 1_000_000n) + 1_000_000n) % 1_000_000n
      const floor = (micros - fraction) / 1_000_000n
      // Readers take a second off before the epoch, since writers are to round towards zero; zero has no sign.
      const rounds = floor < 0n && fraction >= 1000n
      if (rounds && floor === -1n) {
        throw new Error('ORC cannot hold a timestamp within the last second of 1969')
      }
      const second = floor + (rounds ? 1n : 0n) - epochSeconds
      seconds.add(second)
      nanos.add(packNanos(Number(fraction) * 1000))
    },
    take: () => [
      [stream.data, seconds.take()],
      [stream.secondary, nanos.take()],
    ],
  }
}

/** Zeros at the end are counted, when there are two or more, in the last three bits. */
function packNanos(nanos: number): number {
  if (nanos === 0) return 0
  let zeros = 0
  let left = nanos
  while (left % 10 === 0 && zeros < 8) {
    left /= 10
    zeros++
  }
  return zeros < 2 ? nanos * 8 : left * 8 + (zeros - 1)
}

function decimals(precision: number, scale: number): Body {
  const data = new ByteSink()
  const scales = new IntRunWriter(true)
  return {
    kind: orcKind.decimal,
    extra: { precision, scale },
    children: [],
    add: (value) => {
      data.varint(zigzag(value as bigint))
      scales.add(scale)
    },
    take: () => [
      [stream.data, data.take()],
      [stream.secondary, scales.take()],
    ],
  }
}

function collections(type: Extract<FieldType, { kind: 'list' | 'map' }>, id: number): Body {
  const lengths = new IntRunWriter(false)
  const first = columnWriter(type.kind === 'list' ? type.element : type.key, id + 1)
  const children =
    type.kind === 'list' ? [first] : [first, columnWriter(type.value, id + 1 + first.types.length)]
  return {
    kind: type.kind === 'list' ? orcKind.list : orcKind.map,
    children,
    add: (value) => {
      const items = value as readonly FieldValue[]
      lengths.add(items.length)
      for (const item of items) {
        if (type.kind === 'list') first.add(item)
        else {
          const [key = null, entry = null] = item as readonly FieldValue[]
          first.add(key)
          children[1]!.add(entry)
        }
      }
    },
    take: () => [[stream.length, lengths.take()]],
  }
}

function structs(type: Extract<FieldType, { kind: 'struct' }>, id: number): Body {
  let place = id + 1
  const children = type.fields.map((field) => {
    const writer = columnWriter(field.type, place)
    place += writer.types.length
    return writer
  })
  return {
    kind: orcKind.struct,
    children,
    add: (value) => {
      const values = value as readonly FieldValue[]
      for (const [index, child] of children.entries()) child.add(values[index] ?? null)
    },
    take: () => [],
  }
}
