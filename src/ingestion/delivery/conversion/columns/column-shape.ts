/** What a column takes as it stands in JSON. Texts also take numbers and words. */
export type ColumnKind =
  | 'text'
  | 'binary'
  | 'tinyint'
  | 'smallint'
  | 'int'
  | 'bigint'
  | 'float'
  | 'double'
  | 'decimal'
  | 'boolean'
  | 'date'
  /** ISO 8601 or SQL's form. */
  | 'timestamp'
  | 'sqlTimestamp'

export interface ColumnType {
  readonly kind: ColumnKind
  /** Of decimals: digits in all. Of texts: letters that are kept. */
  readonly size?: number
  /** Of decimals: digits behind the point. */
  readonly scale?: number
}

/** What a column is, to whatever depth. Keys of maps are read from JSON's keys. */
export type ColumnShape =
  | ColumnType
  | { readonly kind: 'struct'; readonly fields: readonly ColumnField[] }
  | { readonly kind: 'list'; readonly item: ColumnShape }
  | { readonly kind: 'map'; readonly keys: ColumnType; readonly values: ColumnShape }

export type JsonColumn = ColumnShape & {
  /** As it stands in the records. */
  readonly key: string
}

export type FileColumn = ColumnShape & {
  /** What it is called in the files. */
  readonly name: string
}

export type ColumnField = JsonColumn & FileColumn

/** How `assembly/column.ts` has a column, or what holds others. */
export interface ColumnNode {
  readonly kind: number
  readonly size: number
  readonly scale: number
  readonly key: string | undefined
  /** The number of the node behind it and all that is within it. */
  readonly behind: number
  readonly members: number
  readonly definition: number
  readonly repetition: number
  readonly holds: 'rows' | 'levels' | 'others'
}

const kinds: Readonly<Record<ColumnShape['kind'], readonly [kind: number, size?: number]>> = {
  text: [0],
  binary: [0],
  tinyint: [1, 8],
  smallint: [1, 16],
  int: [1, 32],
  bigint: [1, 64],
  double: [2],
  boolean: [3],
  date: [4],
  timestamp: [5],
  sqlTimestamp: [6],
  float: [7],
  decimal: [8],
  struct: [9],
  list: [10],
  map: [11],
}

export const textKind = 0

/**
 * The record and its columns, each before all that is within it. Levels are those of Parquet, of which everything but the key of a map's entry may be absent:
 * https://parquet.apache.org/docs/file-format/nestedencoding/
 */
export function nodesOf(columns: readonly JsonColumn[]): readonly ColumnNode[] {
  const nodes: ColumnNode[] = []
  const add = (
    shape: ColumnShape,
    key: string | undefined,
    depth: number,
    definition: number,
    repetition: number,
  ) => {
    const at = nodes.length
    const [kind, fixed] = kinds[shape.kind]
    const { size = 0, scale = 0 } = 'size' in shape || 'scale' in shape ? shape : {}
    const members = shape.kind === 'struct' ? shape.fields.length : 0
    const node: ColumnNode = {
      kind,
      size: fixed ?? size,
      scale,
      key,
      behind: at + 1,
      members,
      definition,
      repetition,
      holds: isNested(shape) ? 'others' : depth === 1 ? 'rows' : 'levels',
    }
    nodes.push(node)
    if (shape.kind === 'struct') {
      for (const field of shape.fields) {
        add(field, field.key, depth + 1, definition + 1, repetition)
      }
    } else if (shape.kind === 'list') {
      add(shape.item, undefined, depth + 1, definition + 2, repetition + 1)
    } else if (shape.kind === 'map') {
      add(shape.keys, undefined, depth + 1, definition + 1, repetition + 1)
      add(shape.values, undefined, depth + 1, definition + 2, repetition + 1)
    }
    nodes[at] = { ...node, behind: nodes.length }
  }
  const fields = columns.map((column) => ({ name: column.key, ...column }))
  add({ kind: 'struct', fields }, undefined, 0, 0, 0)
  return nodes
}

export function isNested(
  shape: ColumnShape,
): shape is Exclude<ColumnShape, { readonly kind: ColumnKind }> {
  return shape.kind === 'struct' || shape.kind === 'list' || shape.kind === 'map'
}

/** How many columns there are in the end, without those that hold others. */
export function leafCount(columns: readonly JsonColumn[]): number {
  return nodesOf(columns).filter(({ holds }) => holds !== 'others').length
}
