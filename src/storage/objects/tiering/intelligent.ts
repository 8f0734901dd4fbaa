import type { Database } from '#platform/database'
import { dayMs } from '../lifecycle/days.ts'
import { matches, type Conditions } from '../lifecycle/filters.ts'
import type { AccessTier, ObjectTables, VersionRow } from '../tables.ts'
import { isArchived } from './storage-classes.ts'

/** A configuration as PutBucketIntelligentTieringConfiguration stores it. */
export interface TieringConfiguration {
  readonly Status: string
  readonly Filter?: Conditions & { readonly And?: Conditions }
  readonly Tierings: readonly {
    readonly Days: number
    readonly AccessTier: 'ARCHIVE_ACCESS' | 'DEEP_ARCHIVE_ACCESS'
  }[]
}

/** Smaller objects stay in the frequent access tier. */
const tieredSizeBytesMin = 128 * 1024
const infrequentDays = 30
const instantDays = 90

/**
 * The access tier that a version belongs to by the time of its last reading; null for frequent access. The archive tiers are for those
 * whose bucket asks for them. https://docs.aws.amazon.com/AmazonS3/latest/userguide/intelligent-tiering-overview.html
 */
export function accessTierOf(
  row: VersionRow,
  configurations: readonly TieringConfiguration[],
  nowMs: number,
): AccessTier | null {
  if (row.size_bytes < tieredSizeBytesMin) return null
  const idleDays = (nowMs - (row.accessed_ms ?? row.last_modified_ms)) / dayMs
  const asked = configurations
    .filter(({ Status, Filter }) => Status === 'Enabled' && matches(Filter, row))
    .flatMap(({ Tierings }) => Tierings)
    .filter(({ Days }) => idleDays >= Days)
    .map((tiering) => tiering.AccessTier)
  if (asked.includes('DEEP_ARCHIVE_ACCESS')) return 'DEEP_ARCHIVE_ACCESS'
  if (asked.includes('ARCHIVE_ACCESS')) {
    return row.access_tier === 'DEEP_ARCHIVE_ACCESS' ? row.access_tier : 'ARCHIVE_ACCESS'
  }
  // What is archived stays so until it is restored, whatever its bucket says by now.
  if (isArchived(row)) return row.access_tier
  if (idleDays >= instantDays) return 'ARCHIVE_INSTANT_ACCESS'
  return idleDays >= infrequentDays ? 'INFREQUENT_ACCESS' : null
}

/** The configurations of each bucket that has any. */
export async function tieringConfigurations(
  database: Database,
): Promise<ReadonlyMap<string, readonly TieringConfiguration[]>> {
  const rows = await database
    .tables<ObjectTables>()
    .selectFrom('object_bucket_settings')
    .select(['bucket', 'value'])
    .where('name', '=', 'intelligent-tiering')
    .execute()
  const byBucket = new Map<string, TieringConfiguration[]>()
  for (const { bucket, value } of rows) {
    const configurations = byBucket.get(bucket) ?? []
    configurations.push(JSON.parse(value) as TieringConfiguration)
    byBucket.set(bucket, configurations)
  }
  return byBucket
}
