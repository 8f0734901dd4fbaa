import { columnAt, columns, keepLevels, rowCount, setRowCount, takeBack } from './column.ts'
import { nextObject, takeMembers } from './nested.ts'
import { byte, newline, skipSpace } from './scan.ts'

/** Keeps the values of one record. False, and nothing is kept, when it is not one plain object whose values are just of the columns' types. */
export function takeRecord(start: usize, end: usize): bool {
  const object = nextObject()
  if (isWhole(takeMembers(columnAt(columns), start, end, 0), end)) {
    keepLevels()
    setRowCount(rowCount + 1)
    return true
  }
  takeBack(object)
  return false
}

/** Whether nothing stands behind the object, which ends at `at`; 0 for none. */
function isWhole(after: usize, end: usize): bool {
  if (after == 0) return false
  let at = skipSpace(after)
  // What stands behind a record may look like space.
  if (at > end) at = end
  if (at + 1 == end && byte(at) == newline) at += 1
  return at == end
}
