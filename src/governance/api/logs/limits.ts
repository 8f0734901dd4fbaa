import type { LimitTable } from '#protocol/aws'

const groupName = { min: 1, max: 512, pattern: new RegExp('[\\.\\-_/#A-Za-z0-9]+') }
const streamName = { min: 1, max: 512, pattern: /[^:*]*/ }
const eventPage = { integer: true, min: 1, max: 10_000 } as const
const tagKey = { min: 1, max: 128 }
const tagValue = { max: 256 }

/** https://docs.aws.amazon.com/AmazonCloudWatchLogs/latest/APIReference/API_Operations.html */
export const limits: LimitTable = {
  '*.logGroupName': groupName,
  '*.logStreamName': streamName,
  '*.logGroupNamePrefix': groupName,
  '*.logStreamNamePrefix': streamName,
  '*.logGroupNamePattern': { max: 512 },
  '*.logGroupIdentifier': { min: 1, max: 2048, pattern: /[\w#+=/:,.@*-]*/ },
  '*.kmsKeyId': { max: 256 },
  '*.logGroupClass': { enum: ['STANDARD', 'INFREQUENT_ACCESS', 'DELIVERY'] },
  '*.nextToken': { min: 1 },
  '*.startTime': { integer: true, min: 0 },
  '*.endTime': { integer: true, min: 0 },
  'GetLogEventsRequest.limit': eventPage,
  'FilterLogEventsRequest.limit': eventPage,
  'FilterLogEventsRequest.logStreamNames': { min: 1, max: 100 },
  'FilterLogEventsRequest.logStreamNames[]': streamName,
  'FilterLogEventsRequest.filterPattern': { max: 1024 },
  'ListLogGroupsRequest.limit': { integer: true, min: 1, max: 1000 },
  '*.limit': { integer: true, min: 1, max: 50 },
  'DescribeLogStreamsRequest.orderBy': { enum: ['LogStreamName', 'LastEventTime'] },
  'DescribeLogGroupsRequest.logGroupIdentifiers': { min: 1, max: 50 },
  'PutLogEventsRequest.logEvents': { min: 1, max: 10_000 },
  'PutLogEventsRequest.logEvents[].timestamp': { integer: true, min: 0 },
  'PutLogEventsRequest.logEvents[].message': { min: 1 },
  'CreateLogGroupRequest.tags': { min: 1, max: 50 },
  'CreateLogGroupRequest.tags{key}': tagKey,
  'CreateLogGroupRequest.tags{}': tagValue,
  'TagLogGroupRequest.tags': { min: 1, max: 50 },
  'TagLogGroupRequest.tags{key}': tagKey,
  'TagLogGroupRequest.tags{}': tagValue,
  'UntagLogGroupRequest.tags': { min: 1 },
  'TagResourceRequest.tags': { min: 1, max: 50 },
  'TagResourceRequest.tags{key}': tagKey,
  'TagResourceRequest.tags{}': tagValue,
  'UntagResourceRequest.tagKeys': { max: 50 },
  '*.resourceArn': { min: 1, max: 1011 },
}
