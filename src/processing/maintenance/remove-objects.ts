import { parseLocation } from '#catalog/tables'
import type { MaintenanceParts } from './parts.ts'
import { unlessGone } from './reachable.ts'

/** Removals at one time: they share their commits. */
const atOnce = 32

/** Removes objects; those that are not there are no error. Answers how many there were to remove. */
export async function removeObjects(
  { objects }: Pick<MaintenanceParts, 'objects'>,
  accountId: string,
  locations: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  for (let at = 0; at < locations.length; at += atOnce) {
    signal.throwIfAborted()
    await Promise.all(
      locations
        .slice(at, at + atOnce)
        .map((location) => unlessGone(objects.delete({ accountId, ...parseLocation(location) }))),
    )
  }
  return locations.length
}
