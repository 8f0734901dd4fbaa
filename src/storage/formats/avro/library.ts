import type { Schema, Type } from 'avsc'

/** Reads and writes values of one schema. */
export interface AvroType {
  /** The value at a place of the bytes, and the place behind it; a negative place when the bytes end before. */
  decode(bytes: Buffer, at: number): { readonly value: unknown; readonly offset: number }
  /** Throws an Error for a value that is not of the schema. */
  toBuffer(value: unknown): Buffer
}

/** Making a type compiles code: those of the same tables come again and again. */
const typesMax = 200

let loading: Promise<AvroTypes> | undefined

/** Makes readers and writers of a schema, or readers of what was written with one schema as another sees it. */
export type AvroTypes = (schema: unknown, readAs?: unknown) => AvroType

/** The library is loaded when the first file is read or written. */
export function avroTypes(): Promise<AvroTypes> {
  return (loading ??= load())
}

async function load(): Promise<AvroTypes> {
  const { default: avro } = await import('avsc')
  /**
   * Avro's `long` as a number where that is exact, else as `bigint`: sizes and counts are numbers, the 63 random bits of
   * a snapshot id are not.
   */
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
  // Logical types are not applied: what values mean is for who asked for them.
  const typeOf = (schema: unknown) =>
    avro.Type.forSchema(schema as Schema, {
      registry: { long },
      logicalTypes: {},
      // A long with attributes is one as well.
      typeHook: (part) => ((part as { type?: unknown }).type === 'long' ? long : undefined),
    })
  const make = (schema: unknown, readAs: unknown): AvroType => {
    const written = typeOf(schema)
    if (readAs === undefined) return written
    const read = typeOf(readAs)
    const resolver = read.createResolver(written)
    return {
      decode: (bytes, at) => read.decode(bytes, at, resolver) as { value: unknown; offset: number },
      toBuffer: (value) => read.toBuffer(value),
    }
  }
  const known = new Map<string, AvroType>()
  return (schema, readAs) => {
    const key = JSON.stringify([schema, readAs])
    let type = known.get(key)
    if (!type) {
      type = make(schema, readAs)
      known.set(key, type)
      for (const oldest of known.keys()) {
        if (known.size <= typesMax) break
        known.delete(oldest)
      }
    }
    return type
  }
}

function exact(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}
