import { quoteText } from './type.ts'

const sameAsUtc = new Set(['utc', 'z', 'ut', 'gmt', 'zulu', 'etc/utc', 'etc/gmt', 'greenwich'])

/** A time zone's name as Trino keeps it: a region, or an offset such as `+05:30`. Undefined when there is none such. */
export function zoneOfName(text: string): string | undefined {
  if (sameAsUtc.has(text.toLowerCase())) return 'UTC'
  const offset = /^([+-])(\d{1,2})(?::?(\d{2}))?$/.exec(text)
  if (offset) {
    const hours = Number(offset[2])
    const minutes = Number(offset[3] ?? 0)
    return zoneOfMinutes((offset[1] === '-' ? -1 : 1) * (hours * 60 + minutes), minutes)
  }
  if (!/^[A-Z][\w+-]*(\/[A-Z][\w+/-]*)?$/.test(text)) return undefined
  try {
    return Intl.DateTimeFormat('en', { timeZone: text }) && text
  } catch {
    return undefined
  }
}

/** The zone that is so many minutes ahead of UTC. */
export function zoneOfMinutes(minutes: number, minutePart = 0): string | undefined {
  if (Math.abs(minutes) > 14 * 60 || minutePart > 59) return undefined
  if (minutes === 0) return 'UTC'
  const part = (value: number) => String(Math.floor(value)).padStart(2, '0')
  const size = Math.abs(minutes)
  return `${minutes < 0 ? '-' : '+'}${part(size / 60)}:${part(size % 60)}`
}

/** An offset's minutes ahead of UTC; undefined for a region. */
export function offsetMinutes(zone: string): number | undefined {
  const offset = /^([+-])(\d\d):(\d\d)$/.exec(zone)
  if (!offset) return undefined
  return (offset[1] === '-' ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3]))
}

/** The date and time on the wall in the value's zone. */
export function localSql(sql: string, { zone }: { readonly zone: string }): string {
  const minutes = offsetMinutes(zone)
  if (minutes === undefined) return `((${sql}) AT TIME ZONE ${quoteText(zone)})`
  return `(((${sql}) AT TIME ZONE 'UTC') + INTERVAL '${minutes} minutes')`
}

/** The instant at which walls in the zone show this date and time. */
export function instantSql(local: string, { zone }: { readonly zone: string }): string {
  const minutes = offsetMinutes(zone)
  if (minutes === undefined) return `((${local}) AT TIME ZONE ${quoteText(zone)})`
  return `(((${local}) - INTERVAL '${minutes} minutes') AT TIME ZONE 'UTC')`
}
