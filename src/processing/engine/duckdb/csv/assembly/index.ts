/**
 * Rows of the engine as lines of CSV: what `../csv-lines.ts` calls. Memory: tables of ours, and what is laid out for each chunk of rows anew,
 * its columns, copies of the engine's memory in which long texts lie, and the lines.
 */
import { fillTables, writeSigned } from './digits.ts'
import { powersBytes, setPowers, writeDouble } from './double.ts'
import { copyOf, noteText, regionBytes, regionCount, setRegions } from './regions.ts'
import { writeTimestamp } from './timestamp.ts'
import { isLong, lengthOf, placeOf, textBytes, writeQuoted } from './text.ts'

const pageBytes: usize = 65_536

/** Kinds of columns, by the values that the engine keeps of them. */
const textKind: u32 = 0
const booleanKind: u32 = 1
const i8Kind: u32 = 2
const i16Kind: u32 = 3
const i32Kind: u32 = 4
const i64Kind: u32 = 5
const f64Kind: u32 = 6
const timestampKind: u32 = 7

/** Kind, values, a bit for each that is not NULL (or 0 where none is), and a timestamp's digits. */
const columnBytes: usize = 16
/** The longest number in its quotes, with a comma, and what is written over behind it. */
const numberMax: u64 = 48
/** Quotes, a comma, and what is written over behind a text. */
const textExtra: u64 = 24

/** The first byte that no table of ours takes. */
let first: usize = 0
let free: usize = 0
let columns: usize = 0
let columnCount: i32 = 0
let linesMax: u64 = 0
let lines: usize = 0

/** Where the powers of ten belong, once. */
export function powersAt(): usize {
  fillTables()
  const at = aligned(__heap_base)
  setPowers(at)
  first = at + powersBytes
  return at
}

/** Forgets the chunk before. May grow the memory. */
export function begin(count: i32): void {
  free = first
  columnCount = count
  columns = take((count as u64) * columnBytes)
}

/** What no task should need: rows of Athena end at 32 MB. */
const memoryBytesMax: u64 = 1 << 30

/** Room for something of a chunk, with sixteen bytes behind it that may be read. May grow the memory. Traps where it cannot. */
export function take(sizeBytes: u64): usize {
  const at = free
  const end = (at as u64) + sizeBytes + 32
  if (end > memoryBytesMax) unreachable()
  free = aligned(end as usize)
  const pages = (free + pageBytes - 1) / pageBytes
  const there = memory.size() as usize
  if (pages > there && memory.grow((pages - there) as i32) < 0) unreachable()
  return at
}

export function setColumn(index: i32, kind: i32, values: usize, valid: usize, digits: i32): void {
  const column = columns + (index as usize) * columnBytes
  store<u32>(column, kind as u32)
  store<u32>(column + 4, values as u32)
  store<u32>(column + 8, valid as u32)
  store<u32>(column + 12, digits as u32)
}

/**
 * The rows from here on that are written at once: as many as have about `bytesMax` of long texts, one at least. The pieces of the engine's
 * memory that they lie in are noted then: `piecesAt`. May grow the memory.
 */
export function takeRows(from: i32, to: i32, bytesMax: i32): i32 {
  let row = from
  let longBytes: u64 = 0
  let longCount: u64 = 0
  linesMax = 0
  for (; row < to; row += 1) {
    let rowBytes: u64 = 0
    let rowCount: u64 = 0
    linesMax += 1
    for (let index = 0; index < columnCount; index += 1) {
      const column = columns + (index as usize) * columnBytes
      if (load<u32>(column) != textKind) {
        linesMax += numberMax
        continue
      }
      const text = (load<u32>(column + 4) as usize) + (row as usize) * textBytes
      linesMax += textExtra
      if (!isValid(column, row)) continue
      linesMax += 2 * (lengthOf(text) as u64)
      if (!isLong(text)) continue
      rowBytes += lengthOf(text)
      rowCount += 1
    }
    longBytes += rowBytes
    longCount += rowCount
    if (longBytes >= (bytesMax as u64)) {
      row += 1
      break
    }
  }
  pieces = take(longCount * (regionBytes as u64))
  setRegions(pieces)
  if (longCount > 0) noteTexts(from, row)
  return row
}

let pieces: usize = 0

function noteTexts(from: i32, to: i32): void {
  for (let index = 0; index < columnCount; index += 1) {
    const column = columns + (index as usize) * columnBytes
    if (load<u32>(column) != textKind) continue
    for (let row = from; row < to; row += 1) {
      const text = (load<u32>(column + 4) as usize) + (row as usize) * textBytes
      if (isLong(text) && isValid(column, row)) noteText(text)
    }
  }
}

export function piecesAt(): usize {
  return pieces
}

export function pieceCount(): i32 {
  return regionCount()
}

/** Room for a piece's copy. May grow the memory. */
export function takePiece(index: i32): usize {
  const piece = pieces + (index as usize) * regionBytes
  const at = take(load<u64>(piece + 8))
  store<u32>(piece + 16, at as u32)
  return at
}

/** Writes the rows: the length of their lines. May grow the memory. */
export function writeRows(from: i32, to: i32): usize {
  lines = take(linesMax)
  let at = lines
  for (let row = from; row < to; row += 1) {
    for (let index = 0; index < columnCount; index += 1) {
      if (index > 0) {
        store<u8>(at, 0x2c)
        at += 1
      }
      const column = columns + (index as usize) * columnBytes
      if (isValid(column, row)) at = writeValue(at, column, row as usize)
    }
    store<u8>(at, 0x0a)
    at += 1
  }
  return at - lines
}

export function linesAt(): usize {
  return lines
}

/** Gives back what the rows before took, but for the chunk's columns. */
export function mark(): usize {
  return free
}

export function release(to: usize): void {
  free = to
}

function isValid(column: usize, row: i32): bool {
  const valid = load<u32>(column + 8) as usize
  return valid == 0 || ((load<u8>(valid + (row >> 3)) >> ((row & 7) as u8)) & 1) != 0
}

function writeValue(start: usize, column: usize, row: usize): usize {
  const values = load<u32>(column + 4) as usize
  const kind = load<u32>(column)
  store<u8>(start, 0x22)
  let at = start + 1
  if (kind == textKind) {
    const text = values + row * textBytes
    at = writeQuoted(at, isLong(text) ? copyOf(text) : placeOf(text), lengthOf(text))
  } else if (kind == i64Kind) at = writeSigned(at, load<i64>(values + row * 8))
  else if (kind == f64Kind) at = writeDouble(at, load<f64>(values + row * 8))
  else if (kind == timestampKind)
    at = writeTimestamp(at, load<i64>(values + row * 8), load<u32>(column + 12))
  else if (kind == i32Kind) at = writeSigned(at, load<i32>(values + row * 4))
  else if (kind == i16Kind) at = writeSigned(at, load<i16>(values + row * 2))
  else if (kind == i8Kind) at = writeSigned(at, load<i8>(values + row))
  else at = writeBoolean(at, load<u8>(values + row) != 0)
  store<u8>(at, 0x22)
  return at + 1
}

function writeBoolean(at: usize, value: bool): usize {
  if (value) {
    store<u32>(at, 0x65757274)
    return at + 4
  }
  store<u32>(at, 0x736c6166)
  store<u8>(at + 4, 0x65)
  return at + 5
}

function aligned(at: usize): usize {
  return (at + 15) & ~15
}
