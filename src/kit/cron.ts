/** A parsed `cron(minutes hours day-of-month month day-of-week year)`, in UTC. */
export interface Cron {
  readonly minutes: ReadonlySet<number>
  readonly hours: ReadonlySet<number>
  readonly months: ReadonlySet<number>
  readonly years: ReadonlySet<number>
  /** Whether a day is meant; `undefined` when the field is `?`. */
  readonly dayOfMonth: ((date: Date) => boolean) | undefined
  readonly dayOfWeek: ((date: Date) => boolean) | undefined
}

const monthNames = 'JAN FEB MAR APR MAY JUN JUL AUG SEP OCT NOV DEC'.split(' ')
const dayNames = 'SUN MON TUE WED THU FRI SAT'.split(' ')

/** What a schedule that cannot be read is answered with inside this file. */
class NoCron extends Error {}

/**
 * Parses a schedule; undefined when it is none.
 * https://docs.aws.amazon.com/glue/latest/dg/monitor-data-warehouse-schedule.html
 */
export function parseCron(expression: string): Cron | undefined {
  try {
    return parse(expression)
  } catch (error) {
    if (error instanceof NoCron) return undefined
    throw error
  }
}

function parse(expression: string): Cron {
  const invalid = () => new NoCron()
  const fields = /^cron\((.*)\)$/.exec(expression.trim())?.[1]?.trim().split(/\s+/)
  if (fields?.length !== 6) throw invalid()
  const [minutes, hours, dayOfMonth, month, dayOfWeek, year] = fields as [
    string,
    string,
    string,
    string,
    string,
    string,
  ]
  if ((dayOfMonth === '?') === (dayOfWeek === '?')) {
    const bothAny = dayOfMonth === '*' && dayOfWeek === '*'
    if (!bothAny) throw invalid()
  }
  return {
    minutes: parseList(minutes, 0, 59, [], invalid),
    hours: parseList(hours, 0, 23, [], invalid),
    months: parseList(month, 1, 12, monthNames, invalid),
    years: parseList(year, 1970, 2199, [], invalid),
    dayOfMonth: dayOfMonth === '?' ? undefined : parseDayOfMonth(dayOfMonth, invalid),
    dayOfWeek: dayOfWeek === '?' ? undefined : parseDayOfWeek(dayOfWeek, invalid),
  }
}

const dayMs = 86_400_000

/** The first minute after `afterMs` that the schedule means; undefined when there is none. */
export function nextRunMs(cron: Cron, afterMs: number): number | undefined {
  const start = new Date(Math.floor(afterMs / 60_000) * 60_000 + 60_000)
  let dayStartMs = Date.UTC(start.getUTCFullYear(), start.getUTCMonth(), start.getUTCDate())
  // Every pattern of days comes round within the 28 years of the calendar (and the years given).
  for (let day = 0; day < 366 * 29; day++, dayStartMs += dayMs) {
    const date = new Date(dayStartMs)
    if (!matchesDay(cron, date)) continue
    for (let minute = day === 0 ? minuteOfDay(start) : 0; minute < 1440; minute++) {
      if (cron.hours.has(Math.floor(minute / 60)) && cron.minutes.has(minute % 60))
        return dayStartMs + minute * 60_000
    }
  }
  return undefined
}

function minuteOfDay(date: Date): number {
  return date.getUTCHours() * 60 + date.getUTCMinutes()
}

function matchesDay(cron: Cron, date: Date): boolean {
  return (
    cron.years.has(date.getUTCFullYear()) &&
    cron.months.has(date.getUTCMonth() + 1) &&
    (cron.dayOfMonth?.(date) ?? true) &&
    (cron.dayOfWeek?.(date) ?? true)
  )
}

function parseList(
  field: string,
  min: number,
  max: number,
  names: readonly string[],
  invalid: () => Error,
): ReadonlySet<number> {
  const toNumber = (text: string): number => {
    const named = names.indexOf(text.toUpperCase())
    const value = named >= 0 ? named + min : /^\d+$/.test(text) ? Number(text) : Number.NaN
    if (!(value >= min && value <= max)) throw invalid()
    return value
  }
  const values = new Set<number>()
  for (const part of field.split(',')) {
    const match = /^([^/]+)(?:\/(\d+))?$/.exec(part)
    if (!match) throw invalid()
    const step = match[2] === undefined ? 1 : Number(match[2])
    if (step < 1) throw invalid()
    const [from, to] = match[1] === '*' ? [String(min), String(max)] : match[1]!.split('-')
    const low = toNumber(from!)
    const high = to !== undefined ? toNumber(to) : match[2] === undefined ? low : max
    if (high < low) throw invalid()
    for (let value = low; value <= high; value += step) values.add(value)
  }
  return values
}

function lastDay(date: Date): number {
  return new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
}

function parseDayOfMonth(field: string, invalid: () => Error): (date: Date) => boolean {
  if (field === 'L') return (date) => date.getUTCDate() === lastDay(date)
  const weekday = /^(\d{1,2})W$/.exec(field)
  if (weekday) {
    const day = Number(weekday[1])
    if (day < 1 || day > 31) throw invalid()
    return (date) => day <= lastDay(date) && date.getUTCDate() === nearestWeekday(date, day)
  }
  const days = parseList(field, 1, 31, [], invalid)
  return (date) => days.has(date.getUTCDate())
}

/** The weekday nearest to a day, within its month. */
function nearestWeekday(date: Date, day: number): number {
  const weekday = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth(), day)).getUTCDay()
  if (weekday === 6) return day === 1 ? 3 : day - 1
  if (weekday === 0) return day === lastDay(date) ? day - 2 : day + 1
  return day
}

function parseDayOfWeek(field: string, invalid: () => Error): (date: Date) => boolean {
  const toDay = (text: string) => [...parseList(text, 1, 7, dayNames, invalid)][0]! - 1
  const last = /^(\w+)L$/.exec(field)
  if (field === 'L') return (date) => date.getUTCDay() === 6
  if (last) {
    const day = toDay(last[1]!)
    return (date) => date.getUTCDay() === day && date.getUTCDate() + 7 > lastDay(date)
  }
  const nth = /^(\w+)#([1-5])$/.exec(field)
  if (nth) {
    const day = toDay(nth[1]!)
    const week = Number(nth[2])
    return (date) => date.getUTCDay() === day && Math.ceil(date.getUTCDate() / 7) === week
  }
  const days = parseList(field, 1, 7, dayNames, invalid)
  return (date) => days.has(date.getUTCDay() + 1)
}
