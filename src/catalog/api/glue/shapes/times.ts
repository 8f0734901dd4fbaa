export function toDate(timeMs: number | undefined): Date | undefined {
  return timeMs === undefined ? undefined : new Date(timeMs)
}

export function toMs(date: Date | undefined): number | undefined {
  return date?.getTime()
}
