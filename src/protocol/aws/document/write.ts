import { NumericValue } from '@smithy/core/serde'
import type { LeafShape, Member, Shape, StructureShape } from '../shape.ts'

/** How one format (JSON, CBOR) represents what JavaScript has no single form for. */
export interface WriteDialect {
  readonly memberKey: (member: Member) => string
  readonly blob: (value: Uint8Array) => unknown
  readonly timestamp: (value: Date, shape: LeafShape) => unknown
  readonly number: (value: number) => unknown
  readonly bigInteger: (value: bigint) => unknown
  readonly bigDecimal: (value: NumericValue) => unknown
}

/** Turns a value into a document that the format can print. Throws a TypeError when an operation gave a wrong type. */
export type Writer = (value: unknown) => unknown

export function documentWriters(dialect: WriteDialect): (shape: Shape) => Writer {
  const known = new WeakMap<Shape, Writer>()
  const writerOf = (shape: Shape): Writer => {
    let writer = known.get(shape)
    if (!writer) {
      // A shape that contains itself finds this while it is being compiled.
      known.set(shape, (value) => known.get(shape)!(value))
      writer = compile(shape)
      known.set(shape, writer)
    }
    return writer
  }
  const compile = (shape: Shape): Writer => {
    switch (shape.kind) {
      case 'structure':
        return structureWriter(shape)
      case 'list': {
        const item = writerOf(shape.item.shape)
        const { sparse } = shape
        return (value) => {
          const list: unknown[] = []
          for (const element of expectIterable(value, shape.name)) {
            if (element === null || element === undefined) {
              if (sparse) list.push(null)
            } else list.push(item(element))
          }
          return list
        }
      }
      case 'map': {
        const write = writerOf(shape.value.shape)
        const { sparse } = shape
        return (value) => {
          const source = expectObject(value, shape.name)
          // Without a prototype, so that a key `__proto__` is a key like any other.
          const map: Record<string, unknown> = Object.create(null) as Record<string, unknown>
          for (const key of Object.keys(source)) {
            const element = source[key]
            if (element === null || element === undefined) {
              if (sparse) map[key] = null
            } else map[key] = write(element)
          }
          return map
        }
      }
      default:
        return leafWriter(shape, dialect)
    }
  }
  const structureWriter = (shape: StructureShape): Writer => {
    const keys: string[] = []
    const names: string[] = []
    const writers: Writer[] = []
    for (const member of shape.members) {
      keys.push(dialect.memberKey(member))
      names.push(member.name)
      writers.push(member.eventStream ? refuseEvents : writerOf(member.shape))
    }
    return (value) => {
      const source = expectObject(value, shape.name)
      const out: Record<string, unknown> = {}
      for (let i = 0; i < keys.length; i += 1) {
        const element = source[names[i]!]
        if (element !== null && element !== undefined) out[keys[i]!] = writers[i]!(element)
      }
      return out
    }
  }
  return writerOf
}

function leafWriter(shape: LeafShape, dialect: WriteDialect): Writer {
  switch (shape.kind) {
    case 'string':
      return (value) => (typeof value === 'string' ? value : refuse(value, 'a string'))
    case 'boolean':
      return (value) => (typeof value === 'boolean' ? value : refuse(value, 'a boolean'))
    case 'number':
      return (value) => {
        if (typeof value === 'number') return dialect.number(value)
        if (typeof value === 'bigint') return dialect.bigInteger(value)
        return refuse(value, 'a number')
      }
    case 'bigInteger':
      return (value) => {
        if (typeof value === 'bigint') return dialect.bigInteger(value)
        if (typeof value === 'number') return dialect.number(value)
        return refuse(value, 'a bigint')
      }
    case 'bigDecimal':
      return (value) =>
        value instanceof NumericValue ? dialect.bigDecimal(value) : refuse(value, 'a NumericValue')
    case 'blob':
      return (value) => {
        if (value instanceof Uint8Array) return dialect.blob(value)
        if (typeof value === 'string') return dialect.blob(Buffer.from(value))
        return refuse(value, 'bytes')
      }
    case 'timestamp':
      return (value) =>
        value instanceof Date ? dialect.timestamp(value, shape) : refuse(value, 'a Date')
    case 'document':
      return (value) => value
  }
}

/** Events are not part of a document: `event-stream/` sends them one by one. */
export function refuseEvents(): never {
  throw new TypeError('an operation answered with a stream of events')
}

export function expectObject(value: unknown, name: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>
  }
  return refuse(value, name)
}

export function expectIterable(value: unknown, name: string): Iterable<unknown> {
  if (typeof value === 'object' && value !== null && Symbol.iterator in value) {
    return value as Iterable<unknown>
  }
  return refuse(value, name)
}

export function refuse(value: unknown, wanted: string): never {
  throw new TypeError(`an operation answered ${typeof value} where its model has ${wanted}`)
}
