import type { Typed } from '../analyze/typed.ts'
import { type Type, precisionOf } from '../types/type.ts'
import { localSql, momentSql } from '../types/zones.ts'

/** The value's date and time on the wall, as a TIMESTAMP of the engine. Undefined for other types. */
export function wall(value: Typed | undefined): string | undefined {
  if (value?.type.kind === 'timestamptz') return localSql(value.sql, value.type)
  if (value?.type.kind === 'timestamp' || value?.type.kind === 'date')
    return `CAST(${value.sql} AS TIMESTAMP)`
  return undefined
}

/** A time of day, or what an instant of a zone shows there, as a TIMESTAMP; undefined for other types. */
export function clockOf(value: Typed): string | undefined {
  return value.type.kind === 'time' ? `(CAST('1970-01-01' AS DATE) + ${value.sql})` : wall(value)
}

/** The inverse of `clockOf`, of types without a zone. */
export function fromWall(sql: string, type: Type): string {
  if (type.kind === 'date') return `CAST(${sql} AS DATE)`
  return type.kind === 'time' ? `CAST(${sql} AS TIME)` : sql
}

/** How far the value's zone is ahead of UTC at its instant, in minutes. */
export function offsetMinutesSql(value: Typed): string {
  const wallOf = wall(value)!
  const { type } = value
  const moment = type.kind === 'timestamptz' ? momentSql(value.sql, type) : value.sql
  return `(epoch_ms(${wallOf}) - epoch_ms((${moment}) AT TIME ZONE 'UTC')) // 60000`
}

/** `+05:30`; `utc` stands for no offset. */
export function offsetSql(value: Typed, utc: string): string {
  return `trino_offset_text(${offsetMinutesSql(value)}, ${utc})`
}

/** A date and time rounded to so many digits of a second. */
export function roundedClock(clock: string, digits: number): string {
  return `trino_round_timestamp(epoch_us(${clock}), ${10 ** (6 - digits)})`
}

/** What formats print: milliseconds, to which more digits are rounded. */
export function printedClock(clock: string, type: Type): string {
  return type.kind !== 'date' && precisionOf(type) > 3 ? roundedClock(clock, 3) : clock
}
