import { NumericValue } from '@smithy/core/serde'
import { MalformedInput } from '../failure.ts'
import type { LeafShape, Member, Shape, StructureShape } from '../shape.ts'

/** How one format (JSON, CBOR) represents what JavaScript has no single form for. */
export interface ReadDialect {
  /** JSON of restJson1 renames members; the others do not. */
  readonly memberKey: (member: Member) => string
  readonly blob: (value: unknown) => Uint8Array
  readonly timestamp: (value: unknown, shape: LeafShape) => Date
}

/** Turns a parsed document into a value of its shape, or throws MalformedInput. Null becomes undefined. */
export type Reader = (document: unknown) => unknown

/**
 * Compiles the reader of a shape. The messages are those that AWS's own servers give for a wrong type, as kinesalite
 * recorded them (https://github.com/mhart/kinesalite/blob/main/validations/index.js).
 */
export function documentReaders(dialect: ReadDialect): (shape: Shape) => Reader {
  const known = new WeakMap<Shape, Reader>()
  const readerOf = (shape: Shape): Reader => {
    let reader = known.get(shape)
    if (!reader) {
      // A shape that contains itself finds this while it is being compiled.
      known.set(shape, (document) => known.get(shape)!(document))
      reader = compile(shape)
      known.set(shape, reader)
    }
    return reader
  }
  const compile = (shape: Shape): Reader => {
    switch (shape.kind) {
      case 'structure':
        return structureReader(shape)
      case 'list': {
        const item = readerOf(shape.item.shape)
        return (document) => {
          if (!Array.isArray(document)) {
            throw new MalformedInput(
              isObject(document)
                ? 'Start of structure or map found where not expected.'
                : 'Expected list or null',
            )
          }
          return document.map((value: unknown) =>
            value === null || value === undefined ? null : item(value),
          )
        }
      }
      case 'map': {
        const read = readerOf(shape.value.shape)
        const { sparse } = shape
        return (document) => {
          const source = expectObject(document, 'Expected map or null')
          const map: Record<string, unknown> = {}
          for (const key of Object.keys(source)) {
            const value = source[key]
            if (value === null || value === undefined) {
              if (sparse) setKey(map, key, null)
            } else setKey(map, key, read(value))
          }
          return map
        }
      }
      default:
        return leafReader(shape, dialect)
    }
  }
  const structureReader = (shape: StructureShape): Reader => {
    const keys: string[] = []
    const names: string[] = []
    const readers: Reader[] = []
    for (const member of shape.members) {
      keys.push(dialect.memberKey(member))
      names.push(member.name)
      readers.push(readerOf(member.shape))
    }
    return (document) => {
      const source = expectObject(document, 'Expected null')
      const out: Record<string, unknown> = {}
      let count = 0
      for (let i = 0; i < keys.length; i += 1) {
        const value = source[keys[i]!]
        if (value === null || value === undefined) continue
        out[names[i]!] = readers[i]!(value)
        count += 1
      }
      if (shape.isUnion && count !== 1) {
        throw new MalformedInput(
          `The union ${shape.name} must have exactly one member, but ${count} are set.`,
        )
      }
      return out
    }
  }
  return readerOf
}

function leafReader(shape: LeafShape, dialect: ReadDialect): Reader {
  switch (shape.kind) {
    case 'string':
      return (value) => (typeof value === 'string' ? value : fail(value, 'an String'))
    case 'boolean':
      return (value) => (typeof value === 'boolean' ? value : fail(value, 'an Boolean'))
    case 'number':
      return (value) => {
        if (typeof value === 'number') return value
        if (typeof value === 'bigint') return Number(value)
        if (value instanceof NumericValue) return Number(value.string)
        if (value === 'NaN' || value === 'Infinity' || value === '-Infinity') return Number(value)
        return fail(value, 'an Integer')
      }
    case 'bigInteger':
      return (value) => {
        if (typeof value === 'bigint') return value
        if (typeof value === 'number' && Number.isInteger(value)) return BigInt(value)
        return fail(value, 'an Integer')
      }
    case 'bigDecimal':
      return (value) => {
        if (value instanceof NumericValue) return value
        if (typeof value === 'number' && Number.isFinite(value)) {
          return new NumericValue(String(value), 'bigDecimal')
        }
        if (typeof value === 'bigint') return new NumericValue(String(value), 'bigDecimal')
        return fail(value, 'an BigDecimal')
      }
    case 'blob':
      return (value) => dialect.blob(value)
    case 'timestamp':
      return (value) => dialect.timestamp(value, shape)
    case 'document':
      return (value) => value
  }
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function expectObject(value: unknown, otherwise: string): Readonly<Record<string, unknown>> {
  if (isObject(value) && !(value instanceof Uint8Array)) return value
  throw new MalformedInput(
    Array.isArray(value) ? 'Start of list found where not expected' : otherwise,
  )
}

/** Refuses a value of the wrong type in the words of AWS's servers. */
export function fail(value: unknown, wanted: string): never {
  if (Array.isArray(value)) throw new MalformedInput('Start of list found where not expected')
  if (typeof value === 'object') {
    throw new MalformedInput('Start of structure or map found where not expected.')
  }
  if (typeof value === 'string' && wanted === 'an Boolean') {
    throw new MalformedInput(`'${value.toUpperCase()}' can not be converted to an Boolean`)
  }
  const found =
    typeof value === 'boolean'
      ? 'java.lang.Boolean'
      : typeof value === 'string'
        ? 'java.lang.String'
        : 'java.math.BigDecimal'
  throw new MalformedInput(`class ${found} can not be converted to ${wanted}`)
}

/** A plain property, even when the key is `__proto__`. */
export function setKey(target: Record<string, unknown>, key: string, value: unknown): void {
  if (key === '__proto__') {
    Object.defineProperty(target, key, {
      value,
      enumerable: true,
      configurable: true,
      writable: true,
    })
  } else target[key] = value
}
