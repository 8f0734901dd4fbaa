export const monthNames = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
]
export const dayNames = [
  'Monday',
  'Tuesday',
  'Wednesday',
  'Thursday',
  'Friday',
  'Saturday',
  'Sunday',
]

const dayMs = 86_400_000

/** Midnight of a day, in milliseconds since 1970. `Date.UTC` takes the years 0 to 99 for others. */
function midnight(year: number, month: number, day: number): number {
  return new Date(0).setUTCFullYear(year, month, day)
}

/** How many days a month has, or a year. */
export function daysOf(year: number, month?: number): number {
  if (month === undefined) return (midnight(year + 1, 0, 1) - midnight(year, 0, 1)) / dayMs
  return new Date(midnight(year, month, 0)).getUTCDate()
}

/** The Monday of a week of ISO 8601, in milliseconds since 1970. */
export function weekStart(year: number, week: number): number {
  const fourth = new Date(midnight(year, 0, 4))
  return fourth.getTime() - ((fourth.getUTCDay() || 7) - 1) * dayMs + (week - 1) * 7 * dayMs
}

/** The year and week of ISO 8601 that a day lies in. */
export function weekOf(moment: number): { readonly year: number; readonly week: number } {
  const thursday = new Date(moment)
  thursday.setUTCDate(thursday.getUTCDate() + 4 - (thursday.getUTCDay() || 7))
  const year = thursday.getUTCFullYear()
  return { year, week: Math.floor((thursday.getTime() - midnight(year, 0, 1)) / dayMs / 7) + 1 }
}

export function dayOfYear(moment: number): number {
  const year = new Date(moment).getUTCFullYear()
  return Math.floor((moment - midnight(year, 0, 1)) / dayMs) + 1
}
