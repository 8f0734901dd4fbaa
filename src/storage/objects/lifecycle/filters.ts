import type { VersionRow } from '../tables.ts'

/** What lifecycle rules and tiering configurations choose objects by. */
export interface Conditions {
  readonly Prefix?: string
  readonly Tag?: Tag
  readonly Tags?: readonly Tag[]
  readonly ObjectSizeGreaterThan?: number
  readonly ObjectSizeLessThan?: number
}

interface Tag {
  readonly Key: string
  readonly Value: string
}

export type Filter = Conditions & { readonly And?: Conditions }

/** Whether an object has what the filter asks for; without a filter all have. */
export function matches(filter: Filter | undefined, row: VersionRow): boolean {
  if (!row.key.startsWith(prefixIn(filter))) return false
  if (!looksAtObjects(filter)) return true
  if (row.delete_marker === 1) return false
  const { ObjectSizeGreaterThan: above, ObjectSizeLessThan: below, tags } = conditionsOf(filter)
  if (above !== undefined && row.size_bytes <= above) return false
  if (below !== undefined && row.size_bytes >= below) return false
  const own = (row.tags === null ? {} : JSON.parse(row.tags)) as Record<string, string>
  return tags.every(({ Key, Value }) => own[Key] === Value)
}

/** Whether more than the key counts. */
export function looksAtObjects(filter: Filter | undefined): boolean {
  return looksAtSizes(filter) || conditionsOf(filter).tags.length > 0
}

export function looksAtSizes(filter: Filter | undefined): boolean {
  const { ObjectSizeGreaterThan, ObjectSizeLessThan } = conditionsOf(filter)
  return ObjectSizeGreaterThan !== undefined || ObjectSizeLessThan !== undefined
}

export function prefixIn(filter: Filter | undefined): string {
  return filter?.And?.Prefix ?? filter?.Prefix ?? ''
}

function conditionsOf(filter: Filter | undefined) {
  const conditions: Conditions = { ...filter, ...filter?.And }
  const { Tag: tag, Tags: tags = [] } = conditions
  return { ...conditions, tags: tag ? [tag, ...tags] : tags }
}
