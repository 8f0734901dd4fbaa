import type { FieldMeaning, FieldType, SimpleFieldKind } from '../field-type.ts'
import type { OrcType } from './footer.ts'

/** A column of an ORC file, with its place in the file's list of types. */
export interface OrcColumn {
  readonly id: number
  readonly kind: number
  /** Iceberg's: https://iceberg.apache.org/spec/#orc */
  readonly fieldId: number | undefined
  readonly type: FieldType
  readonly children: readonly OrcColumn[]
}

export const orcKind = {
  boolean: 0,
  byte: 1,
  short: 2,
  int: 3,
  long: 4,
  float: 5,
  double: 6,
  string: 7,
  binary: 8,
  timestamp: 9,
  list: 10,
  map: 11,
  struct: 12,
  union: 13,
  decimal: 14,
  date: 15,
  varchar: 16,
  char: 17,
  instant: 18,
} as const

const simple: Readonly<Record<number, SimpleFieldKind>> = {
  [orcKind.boolean]: 'boolean',
  [orcKind.byte]: 'int8',
  [orcKind.short]: 'int16',
  [orcKind.int]: 'int32',
  [orcKind.long]: 'int64',
  [orcKind.float]: 'float',
  [orcKind.double]: 'double',
  [orcKind.string]: 'string',
  [orcKind.varchar]: 'string',
  [orcKind.char]: 'string',
  [orcKind.binary]: 'binary',
  [orcKind.timestamp]: 'timestamp',
  [orcKind.instant]: 'instant',
  [orcKind.date]: 'date',
}

const depthMax = 64

/** The tree of columns under the root. A union is a struct of its tag and its variants, as in Trino. */
export function columnTree(types: readonly OrcType[], id = 0, depth = 0): OrcColumn {
  const type = types[id]
  if (!type || depth > depthMax) throw new Error('its types are damaged')
  const children = type.children.map((child) => {
    if (child <= id) throw new Error('its types are damaged')
    return columnTree(types, child, depth + 1)
  })
  const fieldId = wholeNumber(type.attributes.get('iceberg.id'))
  return { id, kind: type.kind, fieldId, children, type: fieldType(type, children) }
}

function fieldType(type: OrcType, children: readonly OrcColumn[]): FieldType {
  const child = (index: number): FieldType => {
    const found = children[index]
    if (!found) throw new Error('its types are damaged')
    return found.type
  }
  switch (type.kind) {
    case orcKind.list:
      return { kind: 'list', element: child(0), ...idOf('elementId', children[0]) }
    case orcKind.map:
      return {
        kind: 'map',
        key: child(0),
        value: child(1),
        ...idOf('keyId', children[0]),
        ...idOf('valueId', children[1]),
      }
    case orcKind.struct:
      return {
        kind: 'struct',
        fields: children.map((each, index) => ({
          name: type.fieldNames[index] ?? `_col${index}`,
          ...idOf('id', each),
          type: each.type,
        })),
      }
    case orcKind.union: {
      const variants = children.map((each, index) => ({ name: `field${index}`, type: each.type }))
      return { kind: 'struct', fields: [{ name: 'tag', type: { kind: 'int8' } }, ...variants] }
    }
    case orcKind.decimal: {
      if (type.precision > 38 || type.scale > type.precision)
        throw new Error('its types are damaged')
      return { kind: 'decimal', precision: type.precision, scale: type.scale }
    }
    default: {
      const kind = simple[type.kind]
      if (!kind) throw new Error(`a column is of the unknown type ${type.kind}`)
      const meaning = meaningOf(type)
      return meaning ? { kind, meaning } : { kind }
    }
  }
}

function meaningOf({ kind, attributes }: OrcType): FieldMeaning | undefined {
  const isTimestamp = kind === orcKind.timestamp || kind === orcKind.instant
  if (isTimestamp && attributes.get('iceberg.timestamp-unit') === 'NANOS') return 'nanos'
  if (kind === orcKind.long && attributes.get('iceberg.long-type') === 'TIME') return 'time'
  const bytes = attributes.get('iceberg.binary-type')
  return kind === orcKind.binary && (bytes === 'UUID' || bytes === 'FIXED') ? 'fixed' : undefined
}

function idOf<K extends string>(
  key: K,
  column: OrcColumn | undefined,
): { readonly [key in K]?: number } {
  const id = column?.fieldId
  return (id === undefined ? {} : { [key]: id }) as { readonly [key in K]?: number }
}

function wholeNumber(text: string | undefined): number | undefined {
  return text !== undefined && /^\d{1,10}$/.test(text) ? Number(text) : undefined
}
