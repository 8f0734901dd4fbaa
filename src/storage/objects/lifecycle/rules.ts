import type { UploadRow, VersionRow } from '../tables.ts'
import { coldness, mayTransition } from '../tiering/storage-classes.ts'
import { dueMs } from './days.ts'
import { looksAtObjects, looksAtSizes, matches, prefixIn, type Filter } from './filters.ts'

/** A rule as PutBucketLifecycleConfiguration stores it; dates are tagged. */
export interface LifecycleRule {
  readonly Status: string
  readonly Prefix?: string
  readonly Filter?: Filter
  readonly Expiration?: {
    readonly Date?: { readonly $date: number }
    readonly Days?: number
    readonly ExpiredObjectDeleteMarker?: boolean
  }
  readonly Transitions?: readonly {
    readonly Date?: { readonly $date: number }
    readonly Days?: number
    readonly StorageClass: string
  }[]
  readonly NoncurrentVersionTransitions?: readonly {
    readonly NoncurrentDays?: number
    readonly NewerNoncurrentVersions?: number
    readonly StorageClass: string
  }[]
  readonly NoncurrentVersionExpiration?: {
    readonly NoncurrentDays?: number
    readonly NewerNoncurrentVersions?: number
  }
  readonly AbortIncompleteMultipartUpload?: { readonly DaysAfterInitiation?: number }
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

/** Objects may move to another class only from this size on, unless a rule names a size itself. */
export type TransitionMinimum = 'all_storage_classes_128K' | 'varies_by_storage_class'

export interface BucketRules {
  readonly rules: readonly LifecycleRule[]
  readonly transitionMinimum: TransitionMinimum
  readonly isVersioned: boolean
}

/** `expire` deletes the current object (a versioned bucket gets a delete marker), `remove` takes away for good. */
export type Fate = 'expire' | 'remove' | { readonly storageClass: string } | undefined

const transitionSizeBytesMin = 128 * 1024

/**
 * What the rules do to a version. Removing goes before a change of class, and that before a delete marker.
 * https://docs.aws.amazon.com/AmazonS3/latest/userguide/lifecycle-conflicts.html
 */
export function fateOf(version: PlacedVersion, bucket: BucketRules, nowMs: number): Fate {
  const rules = bucket.rules.filter((rule) => matches(filterOf(rule), version.row))
  const end = endOf(version, rules, nowMs)
  if (end === 'remove' || (end === 'expire' && !bucket.isVersioned)) return end
  const storageClass = classOf(version, rules, bucket.transitionMinimum, nowMs)
  return storageClass === undefined ? end : { storageClass }
}

function endOf(version: PlacedVersion, rules: readonly LifecycleRule[], nowMs: number) {
  for (const rule of rules) {
    const fate =
      version.noncurrentSinceMs === undefined
        ? currentFate(version, rule, nowMs)
        : noncurrentFate(version, rule, nowMs)
    if (fate) return fate
  }
  return undefined
}

/** The coldest class that the version is due for and may go to. */
function classOf(
  version: PlacedVersion,
  rules: readonly LifecycleRule[],
  minimum: TransitionMinimum,
  nowMs: number,
): string | undefined {
  const { row } = version
  if (row.delete_marker === 1) return undefined
  return rules
    .flatMap((rule) => {
      const due =
        version.noncurrentSinceMs === undefined
          ? (rule.Transitions ?? []).filter(
              ({ Days, Date: date }) =>
                (Days !== undefined && dueMs(row.last_modified_ms, Days) <= nowMs) ||
                (date !== undefined && date.$date <= nowMs),
            )
          : (rule.NoncurrentVersionTransitions ?? []).filter(
              ({ NoncurrentDays, NewerNoncurrentVersions: kept = 0 }) =>
                NoncurrentDays !== undefined &&
                version.newerNoncurrent >= kept &&
                dueMs(version.noncurrentSinceMs!, NoncurrentDays) <= nowMs,
            )
      return due
        .map(({ StorageClass: name }) => name)
        .filter((name) => isLargeEnough(row, rule, name, minimum))
    })
    .filter((name) => mayTransition(row.storage_class, name))
    .toSorted((one, other) => coldness(one) - coldness(other))
    .at(-1)
}

function isLargeEnough(
  row: VersionRow,
  rule: LifecycleRule,
  storageClass: string,
  minimum: TransitionMinimum,
): boolean {
  if (row.size_bytes >= transitionSizeBytesMin || looksAtSizes(filterOf(rule))) return true
  return minimum === 'varies_by_storage_class' && /^(GLACIER|DEEP_ARCHIVE)$/.test(storageClass)
}

/** Whether an upload is to be aborted. Rules that look at tags or sizes do not. */
export function isToBeAborted(
  upload: UploadRow,
  rules: readonly LifecycleRule[],
  nowMs: number,
): boolean {
  return rules.some((rule) => {
    const days = rule.AbortIncompleteMultipartUpload?.DaysAfterInitiation
    const filter = filterOf(rule)
    if (days === undefined || looksAtObjects(filter)) return false
    if (!upload.key.startsWith(prefixIn(filter))) return false
    return dueMs(upload.initiated_ms, days) <= nowMs
  })
}

function currentFate({ row, isAlone }: PlacedVersion, rule: LifecycleRule, nowMs: number) {
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

function noncurrentFate(version: PlacedVersion, rule: LifecycleRule, nowMs: number) {
  const { NoncurrentDays: days, NewerNoncurrentVersions: kept = 0 } =
    rule.NoncurrentVersionExpiration ?? {}
  if (days === undefined || version.newerNoncurrent < kept) return undefined
  return dueMs(version.noncurrentSinceMs!, days) <= nowMs ? 'remove' : undefined
}

/** Old rules have their prefix beside the filter. */
export function filterOf(rule: LifecycleRule): Filter | undefined {
  return rule.Filter ?? (rule.Prefix === undefined ? undefined : { Prefix: rule.Prefix })
}
