import { DeliveryErrors } from '../errors.ts'

/** The parts of a moment in a time zone. */
interface Moment {
  readonly year: number
  readonly month: number
  readonly day: number
  readonly hour: number
  readonly minute: number
  readonly second: number
  readonly millisecond: number
}

type Part = (moment: Moment) => string

const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
const dayNames = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday']

/**
 * Compiles a pattern of Java's DateTimeFormatter, as far as it names the parts of a date and a time. Error: `InvalidDelivery`.
 * https://docs.oracle.com/javase/8/docs/api/java/time/format/DateTimeFormatter.html
 */
export function compileDateFormat(pattern: string): (timeMs: number, timeZone: string) => string {
  const parts = [...pieces(pattern)]
  return (timeMs, timeZone) => {
    const moment = momentIn(timeMs, timeZone)
    return parts.map((part) => part(moment)).join('')
  }
}

function* pieces(pattern: string): Generator<Part> {
  const matcher = /'((?:[^']|'')*)'|([A-Za-z])\2*|[^A-Za-z']/gsuy
  while (matcher.lastIndex < pattern.length) {
    const found = matcher.exec(pattern)
    if (!found) throw unknownPattern(pattern)
    const [text, quoted, letter] = found
    if (quoted !== undefined) {
      const literal = quoted === '' ? "'" : quoted.replaceAll("''", "'")
      yield () => literal
    } else if (letter === undefined) {
      if ('[]{}#'.includes(text)) throw unknownPattern(pattern)
      yield () => text
    } else {
      const part = letterPart(letter, text.length)
      if (!part) throw unknownPattern(pattern)
      yield part
    }
  }
}

function letterPart(letter: string, count: number): Part | undefined {
  const number = (value: Part | ((moment: Moment) => number), max = 2): Part | undefined =>
    count > max ? undefined : (moment) => String(value(moment)).padStart(count, '0')
  switch (letter) {
    case 'y':
    case 'u':
      if (count === 2) return ({ year }) => String(year % 100).padStart(2, '0')
      return number(({ year }) => year, 9)
    case 'M':
    case 'L':
      if (count === 3) return ({ month }) => monthNames[month - 1]!.slice(0, 3)
      if (count === 4) return ({ month }) => monthNames[month - 1]!
      return number(({ month }) => month)
    case 'd':
      return number(({ day }) => day)
    case 'D':
      return number(dayOfYear, 3)
    case 'E':
      if (count < 4) return (moment) => dayName(moment).slice(0, 3)
      return count === 4 ? dayName : undefined
    case 'Q':
      return number(({ month }) => Math.ceil(month / 3))
    case 'H':
      return number(({ hour }) => hour)
    case 'k':
      return number(({ hour }) => hour || 24)
    case 'h':
      return number(({ hour }) => hour % 12 || 12)
    case 'K':
      return number(({ hour }) => hour % 12)
    case 'a':
      return count === 1 ? ({ hour }) => (hour < 12 ? 'AM' : 'PM') : undefined
    case 'm':
      return number(({ minute }) => minute)
    case 's':
      return number(({ second }) => second)
    case 'S':
      if (count > 9) return undefined
      return ({ millisecond }) =>
        String(millisecond).padStart(3, '0').padEnd(9, '0').slice(0, count)
    default:
      return undefined
  }
}

function dayOfYear({ year, month, day }: Moment): number {
  return Math.round((Date.UTC(year, month - 1, day) - Date.UTC(year, 0, 0)) / 86_400_000)
}

function dayName({ year, month, day }: Moment): string {
  return dayNames[new Date(Date.UTC(year, month - 1, day)).getUTCDay()]!
}

const formats = new Map<string, Intl.DateTimeFormat>()

/** True for a name of the time zone database. */
export function isTimeZone(name: string): boolean {
  try {
    return formatOf(name) !== undefined
  } catch {
    return false
  }
}

function formatOf(timeZone: string): Intl.DateTimeFormat {
  let format = formats.get(timeZone)
  if (!format) {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone,
      calendar: 'gregory',
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
    })
    formats.set(timeZone, format)
  }
  return format
}

function momentIn(timeMs: number, timeZone: string): Moment {
  const found: Record<string, number> = {}
  for (const { type, value } of formatOf(timeZone).formatToParts(timeMs)) {
    found[type] = Number(value)
  }
  return {
    year: found['year']!,
    month: found['month']!,
    day: found['day']!,
    hour: found['hour']!,
    minute: found['minute']!,
    second: found['second']!,
    millisecond: ((timeMs % 1000) + 1000) % 1000,
  }
}

function unknownPattern(pattern: string): Error {
  return DeliveryErrors.InvalidDelivery(
    `Ths supplied prefix(es) do not satisfy the following constraint: '${pattern}' is not a supported timestamp pattern`,
  )
}
