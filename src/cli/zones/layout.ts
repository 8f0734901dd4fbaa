import type { LifecycleRule } from '@aws-sdk/client-s3'

/** A part of a lake, by how far its data has come. */
export interface Zone {
  readonly name: string
  readonly meaning: string
  /** Older versions are kept for a while. */
  readonly isVersioned: boolean
  /** Beside the name of lake and zone. */
  readonly tags: Readonly<Record<string, string>>
  /** What its lifecycle rule does; uploads that nobody completes are given up in any case. */
  readonly rule: Omit<LifecycleRule, 'Status' | 'ID' | 'Filter' | 'Prefix'>
}

const abandoned = { AbortIncompleteMultipartUpload: { DaysAfterInitiation: 7 } }

/** From where data arrives to where people query it. docs/guides/zones.md says why each is so. */
export const zones: readonly Zone[] = [
  {
    name: 'landing',
    meaning: 'as it arrives, until it has been taken over',
    isVersioned: false,
    tags: { retention: '30-days', 'written-by': 'sources' },
    rule: {
      Expiration: { Days: 30 },
      AbortIncompleteMultipartUpload: { DaysAfterInitiation: 1 },
    },
  },
  {
    name: 'raw',
    meaning: 'as it arrived, for ever, colder with time',
    isVersioned: true,
    tags: { retention: 'for-ever', 'written-by': 'ingestion' },
    rule: {
      ...abandoned,
      Transitions: [
        { Days: 90, StorageClass: 'STANDARD_IA' },
        { Days: 365, StorageClass: 'GLACIER_IR' },
      ],
      NoncurrentVersionExpiration: { NoncurrentDays: 90 },
    },
  },
  {
    name: 'trusted',
    meaning: 'cleaned and typed, each record once',
    isVersioned: true,
    tags: { retention: 'for-ever', 'written-by': 'jobs' },
    rule: {
      ...abandoned,
      Transitions: [{ Days: 0, StorageClass: 'INTELLIGENT_TIERING' }],
      NoncurrentVersionExpiration: { NoncurrentDays: 30 },
    },
  },
  {
    name: 'curated',
    meaning: 'joined and summed up for those who ask; can be made again',
    isVersioned: true,
    tags: { retention: 'for-ever', 'written-by': 'jobs' },
    rule: { ...abandoned, NoncurrentVersionExpiration: { NoncurrentDays: 7 } },
  },
]

/** A bucket with the zones that lie in it. */
export interface ZonedBucket {
  readonly bucket: string
  readonly isVersioned: boolean
  readonly tags: Readonly<Record<string, string>>
  readonly rules: readonly LifecycleRule[]
}

/** Rules of this command are known by their ids: others of the bucket are left alone. */
export const ruleIdPrefix = 'zone-'

/** A bucket for each zone, `<lake>-<zone>`; or all as prefixes `<zone>/` of one. */
export function layoutOf(lake: string, inBucket?: string): readonly ZonedBucket[] {
  if (inBucket === undefined) {
    return zones.map((zone) => ({
      bucket: `${lake}-${zone.name}`,
      isVersioned: zone.isVersioned,
      tags: { lake, zone: zone.name, ...zone.tags },
      rules: [ruleOf(zone, '')],
    }))
  }
  const rules = zones.map((zone) => {
    const rule = ruleOf(zone, `${zone.name}/`)
    // The bucket has versions: what expires in it must not stay as one.
    return zone.isVersioned ? rule : { ...rule, NoncurrentVersionExpiration: { NoncurrentDays: 1 } }
  })
  const tags = { lake, zones: zones.map((zone) => zone.name).join(' ') }
  return [{ bucket: inBucket, isVersioned: true, tags, rules }]
}

function ruleOf(zone: Zone, prefix: string): LifecycleRule {
  return {
    ID: `${ruleIdPrefix}${zone.name}`,
    Status: 'Enabled',
    Filter: { Prefix: prefix },
    ...zone.rule,
  }
}
