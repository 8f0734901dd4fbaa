import { Column, entriesOf, rowCount } from './column.ts'
import { putVarint } from './dictionary.ts'

/** Which values are there, and of which list: https://parquet.apache.org/docs/file-format/nestedencoding/ */

/** A length, one run's start, and what may be written behind it. */
const levelsExtra: usize = 48

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
    to = putVarint(((bytes as u32) << 1) | 1, first)
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
    : putBits(from, end, most, first)
  store<u32>(start, (to - first) as u32)
  return to
}

/** Of one byte. */
function putRun(count: i32, level: u32, first: usize): usize {
  const to = putVarint((count as u32) << 1, first)
  store<u8>(to, level)
  return to + 1
}

function areSame(from: usize, end: usize): bool {
  const level = load<u8>(from)
  for (let at = from + 2; at < end; at += 2) if (load<u8>(at) != level) return false
  return true
}

/** In groups of eight, the last filled up with zeros. */
function putBits(from: usize, end: usize, most: i32, first: usize): usize {
  const bits = (32 - (clz(most) as i32)) as u64
  const groups = (((end - from) >> 1) + 7) >> 3
  let to = putVarint(((groups as u32) << 1) | 1, first)
  const last = to + groups * (bits as usize)
  let held: u64 = 0
  let heldBits: u64 = 0
  for (let at = from; at < end; at += 2) {
    held |= (load<u8>(at) as u64) << heldBits
    heldBits += bits
    if (heldBits >= 32) {
      store<u32>(to, held as u32)
      to += 4
      held >>= 32
      heldBits -= 32
    }
  }
  store<u64>(to, held)
  store<u64>(to + 8, 0)
  return last
}
