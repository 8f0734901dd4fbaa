import { findBounds, greatest, least } from './bounds.ts'
import {
  Column,
  columnAt,
  columnBytes,
  columns,
  columnsEnd,
  entriesOf,
  kindBoolean,
  kindStruct,
  kindText,
  valuesOf,
  widthOf,
} from './column.ts'
import {
  dictionaryBytes,
  entryBytes,
  entryCount,
  makeDictionary,
  numberBits,
  putEntries,
  putNumbers,
  setDictionary,
} from './dictionary.ts'
import { levelsBytes, putLevels } from './levels.ts'
import { behindRun, putVarint } from './runs.ts'
import { pack, packedBytesMax, setSnappyTable, snappyTableBytes } from './snappy.ts'

/**
 * Columns as pages of Parquet: for each column a page of values or, where that is shorter, of the numbers of values that stand in a dictionary, which
 * is a page too. https://parquet.apache.org/docs/file-format/data-pages/
 */

/** Of a column, as `../json-columns.ts` reads it: whole numbers of four bytes. */
@unmanaged
class Pages {
  /** Of the dictionary; 0 for none. */
  dictionaryCount: i32
  dictionaryAt: usize
  /** Packed, or as it is. */
  dictionaryBytes: usize
  dictionaryPlainBytes: usize
  valuesAt: usize
  valuesBytes: usize
  valuesPlainBytes: usize
  /** Values and gaps. */
  entryCount: i32
  absentCount: i32
  /** The least and the greatest value; no bytes when there is none. */
  leastAt: usize
  leastBytes: usize
  greatestAt: usize
  greatestBytes: usize
}

const pagesBytes: usize = offsetof<Pages>()
/** What the numbers have beside their bits, and what may be written behind them. */
const numbersExtra: usize = 40 + behindRun
/** Of false and true as values, for bounds. */
const truths = memory.data<u8>([0, 1])

let results: usize = 0
let front: usize = 0
let free: usize = 0

/** What `encodeColumns` needs for the rows that are held. */
export function encodingBytes(): usize {
  let sum = resultsBytes() + snappyTableBytes
  let most: i32 = 0
  let mostFront: usize = 0
  for (let at = columns; at < columnsEnd; at += columnBytes) {
    const column = columnAt(at)
    if (column.kind >= kindStruct) continue
    const size = column.next - column.first
    const front = frontBytes(column)
    // The entries of a dictionary, and all pages.
    sum += size + packedBytesMax(size + front) + 128
    if (front > mostFront) mostFront = front
    if (valuesOf(column) > most) most = valuesOf(column)
  }
  frontMax = mostFront
  valuesMax = most
  return sum + dictionaryBytes(most) + mostFront + 64
}

/** Of the column that has most of it. */
let frontMax: usize = 0
let valuesMax: i32 = 0

function resultsBytes(): usize {
  return (((columnsEnd - columns) / columnBytes) * pagesBytes + 15) & ~15
}

/** The levels, and the values if they are numbers of a dictionary. */
function frontBytes(column: Column): usize {
  return levelsBytes(column) + (valuesOf(column) as usize) * 2 + numbersExtra
}

/** Makes pages of all columns, from `at` on, where there are `encodingBytes`, which stay until rows are taken again. Where what there is to tell of each begins. */
export function encodeColumns(at: usize, packs: bool): usize {
  results = at
  setSnappyTable(results + resultsBytes())
  setDictionary(results + resultsBytes() + snappyTableBytes)
  front = results + resultsBytes() + snappyTableBytes + dictionaryBytes(valuesMax)
  free = front + frontMax
  let pages = results
  for (let at = columns; at < columnsEnd; at += columnBytes, pages += pagesBytes) {
    if (columnAt(at).kind < kindStruct) encodeColumn(columnAt(at), changetype<Pages>(pages), packs)
  }
  return results
}

function encodeColumn(column: Column, pages: Pages, packs: bool): void {
  const count = valuesOf(column)
  const first = column.first
  const size = column.next - first
  const kind = column.kind
  const width = widthOf(column)
  const levelsEnd = putLevels(column, front)
  pages.entryCount = entriesOf(column)
  pages.absentCount = column.absentCount
  pages.dictionaryCount = 0
  pages.leastBytes = 0
  pages.greatestBytes = 0
  if (count > 0 && kind != kindBoolean && makesShorter(kind, width, first, size, count)) {
    const entries = free
    free += entryBytes(kind, width)
    const entriesEnd = free
    putEntries(kind, width, entries)
    tellBounds(pages, kind, width, entries, entriesEnd)
    pages.dictionaryCount = entryCount
    pages.dictionaryPlainBytes = entriesEnd - entries
    pages.dictionaryAt = packs ? free : entries
    if (packs) putPage(entries, entriesEnd, 0, 0, true)
    pages.dictionaryBytes = free - pages.dictionaryAt
    // Its values are written behind the levels, so both are one piece.
    const end = putNumbers(count, levelsEnd)
    pages.valuesAt = free
    pages.valuesPlainBytes = end - front
    putPage(front, end, 0, 0, packs)
  } else {
    if (kind == kindBoolean) tellTruths(pages, first, count)
    else if (count > 0) tellBounds(pages, kind, width, first, column.next)
    pages.valuesAt = free
    pages.valuesPlainBytes = levelsEnd - front + size
    putPage(front, levelsEnd, first, column.next, packs)
  }
  pages.valuesBytes = free - pages.valuesAt
}

/** Whether a dictionary and its numbers are shorter than the values. */
function makesShorter(kind: i32, width: usize, first: usize, size: usize, count: i32): bool {
  if (!makeDictionary(kind, width, first, count)) return false
  const numbers = (((count + 7) >> 3) as usize) * (numberBits() as usize) + 8
  return entryBytes(kind, width) + numbers < size
}

/** Two pieces that follow one another. */
function putPage(start: usize, end: usize, more: usize, moreEnd: usize, packs: bool): void {
  if (packs) {
    // The size of all that follows.
    const to = putVarint((end - start + (moreEnd - more)) as u32, free)
    free = pack(more, moreEnd, pack(start, end, to))
    return
  }
  memory.copy(free, start, end - start)
  free += end - start
  memory.copy(free, more, moreEnd - more)
  free += moreEnd - more
}

function tellBounds(pages: Pages, kind: i32, width: usize, first: usize, end: usize): void {
  findBounds(kind, width, first, end)
  const isText = kind == kindText
  pages.leastAt = isText ? least + 4 : least
  pages.leastBytes = isText ? (load<u32>(least) as usize) : width
  pages.greatestAt = isText ? greatest + 4 : greatest
  pages.greatestBytes = isText ? (load<u32>(greatest) as usize) : width
}

function tellTruths(pages: Pages, first: usize, count: i32): void {
  if (count == 0) return
  let trues: i32 = 0
  for (let index = 0; index < count; index += 1) {
    trues += (load<u8>(first + ((index as usize) >> 3)) >> ((index & 7) as u8)) & 1
  }
  // What was taken back may have left bits behind the last.
  const last = first + (((count - 1) as usize) >> 3)
  const kept: u32 = 0xff >> ((8 - (count & 7)) & 7)
  store<u8>(last, (load<u8>(last) as u32) & kept)
  pages.leastAt = truths + (trues == count ? 1 : 0)
  pages.leastBytes = 1
  pages.greatestAt = truths + (trues == 0 ? 0 : 1)
  pages.greatestBytes = 1
}
