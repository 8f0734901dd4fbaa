/** Sub-resources are stored as JSON; dates keep their kind. */
export function toJson(value: unknown): string {
  return JSON.stringify(tagDates(value))
}

export function fromJson<T>(text: string): T {
  return JSON.parse(text, (_, value: unknown) =>
    isTaggedDate(value) ? new Date(value.$date) : value,
  ) as T
}

function tagDates(value: unknown): unknown {
  if (value instanceof Date) return { $date: value.getTime() }
  if (Array.isArray(value)) return value.map(tagDates)
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, tagDates(item)]))
}

function isTaggedDate(value: unknown): value is { $date: number } {
  return typeof value === 'object' && value !== null && '$date' in value
}
