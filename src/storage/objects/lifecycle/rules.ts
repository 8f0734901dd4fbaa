import type { UploadRow, VersionRow } from '../tables.ts'

/** A rule as PutBucketLifecycleConfiguration stores it; dates are tagged. */
export interface LifecycleRule {
  readonly Status: string
  readonly Prefix?: string
  readonly Filter?: Conditions & { readonly And?: Conditions }
  readonly Expiration?: {
    readonly Date?: { readonly $date: number }
    readonly Days?: number
    readonly ExpiredObjectDeleteMarker?: boolean
  }
  readonly NoncurrentVersionExpiration?: {
    readonly NoncurrentDays?: number
    readonly NewerNoncurrentVersions?: number
  }
  readonly AbortIncompleteMultipartUpload?: { readonly DaysAfterInitiation?: number }
}

interface Conditions {
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

/** A version with its place among those of its key. */
export interface PlacedVersion {
  readonly row: VersionRow
  /** When the next newer version was put; undefined for the current one. */
  readonly noncurrentSinceMs: number | undefined
  /** How many noncurrent versions are newer. */
  readonly newerNoncurrent: number
  /** Whether the key has no other version. */
  readonly isAlone: boolean
}

export type Fate = 'expire' | 'remove' | undefined

const dayMs = 24 * 60 * 60 * 1000

/**
 * What the rules do to a version: `expire` deletes the current object (a versioned bucket gets a delete marker), `remove` takes
 * the version or marker away for good. https://docs.aws.amazon.com/AmazonS3/latest/userguide/intro-lifecycle-rules.html
 */
export function fateOf(version: PlacedVersion, rules: readonly LifecycleRule[], nowMs: number) {
  const { row } = version
  for (const rule of rules) {
    if (!appliesTo(rule, row)) continue
    const fate =
      version.noncurrentSinceMs === undefined
        ? currentFate(version, rule, nowMs)
        : noncurrentFate(version, rule, nowMs)
    if (fate) return fate
  }
  return undefined
}

/** Whether an upload is to be aborted. Rules that look at tags or sizes do not. */
export function isToBeAborted(
  upload: UploadRow,
  rules: readonly LifecycleRule[],
  nowMs: number,
): boolean {
  return rules.some((rule) => {
    const days = rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation
    if (days === undefined || looksAtObjects(rule) || !upload.key.startsWith(prefixOf(rule))) {
      return false
    }
    return dueMs(upload.initiated_ms, days) <= nowMs
  })
}

function currentFate({ row, isAlone }: PlacedVersion, rule: LifecycleRule, nowMs: number): Fate {
  const { Expiration: expiration } = rule
  if (!expiration) return undefined
  const { Days: days, Date: date } = expiration
  const isDue =
    (days !== undefined && dueMs(row.last_modified_ms, days) <= nowMs) ||
    (date !== undefined && date.$date <= nowMs)
  if (row.delete_marker === 0) return isDue ? 'expire' : undefined
  // A marker that hides nothing: https://docs.aws.amazon.com/AmazonS3/latest/API/API_LifecycleExpiration.html
  return isAlone && (isDue || expiration.ExpiredObjectDeleteMarker === true) ? 'remove' : undefined
}

function noncurrentFate(version: PlacedVersion, rule: LifecycleRule, nowMs: number): Fate {
  const { NoncurrentDays: days, NewerNoncurrentVersions: kept = 0 } =
    rule.NoncurrentVersionExpiration ?? {}
  if (days === undefined || version.newerNoncurrent < kept) return undefined
  return dueMs(version.noncurrentSinceMs!, days) <= nowMs ? 'remove' : undefined
}

/** So many days later, rounded up to the next midnight UTC. */
function dueMs(sinceMs: number, days: number): number {
  return Math.ceil((sinceMs + days * dayMs) / dayMs) * dayMs
}

function appliesTo(rule: LifecycleRule, row: VersionRow): boolean {
  if (!row.key.startsWith(prefixOf(rule))) return false
  if (!looksAtObjects(rule)) return true
  if (row.delete_marker === 1) return false
  const { ObjectSizeGreaterThan: above, ObjectSizeLessThan: below, tags } = objectConditions(rule)
  if (above !== undefined && row.size_bytes <= above) return false
  if (below !== undefined && row.size_bytes >= below) return false
  const own = (row.tags === null ? {} : JSON.parse(row.tags)) as Record<string, string>
  return tags.every(({ Key, Value }) => own[Key] === Value)
}

function looksAtObjects(rule: LifecycleRule): boolean {
  const { ObjectSizeGreaterThan, ObjectSizeLessThan, tags } = objectConditions(rule)
  return ObjectSizeGreaterThan !== undefined || ObjectSizeLessThan !== undefined || tags.length > 0
}

function objectConditions(rule: LifecycleRule) {
  const conditions: Conditions = { ...rule.Filter, ...rule.Filter?.And }
  const { Tag: tag, Tags: tags = [] } = conditions
  return { ...conditions, tags: tag ? [tag, ...tags] : tags }
}

function prefixOf(rule: LifecycleRule): string {
  return rule.Filter?.And?.Prefix ?? rule.Filter?.Prefix ?? rule.Prefix ?? ''
}
