import { type Type, quoteText } from './type.ts'

/** A type of times with a zone; `zone` undefined: each value has its own. */
interface Zoned {
  readonly zone: string | undefined
}

/** An offset's minutes ahead of UTC; undefined for a region. */
function offsetMinutes(zone: string): number | undefined {
  const offset = /^([+-])(\d\d):(\d\d)$/.exec(zone)
  if (!offset) return undefined
  return (offset[1] === '-' ? -1 : 1) * (Number(offset[2]) * 60 + Number(offset[3]))
}

/** True for a zone whose clocks are never set anew. */
export function isFixed(zone: string): boolean {
  return zone === 'UTC' || offsetMinutes(zone) !== undefined
}

/** True for times of which each has a zone of its own: in the engine a struct of the instant `t` and the zone `z`. */
export function ownZone(type: Type): boolean {
  return type.kind === 'timestamptz' && type.zone === undefined
}

/** True when values of this type are, or hold, times with zones of their own. */
export function holdsOwnZones(type: Type): boolean {
  switch (type.kind) {
    case 'array':
      return holdsOwnZones(type.element)
    case 'map':
      return holdsOwnZones(type.key) || holdsOwnZones(type.value)
    case 'row':
      return type.fields.some((field) => holdsOwnZones(field.type))
    default:
      return ownZone(type)
  }
}

/** The instant, a TIMESTAMPTZ of the engine. */
export function momentSql(sql: string, { zone }: Zoned): string {
  return zone === undefined ? `(${sql}).t` : sql
}

/** What equal values have in common: of times with zones the instant. */
export function identitySql(sql: string, type: Type): string {
  return type.kind === 'timestamptz' ? momentSql(sql, type) : sql
}

/** The zone's name. */
export function zoneSql(sql: string, { zone }: Zoned): string {
  return zone === undefined ? `(${sql}).z` : quoteText(zone)
}

/** A value that has its own zone. */
export function zonedSql(moment: string, zone: string): string {
  return `trino_zoned(${moment}, ${zone})`
}

/** The date and time on the wall in the value's zone, a TIMESTAMP of the engine. */
export function localSql(sql: string, { zone }: Zoned): string {
  if (zone === undefined) return bound(sql, 'trino_zone_wall(zv.t, zv.z)')
  const minutes = offsetMinutes(zone)
  if (minutes === undefined) return `((${sql}) AT TIME ZONE ${quoteText(zone)})`
  return `(((${sql}) AT TIME ZONE 'UTC') + INTERVAL '${minutes} minutes')`
}

/** The instant at which walls in the zone show this date and time: the first one, where clocks are set back. */
export function instantSql(local: string, zone: string): string {
  if (zone === 'UTC') return `((${local}) AT TIME ZONE 'UTC')`
  const minutes = offsetMinutes(zone)
  if (minutes === undefined) return `trino_wall_instant(${local}, ${quoteText(zone)})`
  return `(((${local}) - INTERVAL '${minutes} minutes') AT TIME ZONE 'UTC')`
}

/**
 * The value with another date and time on the wall of its zone. As far ahead of UTC as before, where clocks show that time then.
 */
export function onWallSql(sql: string, type: Zoned, change: (local: string) => string): string {
  const { zone } = type
  if (zone !== undefined && isFixed(zone)) return instantSql(change(localSql(sql, type)), zone)
  if (zone !== undefined) {
    const local = localSql('zv', type)
    return bound(sql, `trino_kept_instant(zv, ${local}, ${change(local)}, ${quoteText(zone)})`)
  }
  const local = 'trino_zone_wall(zv.t, zv.z)'
  const moment = `CASE WHEN zv.z[1] IN ('+', '-') THEN trino_zone_instant(${change(local)}, zv.z)
    ELSE trino_kept_instant(zv.t, ${local}, ${change(local)}, zv.z) END`
  return bound(sql, zonedSql(moment, 'zv.z'))
}

/** The value with another instant, in its zone. */
export function atMomentSql(sql: string, type: Zoned, change: (moment: string) => string): string {
  if (type.zone !== undefined) return change(sql)
  return bound(sql, zonedSql(change('zv.t'), 'zv.z'))
}

/** Names a value that is used several times. */
function bound(sql: string, body: string): string {
  return `list_transform([${sql}], lambda zv: ${body})[1]`
}

/** Macros that the SQL made here calls. */
export const zoneMacros: readonly string[] = [
  // The engine takes the second of two instants: the first one counts by what clocks were three hours before.
  `CREATE MACRO trino_wall_instant(local, z) AS list_transform([{'at': local, 'first': ((local - INTERVAL 3 HOUR) AT TIME ZONE z) + INTERVAL 3 HOUR}],
     lambda zk: CASE WHEN (zk.first AT TIME ZONE z) = zk.at THEN zk.first ELSE zk.at AT TIME ZONE z END)[1]`,
  `CREATE MACRO trino_kept_instant(m, before, changed, z) AS list_transform([{'at': changed, 'kept': ((m AT TIME ZONE 'UTC') + (changed - before)) AT TIME ZONE 'UTC'}],
     lambda zc: CASE WHEN (zc.kept AT TIME ZONE z) = zc.at THEN zc.kept ELSE trino_wall_instant(zc.at, z) END)[1]`,
  // with_timezone goes by Joda's convertLocalToUTC: the first one west of Greenwich alone.
  `CREATE MACRO trino_instant_of(local, z) AS list_transform([local],
     lambda zl: CASE WHEN (zl AT TIME ZONE z) > (zl AT TIME ZONE 'UTC') THEN trino_wall_instant(zl, z) ELSE zl AT TIME ZONE z END)[1]`,
  `CREATE MACRO trino_zoned(m, zone) AS
     list_transform([{'t': m, 'z': zone}], lambda zw: CASE WHEN zw.t IS NOT NULL AND zw.z IS NOT NULL THEN zw END)[1]`,
  `CREATE MACRO trino_zone_minutes(z) AS
     (CASE WHEN z[1] = '-' THEN -1 ELSE 1 END) * (CAST(z[2:3] AS BIGINT) * 60 + CAST(z[5:6] AS BIGINT))`,
  `CREATE MACRO trino_zone_wall(m, z) AS CASE WHEN z[1] IN ('+', '-')
     THEN (m AT TIME ZONE 'UTC') + to_minutes(trino_zone_minutes(z)) ELSE m AT TIME ZONE z END`,
  `CREATE MACRO trino_zone_instant(local, z) AS CASE WHEN z[1] IN ('+', '-')
     THEN (local - to_minutes(trino_zone_minutes(z))) AT TIME ZONE 'UTC' ELSE trino_wall_instant(local, z) END`,
  `CREATE MACRO trino_zone_instant_of(local, z) AS CASE WHEN z[1] IN ('+', '-')
     THEN (local - to_minutes(trino_zone_minutes(z))) AT TIME ZONE 'UTC' ELSE trino_instant_of(local, z) END`,
]
