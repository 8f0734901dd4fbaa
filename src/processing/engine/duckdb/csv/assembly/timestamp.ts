import { writePair, writeUnsigned } from './digits.ts'

const microsPerDay: i64 = 86_400_000_000
/** Infinity; its negative is the other one. */
const infinity: i64 = i64.MAX_VALUE

/** Microseconds since 1970 as `2024-01-31 12:30:00.000`, with so many digits of the second, at most six. */
export function writeTimestamp(start: usize, micros: i64, digits: u32): usize {
  if (micros == infinity || micros == -infinity) return writeInfinity(start, micros < 0)
  let days = micros / microsPerDay
  if (days * microsPerDay > micros) days -= 1
  const rest = micros - days * microsPerDay
  let at = writeDate(start, days as i32)
  const seconds = (rest / 1_000_000) as u32
  const fraction = (rest - (seconds as i64) * 1_000_000) as u32
  const minutes = seconds / 60
  const hours = minutes / 60
  store<u8>(at, 0x20)
  writePair(at + 1, hours)
  store<u8>(at + 3, 0x3a)
  writePair(at + 4, minutes - hours * 60)
  store<u8>(at + 6, 0x3a)
  writePair(at + 7, seconds - minutes * 60)
  store<u8>(at + 9, 0x2e)
  at += 10
  const upper = fraction / 10_000
  const middle = (fraction / 100) % 100
  writePair(at, upper)
  writePair(at + 2, middle)
  writePair(at + 4, fraction % 100)
  return at + digits
}

function writeInfinity(at: usize, isNegative: bool): usize {
  let start = at
  if (isNegative) {
    store<u8>(start, 0x2d)
    start += 1
  }
  // infinity
  store<u64>(start, 0x7974696e69666e69)
  return start + 8
}

/** Years have four digits at least, those before the year 0 a sign and as many as they need. https://howardhinnant.github.io/date_algorithms.html#civil_from_days */
function writeDate(start: usize, days: i32): usize {
  const shifted = days + 719_468
  const era = (shifted >= 0 ? shifted : shifted - 146_096) / 146_097
  const dayOfEra = (shifted - era * 146_097) as u32
  const yearOfEra = (dayOfEra - dayOfEra / 1460 + dayOfEra / 36_524 - dayOfEra / 146_096) / 365
  const dayOfYear = dayOfEra - (365 * yearOfEra + yearOfEra / 4 - yearOfEra / 100)
  const shiftedMonth = (5 * dayOfYear + 2) / 153
  const day = dayOfYear - (153 * shiftedMonth + 2) / 5 + 1
  const month = shiftedMonth < 10 ? shiftedMonth + 3 : shiftedMonth - 9
  const year = (yearOfEra as i32) + era * 400 + ((month <= 2) as i32)
  let at = start
  if (year < 0) {
    store<u8>(at, 0x2d)
    at = writeUnsigned(at + 1, -year as u64)
  } else if (year < 10_000) {
    writePair(at, (year as u32) / 100)
    writePair(at + 2, (year as u32) % 100)
    at += 4
  } else at = writeUnsigned(at, year as u64)
  store<u8>(at, 0x2d)
  writePair(at + 1, month)
  store<u8>(at + 3, 0x2d)
  writePair(at + 4, day)
  return at + 6
}
