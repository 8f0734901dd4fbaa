import type { Kysely } from 'kysely'
import { StreamErrors } from './errors.ts'
import type { StreamParts } from './registry.ts'
import { countScope } from './store.ts'
import type { RecordDistribution, Stream, StreamMode, StreamScope } from './stream.ts'
import type { StreamTables } from './tables.ts'

/** Open shards of an account in a region: as many as AWS grants to those who ask. */
export const shardsMax = 20_000
const onDemandStreamsMax = 1_000
/** What an account has on AWS before it asks for more. */
const onDemandStreamsQuota = 50
export const tagsMax = 50
export const retentionHoursMin = 24
export const retentionHoursMax = 8760

export function mustBeActive(stream: Stream): void {
  if (stream.status === 'ACTIVE') return
  throw StreamErrors.StreamInUse(
    `Stream ${stream.name} under account ${stream.accountId} not ACTIVE, instead in state ${stream.status}`,
  )
}

/** How many on-demand streams an account may have in a region. */
export function onDemandStreamsAllowed({ quotas }: Pick<StreamParts, 'quotas'>): number {
  return quotas ? onDemandStreamsQuota : onDemandStreamsMax
}

export async function mustHaveRoomForOnDemand(
  db: Kysely<StreamTables>,
  scope: StreamScope,
  max: number,
): Promise<void> {
  const { onDemandStreams } = await countScope(db, scope)
  if (onDemandStreams < max) return
  throw StreamErrors.StreamLimitExceeded(
    `An account may have ${max} on-demand streams in a region.`,
  )
}

/** Refuses what only an on-demand stream can have, and what only a provisioned one can. */
export function mustFitMode(wanted: {
  readonly mode: StreamMode
  readonly shardCount?: number | undefined
  readonly warmThroughputMibps?: number | undefined
  readonly recordDistribution?: RecordDistribution | undefined
}): void {
  if (wanted.mode === 'ON_DEMAND') {
    if (wanted.shardCount === undefined) return
    throw StreamErrors.InvalidArgument('ShardCount is not expected when StreamMode=ON_DEMAND.')
  }
  if (wanted.warmThroughputMibps !== undefined) {
    throw StreamErrors.InvalidArgument(
      'WarmThroughputMiBps is only valid when the stream mode is ON_DEMAND.',
    )
  }
  if (wanted.recordDistribution === 'AUTO') {
    throw StreamErrors.InvalidArgument(
      'RecordDistributionStrategy AUTO is only valid when the stream mode is ON_DEMAND.',
    )
  }
}

export async function mustHaveRoomForShards(
  db: Kysely<StreamTables>,
  scope: StreamScope,
  additional: number,
): Promise<void> {
  const { openShards } = await countScope(db, scope)
  if (openShards + additional <= shardsMax) return
  throw StreamErrors.StreamLimitExceeded(
    `This request would exceed the shard limit for the account ${scope.accountId} in ${scope.region}. Current shard count for the account: ${openShards}. Limit: ${shardsMax}. Number of additional shards that would have resulted from this request: ${additional}. Refer to the AWS Service Limits page (http://docs.aws.amazon.com/general/latest/gr/aws_service_limits.html) for current limits and how to request higher limits.`,
  )
}

/** Refuses a count with a fraction, which the wire's number can have. */
export function mustBeWhole(member: string, count: number | undefined): void {
  if (count === undefined || Number.isInteger(count)) return
  throw StreamErrors.InvalidArgument(`${member} must be a whole number, not ${count}.`)
}

const forbiddenInTags = /[^\p{L}\p{N}\p{Z}_.:/=+\-@]/u

/** The tags after a change; throws when they break a rule of Kinesis. */
export function withTags(
  owner: { readonly name: string; readonly accountId: string },
  current: Readonly<Record<string, string>>,
  added: Readonly<Record<string, string>>,
): Record<string, string> {
  for (const text of Object.entries(added).flat()) {
    if (!forbiddenInTags.test(text)) continue
    throw StreamErrors.InvalidArgument(
      'Some tags contain invalid characters. Valid characters: Unicode letters, digits, white space, _ . : / = + - @.',
    )
  }
  if (Object.keys(added).some((key) => key.toLowerCase().startsWith('aws:'))) {
    throw StreamErrors.InvalidArgument('Tag keys may not begin with aws:, which is reserved.')
  }
  const tags = { ...current, ...added }
  if (Object.keys(tags).length > tagsMax) {
    throw StreamErrors.InvalidArgument(
      `Failed to add tags to stream ${owner.name} under account ${owner.accountId} because a given stream cannot have more than ${tagsMax} tags associated with it.`,
    )
  }
  return tags
}

export function withoutTags(
  current: Readonly<Record<string, string>>,
  keys: readonly string[],
): Record<string, string> {
  return Object.fromEntries(Object.entries(current).filter(([key]) => !keys.includes(key)))
}
