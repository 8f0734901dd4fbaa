import type { Schema, Type } from 'avsc'

/** Decodes the values of one schema. */
export interface AvroDecoder {
  /** The value at a place of the bytes and the place behind it; a negative place when the bytes end before. */
  decode(bytes: Buffer, at: number): { readonly value: unknown; readonly offset: number }
}

/** Makes decoders: of values written with one schema, as another schema sees them when it is given. */
export type AvroDecoders = (written: unknown, read?: unknown) => AvroDecoder

let loading: Promise<AvroDecoders> | undefined

/** The library is loaded when the first file is read. */
export function avroDecoders(): Promise<AvroDecoders> {
  return (loading ??= load())
}

async function load(): Promise<AvroDecoders> {
  const { default: avro } = await import('avsc')
  /** Avro's `long` as a number where that is exact, else as a bigint. */
  // eslint-disable-next-line no-underscore-dangle
  const long: Type = avro.types.LongType.__with({
    fromBuffer: (bytes: Buffer) => exact(bytes.readBigInt64LE()),
    toBuffer: (value: number | bigint) => {
      const bytes = Buffer.alloc(8)
      bytes.writeBigInt64LE(BigInt(value))
      return bytes
    },
    fromJSON: (value: unknown) => value,
    toJSON: (value: unknown) => value,
    isValid: (value: unknown) => typeof value === 'bigint' || Number.isSafeInteger(value),
    compare: (a: number | bigint, b: number | bigint) => (a === b ? 0 : a < b ? -1 : 1),
  })
  // Logical types are applied by our own schema.
  const typeOf = (schema: unknown) =>
    avro.Type.forSchema(schema as Schema, { registry: { long }, logicalTypes: {} })
  return (written, read) => {
    const writer = typeOf(written)
    if (read === undefined) return writer
    const reader = typeOf(read)
    const resolver = reader.createResolver(writer)
    return {
      decode: (bytes, at) =>
        reader.decode(bytes, at, resolver) as { value: unknown; offset: number },
    }
  }
}

function exact(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}
