import type { LimitTable } from '#protocol/aws'

const bucketArn = { min: 1, max: 2048, pattern: /arn:aws[-a-z0-9]*:s3:::[a-z0-9._-]{3,63}/ }
const bucketOwner = { min: 12, max: 12, pattern: /\d{12}/ }
const errorPrefix = { min: 1, max: 512, pattern: /[0-9A-Za-z!\-_'.*()/]+/ }
const streamArn = { min: 1, max: 2048, pattern: /arn:aws.*:kinesis:.*:\d{12}:stream\/\S+/ }
const logGroup = { min: 1, max: 512, pattern: /[.\-_/#A-Za-z0-9]+/ }
const logStream = { min: 1, max: 512, pattern: /[^:*]*/ }
const schemaArn = {
  min: 1,
  max: 512,
  pattern: /arn:aws[-a-z0-9]*:glue:[-a-z0-9]+:\d{12}:schema\/[-a-zA-Z0-9_$#.]+\/[-a-zA-Z0-9_$#.]+/,
}

const streams = 'CreateChannelInput.StreamConfigurationList'
const storage = 'CreateChannelInput.S3DestinationConfiguration.StorageConfiguration'
const deadLetters = 'CreateChannelInput.S3DestinationConfiguration.DeadLetterQueueS3Configuration'
const logs = (operation: string): LimitTable => ({
  [`${operation}Input.LoggingConfiguration.CloudWatchLogs.LogGroupName`]: logGroup,
  [`${operation}Input.LoggingConfiguration.CloudWatchLogs.LogStreamName`]: logStream,
})

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_CreateChannel.html and its neighbours. */
export const channelLimits: LimitTable = {
  '*.ChannelName': { min: 1, max: 128, pattern: /[a-zA-Z0-9_.-]+/ },
  '*.ChannelARN': { min: 1, max: 2048, pattern: /arn:aws.*:kinesis:.*:\d{12}:channel\/\S+/ },
  '*.ServiceExecutionRoleARN': {
    min: 1,
    max: 512,
    pattern: /arn:aws[-a-z0-9]*:iam::\d{12}:role\/[a-zA-Z_0-9+=,.@\-_/]+/,
  },
  [streams]: { min: 1, max: 10_000 },
  [`${streams}[].StreamARN`]: streamArn,
  [`${streams}[].RecordConfiguration.RecordFormatType`]: {
    enum: ['GSR_JSON', 'JSON', 'STRING', 'BYTE_ARRAY'],
  },
  [`${streams}[].RecordConfiguration.GSRSchemaARN`]: schemaArn,
  [`${storage}.BucketARN`]: bucketArn,
  [`${storage}.ExpectedBucketOwner`]: bucketOwner,
  [`${storage}.OutputKeyTemplate`]: {
    min: 1,
    max: 1024,
    pattern: /[0-9A-Za-z!\-_'.*()/=:{}]+/,
  },
  [`${storage}.StorageClass`]: { enum: ['STANDARD', 'INTELLIGENT_TIERING', 'GLACIER_IR'] },
  [`${storage}.CompressionType`]: { enum: ['NONE', 'GZIP', 'ZSTD'] },
  [`${deadLetters}.BucketARN`]: bucketArn,
  [`${deadLetters}.ExpectedBucketOwner`]: bucketOwner,
  [`${deadLetters}.ErrorOutputPrefix`]: errorPrefix,
  'CreateChannelInput.EncryptionConfiguration.EncryptionType': { enum: ['KMS'] },
  'CreateChannelInput.EncryptionConfiguration.KeyId': { min: 1, max: 2048 },
  'CreateChannelInput.Tags{key}': { min: 1, max: 128 },
  'CreateChannelInput.Tags{}': { max: 256 },
  ...logs('CreateChannel'),
  ...logs('UpdateChannel'),
  'ListChannelsInput.StreamFilter': { min: 1, max: 10_000 },
  'ListChannelsInput.StreamFilter[].StreamARN': streamArn,
  'ListChannelsInput.MaxResults': { integer: true, min: 1, max: 10_000 },
}
