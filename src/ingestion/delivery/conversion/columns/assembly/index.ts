/**
 * Records of JSON as columns, in one pass over their bytes: what `../columns.ts` calls. Whatever is not plain is refused, and left to the
 * general way. Memory: tables of ours, then what `begin` lays out, then the page whose records are taken.
 */
import {
  Column,
  columnAt,
  columnBytes,
  columnCount,
  emptyColumn,
  kindText,
  leastRoom,
  roomOf,
  rowCount,
  rowsMax,
  setColumns,
  setRoom,
  setRowCount,
} from './column.ts'
import { powersBytes, setPowers } from './number.ts'
import { encodeColumns, encodingBytes } from './page.ts'
import { setFraming, takeRecord } from './record.ts'
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
}

/** Sets a column; where its key belongs, with quotes and a colon. Texts take so many bytes at most. May grow the memory. */
export function setColumn(
  index: i32,
  kind: i32,
  size: i32,
  scale: i32,
  keyBytes: i32,
  textBytes: i32,
): usize {
  const key = take((keyBytes as usize) + 16)
  const valueBytes = kind == kindText ? (textBytes as usize) : (rowsMax as usize) * 8
  const room = take(roomOf(valueBytes))
  const column = columnAt(index)
  column.kind = kind
  column.size = size
  column.scale = scale
  column.key = key
  column.keyBytes = keyBytes
  setRoom(column, room, valueBytes)
  return key
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
  for (let index = 0; index < columnCount; index += 1) emptyColumn(columnAt(index))
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
