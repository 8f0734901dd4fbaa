/** What the values of a column are, and how they are kept: as Parquet's PLAIN encoding has them, without the absent ones. */
export const kindText: i32 = 0
export const kindInteger: i32 = 1
export const kindDouble: i32 = 2
export const kindBoolean: i32 = 3
export const kindDate: i32 = 4
export const kindTimestamp: i32 = 5
/** Without the forms that only ISO 8601 has. */
export const kindSqlTimestamp: i32 = 6
export const kindFloat: i32 = 7
export const kindDecimal: i32 = 8
/** From here on those that hold others. */
export const kindStruct: i32 = 9
/** Of the column behind it. */
export const kindList: i32 = 10
/** Of the two behind it: keys, and values. */
export const kindMap: i32 = 11

/**
 * A column, or what holds others: the record itself, a struct, a list, a map. They stand in one row, each before all that is within it. Columns that are
 * within lists, maps or structs have two levels for each value or gap: https://parquet.apache.org/docs/file-format/nestedencoding/
 */
@unmanaged
export class Column {
  kind: i32
  /** Of integers: 8, 16, 32 or 64. Of decimals: how many digits they have at most. Of texts: how many letters are kept of one; 0 for all. */
  size: i32
  /** Of decimals: how many digits stand behind the point. */
  scale: i32
  /** The key in quotes, and a colon; room for whole sixteens. */
  key: usize
  keyBytes: usize
  /** Behind it, and all that is within it. */
  behind: usize
  /** How many members a struct has. */
  members: i32
  /** The level of definition of a value that is there. */
  definition: i32
  /** How many lists and maps it is within. */
  repetition: i32
  /** The object in which it was last met: they count from 1. */
  object: i32
  /** Values go here… */
  next: usize
  /** …from here… */
  first: usize
  /** …to here at most. */
  limit: usize
  /** Where it stood before the record that is being read. */
  before: usize
  /** Of a column that has no levels a bit for each row: whether it is without a value. */
  absent: usize
  absentCount: i32
  absentBefore: i32
  /** Levels go here, two bytes each time: of definition, of repetition. */
  levels: usize
  /** 0 for a column that has none. */
  levelsFirst: usize
  levelsLimit: usize
  levelsBefore: usize
}

export const columnBytes: usize = offsetof<Column>()

/** The record, whose members are the columns of the table. */
export let columns: usize = 0
/** Behind all of them. */
export let columnsEnd: usize = 0
/** Any has levels. */
let haveLevels: bool = false
/** Rows since the last `clear`. */
export let rowCount: i32 = 0
/** As many as the engine has in a row group. */
export const rowsMax: i32 = 122_880
const absentBytes: usize = (rowsMax as usize) / 8 + 16
/** What may be written behind the end of a value, by those that write in large steps. */
const slackBytes: usize = 64

export function columnAt(at: usize): Column {
  return changetype<Column>(at)
}

/** Where the first stands that is within it. */
export function within(column: Column): usize {
  return changetype<usize>(column) + columnBytes
}

/** Columns at `at`, none of them set yet. */
export function setColumns(at: usize, count: i32): void {
  columns = at
  columnsEnd = at + (count as usize) * columnBytes
  haveLevels = false
  rowCount = 0
}

/** Bytes of a value that is no text. */
export function widthOf(column: Column): usize {
  switch (column.kind) {
    case kindDate:
    case kindFloat:
      return 4
    case kindInteger:
      return column.size < 64 ? 4 : 8
    case kindDecimal:
      return column.size < 10 ? 4 : 8
  }
  return 8
}

export function setRowCount(count: i32): void {
  rowCount = count
}

/** Levels, values or gaps. */
export function entriesOf(column: Column): i32 {
  if (column.levelsFirst == 0) return rowCount
  return ((column.levels - column.levelsFirst) >> 1) as i32
}

export function valuesOf(column: Column): i32 {
  return entriesOf(column) - column.absentCount
}

/** What a column takes beside its key. */
export function roomOf(valueBytes: usize, levelBytes: usize): usize {
  return (levelBytes == 0 ? absentBytes : levelBytes + slackBytes) + valueBytes + slackBytes
}

export function setRoom(column: Column, at: usize, valueBytes: usize, levelBytes: usize): void {
  if (levelBytes == 0) {
    column.absent = at
    column.levelsFirst = 0
    column.first = at + absentBytes
  } else {
    haveLevels = true
    column.levelsFirst = at
    column.levelsLimit = at + levelBytes
    column.first = column.levelsLimit + slackBytes
  }
  column.limit = column.first + valueBytes
}

export function emptyColumn(column: Column): void {
  column.object = 0
  if (column.kind >= kindStruct) return
  column.next = column.first
  column.before = column.first
  column.absentCount = 0
  column.absentBefore = 0
  column.levels = column.levelsFirst
  column.levelsBefore = column.levelsFirst
  if (column.levelsFirst == 0) memory.fill(column.absent, 0, absentBytes)
}

/** Of the row that is being read. */
export function setAbsent(column: Column): void {
  const place = column.absent + ((rowCount as usize) >> 3)
  store<u8>(place, load<u8>(place) | ((1 as u8) << ((rowCount & 7) as u8)))
  column.absentCount += 1
}

/** Of a value that was kept, or of a gap. */
export function putLevels(column: Column, definition: i32, repetition: i32): void {
  store<u16>(column.levels, (definition | (repetition << 8)) as u16)
  column.levels += 2
}

/** A gap in all columns within this one, or in itself. */
export function putGap(column: Column, definition: i32, repetition: i32): void {
  let at = changetype<usize>(column)
  const end = column.behind
  for (; at < end; at += columnBytes) {
    const each = columnAt(at)
    if (each.kind >= kindStruct) continue
    putLevels(each, definition, repetition)
    each.absentCount += 1
  }
}

/** Notes what a row that is kept has left in columns with levels. */
export function keepLevels(): void {
  if (!haveLevels) return
  for (let at = columns; at < columnsEnd; at += columnBytes) {
    const column = columnAt(at)
    if (column.levelsFirst == 0) continue
    column.before = column.next
    column.levelsBefore = column.levels
    column.absentBefore = column.absentCount
  }
}

/** Takes back what a row that is not kept has left; `object` is its record. */
export function takeBack(object: i32): void {
  const place = (rowCount as usize) >> 3
  const bit = (1 as u8) << ((rowCount & 7) as u8)
  for (let at = columns; at < columnsEnd; at += columnBytes) {
    const column = columnAt(at)
    if (column.levelsFirst != 0) {
      column.next = column.before
      column.levels = column.levelsBefore
      column.absentCount = column.absentBefore
      continue
    }
    if (column.object != object || column.kind >= kindStruct) continue
    column.next = column.before
    const bits = load<u8>(column.absent + place)
    if ((bits & bit) == 0) continue
    store<u8>(column.absent + place, bits & ~bit)
    column.absentCount -= 1
  }
}

/**
 * For how many bytes of JSON there is room in any case. Within lists two bytes may make eight of a value, and two of levels. Columns that are no texts
 * and have no levels have room for all rows.
 */
export function leastRoom(): usize {
  let least: usize = usize.MAX_VALUE
  for (let at = columns; at < columnsEnd; at += columnBytes) {
    const column = columnAt(at)
    if (column.kind >= kindStruct) continue
    let room = column.limit - column.next
    if (column.levelsFirst != 0) {
      room >>= 2
      const levels = column.levelsLimit - column.levels
      if (levels < room) room = levels
    } else if (column.kind != kindText) continue
    if (room < least) least = room
  }
  return least
}
