import type { FileColumn } from './column-shape.ts'
import type { ColumnPages } from './json-columns.ts'
import { schemaOf, type Leaf } from './parquet-schema.ts'
import { encodeThrift, i32, struct, type ThriftStruct, type ThriftValue } from './thrift.ts'

/**
 * What a file of Parquet has beside its pages: headers, and the footer with bounds for each column, as the engine writes them.
 * https://github.com/apache/parquet-format
 */

export const magic = Buffer.from('PAR1')

export type Packing = 'SNAPPY' | 'UNCOMPRESSED'

const packings: Readonly<Record<Packing, number>> = { UNCOMPRESSED: 0, SNAPPY: 1 }
const dataPage = 0
const dictionaryPage = 2
const plain = 0
const rle = 3
const rleDictionary = 8
/** Longer bounds are cut off: the footer is read by every query. */
const boundBytesMax = 64

/** A column of a row group, as the footer tells of it. */
export interface Chunk {
  readonly dictionaryAt: number | undefined
  readonly valuesAt: number
  /** With the pages' headers. */
  readonly sizeBytes: number
  readonly plainBytes: number
  /** Values and gaps. */
  readonly entryCount: number
  readonly statistics: ThriftStruct
}

export interface RowGroup {
  readonly rows: number
  readonly chunks: readonly Chunk[]
}

/** The pieces of a column that begins at this place of the file, and what the footer tells of it. */
export function chunkOf(
  pages: ColumnPages,
  offset: number,
): { readonly pieces: readonly Uint8Array[]; readonly chunk: Chunk } {
  const { dictionary, values, entryCount } = pages
  const pieces: Uint8Array[] = []
  let plainBytes = 0
  let valuesAt = offset
  if (dictionary) {
    const kind = struct({ 1: i32(dictionary.entries), 2: i32(plain) })
    const header = pageHeader(dictionaryPage, dictionary, { 7: kind })
    pieces.push(header, dictionary.bytes)
    plainBytes += header.length + dictionary.plainBytes
    valuesAt += header.length + dictionary.bytes.byteLength
  }
  const encoding = i32(dictionary ? rleDictionary : plain)
  const kind = struct({ 1: i32(entryCount), 2: encoding, 3: i32(rle), 4: i32(rle) })
  const header = pageHeader(dataPage, values, { 5: kind })
  pieces.push(header, values.bytes)
  plainBytes += header.length + values.plainBytes
  const chunk = {
    dictionaryAt: dictionary ? offset : undefined,
    valuesAt,
    sizeBytes: valuesAt - offset + header.length + values.bytes.byteLength,
    plainBytes,
    entryCount,
    statistics: statisticsOf(pages),
  }
  return { pieces, chunk }
}

function pageHeader(
  type: number,
  { bytes, plainBytes }: ColumnPages['values'],
  kind: Readonly<Record<number, ThriftValue>>,
): Buffer {
  return encodeThrift(
    struct({ 1: i32(type), 2: i32(plainBytes), 3: i32(bytes.byteLength), ...kind }),
  )
}

function statisticsOf({ absentCount, least, greatest }: ColumnPages): ThriftStruct {
  const nulls = { 3: { i64: absentCount } }
  const low = least && lowerBound(least)
  const high = greatest && upperBound(greatest)
  if (!low || !high) return struct(nulls)
  const isExact = (bound: Uint8Array, of: Uint8Array | undefined) => ({
    flag: bound.byteLength === of?.byteLength,
  })
  const bounds = { 5: { text: high }, 6: { text: low } }
  return struct({ ...nulls, ...bounds, 7: isExact(high, greatest), 8: isExact(low, least) })
}

/** Not greater than the text, and outlives the memory that it is in. */
function lowerBound(least: Uint8Array): Uint8Array {
  return least.slice(0, cutAt(least))
}

/** Not less than the text: of one that is cut off, the last letter that has one behind it in ASCII becomes that. Undefined without one. */
function upperBound(greatest: Uint8Array): Uint8Array | undefined {
  let end = cutAt(greatest)
  if (end === greatest.byteLength) return greatest.slice()
  while (end > 0 && greatest[end - 1]! >= 0x7e) end -= 1
  if (end === 0) return undefined
  const bound = greatest.slice(0, end)
  bound[end - 1]! += 1
  return bound
}

/** Between two letters. */
function cutAt(text: Uint8Array): number {
  if (text.byteLength <= boundBytesMax) return text.byteLength
  let at = boundBytesMax
  while ((text[at]! & 0xc0) === 0x80) at -= 1
  return at
}

/** What stands behind the pages, the closing magic included. */
export function footerOf(
  columns: readonly FileColumn[],
  groups: readonly RowGroup[],
  packing: Packing,
): Buffer {
  const rows = groups.reduce((sum, group) => sum + group.rows, 0)
  const { elements, leaves } = schemaOf(columns)
  // Bounds are in the order of their type.
  const order = struct({ 1: struct({}) })
  const metadata = encodeThrift(
    struct({
      1: i32(1),
      2: { list: elements },
      3: { i64: rows },
      4: { list: groups.map((group) => rowGroup(leaves, group, packing)) },
      6: { text: 'Boathouse version 1' },
      7: { list: leaves.map(() => order) },
    }),
  )
  const sizeBytes = Buffer.alloc(4)
  sizeBytes.writeUInt32LE(metadata.length)
  return Buffer.concat([metadata, sizeBytes, magic])
}

function rowGroup(
  leaves: readonly Leaf[],
  { rows, chunks }: RowGroup,
  packing: Packing,
): ThriftStruct {
  const described = chunks.map((chunk, index) => {
    const { path, type } = leaves[index]!
    const { dictionaryAt, valuesAt, sizeBytes, plainBytes, entryCount, statistics } = chunk
    const encodings = [plain, rle, ...(dictionaryAt === undefined ? [] : [rleDictionary])]
    const metadata = struct({
      1: i32(type),
      2: { list: encodings.map(i32) },
      3: { list: path.map((text) => ({ text })) },
      4: i32(packings[packing]),
      5: { i64: entryCount },
      6: { i64: plainBytes },
      7: { i64: sizeBytes },
      9: { i64: valuesAt },
      ...fieldIf(11, dictionaryAt),
      12: statistics,
    })
    return struct({ 2: { i64: dictionaryAt ?? valuesAt }, 3: metadata })
  })
  const plainBytes = chunks.reduce((sum, chunk) => sum + chunk.plainBytes, 0)
  const sizeBytes = chunks.reduce((sum, chunk) => sum + chunk.sizeBytes, 0)
  return struct({
    1: { list: described },
    2: { i64: plainBytes },
    3: { i64: rows },
    5: { i64: chunks[0]!.dictionaryAt ?? chunks[0]!.valuesAt },
    6: { i64: sizeBytes },
  })
}

function fieldIf(id: number, i64: number | undefined): Readonly<Record<number, ThriftValue>> {
  return i64 === undefined ? {} : { [id]: { i64 } }
}
