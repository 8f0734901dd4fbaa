import type { Typed } from '../analyze/typed.ts'
import { millisecondsSql, monthsSql } from '../analyze/temporal.ts'
import { BIGINT } from '../types/type.ts'
import { wall } from './date-walls.ts'
import { type FunctionBody, own } from './registry.ts'

type Part = 'year' | 'month' | 'day' | 'hour' | 'minute' | 'second' | 'millisecond'
const partSizes = {
  day: 86_400_000,
  hour: 3_600_000,
  minute: 60_000,
  second: 1_000,
  millisecond: 1,
}
const partBounds = { day: undefined, hour: 24, minute: 60, second: 60, millisecond: 1_000 }

/** A part of an interval, which has the interval's sign. */
function intervalPart(value: Typed, part: Part): string | undefined {
  if (value.type.kind === 'intervalYear') {
    if (part === 'year') return `${monthsSql(value.sql)} // 12`
    return part === 'month' ? `${monthsSql(value.sql)} % 12` : undefined
  }
  if (value.type.kind !== 'intervalDay' || part === 'year' || part === 'month') return undefined
  const whole = `${millisecondsSql(value.sql)} // ${partSizes[part]}`
  return partBounds[part] === undefined ? whole : `(${whole}) % ${partBounds[part]}`
}

/** A field of a date, a time or an interval, as bigint. */
export function field(sql: (wall: string) => string, part?: Part): FunctionBody {
  const ofClock = part !== undefined && ['hour', 'minute', 'second', 'millisecond'].includes(part)
  return own(['timestamp', 'date'], ([value, ...rest]) => {
    if (!value || rest.length > 0) return undefined
    const inner = part && intervalPart(value, part)
    if (inner) return { sql: `CAST(${inner} AS BIGINT)`, type: BIGINT }
    const clock =
      value.type.kind === 'time' ? `(CAST('1970-01-01' AS DATE) + ${value.sql})` : undefined
    const local = ofClock ? (clock ?? wall(value)) : wall(value)
    if (!local || (ofClock && value.type.kind === 'date')) return undefined
    return { sql: `CAST(${sql(local)} AS BIGINT)`, type: BIGINT }
  })
}
