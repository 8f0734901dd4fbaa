import type { SimplePredicate } from '#consumption/sql'
import { type DateFormat, dateFormat } from './date-format.ts'
import { fulfils } from './simple-values.ts'

export interface DateProjection {
  /** A property of the column: `range`, `format`, `interval`, `interval.unit`. */
  property(name: string): string | undefined
  readonly nowMs: number
  /** The key's type in Hive's syntax. */
  readonly type: string | undefined
  /** What the query asks of the key. */
  readonly predicates: readonly SimplePredicate[]
  /** Values that may be left of the range, at most. */
  readonly valuesMax: number
  /** What to throw where a property cannot be used. */
  invalid(what: string): Error
  /** What to throw where too many values are left. */
  tooMany(): Error
}

const second = 1000
const dayMs = 86_400_000
const unitMs: Readonly<Record<string, number>> = {
  MILLIS: 1,
  SECONDS: second,
  MINUTES: 60 * second,
  HOURS: 3600 * second,
  DAYS: dayMs,
  WEEKS: 7 * dayMs,
}

/** Of the values of a date's projection those, at least, that the query can ask for, in their order. */
export function projectedDates(projection: DateProjection): readonly string[] {
  const { property, invalid, nowMs } = projection
  const text = property('format') ?? 'yyyy-MM-dd'
  const format = dateFormat(text)
  if (!format) throw invalid('format')
  const [from, to] = (property('range') ?? '').split(',').map((bound) => {
    const time = instantOf(bound.trim(), format, nowMs)
    // A bound is what its text tells of it: NOW in months is the month's first day.
    return time === undefined ? undefined : format.parse(format.print(time))
  })
  if (from === undefined || to === undefined) throw invalid('range')
  const unit = (property('interval.unit') ?? finestUnit(text)).trim().toUpperCase()
  const interval = Number(property('interval') ?? 1)
  if (!Number.isSafeInteger(interval) || interval < 1) throw invalid('interval')
  if (unitMs[unit]) return even({ from, to, step: interval * unitMs[unit], format }, projection)
  const months = unit === 'MONTHS' ? interval : unit === 'YEARS' ? 12 * interval : undefined
  if (months === undefined) throw invalid('interval.unit')
  const values: string[] = []
  for (let at = from; at <= to; at = plusMonths(at, months)) {
    values.push(format.print(at))
    if (values.length > projection.valuesMax) throw projection.tooMany()
  }
  return values
}

interface EvenSteps {
  readonly from: number
  readonly to: number
  readonly step: number
  readonly format: DateFormat
}

/** Times as far from each other as the next ones: only those in question are written out. */
function even(steps: EvenSteps, projection: DateProjection): readonly string[] {
  const { from, to, step, format } = steps
  const exact = exactTimes(steps, projection)
  if (exact) return exact
  let first = 0
  let last = Math.floor((to - from) / step)
  const at = (index: number) => format.print(from + index * step)
  if (format.isOrdered) {
    for (const half of projection.predicates.flatMap(halves)) {
      const holds = (index: number) => fulfils(at(index), projection.type, half)
      if (first > last || holds(first) === undefined) continue
      if (half.operator === '>=' || half.operator === '>') first = least(first, last, holds)
      else last = least(first, last, (index) => !holds(index)) - 1
    }
  }
  const count = Math.max(0, last - first + 1)
  if (count > projection.valuesMax) throw projection.tooMany()
  return Array.from({ length: count }, (_, index) => at(first + index))
}

/** Where the query names the values: those of the projection among them. */
function exactTimes(
  { from, to, step, format }: EvenSteps,
  { predicates }: DateProjection,
): readonly string[] | undefined {
  const named = predicates.find(({ operator }) => operator === '=' || operator === 'in')
  const texts = named?.values.map(String)
  const times = texts?.map((value) => format.parse(value))
  if (!texts || !times || times.includes(undefined)) return undefined
  const known = new Set<number>()
  for (const time of times as readonly number[]) {
    if (time >= from && time <= to && (time - from) % step === 0) known.add(time)
  }
  return [...known].sort((one, other) => one - other).map((time) => format.print(time))
}

/** A condition as those that hold from some value on, or up to one. */
function halves(predicate: SimplePredicate): readonly SimplePredicate[] {
  const { key, operator, values } = predicate
  switch (operator) {
    case 'between':
      return [
        { key, operator: '>=', values: [values[0]!] },
        { key, operator: '<=', values: [values[1]!] },
      ]
    case '<':
    case '<=':
    case '>':
    case '>=':
      return [predicate]
    default:
      return []
  }
}

/** The first of the places for which something holds that holds for all after it; one past the last for none. */
function least(first: number, last: number, holds: (index: number) => boolean | undefined): number {
  let low = first
  let high = last + 1
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (holds(middle)) high = middle
    else low = middle + 1
  }
  return low
}

function finestUnit(format: string): string {
  const plain = format.replaceAll(/'[^']*'/g, '')
  if (plain.includes('S')) return 'MILLIS'
  if (plain.includes('s')) return 'SECONDS'
  if (plain.includes('m')) return 'MINUTES'
  if (plain.includes('H')) return 'HOURS'
  if (plain.includes('d')) return 'DAYS'
  return plain.includes('M') ? 'MONTHS' : 'YEARS'
}

/** To the same day of a later month, or to its last one. */
function plusMonths(timeMs: number, months: number): number {
  const date = new Date(timeMs)
  const day = date.getUTCDate()
  date.setUTCDate(1)
  date.setUTCMonth(date.getUTCMonth() + months)
  const days = new Date(Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + 1, 0)).getUTCDate()
  return date.setUTCDate(Math.min(day, days))
}

/** `NOW`, `NOW-3YEARS`, or a date in the column's format. */
function instantOf(text: string, format: DateFormat, nowMs: number): number | undefined {
  const now = /^NOW\s*(?:([+-])\s*(\d+)\s*(YEAR|MONTH|WEEK|DAY|HOUR|MINUTE|SECOND)S?)?$/.exec(text)
  if (!now) return format.parse(text)
  const amount = now[2] ? Number(now[2]) * (now[1] === '-' ? -1 : 1) : 0
  const unit = `${now[3] ?? 'DAY'}S`
  if (unitMs[unit]) return nowMs + amount * unitMs[unit]
  return plusMonths(nowMs, unit === 'YEARS' ? 12 * amount : amount)
}
