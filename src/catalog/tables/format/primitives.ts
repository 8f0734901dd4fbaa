import { TableErrors } from '../errors.ts'

/** A primitive type, taken apart: https://iceberg.apache.org/spec/#primitive-types */
export type Primitive =
  | { readonly kind: SimpleKind }
  | { readonly kind: 'decimal'; readonly precision: number; readonly scale: number }
  | { readonly kind: 'fixed'; readonly length: number }
  | { readonly kind: 'geometry' | 'geography' }

const simpleKinds = [
  'boolean',
  'int',
  'long',
  'float',
  'double',
  'date',
  'time',
  'timestamp',
  'timestamptz',
  'timestamp_ns',
  'timestamptz_ns',
  'string',
  'uuid',
  'binary',
  'unknown',
  'variant',
] as const

export type SimpleKind = (typeof simpleKinds)[number]

const simple = new Set<string>(simpleKinds)
const sinceFormat3 = new Set<string>([
  'timestamp_ns',
  'timestamptz_ns',
  'unknown',
  'variant',
  'geometry',
  'geography',
])

/** Errors: `InvalidMetadata` for a type that no format version has. */
export function parsePrimitive(text: string): Primitive {
  if (simple.has(text)) return { kind: text as SimpleKind }
  const decimal = /^decimal\(\s*(\d{1,2})\s*,\s*(\d{1,2})\s*\)$/.exec(text)
  if (decimal) {
    const [precision, scale] = [Number(decimal[1]), Number(decimal[2])]
    if (precision >= 1 && precision <= 38 && scale <= precision) {
      return { kind: 'decimal', precision, scale }
    }
  }
  const fixed = /^fixed\[\s*(\d{1,9})\s*\]$/.exec(text)
  if (fixed) return { kind: 'fixed', length: Number(fixed[1]) }
  const shape = /^(geometry|geography)(?:\([^()]*\))?$/.exec(text)
  if (shape) return { kind: shape[1] as 'geometry' | 'geography' }
  throw TableErrors.InvalidMetadata(`Cannot parse type string: ${text}`)
}

/** Whether a table of this format version may have a column of the type. */
export function isTypeOf(formatVersion: number, { kind }: Primitive): boolean {
  return formatVersion >= 3 || !sinceFormat3.has(kind)
}
