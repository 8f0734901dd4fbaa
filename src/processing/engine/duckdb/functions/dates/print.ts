import { dayNames, dayOfYear, monthNames, weekOf } from './calendar.ts'
import type { FieldToken, Token } from './tokens.ts'

export interface Moment {
  /** Milliseconds since 1970 on the wall. */
  readonly wall: number
  readonly offsetMinutes: number
  readonly zone: string
}

/** A moment by a pattern. */
export function printMoment(moment: Moment, tokens: readonly Token[]): string {
  return tokens
    .map((token) => (typeof token === 'string' ? token : printField(moment, token)))
    .join('')
}

function printField({ wall, offsetMinutes, zone }: Moment, { field, count }: FieldToken): string {
  const date = new Date(wall)
  const padded = (value: number) => {
    const sign = value < 0 ? '-' : ''
    return sign + String(Math.abs(value)).padStart(count, '0')
  }
  const year = date.getUTCFullYear()
  const hour = date.getUTCHours()
  const name = (names: readonly string[], index: number) =>
    count > 3 ? names[index]! : names[index]!.slice(0, 3)
  switch (field) {
    case 'era':
      return year > 0 ? 'AD' : 'BC'
    case 'century':
      return padded(Math.floor(Math.abs(year) / 100))
    case 'year':
      return padded(year)
    case 'yearOfCentury':
      return padded(Math.abs(year) % 100)
    case 'weekYear':
      return padded(weekOf(wall).year)
    case 'week':
      return padded(weekOf(wall).week)
    case 'month':
      return padded(date.getUTCMonth() + 1)
    case 'monthName':
      return name(monthNames, date.getUTCMonth())
    case 'dayOfYear':
      return padded(dayOfYear(wall))
    case 'dayOfMonth':
      return padded(date.getUTCDate())
    case 'dayOfWeek':
      return padded(date.getUTCDay() || 7)
    case 'dayName':
      return name(dayNames, (date.getUTCDay() + 6) % 7)
    case 'halfday':
      return hour < 12 ? 'AM' : 'PM'
    case 'hour':
      return padded(hour)
    case 'hourOfHalfday':
      return padded(hour % 12)
    case 'clockhour':
      return padded(hour || 24)
    case 'clockhourOfHalfday':
      return padded(hour % 12 || 12)
    case 'minute':
      return padded(date.getUTCMinutes())
    case 'second':
      return padded(date.getUTCSeconds())
    case 'fraction':
      return String(date.getUTCMilliseconds()).padStart(3, '0').padEnd(count, '0').slice(0, count)
    case 'zone':
      return zone
    case 'offset': {
      const size = Math.abs(offsetMinutes)
      const two = (value: number) => String(value).padStart(2, '0')
      const sign = offsetMinutes < 0 ? '-' : '+'
      return `${sign}${two(Math.floor(size / 60))}${count > 1 ? ':' : ''}${two(size % 60)}`
    }
  }
}
