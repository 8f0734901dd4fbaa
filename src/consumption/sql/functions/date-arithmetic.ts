import { sqlError } from '../errors.ts'
import type { Typed } from '../analyze/typed.ts'
import { BIGINT, TIMESTAMP, type Type, isInteger, precisionOf } from '../types/type.ts'
import { atMomentSql, localSql, momentSql, onWallSql, zoneSql, zonedSql } from '../types/zones.ts'
import { clockOf, fromWall } from './date-walls.ts'
import { type CallContext, literalText, own } from './registry.ts'

const dateUnits = ['day', 'week', 'month', 'quarter', 'year']
const timeUnits = ['millisecond', 'second', 'minute', 'hour']

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
  const unit = unitOf(unitArg, value.type, context)
  const cut = (clock: string) => `date_trunc('${unit}', ${clock})`
  const { type } = value
  if (type.kind !== 'timestamptz') return { sql: fromWall(cut(local), type), type }
  if (!timeUnits.includes(unit)) return { sql: onWallSql(value.sql, type, cut), type }
  // In real time, so that the hour that comes twice stays what it is.
  const own = type.zone === undefined
  const clock = own ? 'trino_zone_wall(zv.t, zv.z)' : local
  const change = (moment: string) => `(${moment} - (${clock} - ${cut(clock)}))`
  return { sql: atMomentSql(value.sql, type, change), type }
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
    const unit = unitOf(unitArg, value.type, context)
    const timed = timeUnits.includes(unit)
    const added = `${intervalMakers[unit]}(CAST(${amount.sql} AS ${timed ? 'BIGINT' : 'INTEGER'}))`
    if (value.type.kind === 'timestamptz') {
      const { type, sql } = value
      const change = (moment: string) => `(${moment} + ${added})`
      return { sql: timed ? atMomentSql(sql, type, change) : onWallSql(sql, type, change), type }
    }
    const digits = precisionOf(value.type)
    const sum = `(${local} + ${added})`
    const kept =
      unit === 'millisecond' && digits < 3 && value.type.kind !== 'date'
        ? `trino_round_timestamp(epoch_us(${sum}), ${10 ** (6 - digits)})`
        : sum
    return { sql: fromWall(kept, value.type), type: value.type }
  },
)

export const dateDiff = own(
  'varchar, timestamp, timestamp',
  ([unitArg, from, to, ...rest], context) => {
    const a = from && clockOf(from)
    const b = to && clockOf(to)
    if (!a || !b || rest.length > 0) return undefined
    if ((from.type.kind === 'time') !== (to.type.kind === 'time')) return undefined
    const unit = unitOf(unitArg, from.type.kind === to.type.kind ? from.type : TIMESTAMP, context)
    if (from.type.kind === 'timestamptz' && to.type.kind === 'timestamptz') {
      const [start, end] = [momentSql(from.sql, from.type), momentSql(to.sql, to.type)]
      if (timeUnits.includes(unit)) {
        const utc = (moment: string) => `((${moment}) AT TIME ZONE 'UTC')`
        return { sql: `datesub('${unit}', ${utc(start)}, ${utc(end)})`, type: BIGINT }
      }
      // Both on the wall of the first one's zone.
      const there = zonedSql(end, zoneSql(from.sql, from.type))
      const own = { ...to.type, zone: undefined }
      const same = from.type.zone !== undefined && from.type.zone === to.type.zone
      const sql = `datesub('${unit}', ${a}, ${same ? b : localSql(there, own)})`
      return { sql, type: BIGINT }
    }
    return { sql: `datesub('${unit}', ${a}, ${b})`, type: BIGINT }
  },
)
