import type { LimitTable } from '#protocol/aws'
import {
  endpointLimits,
  extendedLimits,
  keyArn,
  placeLimits,
  roleArn,
  tablesLimits,
} from './destination-limits.ts'

const name = { min: 1, max: 64, pattern: /[a-zA-Z0-9_.-]+/ }
const tagKey = { min: 1, max: 128, pattern: /(?!aws:)[\p{L}\p{Z}\p{N}_.:/=+\-@%]*/u }
const tagValue = { max: 256, pattern: /[\p{L}\p{Z}\p{N}_.:/=+\-@%]*/u }

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_DeliveryStreamEncryptionConfigurationInput.html */
function encryptionLimits(input: string): LimitTable {
  const path = `${input}.DeliveryStreamEncryptionConfigurationInput`
  return {
    [`${path}.KeyARN`]: keyArn,
    [`${path}.KeyType`]: { enum: ['AWS_OWNED_CMK', 'CUSTOMER_MANAGED_CMK'] },
  }
}

/** https://docs.aws.amazon.com/firehose/latest/APIReference/API_Operations.html */
export const limits: LimitTable = {
  '*.DeliveryStreamName': name,
  '*.ExclusiveStartDeliveryStreamName': name,
  '*.DeliveryStreamType': {
    enum: ['DirectPut', 'KinesisStreamAsSource', 'MSKAsSource', 'DatabaseAsSource'],
  },
  'ListDeliveryStreamsInput.Limit': { integer: true, min: 1, max: 10_000 },
  'DescribeDeliveryStreamInput.Limit': { integer: true, min: 1, max: 10_000 },
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
  'ListTagsForDeliveryStreamInput.Limit': { integer: true, min: 1, max: 50 },
  'ListTagsForDeliveryStreamInput.ExclusiveStartTagKey': tagKey,
  'CreateDeliveryStreamInput.DirectPutSourceConfiguration.ThroughputHintInMBs': {
    integer: true,
    min: 1,
    max: 100,
  },
  'CreateDeliveryStreamInput.KinesisStreamSourceConfiguration.KinesisStreamARN': {
    min: 1,
    max: 512,
    pattern: /arn:.*:kinesis:[a-zA-Z0-9-]+:\d{12}:stream\/[a-zA-Z0-9_.-]+/,
  },
  'CreateDeliveryStreamInput.KinesisStreamSourceConfiguration.RoleARN': roleArn,
  ...encryptionLimits('CreateDeliveryStreamInput'),
  ...encryptionLimits('StartDeliveryStreamEncryptionInput'),
  ...placeLimits('CreateDeliveryStreamInput.S3DestinationConfiguration'),
  ...extendedLimits(
    'CreateDeliveryStreamInput.ExtendedS3DestinationConfiguration',
    'S3BackupConfiguration',
  ),
  ...endpointLimits(
    'CreateDeliveryStreamInput.HttpEndpointDestinationConfiguration',
    'S3Configuration',
  ),
  ...tablesLimits('CreateDeliveryStreamInput.IcebergDestinationConfiguration'),
  ...placeLimits('UpdateDestinationInput.S3DestinationUpdate'),
  ...extendedLimits('UpdateDestinationInput.ExtendedS3DestinationUpdate', 'S3BackupUpdate'),
  ...endpointLimits('UpdateDestinationInput.HttpEndpointDestinationUpdate', 'S3Update'),
  ...tablesLimits('UpdateDestinationInput.IcebergDestinationUpdate'),
}
