import { TableErrors } from '../errors.ts'
import { parsePrimitive, type Primitive } from './primitives.ts'

/** https://iceberg.apache.org/spec/#partition-transforms */
export type Transform =
  | { readonly kind: 'identity' | 'void' | 'year' | 'month' | 'day' | 'hour' }
  | { readonly kind: 'bucket' | 'truncate'; readonly width: number }
  /** One that this version does not know: it is kept, and prunes nothing. */
  | { readonly kind: 'unknown' }

/** Errors: `InvalidMetadata` for a width that is none. */
export function parseTransform(text: string): Transform {
  const name = text.toLowerCase()
  const sized = /^(bucket|truncate)\[(\d+)\]$/.exec(name)
  if (sized) {
    const width = Number(sized[2])
    if (width < 1 || width > 2 ** 31 - 1) {
      throw TableErrors.InvalidMetadata(`Invalid transform: ${text}`)
    }
    return { kind: sized[1] as 'bucket' | 'truncate', width }
  }
  switch (name) {
    case 'identity':
    case 'void':
    case 'year':
    case 'month':
    case 'day':
    case 'hour':
      return { kind: name }
    default:
      return { kind: 'unknown' }
  }
}

const dates = new Set(['date', 'timestamp', 'timestamptz', 'timestamp_ns', 'timestamptz_ns'])
const unbucketed = new Set(['boolean', 'float', 'double', 'variant', 'geometry', 'geography'])
const truncated = new Set(['int', 'long', 'decimal', 'string', 'binary'])
const unidentified = new Set(['variant', 'geometry', 'geography'])

/** Whether values of this type have a result under the transform. */
export function canTransform(transform: Transform, { kind }: Primitive): boolean {
  switch (transform.kind) {
    case 'identity':
      return !unidentified.has(kind)
    case 'year':
    case 'month':
    case 'day':
      return dates.has(kind)
    case 'hour':
      return dates.has(kind) && kind !== 'date'
    case 'bucket':
      return !unbucketed.has(kind)
    case 'truncate':
      return truncated.has(kind)
    case 'void':
    case 'unknown':
      return true
  }
}

/** The type of a transform's results. A day is an `int` to compare, though written as a date. */
export function resultType(transform: Transform, source: Primitive): Primitive {
  switch (transform.kind) {
    case 'year':
    case 'month':
    case 'hour':
    case 'bucket':
      return parsePrimitive('int')
    case 'day':
      return parsePrimitive('date')
    default:
      return source
  }
}
