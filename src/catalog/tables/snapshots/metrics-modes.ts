import { indexFields } from '../format/schema.ts'
import type { Schema, TableMetadata } from '../format/types.ts'
import type { Value } from '../scan/values.ts'

/** How much of a column's bounds the manifests keep. */
export type MetricsMode =
  | { readonly kind: 'none' | 'counts' | 'full' }
  | { readonly kind: 'truncate'; readonly length: number }

const modeDefault: MetricsMode = { kind: 'truncate', length: 16 }
const property = 'write.metadata.metrics'
/** Columns beyond these keep nothing unless the table says so: very wide tables would have manifests of nothing else. */
const inferredDefault = 100

/** https://iceberg.apache.org/docs/latest/configuration/#write-properties, `write.metadata.metrics.…` */
export function metricsModes(
  { properties }: TableMetadata,
  schema: Schema,
): (fieldId: number) => MetricsMode {
  const given = properties[`${property}.default`]
  const common = parseMode(given) ?? modeDefault
  const maximum = Number(properties[`${property}.max-inferred-column-defaults`] ?? inferredDefault)
  const modes = new Map<number, MetricsMode>()
  let at = 0
  for (const field of indexFields(schema).values()) {
    if (typeof field.type !== 'string') continue
    const own = parseMode(properties[`${property}.column.${field.name}`])
    const isBeyond = given === undefined && at++ >= maximum
    const mode = own ?? (isBeyond ? { kind: 'none' as const } : common)
    modes.set(field.id, mode)
  }
  return (id) => modes.get(id) ?? common
}

function parseMode(text: string | undefined): MetricsMode | undefined {
  const name = text?.trim().toLowerCase()
  if (name === 'none' || name === 'counts' || name === 'full') return { kind: name }
  const length = Number(/^truncate\((\d{1,9})\)$/.exec(name ?? '')?.[1] ?? 0)
  return length > 0 ? { kind: 'truncate', length } : undefined
}

/** The bound as the mode keeps it: never narrower than it was given. Undefined when there is none. */
export function widen(value: Value, side: 'lower' | 'upper', mode: MetricsMode): Value | undefined {
  if (mode.kind === 'none' || mode.kind === 'counts') return undefined
  // Zero is either of two, and readers may hold -0.0 below 0.0.
  if (value === 0) return side === 'lower' ? -0 : 0
  if (mode.kind !== 'truncate') return value
  if (typeof value === 'string') return cutText(value, side, mode.length)
  return Buffer.isBuffer(value) && value.length > mode.length
    ? cutBytes(value, side, mode.length)
    : value
}

function cutText(value: string, side: 'lower' | 'upper', length: number): string | undefined {
  if (value.length <= length) return value
  const points = [...value].slice(0, length)
  const cut = points.join('')
  if (cut.length === value.length || side === 'lower') return cut
  // The next text of this length: one more in the last place that has a successor.
  for (let at = points.length - 1; at >= 0; at--) {
    let next = points[at]!.codePointAt(0)! + 1
    if (next === 0xd800) next = 0xe000
    if (next <= 0x10ffff) return points.slice(0, at).join('') + String.fromCodePoint(next)
  }
  return undefined
}

function cutBytes(value: Buffer, side: 'lower' | 'upper', length: number): Buffer | undefined {
  const cut = Buffer.from(value.subarray(0, length))
  if (side === 'lower') return cut
  for (let at = length - 1; at >= 0; at--) {
    if (cut[at]! < 0xff) {
      cut[at]! += 1
      return cut.subarray(0, at + 1)
    }
  }
  return undefined
}
