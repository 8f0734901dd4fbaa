import type { LimitTable } from '#protocol/aws'
import { conversionLimits, processingLimits } from './format-limits.ts'

export const roleArn = {
  min: 1,
  max: 512,
  pattern: /arn:.*:iam::\d{12}:role\/[a-zA-Z_0-9+=,.@\-_/]+/,
}
export const keyArn = {
  min: 1,
  max: 512,
  pattern: /arn:.*:kms:[a-zA-Z0-9-]+:\d{12}:(key|alias)\/[a-zA-Z_0-9+=,.@\-_/]+/,
}
const bucketArn = {
  min: 1,
  max: 2048,
  pattern: new RegExp('arn:.*:s3:::[\\w\\.\\-]{1,255}'),
}
const prefix = { max: 1024 }
const compression = { enum: ['UNCOMPRESSED', 'GZIP', 'ZIP', 'Snappy', 'HADOOP_SNAPPY'] }
const retrySeconds = { integer: true, min: 0, max: 7200 } as const
const name = { min: 1, max: 255, pattern: /[a-zA-Z0-9._]+/ }
const notBlank = /(?!\s*$).+/

/** The members of a place in S3. https://docs.aws.amazon.com/firehose/latest/APIReference/API_S3DestinationConfiguration.html */
export function placeLimits(path: string): LimitTable {
  return {
    [`${path}.RoleARN`]: roleArn,
    [`${path}.BucketARN`]: bucketArn,
    [`${path}.Prefix`]: prefix,
    [`${path}.ErrorOutputPrefix`]: prefix,
    [`${path}.CompressionFormat`]: compression,
    [`${path}.EncryptionConfiguration.NoEncryptionConfig`]: { enum: ['NoEncryption'] },
    [`${path}.EncryptionConfiguration.KMSEncryptionConfig.AWSKMSKeyARN`]: keyArn,
    ...bufferingLimits(path, 128),
    ...loggingLimits(path),
  }
}

function bufferingLimits(path: string, sizeInMBsMax: number): LimitTable {
  return {
    [`${path}.BufferingHints.SizeInMBs`]: { integer: true, min: 1, max: sizeInMBsMax },
    [`${path}.BufferingHints.IntervalInSeconds`]: { integer: true, min: 0, max: 900 },
  }
}

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_CloudWatchLoggingOptions.html */
function loggingLimits(path: string): LimitTable {
  return {
    [`${path}.CloudWatchLoggingOptions.LogGroupName`]: { max: 512, pattern: /[.\-_/#A-Za-z0-9]*/ },
    [`${path}.CloudWatchLoggingOptions.LogStreamName`]: { max: 512, pattern: /[^:*]*/ },
  }
}

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_ExtendedS3DestinationConfiguration.html */
export function extendedLimits(path: string, backup: string): LimitTable {
  return {
    ...placeLimits(path),
    ...placeLimits(`${path}.${backup}`),
    ...processingLimits(path),
    ...conversionLimits(path),
    [`${path}.DynamicPartitioningConfiguration.RetryOptions.DurationInSeconds`]: retrySeconds,
    [`${path}.S3BackupMode`]: { enum: ['Disabled', 'Enabled'] },
    [`${path}.FileExtension`]: { max: 128, pattern: /^$|\.[0-9a-z!\-_.*'()]+/ },
    [`${path}.CustomTimeZone`]: { max: 50, pattern: /^$|[a-zA-Z/_]+/ },
  }
}

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_HttpEndpointDestinationConfiguration.html */
export function endpointLimits(path: string, place: string): LimitTable {
  const request = `${path}.RequestConfiguration`
  return {
    ...placeLimits(`${path}.${place}`),
    ...bufferingLimits(path, 64),
    ...loggingLimits(path),
    ...processingLimits(path),
    [`${path}.EndpointConfiguration.Url`]: { min: 1, max: 1000, pattern: /https?:\/\/.*/ },
    [`${path}.EndpointConfiguration.Name`]: { min: 1, max: 256, pattern: notBlank },
    [`${path}.EndpointConfiguration.AccessKey`]: { max: 4096, pattern: /[\x20-\x7e]*/ },
    [`${path}.RetryOptions.DurationInSeconds`]: retrySeconds,
    [`${request}.ContentEncoding`]: { enum: ['NONE', 'GZIP'] },
    [`${request}.CommonAttributes`]: { max: 50 },
    [`${request}.CommonAttributes[].AttributeName`]: { min: 1, max: 256, pattern: notBlank },
    [`${request}.CommonAttributes[].AttributeValue`]: { max: 1024 },
    [`${path}.RoleARN`]: roleArn,
    [`${path}.S3BackupMode`]: { enum: ['FailedDataOnly', 'AllData'] },
  }
}

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_IcebergDestinationConfiguration.html */
export function tablesLimits(path: string): LimitTable {
  const table = `${path}.DestinationTableConfigurationList[]`
  return {
    ...placeLimits(`${path}.S3Configuration`),
    ...bufferingLimits(path, 128),
    ...loggingLimits(path),
    ...processingLimits(path),
    [`${table}.DestinationTableName`]: name,
    [`${table}.DestinationDatabaseName`]: name,
    [`${table}.UniqueKeys[]`]: { min: 1, max: 1024, pattern: /^\S+$/ },
    [`${path}.RetryOptions.DurationInSeconds`]: retrySeconds,
    [`${path}.RoleARN`]: roleArn,
    [`${path}.CatalogConfiguration.CatalogARN`]: {
      min: 1,
      max: 512,
      pattern: /arn:.*:glue:.*:\d{12}:catalog(?:(\/[a-z0-9_-]+){1,2})?/,
    },
    [`${path}.S3BackupMode`]: { enum: ['FailedDataOnly', 'AllData'] },
  }
}
