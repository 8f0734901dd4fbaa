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
