import type { ColumnKind, ColumnValues } from './json-columns.ts'
import { encodeThrift, putVarint, type ThriftStruct, type ThriftValue } from './thrift.ts'

/**
 * Parquet as the engine reads it with the least work: one page for each column of a row group, PLAIN, not compressed, without statistics. It is how
 * columns are handed to it, not what is delivered. https://github.com/apache/parquet-format
 */

export const magic = Buffer.from('PAR1')

const types = { boolean: 0, int32: 1, int64: 2, double: 5, bytes: 6 } as const
const converted = { utf8: 0, date: 6, timestampMicros: 10 } as const
const optional = 1
const dataPage = 0
const plain = 0
const rle = 3

const columnTypes: Readonly<Record<ColumnKind, readonly [type: number, converted?: number]>> = {
  text: [types.bytes, converted.utf8],
  tinyint: [types.int32],
  smallint: [types.int32],
  int: [types.int32],
  bigint: [types.int64],
  double: [types.double],
  boolean: [types.boolean],
  date: [types.int32, converted.date],
  timestamp: [types.int64, converted.timestampMicros],
  sqlTimestamp: [types.int64, converted.timestampMicros],
}

/** Where a column's page is. */
export interface Chunk {
  readonly offset: number
  readonly sizeBytes: number
}

export interface RowGroup {
  readonly rows: number
  readonly chunks: readonly Chunk[]
}

/** The column at this place in the order of the columns. */
export function columnName(index: number): string {
  return `c${index}`
}

/** A page of a column, in pieces. */
export function pageOf(rows: number, { values, absent }: ColumnValues): readonly Uint8Array[] {
  const levels = levelsOf(rows, absent)
  const size = { i32: levels.length + values.byteLength }
  const data = struct({ 1: i32(rows), 2: i32(plain), 3: i32(rle), 4: i32(rle) })
  const header = encodeThrift(struct({ 1: i32(dataPage), 2: size, 3: size, 5: data }))
  return [header, levels, values]
}

/** Which rows have a value: a run of ones, or a bit for each. */
function levelsOf(rows: number, absent: Uint8Array | undefined): Buffer {
  const run: number[] = []
  if (absent) putVarint(run, Math.ceil(rows / 8) * 2 + 1)
  else {
    putVarint(run, rows * 2)
    run.push(1)
  }
  const sizeBytes = run.length + (absent?.length ?? 0)
  const levels = Buffer.alloc(4 + sizeBytes)
  levels.writeUInt32LE(sizeBytes)
  levels.set(run, 4)
  const first = 4 + run.length
  if (absent) for (const [at, byte] of absent.entries()) levels[first + at] = ~byte
  return levels
}

/** What stands behind the pages, the closing magic included. */
export function footerOf(kinds: readonly ColumnKind[], groups: readonly RowGroup[]): Buffer {
  const rows = groups.reduce((sum, group) => sum + group.rows, 0)
  const root = struct({ 4: { text: 'rows' }, 5: i32(kinds.length) })
  const schema = kinds.map((kind, index) => {
    const [type, convertedType] = columnTypes[kind]
    const element = { 1: i32(type), 3: i32(optional), 4: { text: columnName(index) } }
    return struct(convertedType === undefined ? element : { ...element, 6: i32(convertedType) })
  })
  const metadata = encodeThrift(
    struct({
      1: i32(1),
      2: { list: [root, ...schema] },
      3: { i64: rows },
      4: { list: groups.map((group) => rowGroup(kinds, group)) },
    }),
  )
  const sizeBytes = Buffer.alloc(4)
  sizeBytes.writeUInt32LE(metadata.length)
  return Buffer.concat([metadata, sizeBytes, magic])
}

function rowGroup(kinds: readonly ColumnKind[], { rows, chunks }: RowGroup): ThriftStruct {
  const columns = chunks.map(({ offset, sizeBytes }, index) => {
    const metadata = struct({
      1: i32(columnTypes[kinds[index]!][0]),
      2: { list: [i32(plain), i32(rle)] },
      3: { list: [{ text: columnName(index) }] },
      4: i32(0),
      5: { i64: rows },
      6: { i64: sizeBytes },
      7: { i64: sizeBytes },
      9: { i64: offset },
    })
    return struct({ 2: { i64: offset }, 3: metadata })
  })
  const total = chunks.reduce((sum, { sizeBytes }) => sum + sizeBytes, 0)
  return struct({ 1: { list: columns }, 2: { i64: total }, 3: { i64: rows } })
}

function i32(value: number): ThriftValue {
  return { i32: value }
}

function struct(fields: Readonly<Record<number, ThriftValue>>): ThriftStruct {
  return new Map(Object.entries(fields).map(([id, value]) => [Number(id), value]))
}
