import type { ChannelDescription, ChannelSummary } from '@aws-sdk/client-kinesis'
import { channelArn, nameOfChannel, type Channel } from '#ingestion/delivery'
import { StreamErrors, parseArn, type Stream } from '#ingestion/streams'
import type { Call } from '#protocol/aws'
import { bucketOf, keptOf, type KeptDescription } from './channel-settings.ts'
import type { KinesisContext } from './context.ts'

type Context = Call & KinesisContext

/** The stream that a new channel reads, of the caller's own account and region. */
export async function sourceOf(ctx: Context, arn: string): Promise<Stream> {
  const parsed = parseArn(arn)
  if (parsed?.accountId !== ctx.accountId || parsed.region !== ctx.region) {
    throw StreamErrors.InvalidArgument(
      `The stream ${arn} must be of the channel's own account and region.`,
    )
  }
  const stream = await ctx.streams.find(ctx, { arn })
  if (stream.kmsKeyId !== undefined && (await isOfKinesis(ctx, stream.kmsKeyId))) {
    throw StreamErrors.InvalidArgument(
      `Stream ${stream.name} is encrypted under ${kinesisKey}. Only a customer managed key is supported for a stream with a channel.`,
    )
  }
  return stream
}

/** The key that objects are encrypted under, which must be the customer's. Errors: `InvalidArgument`, `KmsNotFound`. */
export async function objectKeyOf(
  ctx: Context,
  { encryption }: KeptDescription,
): Promise<string | undefined> {
  if (!encryption) return undefined
  const keyId = encryption.KeyId!
  if (!(await isOfKinesis(ctx, keyId))) return ctx.kms.arnOf(ctx, keyId)
  throw StreamErrors.InvalidArgument(
    `${kinesisKey} cannot encrypt what a channel delivers. Name a customer managed key.`,
  )
}

const kinesisKey = 'alias/aws/kinesis'

async function isOfKinesis(ctx: Context, keyId: string): Promise<boolean> {
  if (keyId.endsWith(kinesisKey)) return true
  return (await ctx.kms.arnOf(ctx, keyId)) === (await ctx.kms.arnOf(ctx, kinesisKey))
}

/** Refuses a role that does not trust Kinesis, or that is not there. */
export async function checkRole(ctx: Context, roleArn: string, arn: string): Promise<void> {
  if (await ctx.mayAssume(roleArn, ctx.accountId, arn)) return
  throw StreamErrors.InvalidArgument(
    `Kinesis Data Streams is unable to assume the role ${roleArn}: it is not there, or its trust policy does not allow kinesis.amazonaws.com to assume it for ${arn}.`,
  )
}

/** Both buckets must be there, in the region, and whose they are expected to be: the account's own. */
export async function checkBuckets(ctx: Context, { s3 }: KeptDescription): Promise<void> {
  for (const place of [s3.StorageConfiguration!, s3.DeadLetterQueueS3Configuration!]) {
    const name = bucketOf(place.BucketARN!)
    const owner = place.ExpectedBucketOwner!
    if (owner !== ctx.accountId) {
      throw StreamErrors.InvalidArgument(
        `ExpectedBucketOwner ${owner} is another account. Channels deliver to buckets of their own account only.`,
      )
    }
    const bucket = await ctx.findBucket(name)
    if (bucket?.accountId !== owner) {
      throw StreamErrors.InvalidArgument(`There is no bucket ${name} of the account ${owner}.`)
    }
    if (bucket.region !== ctx.region) {
      throw StreamErrors.InvalidArgument(
        `The bucket ${name} is in ${bucket.region}. It must be in the stream's region.`,
      )
    }
  }
}

/** A channel is ACTIVE from the answer that made it, and stays so while delivery is held up: it is tried again by itself. */
export function asWireChannel(channel: Channel): ChannelDescription {
  const { record, s3, encryption, logging } = keptOf(channel)
  return {
    ...named(channel),
    ServiceExecutionRoleARN: channel.source.roleArn,
    StreamConfigurationList: [{ ...streamOf(channel), RecordConfiguration: record }],
    S3DestinationConfiguration: s3,
    EncryptionConfiguration: encryption,
    LoggingConfiguration: logging,
  }
}

export function asWireSummary(channel: Channel): ChannelSummary {
  return { ...named(channel), ChannelDestinationType: 'S3', Streams: [streamOf(channel)] }
}

function named(channel: Channel) {
  return {
    ChannelName: nameOfChannel(channel),
    ChannelARN: channelArn(channel),
    ChannelId: channel.id,
    ChannelStatus: 'ACTIVE',
    ChannelCreationTimestamp: new Date(channel.createdMs),
  } as const
}

function streamOf({ source }: Channel) {
  return {
    StreamARN: source.stream,
    StreamCreationTimestamp: new Date(source.channel.streamCreatedMs),
  }
}
