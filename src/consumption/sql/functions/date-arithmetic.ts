import { sqlError } from '../errors.ts'
import { type Typed, raiseSql } from '../analyze/typed.ts'
import {
  BIGINT,
  TIMESTAMP,
  type Type,
  canBeText,
  engineType,
  isInteger,
  precisionOf,
} from '../types/type.ts'
import { atMomentSql, localSql, momentSql, onWallSql, zoneSql, zonedSql } from '../types/zones.ts'
import { clockOf, fromWall, roundedClock } from './date-walls.ts'
import { type CallContext, literalText, own } from './registry.ts'

const dateUnits = ['day', 'week', 'month', 'quarter', 'year']
const timeUnits = ['millisecond', 'second', 'minute', 'hour']

/** Units that fit a type. */
function unitsOf(type: Type): readonly string[] {
  if (type.kind === 'time') return timeUnits
  return type.kind === 'date' ? dateUnits : [...timeUnits, ...dateUnits]
}

/** What a function of a unit gives: by the unit that is written, or by the one that each row has. */
function byUnit(
  value: Typed | undefined,
  type: Type,
  context: CallContext,
  result: Type,
  made: (unit: string) => string,
): string | undefined {
  if (!value || !canBeText(value.type)) return undefined
  if (typeof value.constant === 'string') return made(unitOf(value, type, context))
  if (value.type.kind === 'unknown') return `CAST(NULL AS ${engineType(result)})`
  const name = { date: 'DATE', time: 'Time' }[type.kind as string] ?? 'TIMESTAMP'
  const wrong = `'INVALID_FUNCTION_ARGUMENT: ''', lower(${value.sql}), ''' is not a valid ${name} field'`
  const whens = unitsOf(type).map((unit) => `WHEN '${unit}' THEN ${made(unit)}`)
  return `(CASE WHEN ${value.sql} IS NOT NULL THEN CASE lower(${value.sql}) ${whens.join(' ')} ELSE ${raiseSql(result, wrong)} END END)`
}

function unitOf(value: Typed | undefined, type: Type, context: CallContext): string {
  const unit = literalText(value, 'unit', context).toLowerCase()
  if (type.kind === 'time' && dateUnits.includes(unit)) {
    throw sqlError('InvalidArgument', context.at, `'${unit}' is not a valid Time field`)
  }
  if (type.kind === 'date' && timeUnits.includes(unit)) {
    throw sqlError('InvalidArgument', context.at, `'${unit}' is not a valid DATE field`)
  }
  if (!dateUnits.includes(unit) && !timeUnits.includes(unit)) {
    throw sqlError('InvalidArgument', context.at, `'${unit}' is not a valid TIMESTAMP field`)
  }
  return unit
}

export const dateTrunc = own('varchar, timestamp', ([unitArg, value, ...rest], context) => {
  const local = value && clockOf(value)
  if (!local || rest.length > 0) return undefined
  const { type } = value
  const sql = byUnit(unitArg, type, context, type, (unit) => {
    const cut = (clock: string) => `date_trunc('${unit}', ${clock})`
    if (type.kind !== 'timestamptz') return fromWall(cut(local), type)
    if (!timeUnits.includes(unit)) return onWallSql(value.sql, type, cut)
    // In real time, so that the hour that comes twice stays what it is.
    const own = type.zone === undefined
    const clock = own ? 'trino_zone_wall(zv.t, zv.z)' : local
    const change = (moment: string) => `(${moment} - (${clock} - ${cut(clock)}))`
    return atMomentSql(value.sql, type, change)
  })
  return sql ? { sql, type } : undefined
})

const intervalMakers: Readonly<Record<string, string>> = {
  millisecond: 'to_milliseconds',
  second: 'to_seconds',
  minute: 'to_minutes',
  hour: 'to_hours',
  day: 'to_days',
  week: 'to_weeks',
  month: 'to_months',
  quarter: 'to_quarters',
  year: 'to_years',
}

export const dateAdd = own(
  'varchar, bigint, timestamp',
  ([unitArg, amount, value, ...rest], context) => {
    const local = value && clockOf(value)
    if (!local || rest.length > 0 || !amount || !isInteger(amount.type)) return undefined
    const { type } = value
    const sql = byUnit(unitArg, type, context, type, (unit) => {
      const timed = timeUnits.includes(unit)
      const added = `${intervalMakers[unit]}(CAST(${amount.sql} AS ${timed ? 'BIGINT' : 'INTEGER'}))`
      if (type.kind === 'timestamptz') {
        const change = (moment: string) => `(${moment} + ${added})`
        return timed ? atMomentSql(value.sql, type, change) : onWallSql(value.sql, type, change)
      }
      const digits = precisionOf(type)
      const sum = `(${local} + ${added})`
      const rounded = unit === 'millisecond' && digits < 3 && type.kind !== 'date'
      return fromWall(rounded ? roundedClock(sum, digits) : sum, type)
    })
    return sql ? { sql, type } : undefined
  },
)

export const dateDiff = own(
  'varchar, timestamp, timestamp',
  ([unitArg, from, to, ...rest], context) => {
    const a = from && wholeMillis(clockOf(from), from.type)
    const b = to && wholeMillis(clockOf(to), to.type)
    if (!a || !b || rest.length > 0) return undefined
    if ((from.type.kind === 'time') !== (to.type.kind === 'time')) return undefined
    const type = from.type.kind === to.type.kind ? from.type : TIMESTAMP
    const sql = byUnit(unitArg, type, context, BIGINT, (unit) =>
      differenceSql(unit, [from, a], [to, b]),
    )
    return sql ? { sql, type: BIGINT } : undefined
  },
)

/** Times are compared by their milliseconds, whatever digits they have beyond. */
function wholeMillis(clock: string | undefined, type: Type): string | undefined {
  const more = type.kind !== 'date' && precisionOf(type) > 3
  return clock && more ? `date_trunc('millisecond', ${clock})` : clock
}

/** Two values, each with its date and time on the wall. */
function differenceSql(
  unit: string,
  [from, a]: readonly [Typed, string],
  [to, b]: readonly [Typed, string],
): string {
  if (from.type.kind === 'timestamptz' && to.type.kind === 'timestamptz') {
    const [start, end] = [momentSql(from.sql, from.type), momentSql(to.sql, to.type)]
    if (timeUnits.includes(unit)) {
      const utc = ({ type }: Typed, moment: string) =>
        wholeMillis(`((${moment}) AT TIME ZONE 'UTC')`, type)!
      return `datesub('${unit}', ${utc(from, start)}, ${utc(to, end)})`
    }
    // Both on the wall of the first one's zone.
    const there = zonedSql(end, zoneSql(from.sql, from.type))
    const own = { ...to.type, zone: undefined }
    const same = from.type.zone !== undefined && from.type.zone === to.type.zone
    return `datesub('${unit}', ${a}, ${same ? b : wholeMillis(localSql(there, own), to.type)})`
  }
  return `datesub('${unit}', ${a}, ${b})`
}
