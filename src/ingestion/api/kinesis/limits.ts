import type { LimitTable } from '#protocol/aws'
import { channelLimits } from './channel-limits.ts'

const name = { min: 1, max: 128, pattern: /[a-zA-Z0-9_.-]+/ }
const sequenceNumber = { pattern: /0|([1-9]\d{0,128})/ }
const hashKey = { pattern: /0|([1-9]\d{0,38})/ }
const tags = { min: 1, max: 200 }
const tagKey = { min: 1, max: 128 }
const tagValue = { max: 256 }
const partitionKey = { min: 1, max: 256 }
/** Of any stream; a stream's own limit is checked when it is known. */
const data = { max: 10_485_760 }
const metrics = {
  min: 1,
  max: 7,
}
const metric = {
  enum: [
    'IncomingBytes',
    'IncomingRecords',
    'OutgoingBytes',
    'OutgoingRecords',
    'WriteProvisionedThroughputExceeded',
    'ReadProvisionedThroughputExceeded',
    'IteratorAgeMilliseconds',
    'ALL',
  ],
}
const iteratorType = {
  enum: ['AFTER_SEQUENCE_NUMBER', 'LATEST', 'AT_TIMESTAMP', 'AT_SEQUENCE_NUMBER', 'TRIM_HORIZON'],
}
const streamMode = { enum: ['PROVISIONED', 'ON_DEMAND'] }
const distribution = { enum: ['AUTO', 'USER_PARTITION_KEY'] }
const encryptionType = { enum: ['NONE', 'KMS'] }
const keyId = { min: 1, max: 2048 }
const nextToken = { min: 1, max: 1_048_576 }
const arn = { min: 1, max: 2048, pattern: /arn:aws.*:kinesis:.*:\d{12}:.*(stream|channel)\/\S+/ }

/** https://docs.aws.amazon.com/kinesis/latest/APIReference/API_Operations.html, as far as the schemas do not say it. */
export const limits: LimitTable = {
  ...channelLimits,
  '*.StreamName': name,
  '*.StreamARN': {
    min: 1,
    max: 2048,
    pattern: /arn:aws.*:kinesis:.*:\d{12}:stream\/\S+/,
  },
  '*.ConsumerARN': {
    min: 1,
    max: 2048,
    pattern:
      /^(arn):aws.*:kinesis:.*:\d{12}:.*stream\/[a-zA-Z0-9_.-]+\/consumer\/[a-zA-Z0-9_.-]+:[0-9]+/,
  },
  '*.ResourceARN': arn,
  '*.ConsumerName': name,
  '*.ShardId': name,
  '*.ShardToSplit': name,
  '*.ShardToMerge': name,
  '*.AdjacentShardToMerge': name,
  '*.ExclusiveStartShardId': name,
  '*.ExclusiveStartStreamName': name,
  '*.NextToken': nextToken,
  '*.PartitionKey': partitionKey,
  '*.ExplicitHashKey': hashKey,
  '*.NewStartingHashKey': hashKey,
  '*.Data': data,
  '*.SequenceNumberForOrdering': sequenceNumber,
  '*.StartingSequenceNumber': sequenceNumber,
  '*.EncryptionType': encryptionType,
  '*.KeyId': keyId,
  '*.MaxRecordSizeInKiB': { min: 1024, max: 10_240 },
  '*.RecordDistributionStrategy': distribution,
  '*.WarmThroughputMiBps': { min: 0, max: 10_240 },
  // The greatest that AWS takes is not in its documents: see the records of kinesalite's tests.
  '*.ShardCount': { min: 1, max: 100_000 },
  '*.TargetShardCount': { min: 1, max: 100_000 },
  '*.ScalingType': { enum: ['UNIFORM_SCALING'] },
  '*.ShardLevelMetrics': metrics,
  'CreateStreamInput.StreamModeDetails.StreamMode': streamMode,
  'UpdateStreamModeInput.StreamModeDetails.StreamMode': streamMode,
  'UpdateAccountSettingsInput.MinimumThroughputBillingCommitment.Status': {
    enum: ['ENABLED', 'DISABLED'],
  },
  'EnableEnhancedMonitoringInput.ShardLevelMetrics[]': metric,
  'DisableEnhancedMonitoringInput.ShardLevelMetrics[]': metric,
  'PutRecordsInput.Records': { min: 1, max: 500 },
  'PutRecordsInput.Records[].PartitionKey': partitionKey,
  'PutRecordsInput.Records[].ExplicitHashKey': hashKey,
  'PutRecordsInput.Records[].Data': data,
  'GetShardIteratorInput.ShardIteratorType': iteratorType,
  'SubscribeToShardInput.StartingPosition.Type': iteratorType,
  'SubscribeToShardInput.StartingPosition.SequenceNumber': sequenceNumber,
  'GetRecordsInput.ShardIterator': { min: 1, max: 512 },
  'GetRecordsInput.Limit': { min: 1, max: 10_000 },
  'DescribeStreamInput.Limit': { min: 1, max: 10_000 },
  'ListStreamsInput.Limit': { min: 1, max: 10_000 },
  'ListShardsInput.MaxResults': { min: 1, max: 10_000 },
  'ListShardsInput.ShardFilter.Type': {
    enum: [
      'AFTER_SHARD_ID',
      'AT_TRIM_HORIZON',
      'FROM_TRIM_HORIZON',
      'AT_LATEST',
      'AT_TIMESTAMP',
      'FROM_TIMESTAMP',
    ],
  },
  'ListShardsInput.ShardFilter.ShardId': name,
  'ListStreamConsumersInput.MaxResults': { min: 1, max: 10_000 },
  'ListTagsForStreamInput.Limit': { min: 1, max: 50 },
  'ListTagsForStreamInput.ExclusiveStartTagKey': tagKey,
  '*.Tags': tags,
  'AddTagsToStreamInput.Tags{key}': tagKey,
  'AddTagsToStreamInput.Tags{}': tagValue,
  'TagResourceInput.Tags{key}': tagKey,
  'TagResourceInput.Tags{}': tagValue,
  'CreateStreamInput.Tags{key}': tagKey,
  'CreateStreamInput.Tags{}': tagValue,
  'RegisterStreamConsumerInput.Tags{key}': tagKey,
  'RegisterStreamConsumerInput.Tags{}': tagValue,
  '*.TagKeys': { min: 1, max: 50 },
  'RemoveTagsFromStreamInput.TagKeys[]': tagKey,
  'UntagResourceInput.TagKeys[]': tagKey,
}
