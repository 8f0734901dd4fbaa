import {
  type FileMetrics,
  type NewFile,
  type Type,
  type Value,
  currentSchema,
  defaultSpec,
  parsePrimitive,
  parseTransform,
  resultType,
  type Primitive,
} from '#catalog/tables'
import type { EngineResult } from '#processing/engine'
import { quoteName } from '../read/sql.ts'
import { valueOfText } from './text-value.ts'
import { type WriteData, fileColumns, partitionColumn, writtenOrderId } from './write-data.ts'

/** A file that the engine has written: all that a table takes of it but its place. */
export interface WrittenFile {
  /** Where it lies on this machine. */
  readonly path: string
  readonly file: Omit<NewFile, 'location' | 'blob'>
}

interface Pair<T> {
  readonly key: string
  readonly value: T
}

/** Reads what the statement of `copyData` answered. Files without a row are passed over. */
export function writtenFiles(
  { columns, rows }: EngineResult,
  request: Pick<WriteData, 'metadata' | 'lineage'>,
): readonly WrittenFile[] {
  const at = (name: string) => columns.findIndex((column) => column.name === name)
  const [path, count, size, statistics, keys] = [
    'filename',
    'count',
    'file_size_bytes',
    'column_statistics',
    'partition_keys',
  ].map(at) as [number, number, number, number, number]
  const leaves = leavesOf(request)
  return rows
    .filter((row) => Number(row[count]) > 0)
    .map((row) => ({
      path: String(row[path]),
      file: {
        format: 'parquet',
        specId: defaultSpec(request.metadata)['spec-id'],
        partition: partitionOf(pairs<string | null>(row[keys]), request),
        recordCount: Number(row[count]),
        sizeBytes: Number(row[size]),
        metrics: metricsOf(pairs<readonly Pair<string>[]>(row[statistics]), leaves),
        ...sorted(writtenOrderId(request.metadata)),
      },
    }))
}

function sorted(orderId: number): { readonly sortOrderId?: number } {
  return orderId === 0 ? {} : { sortOrderId: orderId }
}

function pairs<T>(json: unknown): readonly Pair<T>[] {
  return typeof json === 'string' ? (JSON.parse(json) as readonly Pair<T>[]) : []
}

function partitionOf(
  keys: readonly Pair<string | null>[],
  { metadata }: Pick<WriteData, 'metadata'>,
): readonly (Value | undefined)[] {
  const schema = currentSchema(metadata)
  const leaves = new Map<number, string>()
  const walk = (type: Type, id: number) => {
    if (typeof type === 'string') leaves.set(id, type)
    else if (type.type === 'struct') for (const field of type.fields) walk(field.type, field.id)
  }
  for (const field of schema.fields) walk(field.type, field.id)
  return defaultSpec(metadata).fields.map((field, index) => {
    const text = keys.find(({ key }) => key === partitionColumn(index))?.value
    if (text === undefined || text === null) return undefined
    const source = parsePrimitive(leaves.get(field['source-id']) ?? 'int')
    return partitionValue(
      text,
      resultType(parseTransform(field.transform), source),
      field.transform,
    )
  })
}

function partitionValue(text: string, type: Primitive, transform: string): Value | undefined {
  // Days are counted, decimals unscaled.
  if (type.kind === 'date' && transform !== 'identity') return Number(text)
  if (type.kind === 'decimal') return BigInt(text)
  return valueOfText(type, text)
}

interface Leaf {
  readonly id: number
  readonly type: Primitive
  /** Has many values in a row: its bounds say nothing of a row. */
  readonly repeated: boolean
  /** Is one of the two fields of a variant: what is told of them is told of it. */
  readonly isPart?: boolean
}

/** Primitive columns by the names that the engine gives them in statistics: `"s"."list"."element"`. */
function leavesOf({ metadata, lineage }: Pick<WriteData, 'metadata' | 'lineage'>) {
  const leaves = new Map<string, Leaf>()
  const walk = (name: string, id: number, type: Type, repeated: boolean) => {
    if (type === 'variant') {
      for (const part of ['"metadata"', '"value"']) {
        leaves.set(`${name}.${part}`, { id, type: parsePrimitive(type), repeated, isPart: true })
      }
      return
    }
    if (typeof type === 'string') {
      leaves.set(name, { id, type: parsePrimitive(type), repeated })
      return
    }
    switch (type.type) {
      case 'struct':
        for (const field of type.fields) {
          walk(`${name}.${quoteName(field.name)}`, field.id, field.type, repeated)
        }
        return
      case 'list':
        walk(`${name}."element"`, type['element-id'], type.element, true)
        return
      case 'map':
        walk(`${name}."key"`, type['key-id'], type.key, true)
        walk(`${name}."value"`, type['value-id'], type.value, true)
    }
  }
  for (const { id, name, type } of fileColumns({ lineage }, currentSchema(metadata))) {
    walk(quoteName(name), id, type, false)
  }
  return leaves
}

function metricsOf(
  statistics: readonly Pair<readonly Pair<string>[]>[],
  leaves: ReadonlyMap<string, Leaf>,
): FileMetrics {
  const sizes = new Map<number, number>()
  const values = new Map<number, number>()
  const nulls = new Map<number, number>()
  const nans = new Map<number, number>()
  const lower = new Map<number, Value>()
  const upper = new Map<number, Value>()
  for (const { key, value } of statistics) {
    const leaf = leaves.get(key)
    if (!leaf) continue
    const of = new Map(value.map((pair) => [pair.key, pair.value]))
    const { id, type, repeated, isPart } = leaf
    count(sizes, id, of.get('column_size_bytes'), isPart ? (sizes.get(id) ?? 0) : 0)
    count(values, id, of.get('num_values'))
    count(nulls, id, of.get('null_count'))
    // How many there are the engine does not say.
    const hasNaN = of.get('has_nan')
    if (hasNaN === 'false') nans.set(id, 0)
    if (repeated || hasNaN === 'true') continue
    bound(lower, id, type, of.get('min'), -0)
    bound(upper, id, type, of.get('max'), 0)
  }
  return {
    columnSizes: sizes,
    valueCounts: values,
    nullCounts: nulls,
    nanCounts: nans,
    lowerBounds: lower,
    upperBounds: upper,
  }
}

function count(map: Map<number, number>, id: number, text: string | undefined, more = 0): void {
  if (text !== undefined) map.set(id, Number(text) + more)
}

/** The two zeros are equal, yet bounds are compared by their bits: the outer one is taken. */
function bound(
  map: Map<number, Value>,
  id: number,
  type: Primitive,
  text: string | undefined,
  zero: number,
): void {
  const value = text === undefined ? undefined : valueOfText(type, text)
  if (value !== undefined)
    map.set(id, value === 0 && typeof value === 'number' && isFloating(type) ? zero : value)
}

function isFloating({ kind }: Primitive): boolean {
  return kind === 'float' || kind === 'double'
}
