import { zoneOfMinutes, zoneOfName } from '#kit'
import { sqlError } from '../errors.ts'
import type { Typed } from '../analyze/typed.ts'
import { type Type, canBeText, precisionOf } from '../types/type.ts'
import { momentSql, zonedSql } from '../types/zones.ts'
import { wall } from './date-walls.ts'
import { type CallContext, literalText } from './registry.ts'

type ZoneArgument =
  | { readonly kind: 'known'; readonly zone: string }
  | { readonly kind: 'sql'; readonly sql: string }

/** A zone by its name, or by an interval that is its offset. */
export function zoneArgument(zone: Typed, context: CallContext): ZoneArgument {
  if (zone.type.kind === 'intervalDay' && typeof zone.constant === 'number') {
    const found = zoneOfMinutes(zone.constant / 60_000)
    if (found && Number.isInteger(zone.constant / 60_000)) return { kind: 'known', zone: found }
  }
  if (typeof zone.constant !== 'string' && canBeText(zone.type))
    return { kind: 'sql', sql: `trino_zone(${zone.sql})` }
  const name = literalText(zone, 'zone', context)
  const found = zoneOfName(name)
  if (found) return { kind: 'known', zone: found }
  throw sqlError('InvalidArgument', context.at, `'${name}' is not a valid time zone`)
}

export function zonedType(zone: string | undefined, precision: number): Type {
  return { kind: 'timestamptz', zone, precision }
}

/** `value AT TIME ZONE 'zone'`: the same instant, seen in another zone. */
export function atTimeZone(value: Typed, zone: Typed, context: CallContext): Typed {
  const precision = precisionOf(value.type)
  const local = wall(value)
  if (!local || value.type.kind === 'date') {
    throw sqlError('TypeMismatch', context.at, 'Type of value must be a time or timestamp')
  }
  const moment =
    value.type.kind === 'timestamptz'
      ? momentSql(value.sql, value.type)
      : `((${local}) AT TIME ZONE 'UTC')`
  const name = zoneArgument(zone, context)
  return name.kind === 'known'
    ? { sql: moment, type: zonedType(name.zone, precision) }
    : { sql: zonedSql(moment, name.sql), type: zonedType(undefined, precision) }
}
