import type {
  BufferingHints,
  EncryptionConfiguration,
  ExtendedS3DestinationConfiguration,
  ExtendedS3DestinationDescription,
  ExtendedS3DestinationUpdate,
  S3DestinationDescription,
} from '@aws-sdk/client-firehose'
import {
  compressions,
  type Compression,
  type DeliverySettings,
  type S3Target,
} from '#ingestion/delivery'
import { toConversion } from './conversion.ts'
import { processorsOf } from './processors.ts'
import { invalidArgument } from './refusal.ts'

/** The only destination of a delivery stream. */
export const destinationId = 'destinationId-000000000001'

const mebibyte = 1024 * 1024
const defaultSizeInMBs = 5
const convertingSizeInMBs = 128
const convertingSizeInMBsMin = 64
const defaultIntervalInSeconds = 300

/** What a new delivery stream's destination is described as: the configuration with AWS's defaults. */
export function describeNew(
  configuration: ExtendedS3DestinationConfiguration,
): ExtendedS3DestinationDescription {
  const { S3BackupConfiguration: backup, ...rest } = configuration
  const sizeInMBs = converts(rest) || partitions(rest) ? convertingSizeInMBs : defaultSizeInMBs
  return withoutUndefined({
    ...rest,
    ...s3Defaults(rest, sizeInMBs),
    S3BackupMode: rest.S3BackupMode ?? 'Disabled',
    CustomTimeZone: rest.CustomTimeZone || 'UTC',
    FileExtension: rest.FileExtension || undefined,
    S3BackupDescription: backup && { ...backup, ...s3Defaults(backup, defaultSizeInMBs) },
  })
}

/** The description after an update: members that are not given stay as they are. */
export function describeUpdated(
  before: ExtendedS3DestinationDescription,
  update: ExtendedS3DestinationUpdate,
): ExtendedS3DestinationDescription {
  const { S3BackupUpdate: backup, DataFormatConversionConfiguration: conversion, ...rest } = update
  return describeNew(
    withoutUndefined({
      ...before,
      ...withoutUndefined(rest),
      BufferingHints: wholeHints(rest.BufferingHints) ?? before.BufferingHints,
      DataFormatConversionConfiguration: conversion
        ? { ...before.DataFormatConversionConfiguration, ...withoutUndefined(conversion) }
        : before.DataFormatConversionConfiguration,
      S3BackupDescription: undefined,
      S3BackupConfiguration: backup
        ? ({
            ...before.S3BackupDescription,
            ...withoutUndefined(backup),
          } as S3DestinationDescription)
        : before.S3BackupDescription,
    }),
  )
}

/** The older form of a destination's description, which AWS gives beside the newer. */
export function toS3Description(
  description: ExtendedS3DestinationDescription,
): S3DestinationDescription {
  const { RoleARN, BucketARN, Prefix, ErrorOutputPrefix, BufferingHints } = description
  const { CompressionFormat, EncryptionConfiguration, CloudWatchLoggingOptions } = description
  return {
    RoleARN,
    BucketARN,
    Prefix,
    ErrorOutputPrefix,
    BufferingHints,
    CompressionFormat,
    EncryptionConfiguration,
    CloudWatchLoggingOptions,
  }
}

/** What delivery does for a description; what it cannot do is refused. */
export function toSettings(
  description: ExtendedS3DestinationDescription,
  call: { readonly accountId: string; readonly region: string },
): DeliverySettings {
  const { DataFormatConversionConfiguration: format, S3BackupDescription: backup } = description
  const conversion = format && converts(description) ? toConversion(format, call) : undefined
  if (conversion && description.CompressionFormat !== 'UNCOMPRESSED') {
    throw invalidArgument(
      'CompressionFormat must be UNCOMPRESSED when data format conversion is enabled.',
    )
  }
  const { SizeInMBs } = description.BufferingHints!
  if (conversion && SizeInMBs! < convertingSizeInMBsMin) {
    throw invalidArgument(
      `BufferingHints.SizeInMBs must be at least ${convertingSizeInMBsMin} when data format conversion is enabled.`,
    )
  }
  const isPartitioned = partitions(description)
  if (isPartitioned && SizeInMBs! < convertingSizeInMBsMin) {
    throw invalidArgument(
      `BufferingHints.SizeInMBs must be at least ${convertingSizeInMBsMin} when Dynamic Partitioning is enabled.`,
    )
  }
  const { delimiter, transforms } = processorsOf(description.ProcessingConfiguration)
  const timeZone = description.CustomTimeZone ?? 'UTC'
  const target: S3Target = {
    ...toTarget(description, timeZone),
    ...(description.FileExtension ? { fileExtension: description.FileExtension } : {}),
    ...(delimiter === undefined ? {} : { delimiter }),
    ...(conversion ? { conversion } : {}),
    ...(isPartitioned ? { partitioned: true } : {}),
  }
  const processed = { target, ...(transforms.length > 0 ? { transforms } : {}) }
  if (description.S3BackupMode !== 'Enabled') return processed
  if (!backup) {
    throw invalidArgument('S3BackupConfiguration must be given when S3BackupMode is Enabled.')
  }
  return { ...processed, backup: toTarget(backup, timeZone) }
}

/** What an S3 place asks for. */
export function toTarget(description: S3DestinationDescription, timeZone = 'UTC'): S3Target {
  const { CompressionFormat: compression, CloudWatchLoggingOptions: logging } = description
  if (!isCompression(compression)) {
    throw invalidArgument(`CompressionFormat ${compression} is not supported.`)
  }
  if (logging?.Enabled && (!logging.LogGroupName || !logging.LogStreamName)) {
    throw invalidArgument(
      'LogGroupName and LogStreamName must be given when CloudWatch logging is enabled.',
    )
  }
  const { SizeInMBs, IntervalInSeconds } = description.BufferingHints!
  const keyArn = keyOf(description.EncryptionConfiguration)
  return {
    kind: 's3',
    bucket: description.BucketARN!.slice(description.BucketARN!.lastIndexOf(':') + 1),
    roleArn: description.RoleARN!,
    ...(keyArn === undefined ? {} : { keyArn }),
    prefix: description.Prefix,
    errorPrefix: description.ErrorOutputPrefix,
    bufferBytes: SizeInMBs! * mebibyte,
    bufferMs: IntervalInSeconds! * 1000,
    compression,
    timeZone,
    ...(logging?.Enabled
      ? { logging: { group: logging.LogGroupName!, stream: logging.LogStreamName! } }
      : {}),
  }
}

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_EncryptionConfiguration.html */
function keyOf(encryption: EncryptionConfiguration | undefined): string | undefined {
  const { KMSEncryptionConfig: kms, NoEncryptionConfig: none } = encryption ?? {}
  if (kms && none) {
    throw invalidArgument(
      'Exactly one of KMSEncryptionConfig and NoEncryptionConfig must be given.',
    )
  }
  return kms?.AWSKMSKeyARN
}

function isCompression(text: string | undefined): text is Compression {
  return (compressions as readonly (string | undefined)[]).includes(text)
}

/** A conversion that does not say whether it is enabled is. */
function converts({
  DataFormatConversionConfiguration: format,
}: Pick<ExtendedS3DestinationDescription, 'DataFormatConversionConfiguration'>): boolean {
  return format !== undefined && format.Enabled !== false
}

export function partitions({
  DynamicPartitioningConfiguration: dynamic,
}: Pick<ExtendedS3DestinationDescription, 'DynamicPartitioningConfiguration'>): boolean {
  return dynamic?.Enabled === true
}

/** The description of an S3 place with AWS's defaults. */
export function withDefaults<T extends Partial<S3DestinationDescription>>(given: T): T {
  return withoutUndefined({ ...given, ...s3Defaults(given, defaultSizeInMBs) })
}

function s3Defaults(
  given: Partial<S3DestinationDescription>,
  sizeInMBs: number,
): Pick<
  S3DestinationDescription,
  'BufferingHints' | 'CompressionFormat' | 'EncryptionConfiguration' | 'CloudWatchLoggingOptions'
> {
  return {
    BufferingHints: wholeHints(given.BufferingHints) ?? {
      SizeInMBs: sizeInMBs,
      IntervalInSeconds: defaultIntervalInSeconds,
    },
    CompressionFormat: given.CompressionFormat ?? 'UNCOMPRESSED',
    EncryptionConfiguration: given.EncryptionConfiguration ?? {
      NoEncryptionConfig: 'NoEncryption',
    },
    CloudWatchLoggingOptions: given.CloudWatchLoggingOptions ?? { Enabled: false },
  }
}

/**
 * Hints that say both, or undefined when they say nothing; one without the other is refused
 * (https://docs.aws.amazon.com/firehose/latest/APIReference/API_BufferingHints.html).
 */
export function wholeHints(hints: BufferingHints | undefined): BufferingHints | undefined {
  const { SizeInMBs, IntervalInSeconds } = hints ?? {}
  if ((SizeInMBs === undefined) !== (IntervalInSeconds === undefined)) {
    throw invalidArgument(
      'Either both or none of BufferingHints.SizeInMBs and BufferingHints.IntervalInSeconds must be given.',
    )
  }
  return SizeInMBs === undefined ? undefined : { SizeInMBs, IntervalInSeconds }
}

export function withoutUndefined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, member]) => member !== undefined)) as T
}
