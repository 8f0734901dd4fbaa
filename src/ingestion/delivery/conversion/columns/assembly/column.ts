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
  /** Values go here… */
  next: usize
  /** …from here… */
  first: usize
  /** …to here at most. */
  limit: usize
  /** A bit for each row: whether it is without a value. */
  absent: usize
  absentCount: i32
  /** The row in which it was last met; rows count from 1. */
  row: i32
  /** Where it stood before its value of that row. */
  before: usize
}

export const columnBytes: usize = offsetof<Column>()

export let columns: usize = 0
export let columnCount: i32 = 0
/** Rows since the last `clear`. */
export let rowCount: i32 = 0
/** As many as the engine has in a row group. */
export const rowsMax: i32 = 122_880
const absentBytes: usize = (rowsMax as usize) / 8 + 16
/** What may be written behind the end of a value, by those that write in large steps. */
const slackBytes: usize = 64

export function columnAt(index: i32): Column {
  return changetype<Column>(columns + (index as usize) * columnBytes)
}

/** Columns at `at`, none of them set yet. */
export function setColumns(at: usize, count: i32): void {
  columns = at
  columnCount = count
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

/** What a column takes beside its values and its key. */
export function roomOf(valueBytes: usize): usize {
  return absentBytes + valueBytes + slackBytes
}

export function setRoom(column: Column, at: usize, valueBytes: usize): void {
  column.absent = at
  column.first = at + absentBytes
  column.limit = column.first + valueBytes
  emptyColumn(column)
}

export function emptyColumn(column: Column): void {
  column.next = column.first
  column.absentCount = 0
  column.row = 0
  column.before = column.first
  memory.fill(column.absent, 0, absentBytes)
}

/** Of the row that is being read. */
export function setAbsent(column: Column): void {
  const place = column.absent + ((rowCount as usize) >> 3)
  store<u8>(place, load<u8>(place) | ((1 as u8) << ((rowCount & 7) as u8)))
  column.absentCount += 1
}

/** Takes back what a row that is not kept has left. */
export function takeBack(row: i32): void {
  const place = (rowCount as usize) >> 3
  const bit = (1 as u8) << ((rowCount & 7) as u8)
  for (let index = 0; index < columnCount; index += 1) {
    const column = columnAt(index)
    if (column.row != row) continue
    column.row = 0
    column.next = column.before
    const bits = load<u8>(column.absent + place)
    if ((bits & bit) == 0) continue
    store<u8>(column.absent + place, bits & ~bit)
    column.absentCount -= 1
  }
}

/** The least room that a column of texts has left, in bytes. Others have room for all rows. */
export function leastRoom(): usize {
  let least: usize = usize.MAX_VALUE
  for (let index = 0; index < columnCount; index += 1) {
    const column = columnAt(index)
    if (column.kind != kindText) continue
    const room = column.limit - column.next
    if (room < least) least = room
  }
  return least
}
