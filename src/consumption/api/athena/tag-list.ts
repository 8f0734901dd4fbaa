import type { Tag } from '@aws-sdk/client-athena'

/** A list of tags as a map; the last of a key counts. */
export function tagMap(tags: readonly Tag[] | undefined): Readonly<Record<string, string>> {
  return Object.fromEntries((tags ?? []).map((tag) => [tag.Key ?? '', tag.Value ?? '']))
}
