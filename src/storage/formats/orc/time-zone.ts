import { remembered } from '#kit'

/** Offsets of a time zone, for the wall clock of a writer. */
export interface ZoneOffsets {
  /** Seconds that the zone's wall clock is ahead of UTC at this instant (seconds since the epoch). */
  offsetAt(epochSeconds: number): number
}

const utc: ZoneOffsets = { offsetAt: () => 0 }

/** Throws an Error for a zone that is not known. */
export function zoneOffsets(name: string): ZoneOffsets {
  if (name === '' || /^(UTC|GMT|Etc\/UTC|Z)$/.test(name)) return utc
  let format: Intl.DateTimeFormat
  try {
    format = new Intl.DateTimeFormat('en-US', {
      timeZone: name,
      hourCycle: 'h23',
      year: 'numeric',
      month: 'numeric',
      day: 'numeric',
      hour: 'numeric',
      minute: 'numeric',
      second: 'numeric',
      era: 'short',
    })
  } catch {
    throw new Error(`its writer's time zone ${name} is not known`)
  }
  // Offsets change at most every quarter of an hour's boundary.
  const offsetOf = remembered({ countMax: 100_000 }, (quarter: number): number => {
    const parts = Object.fromEntries(
      format.formatToParts(new Date(quarter * 900_000)).map(({ type, value }) => [type, value]),
    )
    const year = parts['era'] === 'BC' ? 1 - Number(parts['year']) : Number(parts['year'])
    const wall = new Date(0)
    wall.setUTCFullYear(year, Number(parts['month']) - 1, Number(parts['day']))
    wall.setUTCHours(Number(parts['hour']), Number(parts['minute']), Number(parts['second']))
    return wall.getTime() / 1000 - quarter * 900
  })
  return { offsetAt: (epochSeconds) => offsetOf(Math.floor(epochSeconds / 900)) }
}
