import type { Schema, Type } from 'avsc'
import { AvroPairs, type PairValues, type Tap, skipPairs } from './pairs.ts'

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

/**
 * Makes readers and writers of a schema, or readers of what was written with one schema as another sees it. With `lazyPairs` lists of
 * records of a `key` and a `value`, which are maps with keys of numbers, are read as `AvroPairs`.
 */
export type AvroTypes = (
  schema: unknown,
  readAs?: unknown,
  options?: { readonly lazyPairs?: boolean },
) => AvroType

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
  const typeOf = (schema: unknown, lazyPairs = false): Type =>
    avro.Type.forSchema(schema as Schema, {
      registry: { long },
      logicalTypes: {},
      typeHook: (part) => {
        // A long with attributes is one as well.
        if ((part as { type?: unknown }).type === 'long') return long
        const values = lazyPairs ? pairValues(part) : undefined
        return values && lazily(typeOf(part), values)
      },
    })
  const make = (schema: unknown, readAs: unknown, lazyPairs: boolean): AvroType => {
    const written = typeOf(schema, lazyPairs)
    if (readAs === undefined) return written
    const read = typeOf(readAs)
    const resolver = read.createResolver(written)
    return {
      decode: (bytes, at) => read.decode(bytes, at, resolver) as { value: unknown; offset: number },
      toBuffer: (value) => read.toBuffer(value),
    }
  }
  const known = new Map<string, AvroType>()
  return (schema, readAs, { lazyPairs = false } = {}) => {
    const key = JSON.stringify([schema, readAs, lazyPairs])
    let type = known.get(key)
    if (!type) {
      type = make(schema, readAs, lazyPairs)
      known.set(key, type)
      for (const oldest of known.keys()) {
        if (known.size <= typesMax) break
        known.delete(oldest)
      }
    }
    return type
  }
}

/** The same type, whose values are left where they lie. The library has no public way to a type that reads otherwise. */
function lazily(type: Type, values: PairValues): Type {
  const read = (tap: Tap) => {
    const { buf, pos } = tap
    skipPairs(tap, values)
    return new AvroPairs(buf, pos, values)
  }
  return Object.create(type, { _read: { value: read } }) as Type
}

function pairValues(schema: unknown): PairValues | undefined {
  const { type, items } = schema as { readonly type?: unknown; readonly items?: unknown }
  const { fields } = (items ?? {}) as { readonly fields?: readonly AvroPart[] }
  if (type !== 'array' || !Array.isArray(fields) || fields.length !== 2) return undefined
  const [key, value] = fields as readonly AvroPart[]
  const isPair = key!.name === 'key' && key!.type === 'int' && value!.name === 'value'
  if (!isPair) return undefined
  return value!.type === 'long' || value!.type === 'bytes' ? value!.type : undefined
}

interface AvroPart {
  readonly name: string
  readonly type: unknown
}

function exact(value: bigint): number | bigint {
  const number = Number(value)
  return Number.isSafeInteger(number) ? number : value
}
