import type { LimitTable } from '#protocol/aws'

const name = { min: 1, max: 64, pattern: /[a-zA-Z0-9_.-]+/ }
const arn = { min: 1, max: 512, pattern: /arn:.*/ }
const bucketArn = {
  min: 1,
  max: 2048,
  pattern: new RegExp('arn:.*:s3:::[\\w\\.\\-]{1,255}'),
}
const prefix = { max: 1024 }
const compression = { enum: ['UNCOMPRESSED', 'GZIP', 'ZIP', 'Snappy', 'HADOOP_SNAPPY'] }
const tagKey = { min: 1, max: 128, pattern: /(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@%]*/u }
const tagValue = { max: 256, pattern: /[\p{L}\p{Z}\p{N}_.:/=+\-@%]*/u }

/** The members of an S3 destination, wherever one stands. */
function s3Limits(path: string, backup: string): LimitTable {
  const table: Record<string, LimitTable[string]> = {}
  for (const at of [path, `${path}.${backup}`]) {
    table[`${at}.RoleARN`] = arn
    table[`${at}.BucketARN`] = bucketArn
    table[`${at}.Prefix`] = prefix
    table[`${at}.ErrorOutputPrefix`] = prefix
    table[`${at}.BufferingHints.SizeInMBs`] = { min: 1, max: 128 }
    table[`${at}.BufferingHints.IntervalInSeconds`] = { min: 0, max: 900 }
    table[`${at}.CompressionFormat`] = compression
    table[`${at}.CloudWatchLoggingOptions.LogGroupName`] = { max: 512 }
    table[`${at}.CloudWatchLoggingOptions.LogStreamName`] = { max: 512 }
  }
  table[`${path}.S3BackupMode`] = { enum: ['Disabled', 'Enabled'] }
  table[`${path}.FileExtension`] = { max: 128, pattern: /^$|\.[0-9a-z!\-_.*'()]+/ }
  table[`${path}.CustomTimeZone`] = { max: 50, pattern: /^$|[a-zA-Z/_]+/ }
  return table
}

/** The members of an HTTP endpoint. https://docs.aws.amazon.com/firehose/latest/APIReference/API_HttpEndpointDestinationConfiguration.html */
function endpointLimits(path: string, place: string): LimitTable {
  return {
    ...s3Limits(`${path}.${place}`, 'none'),
    [`${path}.EndpointConfiguration.Url`]: { min: 1, max: 1000, pattern: /https?:\/\/.*/ },
    [`${path}.EndpointConfiguration.Name`]: { min: 1, max: 256, pattern: /(?!\s*$).+/ },
    [`${path}.EndpointConfiguration.AccessKey`]: { max: 4096, pattern: /[\x20-\x7e]*/ },
    [`${path}.BufferingHints.SizeInMBs`]: { min: 1, max: 64 },
    [`${path}.BufferingHints.IntervalInSeconds`]: { min: 0, max: 900 },
    [`${path}.RetryOptions.DurationInSeconds`]: { min: 0, max: 7200 },
    [`${path}.RequestConfiguration.ContentEncoding`]: { enum: ['NONE', 'GZIP'] },
    [`${path}.RequestConfiguration.CommonAttributes`]: { max: 50 },
    [`${path}.RequestConfiguration.CommonAttributes[].AttributeName`]: {
      min: 1,
      max: 256,
      pattern: /(?!\s*$).+/,
    },
    [`${path}.RequestConfiguration.CommonAttributes[].AttributeValue`]: { max: 1024 },
    [`${path}.RoleARN`]: arn,
    [`${path}.S3BackupMode`]: { enum: ['FailedDataOnly', 'AllData'] },
  }
}

/** The members of Iceberg tables. https://docs.aws.amazon.com/firehose/latest/APIReference/API_IcebergDestinationConfiguration.html */
function tablesLimits(path: string): LimitTable {
  const table = `${path}.DestinationTableConfigurationList[]`
  return {
    ...s3Limits(`${path}.S3Configuration`, 'none'),
    [`${table}.DestinationTableName`]: { min: 1, max: 512 },
    [`${table}.DestinationDatabaseName`]: { min: 1, max: 512 },
    [`${table}.UniqueKeys`]: { min: 1 },
    [`${table}.UniqueKeys[]`]: { min: 1, max: 1024 },
    [`${path}.BufferingHints.SizeInMBs`]: { min: 1, max: 128 },
    [`${path}.BufferingHints.IntervalInSeconds`]: { min: 0, max: 900 },
    [`${path}.RetryOptions.DurationInSeconds`]: { min: 0, max: 7200 },
    [`${path}.RoleARN`]: arn,
    [`${path}.CatalogConfiguration.CatalogARN`]: { min: 1, max: 512, pattern: /arn:.*/ },
    [`${path}.S3BackupMode`]: { enum: ['FailedDataOnly', 'AllData'] },
  }
}

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_Operations.html */
export const limits: LimitTable = {
  '*.DeliveryStreamName': name,
  '*.ExclusiveStartDeliveryStreamName': name,
  '*.DeliveryStreamType': {
    enum: ['DirectPut', 'KinesisStreamAsSource', 'MSKAsSource', 'DatabaseAsSource'],
  },
  'ListDeliveryStreamsInput.Limit': { min: 1, max: 10_000 },
  'DescribeDeliveryStreamInput.Limit': { min: 1, max: 10_000 },
  '*.DestinationId': { min: 1, max: 100, pattern: /[a-zA-Z0-9-]+/ },
  '*.ExclusiveStartDestinationId': { min: 1, max: 100, pattern: /[a-zA-Z0-9-]+/ },
  '*.CurrentDeliveryStreamVersionId': { min: 1, max: 50, pattern: /[0-9]+/ },
  'PutRecordInput.Record.Data': { max: 1_024_000 },
  'PutRecordBatchInput.Records': { min: 1, max: 500 },
  'PutRecordBatchInput.Records[].Data': { max: 1_024_000 },
  'CreateDeliveryStreamInput.Tags': { min: 1, max: 50 },
  'CreateDeliveryStreamInput.Tags[].Key': tagKey,
  'CreateDeliveryStreamInput.Tags[].Value': tagValue,
  'TagDeliveryStreamInput.Tags': { min: 1, max: 50 },
  'TagDeliveryStreamInput.Tags[].Key': tagKey,
  'TagDeliveryStreamInput.Tags[].Value': tagValue,
  'UntagDeliveryStreamInput.TagKeys': { min: 1, max: 50 },
  'UntagDeliveryStreamInput.TagKeys[]': tagKey,
  'ListTagsForDeliveryStreamInput.Limit': { min: 1, max: 50 },
  'CreateDeliveryStreamInput.KinesisStreamSourceConfiguration.KinesisStreamARN': arn,
  'CreateDeliveryStreamInput.KinesisStreamSourceConfiguration.RoleARN': arn,
  ...s3Limits(
    'CreateDeliveryStreamInput.ExtendedS3DestinationConfiguration',
    'S3BackupConfiguration',
  ),
  ...s3Limits('CreateDeliveryStreamInput.S3DestinationConfiguration', 'none'),
  ...endpointLimits(
    'CreateDeliveryStreamInput.HttpEndpointDestinationConfiguration',
    'S3Configuration',
  ),
  ...tablesLimits('CreateDeliveryStreamInput.IcebergDestinationConfiguration'),
  ...tablesLimits('UpdateDestinationInput.IcebergDestinationUpdate'),
  ...endpointLimits('UpdateDestinationInput.HttpEndpointDestinationUpdate', 'S3Update'),
  ...s3Limits('UpdateDestinationInput.ExtendedS3DestinationUpdate', 'S3BackupUpdate'),
  ...s3Limits('UpdateDestinationInput.S3DestinationUpdate', 'none'),
}
