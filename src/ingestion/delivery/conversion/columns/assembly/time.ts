import { byte, colon, dot, isDigit, minus, quote, space, zero } from './scan.ts'

/** Days, or microseconds, since 1970-01-01, of what was parsed. */
export let parsedTime: i64 = 0

const dayMicros: i64 = 86_400_000_000
const fractionDigitsMax: i32 = 9

/** Behind the closing quote of a date. */
export function dateEnd(start: usize): usize {
  const at = calendarEnd(start)
  return at != 0 && byte(at) == quote ? at + 1 : 0
}

/** Behind the closing quote of a date and a time of day. */
export function timestampEnd(start: usize, isIso: bool): usize {
  let at = calendarEnd(start)
  if (at == 0 || (byte(at) != space && !(isIso && byte(at) == 0x54))) return 0
  const hours = pair(at + 1)
  const minutes = pair(at + 4)
  const seconds = pair(at + 7)
  if (byte(at + 3) != colon || byte(at + 6) != colon) return 0
  if (hours > 23 || minutes > 59 || seconds > 59) return 0
  let micros = ((hours * 60 + minutes) * 60 + seconds) as i64
  micros *= 1_000_000
  at += 9
  if (byte(at) == dot) {
    let unit: i64 = 100_000
    let count: i32 = 0
    for (at += 1; isDigit(byte(at)); at += 1) {
      micros += unit * ((byte(at) - zero) as i64)
      unit /= 10
      count += 1
    }
    if (count == 0 || count > fractionDigitsMax) return 0
  }
  if (isIso && byte(at) == 0x5a) at += 1
  parsedTime = parsedTime * dayMicros + micros
  return byte(at) == quote ? at + 1 : 0
}

/** Of two digits; a hundred or more when they are none. */
function pair(at: usize): u32 {
  const tens = byte(at) - zero
  const ones = byte(at + 1) - zero
  return tens < 10 && ones < 10 ? tens * 10 + ones : 100
}

/** Behind `YYYY-MM-DD`: https://howardhinnant.github.io/date_algorithms.html#days_from_civil */
function calendarEnd(start: usize): usize {
  const century = pair(start)
  const rest = pair(start + 2)
  const month = pair(start + 5)
  const day = pair(start + 8)
  if (byte(start + 4) != minus || byte(start + 7) != minus) return 0
  if (century > 99 || rest > 99 || month < 1 || month > 12 || day < 1) return 0
  const year = (century * 100 + rest) as i32
  if (year == 0 || day > daysOf(year, month)) return 0
  const shifted = month > 2 ? year : year - 1
  const era = shifted / 400
  const ofEra = shifted - era * 400
  const ofYear = (153 * ((month as i32) + (month > 2 ? -3 : 9)) + 2) / 5 + (day as i32) - 1
  parsedTime = (era * 146_097 + ofEra * 365 + ofEra / 4 - ofEra / 100 + ofYear - 719_468) as i64
  return start + 10
}

function daysOf(year: i32, month: u32): u32 {
  if (month != 2) return 30 + ((month + (month >> 3)) & 1)
  return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
}
