import { cbor, tag } from '@smithy/core/cbor'
import { NumericValue } from '@smithy/core/serde'
import { documentReaders, fail, type Reader } from '../document/read.ts'
import { documentWriters, type Writer } from '../document/write.ts'
import { MalformedInput } from '../failure.ts'
import type { Shape } from '../shape.ts'

/** What one second is in a timestamp: 1 in smithy-rpc-v2-cbor, 1000 in the CBOR form of AWS JSON. */
export type TimestampUnit = 'seconds' | 'milliseconds'

export interface CborCodec {
  readonly decode: (shape: Shape, bytes: Buffer) => unknown
  readonly encode: (shape: Shape, value: unknown) => Uint8Array
  readonly toDocument: (shape: Shape, value: unknown) => unknown
  readonly print: (document: unknown) => Uint8Array
}

export function cborCodec(unit: TimestampUnit): CborCodec {
  const perSecond = unit === 'seconds' ? 1 : 1000
  const memberKey = (member: { readonly name: string }): string => member.name
  const readers: (shape: Shape) => Reader = documentReaders({
    memberKey,
    blob: (value) => (value instanceof Uint8Array ? value : fail(value, 'a Blob')),
    timestamp: (value) => {
      const epoch = isTagged(value) ? value.value : value
      const number = typeof epoch === 'bigint' ? Number(epoch) : epoch
      if (typeof number !== 'number') return fail(epoch, 'a Timestamp')
      const date = new Date(Math.round((number / perSecond) * 1000))
      if (Number.isNaN(date.getTime())) throw new MalformedInput('Timestamp out of range')
      return date
    },
  })
  const writers: (shape: Shape) => Writer = documentWriters({
    memberKey,
    blob: (value) => value,
    timestamp: (value) => tag({ tag: 1, value: (value.getTime() / 1000) * perSecond }),
    number: (value) => value,
    bigInteger: (value) => value,
    bigDecimal: (value) => value,
  })
  const toDocument = (shape: Shape, value: unknown): unknown => writers(shape)(value)
  return {
    decode: (shape, bytes) => {
      const read = readers(shape)
      return read(bytes.length === 0 ? {} : parse(bytes))
    },
    toDocument,
    print,
    encode: (shape, value) => print(toDocument(shape, value)),
  }
}

function print(document: unknown): Uint8Array {
  return cbor.serialize(document as never)
}

function parse(bytes: Buffer): unknown {
  try {
    return cbor.deserialize(bytes) as unknown
  } catch {
    throw new MalformedInput('')
  }
}

function isTagged(value: unknown): value is { readonly tag: number; readonly value: unknown } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'tag' in value &&
    'value' in value &&
    !(value instanceof NumericValue)
  )
}
