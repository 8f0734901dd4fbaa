import type {
  ChannelDescription,
  ChannelLoggingConfiguration,
  CreateChannelInput,
  RecordConfiguration,
  S3DestinationDescription,
} from '@aws-sdk/client-kinesis'
import {
  channelArn,
  compileKeyTemplate,
  defaultKeyTemplate,
  type Channel,
  type DeliverySettings,
  type S3Target,
} from '#ingestion/delivery'
import { StreamErrors } from '#ingestion/streams'

/** What a channel is described by, as it is kept. */
export interface KeptDescription {
  readonly record: RecordConfiguration
  readonly s3: S3DestinationDescription
  readonly encryption?: ChannelDescription['EncryptionConfiguration']
  readonly logging: ChannelLoggingConfiguration
}

export interface ChannelIdentity {
  readonly accountId: string
  readonly region: string
  readonly id: string
  readonly name: string
  readonly streamName: string
}

/** https://docs.aws.amazon.com/streams/latest/dev/data-delivery-concepts.html */
const freshnessDefaultS = 300
const freshnessMinS = 300
const freshnessMaxS = 900
/** An object has no more than this of the stream's data. */
const objectBytesMax = 128 * 1024 * 1024

export function keptOf(channel: Channel): KeptDescription {
  return channel.description as unknown as KeptDescription
}

/** A new channel with all that is by default. */
export function describeNew(input: CreateChannelInput, channel: ChannelIdentity): KeptDescription {
  const [{ RecordConfiguration: record } = {}] = input.StreamConfigurationList!
  const { StorageConfiguration: storage, ...destination } = input.S3DestinationConfiguration!
  const { DeadLetterQueueS3Configuration: deadLetters = storage! } = destination
  return {
    record: record!,
    s3: {
      DataFreshnessInSeconds: destination.DataFreshnessInSeconds ?? freshnessDefaultS,
      DeadLetterQueueS3Configuration: {
        BucketARN: deadLetters.BucketARN,
        ExpectedBucketOwner: deadLetters.ExpectedBucketOwner,
        ErrorOutputPrefix:
          destination.DeadLetterQueueS3Configuration?.ErrorOutputPrefix ??
          `kinesis-channel/errors/${channel.name}/${channel.id}/`,
      },
      StorageConfiguration: {
        ...storage!,
        OutputKeyTemplate: storage!.OutputKeyTemplate ?? defaultKeyTemplate,
        StorageClass: storage!.StorageClass ?? 'STANDARD',
      },
    },
    ...(input.EncryptionConfiguration ? { encryption: input.EncryptionConfiguration } : {}),
    logging: describeLogging(input.LoggingConfiguration, channel),
  }
}

/** With the names that AWS takes when none is given. */
export function describeLogging(
  given: ChannelLoggingConfiguration | undefined,
  { name, id }: Pick<ChannelIdentity, 'name' | 'id'>,
): ChannelLoggingConfiguration {
  const { Enabled = false, LogGroupName, LogStreamName } = given?.CloudWatchLogs ?? {}
  if (!Enabled) return { CloudWatchLogs: { Enabled: false } }
  return {
    CloudWatchLogs: {
      Enabled: true,
      LogGroupName: LogGroupName ?? `/aws/kinesis/${name}/${id}`,
      LogStreamName: LogStreamName ?? 'DestinationDelivery',
    },
  }
}

/** What delivery does for a description. Errors: `InvalidDelivery`, `InvalidArgument`. */
export function settingsOf(
  { record, s3, logging }: KeptDescription,
  channel: ChannelIdentity & { readonly roleArn: string; readonly keyArn: string | undefined },
): DeliverySettings {
  const { StorageConfiguration: storage, DeadLetterQueueS3Configuration: deadLetters } = s3
  const { CompressionType, StorageClass } = storage!
  const compression = CompressionType === 'NONE' ? 'UNCOMPRESSED' : CompressionType!
  const names = { channelName: channel.name, channelId: channel.id, streamName: channel.streamName }
  const named = compileKeyTemplate(storage!.OutputKeyTemplate!, names, compression)
  const format = record.RecordFormatType
  const target: S3Target = {
    ...placeOf(storage!.BucketARN!, channel),
    ...named,
    errorPrefix: undefined,
    compression,
    bufferMs: s3.DataFreshnessInSeconds! * 1000,
    ...(StorageClass === 'STANDARD' ? {} : { storageClass: StorageClass! }),
    ...(format === 'BYTE_ARRAY' ? {} : { delimiter: '\n' }),
    ...loggingOf(logging),
  }
  const failed: S3Target = {
    ...placeOf(deadLetters!.BucketARN!, channel),
    prefix: undefined,
    errorPrefix: `${deadLetters!.ErrorOutputPrefix}!{timestamp:yyyy/MM/dd/HH/}${channel.name}-${channel.id}-!{timestamp:yyyy-MM-dd-HH-mm}`,
    compression: 'UNCOMPRESSED',
    bufferMs: 0,
  }
  if (format === 'BYTE_ARRAY') return { target, failed }
  const validation = { kind: 'validation', format: format === 'JSON' ? 'json' : 'text' } as const
  return { target, failed, transforms: [validation] }
}

function placeOf(
  bucketArn: string,
  { roleArn, keyArn }: { readonly roleArn: string; readonly keyArn: string | undefined },
) {
  return {
    kind: 's3',
    bucket: bucketOf(bucketArn),
    roleArn,
    isTemplate: true,
    bufferBytes: objectBytesMax,
    timeZone: 'UTC',
    ...(keyArn === undefined ? {} : { keyArn }),
  } as const
}

export function loggingOf({ CloudWatchLogs: logs }: ChannelLoggingConfiguration) {
  if (!logs?.Enabled) return {}
  return { logging: { group: logs.LogGroupName!, stream: logs.LogStreamName! } }
}

export function bucketOf(arn: string): string {
  return arn.slice(arn.lastIndexOf(':') + 1)
}

/** On AWS five to fifteen minutes; here also sooner, unless its limits are enforced. */
export function checkFreshness(seconds: number | undefined, quotas: boolean): void {
  if (seconds === undefined) return
  const leastS = quotas ? freshnessMinS : 0
  if (Number.isInteger(seconds) && seconds >= leastS && seconds <= freshnessMaxS) return
  throw StreamErrors.InvalidArgument(
    `DataFreshnessInSeconds must be between ${leastS} and ${freshnessMaxS}, not ${seconds}.`,
  )
}

export function identityOf(
  channel: Channel,
  name: string,
): ChannelIdentity & { readonly arn: string } {
  const { accountId, region, id, source } = channel
  const streamName = source.stream.slice(source.stream.indexOf('/') + 1)
  return { accountId, region, id, name, streamName, arn: channelArn(channel) }
}
