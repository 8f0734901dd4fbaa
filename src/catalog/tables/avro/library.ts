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

let loading: Promise<(schema: unknown) => AvroType> | undefined

/** The library is loaded with the first manifest. */
export function avroTypes(): Promise<(schema: unknown) => AvroType> {
  return (loading ??= load())
}

async function load(): Promise<(schema: unknown) => AvroType> {
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
  const known = new Map<string, AvroType>()
  return (schema) => {
    const key = JSON.stringify(schema)
    let type = known.get(key)
    if (!type) {
      // Logical types are not applied: what values mean stands in Iceberg's schema.
      type = avro.Type.forSchema(schema as Schema, { registry: { long }, logicalTypes: {} })
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
