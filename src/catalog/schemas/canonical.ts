/** What is the same however it is laid out. */
export function canonicalJson(definition: string): string {
  return stable(JSON.parse(definition))
}

/** JSON with the keys of objects in order. */
export function stable(value: unknown): string {
  return JSON.stringify(value, (_, member: unknown) =>
    typeof member === 'object' && member !== null && !Array.isArray(member)
      ? Object.fromEntries(Object.entries(member).toSorted(([a], [b]) => (a < b ? -1 : 1)))
      : member,
  )
}

export function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error)
}
