/**
 * Records of JSON as columns, in one pass over their bytes: what `../columns.ts` calls. Whatever is not plain is refused, and left to the
 * general way. Memory: tables of ours, then what `begin` lays out, then the page whose records are taken.
 */
import {
  Column,
  columnAt,
  columnBytes,
  columns,
  columnsEnd,
  emptyColumn,
  kindStruct,
  leastRoom,
  roomOf,
  rowCount,
  rowsMax,
  setColumns,
  setRoom,
  setRowCount,
} from './column.ts'
import { setFraming } from './keys.ts'
import { forgetObjects } from './nested.ts'
import { powersBytes, setPowers } from './number.ts'
import { encodeColumns, encodingBytes } from './page.ts'
import { takeRecord } from './record.ts'
import { repeatsBytes, setRepeats } from './repeats.ts'
import { setQuotedNumbers } from './value.ts'

/** What a record may add to a column beside its own bytes: a length, or a number that is shorter in JSON. */
const recordExtra: usize = 16
const pageBytes: usize = 65_536
/** Zeros behind what is read, which is read in large steps. */
const sentinelBytes: usize = 64

let free: usize = 0
let input: usize = 0
let inputEnd: usize = 0

/** Where the powers of five belong (`powersBytes` of them), which stay. */
export function powersAt(): usize {
  const at = aligned(__heap_base)
  setPowers(at)
  free = at + powersBytes
  return at
}

/** Of so many columns, with all that hold others: the record is the first of them. */
export function begin(
  count: i32,
  lowerKeys: bool,
  dotsToUnderscores: bool,
  quotedNumbers: bool,
): void {
  powersAt()
  inputEnd = 0
  setFraming(lowerKeys, dotsToUnderscores)
  setQuotedNumbers(quotedNumbers)
  setColumns(take((count as usize) * columnBytes), count)
  setRepeats(take(repeatsBytes))
}

/** Sets where a column stands among others: the number of the one behind all that is within it, its members if it is a struct, and its levels. */
export function setPlace(
  index: i32,
  behind: i32,
  members: i32,
  definition: i32,
  repetition: i32,
): void {
  const column = numbered(index)
  column.behind = columns + (behind as usize) * columnBytes
  column.members = members
  column.definition = definition
  column.repetition = repetition
}

/**
 * Sets what a column is; where its key belongs, with quotes and a colon. Values take so many bytes at most, 0 for as much as all rows take, and levels so many,
 * 0 for a column without any. May grow the memory.
 */
export function setColumn(
  index: i32,
  kind: i32,
  size: i32,
  scale: i32,
  keyBytes: i32,
  valueBytes: i32,
  levelBytes: i32,
): usize {
  const key = take((keyBytes as usize) + 16)
  const column = numbered(index)
  column.kind = kind
  column.size = size
  column.scale = scale
  column.key = key
  column.keyBytes = keyBytes
  column.levelsFirst = 0
  if (kind >= kindStruct) return key
  const values = valueBytes == 0 ? (rowsMax as usize) * 8 : (valueBytes as usize)
  setRoom(column, take(roomOf(values, levelBytes)), values, levelBytes)
  return key
}

function numbered(index: i32): Column {
  return columnAt(columns + (index as usize) * columnBytes)
}

/** Room for a page: its bytes, and where its records begin and end behind them. May grow the memory. */
export function inputAt(sizeBytes: i32, count: i32): usize {
  const kept = free
  input = take(aligned(sizeBytes) + sentinelBytes + (count as usize) * 8)
  inputEnd = free
  free = kept
  memory.fill(input + sizeBytes, 0, sentinelBytes)
  return input
}

/** Where the `count` starts belong, with the ends behind them. */
export function placesAt(sizeBytes: i32): usize {
  return input + aligned(sizeBytes) + sentinelBytes
}

/**
 * Takes records of the page from the one numbered `from` on, until all are taken or there is no more room: how many were taken then.
 * -1 - n when the one numbered n is not plain: those before it were taken.
 */
export function takeRecords(places: usize, from: i32, count: i32): i32 {
  let room: usize = 0
  for (let index = from; index < count; index += 1) {
    const start = load<u32>(places + (index as usize) * 4) as usize
    const end = load<u32>(places + ((index + count) as usize) * 4) as usize
    const most = end - start + recordExtra
    if (room < most) {
      room = leastRoom()
      if (room < most) return index
    }
    if (rowCount == rowsMax) return index
    room -= most
    if (!takeRecord(input + start, input + end)) return -1 - index
  }
  return count
}

export function rows(): i32 {
  return rowCount
}

/** Makes pages of what is held; where what there is to tell of them begins (`Pages`). May grow the memory. */
export function encode(packs: bool): usize {
  const kept = free
  if (inputEnd > free) free = inputEnd
  const at = take(encodingBytes())
  free = kept
  return encodeColumns(at, packs)
}

/** Forgets all rows. */
export function clear(): void {
  for (let at = columns; at < columnsEnd; at += columnBytes) emptyColumn(columnAt(at))
  forgetObjects()
  setRowCount(0)
}

function aligned(size: usize): usize {
  return (size + 15) & ~15
}

function take(size: usize): usize {
  const at = free
  free += aligned(size)
  const missing = free + sentinelBytes - ((memory.size() as usize) << 16)
  if ((missing as isize) > 0) memory.grow(((missing + pageBytes - 1) / pageBytes) as i32)
  return at
}
