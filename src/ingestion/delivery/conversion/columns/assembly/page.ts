import { findBounds, greatest, least } from './bounds.ts'
import {
  Column,
  columnAt,
  columnCount,
  kindBoolean,
  kindText,
  rowCount,
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
  putVarint,
  setDictionary,
} from './dictionary.ts'
import { pack, packedBytesMax, putSize, setSnappyTable, snappyTableBytes } from './snappy.ts'

/**
 * Columns as pages of Parquet: for each column a page of values or, where that is shorter, of the numbers of values that stand in a dictionary, which
 * is a page too. https://parquet.apache.org/docs/file-format/data-pages/
 */

/** Of a column, as `../json-columns.ts` reads it: whole numbers of four bytes. */
@unmanaged
class Pages {
  /** Of the dictionary; 0 for none. */
  entries: i32
  dictionaryAt: usize
  /** Packed, or as it is. */
  dictionaryBytes: usize
  dictionaryPlainBytes: usize
  valuesAt: usize
  valuesBytes: usize
  valuesPlainBytes: usize
  absentCount: i32
  /** The least and the greatest value; no bytes when there is none. */
  leastAt: usize
  leastBytes: usize
  greatestAt: usize
  greatestBytes: usize
}

const pagesBytes: usize = offsetof<Pages>()
/** A length, and one run's start. */
const levelsExtra: usize = 16
/** What the numbers have beside their bits, and what may be written behind them. */
const numbersExtra: usize = 64
/** Of false and true as values, for bounds. */
const truths = memory.data<u8>([0, 1])

let results: usize = 0
/** The levels, and the values if they are numbers of a dictionary. */
let levels: usize = 0
let free: usize = 0

/** What `encodeColumns` needs for the rows that are held. */
export function encodingBytes(): usize {
  let sum = resultsBytes() + snappyTableBytes + dictionaryBytes(rowCount) + levelsBytes()
  for (let index = 0; index < columnCount; index += 1) {
    const size = columnAt(index).next - columnAt(index).first
    // The entries of a dictionary, and all pages.
    sum += size + packedBytesMax(size + levelsBytes()) + 128
  }
  return sum + 64
}

function resultsBytes(): usize {
  return ((columnCount as usize) * pagesBytes + 15) & ~15
}

function levelsBytes(): usize {
  return ((rowCount as usize) >> 3) + levelsExtra + (rowCount as usize) * 2 + numbersExtra
}

/** Makes pages of all columns, from `at` on, which stay until rows are taken again. Where what there is to tell of each begins. */
export function encodeColumns(at: usize, packs: bool): usize {
  results = at
  setSnappyTable(results + resultsBytes())
  setDictionary(results + resultsBytes() + snappyTableBytes)
  levels = results + resultsBytes() + snappyTableBytes + dictionaryBytes(rowCount)
  free = levels + levelsBytes()
  for (let index = 0; index < columnCount; index += 1) {
    const pages = changetype<Pages>(results + (index as usize) * pagesBytes)
    encodeColumn(columnAt(index), pages, packs)
  }
  return results
}

function encodeColumn(column: Column, pages: Pages, packs: bool): void {
  const count = rowCount - column.absentCount
  const first = column.first
  const size = column.next - first
  const kind = column.kind
  const width = widthOf(column)
  const levelsEnd = putLevels(column)
  pages.absentCount = column.absentCount
  pages.entries = 0
  pages.leastBytes = 0
  pages.greatestBytes = 0
  if (count > 0 && kind != kindBoolean && makesShorter(kind, width, first, size, count)) {
    const entries = free
    free += entryBytes(kind, width)
    const entriesEnd = free
    putEntries(kind, width, entries)
    tellBounds(pages, kind, width, entries, entriesEnd)
    pages.entries = entryCount
    pages.dictionaryPlainBytes = entriesEnd - entries
    pages.dictionaryAt = packs ? free : entries
    if (packs) putPage(entries, entriesEnd, 0, 0, true)
    pages.dictionaryBytes = free - pages.dictionaryAt
    // Its values are written behind the levels, so both are one piece.
    const end = putNumbers(count, levelsEnd)
    pages.valuesAt = free
    pages.valuesPlainBytes = end - levels
    putPage(levels, end, 0, 0, packs)
  } else {
    if (kind == kindBoolean) tellTruths(pages, first, count)
    else if (count > 0) tellBounds(pages, kind, width, first, column.next)
    pages.valuesAt = free
    pages.valuesPlainBytes = levelsEnd - levels + size
    putPage(levels, levelsEnd, first, column.next, packs)
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
    const to = putSize(end - start + (moreEnd - more), free)
    free = pack(more, moreEnd, pack(start, end, to))
    return
  }
  memory.copy(free, start, end - start)
  free += end - start
  memory.copy(free, more, moreEnd - more)
  free += moreEnd - more
}

/** Which rows have a value: a run of one kind, or a bit for each. Behind them. */
function putLevels(column: Column): usize {
  const first = levels + 4
  let to: usize
  if (column.absentCount == 0 || column.absentCount == rowCount) {
    to = putVarint((rowCount as u32) << 1, first)
    store<u8>(to, column.absentCount == 0 ? 1 : 0)
    to += 1
  } else {
    const bytes = ((rowCount + 7) >> 3) as usize
    to = putVarint(((bytes as u32) << 1) | 1, first)
    for (let at: usize = 0; at < bytes; at += 16) {
      v128.store(to + at, v128.not(v128.load(column.absent + at)))
    }
    to += bytes
    const over = rowCount & 7
    const kept: u32 = ((1 as u32) << (over as u32)) - 1
    if (over != 0) store<u8>(to - 1, (load<u8>(to - 1) as u32) & kept)
  }
  store<u32>(levels, (to - first) as u32)
  return to
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
  pages.leastAt = truths + (trues == count ? 1 : 0)
  pages.leastBytes = 1
  pages.greatestAt = truths + (trues == 0 ? 0 : 1)
  pages.greatestBytes = 1
}
