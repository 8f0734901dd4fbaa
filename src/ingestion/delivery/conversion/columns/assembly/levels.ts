import { Column, entriesOf, rowCount } from './column.ts'
import { behindRun, putGroupCount, putPacked, putRun } from './runs.ts'

/** Which values are there, and of which list: https://parquet.apache.org/docs/file-format/nestedencoding/ */

/** A length, one run's start, and what may be written behind it. */
const levelsExtra: usize = 24 + behindRun

/** What the levels of a column take at most. */
export function levelsBytes(column: Column): usize {
  const entries = entriesOf(column) as usize
  return column.levelsFirst == 0 ? (entries >> 3) + levelsExtra : 2 * (entries + levelsExtra)
}

/** Puts them in front of the values: of repetition, if there are such, and of definition. Behind them. */
export function putLevels(column: Column, first: usize): usize {
  if (column.levelsFirst == 0) return putPresence(column, first)
  const end =
    column.repetition == 0
      ? first
      : putEach(column.levelsFirst + 1, column.repetition, column, first)
  return putEach(column.levelsFirst, column.definition, column, end)
}

/** A run of one kind, or a bit for each row. */
function putPresence(column: Column, start: usize): usize {
  const first = start + 4
  let to: usize
  if (column.absentCount == 0 || column.absentCount == rowCount) {
    to = putRun(rowCount, column.absentCount == 0 ? 1 : 0, first)
  } else {
    const bytes = ((rowCount + 7) >> 3) as usize
    to = putGroupCount(bytes, first)
    for (let at: usize = 0; at < bytes; at += 16) {
      v128.store(to + at, v128.not(v128.load(column.absent + at)))
    }
    to += bytes
    const over = rowCount & 7
    const kept: u32 = ((1 as u32) << (over as u32)) - 1
    if (over != 0) store<u8>(to - 1, (load<u8>(to - 1) as u32) & kept)
  }
  store<u32>(start, (to - first) as u32)
  return to
}

/** Every second byte from `from` on, none greater than `most`: a run if all are the same, else as few bits for each as it takes. */
function putEach(from: usize, most: i32, column: Column, start: usize): usize {
  const first = start + 4
  const count = entriesOf(column)
  const end = from + ((count as usize) << 1)
  const to = areSame(from, end)
    ? putRun(count, load<u8>(from), first)
    : putPacked<u8>(from, end, 32 - (clz(most) as i32), first)
  store<u32>(start, (to - first) as u32)
  return to
}

function areSame(from: usize, end: usize): bool {
  const level = load<u8>(from)
  for (let at = from + 2; at < end; at += 2) if (load<u8>(at) != level) return false
  return true
}
