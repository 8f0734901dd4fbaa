/** Leaves out the members that are not set, so that what is stored is what was given. */
export function compact<T extends object>(value: T): T {
  return Object.fromEntries(
    Object.entries(value).filter(([, member]) => member !== undefined && member !== null),
  ) as T
}

/** Members to store and return as they came; undefined when there are none. */
export function extras(
  members: Readonly<Record<string, unknown>>,
): Readonly<Record<string, unknown>> | undefined {
  const given = compact(members)
  return Object.keys(given).length > 0 ? given : undefined
}
