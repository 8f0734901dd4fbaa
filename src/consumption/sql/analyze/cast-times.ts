import { zoneOfName } from '#kit'
import { atMomentSql, instantSql, momentSql, zoneSql, zonedSql } from '../types/zones.ts'
import { type Type, isText, precisionOf } from '../types/type.ts'
import type { Typed } from './typed.ts'

/** The type that a cast to a type with zones gives: times keep their zones, and text may name any. */
export function withZones(from: Type, to: Type, constant?: Typed['constant']): Type {
  if (to.kind === 'array' && from.kind === 'array')
    return { ...to, element: withZones(from.element, to.element) }
  if (to.kind === 'map' && from.kind === 'map')
    return { ...to, key: withZones(from.key, to.key), value: withZones(from.value, to.value) }
  if (to.kind === 'row' && from.kind === 'row' && to.fields.length === from.fields.length) {
    const typed = (type: Type, index: number) => withZones(from.fields[index]!.type, type)
    return { ...to, fields: to.fields.map((f, index) => ({ ...f, type: typed(f.type, index) })) }
  }
  if (to.kind !== 'timestamptz') return to
  if (from.kind === 'timestamptz') return { ...to, zone: from.zone }
  if (!isText(from)) return to
  if (typeof constant !== 'string') return { ...to, zone: undefined }
  const named = /[ \d]([A-Za-z][\w/+-]*|[+-]\d\d?(?::?\d\d)?)$/.exec(constant.slice(10))?.[1]
  return { ...to, zone: named === undefined ? 'UTC' : zoneOfName(named) }
}

/** The type with all its times in UTC, as files hold them. */
export function inUtc(type: Type): Type {
  switch (type.kind) {
    case 'timestamptz':
      return { ...type, zone: 'UTC' }
    case 'array':
      return { ...type, element: inUtc(type.element) }
    case 'map':
      return { ...type, key: inUtc(type.key), value: inUtc(type.value) }
    case 'row':
      return {
        ...type,
        fields: type.fields.map((field) => ({ ...field, type: inUtc(field.type) })),
      }
    default:
      return type
  }
}

/** A date or time as one that has a zone: UTC if it had none. */
export function toZoned(
  sql: string,
  from: Type,
  to: Extract<Type, { kind: 'timestamptz' }>,
  impossible: () => Error,
): string {
  if (from.kind === 'date' || from.kind === 'timestamp') {
    const local = from.kind === 'date' ? `CAST(${sql} AS TIMESTAMP)` : roundedSql(sql, from, to)
    const instant = instantSql(local, to.zone ?? 'UTC')
    return to.zone === undefined ? zonedSql(instant, "'UTC'") : instant
  }
  if (from.kind !== 'timestamptz') throw impossible()
  const rounded = (moment: string) =>
    precisionOf(from) <= precisionOf(to)
      ? moment
      : `(${roundedSql(`((${moment}) AT TIME ZONE 'UTC')`, from, to)} AT TIME ZONE 'UTC')`
  if (to.zone !== undefined) return rounded(momentSql(sql, from))
  if (from.zone === undefined) {
    return precisionOf(from) <= precisionOf(to) ? sql : atMomentSql(sql, from, rounded)
  }
  return zonedSql(rounded(sql), zoneSql(sql, from))
}

/** A TIMESTAMP of the engine with fewer digits of its second, rounded half up. */
export function roundedSql(sql: string, from: Type, to: Type): string {
  const digits = precisionOf(to)
  if (digits >= 6 || precisionOf(from) <= digits) return sql
  return `trino_round_timestamp(epoch_us(${sql}), ${10 ** (6 - digits)})`
}
