import type { TimestampFormat } from './shape.ts'

/** A timestamp as text, in one of Smithy's three formats (https://smithy.io/2.0/spec/protocol-traits.html#timestampformat-trait). */
export function printTimestamp(value: Date, format: TimestampFormat): string {
  switch (format) {
    case 'epochSeconds':
      return String(value.getTime() / 1000)
    case 'dateTime':
      return value.toISOString().replace('.000Z', 'Z')
    case 'httpDate':
      return value.toUTCString()
  }
}

/** The instant, or undefined when the text is not in that format. */
export function parseTimestamp(text: string, format: TimestampFormat): Date | undefined {
  switch (format) {
    case 'epochSeconds': {
      if (!/^-?\d*\.?\d+(?:[eE][+-]?\d+)?$/.test(text)) return undefined
      return valid(new Date(Math.round(Number(text) * 1000)))
    }
    case 'dateTime':
      return parseDateTime(text)
    case 'httpDate':
      return parseHttpDate(text)
  }
}

const dateTime = /^(\d{4})-(\d\d)-(\d\d)[tT](\d\d):(\d\d):(\d\d)(?:\.(\d+))?([zZ]|[-+]\d\d:?\d\d)$/

/** RFC 3339, section 5.6, and a date alone, which AWS takes too. */
export function parseDateTime(text: string): Date | undefined {
  if (/^\d{4}-\d\d-\d\d$/.test(text)) return strictUtc(text, `${text}T00:00:00.000Z`)
  const match = dateTime.exec(text)
  if (!match) return undefined
  const [, year, month, day, hour, minute, second, fraction, zone] = match
  const milliseconds = (fraction ?? '').slice(0, 3).padEnd(3, '0')
  const utc = strictUtc(
    `${year}-${month}-${day}`,
    `${year}-${month}-${day}T${hour}:${minute}:${second}.${milliseconds}Z`,
  )
  if (!utc || /^[zZ]$/.test(zone!)) return utc
  const sign = zone![0] === '-' ? 1 : -1
  const offsetMinutes = Number(zone!.slice(1, 3)) * 60 + Number(zone!.slice(-2))
  return new Date(utc.getTime() + sign * offsetMinutes * 60_000)
}

/** JavaScript rolls 31 February over to March; here it is no date. */
function strictUtc(day: string, text: string): Date | undefined {
  const date = valid(new Date(text))
  return date && date.toISOString().startsWith(day) ? date : undefined
}

const httpDate =
  /^(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun)[a-z]*,? (?:\d\d[ -](?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[ -]\d{2,4} \d\d:\d\d:\d\d(?:\.\d+)? GMT|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \d]\d \d\d:\d\d:\d\d \d{4})$/

/** RFC 9110, section 5.6.7: the preferred form and the two obsolete ones. */
export function parseHttpDate(text: string): Date | undefined {
  if (!httpDate.test(text)) return undefined
  return valid(new Date(text.endsWith('GMT') ? text : `${text} GMT`))
}

function valid(date: Date): Date | undefined {
  return Number.isNaN(date.getTime()) ? undefined : date
}
