/** A format of Java's DateTimeFormatter, as far as values of partitions have such. Times are in UTC. */
export interface DateFormat {
  print(timeMs: number): string
  /** Undefined where the text is not in this format. */
  parse(text: string): number | undefined
  /** True when texts sort as their times do. */
  readonly isOrdered: boolean
}

interface Field {
  readonly part: 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'milli'
  readonly pattern: string
  print(date: Date): string
}

const number = (part: Field['part'], width: number, of: (date: Date) => number): Field => ({
  part,
  pattern: width === 1 ? '(\\d{1,2})' : `(\\d{${width}})`,
  print: (date) => String(of(date)).padStart(width, '0'),
})
const year = number('year', 4, (date) => date.getUTCFullYear())
const month = (date: Date) => date.getUTCMonth() + 1
const day = (date: Date) => date.getUTCDate()
const hour = (date: Date) => date.getUTCHours()
const minute = (date: Date) => date.getUTCMinutes()
const second = (date: Date) => date.getUTCSeconds()

const months = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const fields: Readonly<Record<string, Field>> = {
  yyyy: year,
  uuuu: year,
  MM: number('month', 2, month),
  M: number('month', 1, month),
  MMM: {
    part: 'month',
    pattern: `(${months.join('|')})`,
    print: (date) => months[date.getUTCMonth()]!,
  },
  dd: number('day', 2, day),
  d: number('day', 1, day),
  HH: number('hour', 2, hour),
  H: number('hour', 1, hour),
  mm: number('minute', 2, minute),
  m: number('minute', 1, minute),
  ss: number('second', 2, second),
  s: number('second', 1, second),
  SSS: number('milli', 3, (date) => date.getUTCMilliseconds()),
}
const sizes: readonly Field['part'][] = [
  'year',
  'month',
  'day',
  'hour',
  'minute',
  'second',
  'milli',
]

/**
 * Undefined for a format with letters that are not known here.
 * https://docs.oracle.com/en/java/javase/17/docs/api/java.base/java/time/format/DateTimeFormatter.html
 */
export function dateFormat(text: string): DateFormat | undefined {
  const tokens = tokensOf(text)
  if (!tokens) return undefined
  const found = tokens.filter((token) => typeof token !== 'string')
  const pattern = new RegExp(`^${tokens.map(patternOf).join('')}$`)
  const places = found.map(({ part }) => sizes.indexOf(part))
  return {
    print: (timeMs) => {
      const date = new Date(timeMs)
      return tokens.map((token) => (typeof token === 'string' ? token : token.print(date))).join('')
    },
    parse: (value) => {
      const values = pattern.exec(value)?.slice(1)
      return values && timeOf(found, values)
    },
    // Each part is finer than the one before it, and of a fixed width.
    isOrdered: places.every(
      (place, index) =>
        place > (places[index - 1] ?? -1) && /^\(\\d\{\d\}\)$/.test(found[index]!.pattern),
    ),
  }
}

function patternOf(token: string | Field): string {
  return typeof token === 'string' ? token.replaceAll(/\W/g, String.raw`\$&`) : token.pattern
}

/** Fields, and the text between them: in quotes (two of which are one), or no letters. */
function tokensOf(text: string): readonly (string | Field)[] | undefined {
  const tokens: (string | Field)[] = []
  for (const [part] of text.matchAll(/''|'(?:[^']|'')*'|([A-Za-z])\1*|[^A-Za-z]/g)) {
    if (part === "''") tokens.push("'")
    else if (part.length > 1 && part.startsWith("'")) {
      tokens.push(part.slice(1, -1).replaceAll("''", "'"))
    } else if (/[A-Za-z]/.test(part)) {
      const field = Object.hasOwn(fields, part) ? fields[part] : undefined
      if (!field) return undefined
      tokens.push(field)
    } else tokens.push(part)
  }
  return tokens
}

function timeOf(found: readonly Field[], values: readonly string[]): number | undefined {
  const of = (part: Field['part'], otherwise: number) => {
    const index = found.findIndex((field) => field.part === part)
    if (index < 0) return otherwise
    const value = values[index]!
    return months.includes(value) ? months.indexOf(value) + 1 : Number(value)
  }
  const date = [of('year', 1970), of('month', 1) - 1, of('day', 1)] as const
  const time = Date.UTC(...date, of('hour', 0), of('minute', 0), of('second', 0), of('milli', 0))
  // No 30th of February.
  const back = new Date(time)
  return back.getUTCMonth() === date[1] && back.getUTCDate() === date[2] ? time : undefined
}
