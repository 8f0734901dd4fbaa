import type { IntervalUnit } from '../parse/ast.ts'

const order: readonly IntervalUnit[] = ['day', 'hour', 'minute', 'second']
const millis = { day: 86_400_000, hour: 3_600_000, minute: 60_000, second: 1_000 } as const
const separators = { hour: ' ', minute: ':', second: ':' } as const

/**
 * The size of an interval as written, `'2 03:04' DAY TO MINUTE`: months for units of years, else
 * milliseconds. Undefined when the text is not of the units' form.
 */
export function intervalSize(
  text: string,
  from: IntervalUnit,
  to: IntervalUnit | undefined,
): number | undefined {
  const sign = text.startsWith('-') ? -1 : 1
  const rest = text.replace(/^[+-]/, '')
  if (from === 'year' || from === 'month') {
    if (to !== undefined && !(from === 'year' && to === 'month')) return undefined
    const found = (to ? /^(\d{1,6})-(\d{1,6})$/ : /^(\d{1,6})$/).exec(rest)
    if (!found) return undefined
    if (to) return sign * (Number(found[1]) * 12 + Number(found[2]))
    return sign * Number(found[1]) * (from === 'year' ? 12 : 1)
  }
  const first = order.indexOf(from)
  const last = to === undefined ? first : order.indexOf(to)
  if (last < first) return undefined
  let pattern = ''
  for (const unit of order.slice(first, last + 1)) {
    if (unit !== from) pattern += separators[unit as keyof typeof separators]
    pattern += unit === 'second' ? '(\\d{1,9}(?:\\.\\d{1,3})?)' : '(\\d{1,9})'
  }
  const found = new RegExp(`^${pattern}$`).exec(rest)
  if (!found) return undefined
  let total = 0
  for (const [index, unit] of order.slice(first, last + 1).entries()) {
    total += Math.round(Number(found[index + 1]) * millis[unit as keyof typeof millis])
  }
  return sign * total
}
