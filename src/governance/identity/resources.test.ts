import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { resourcesOf } from './resources.ts'
import { s3Action } from './s3-actions.ts'

const place = { accountId: '123456789012', region: 'eu-west-1' }
const base = (service: string) => `arn:aws:${service}:eu-west-1:123456789012:`

/** https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html */
const cases: readonly [string, string, object, readonly string[] | undefined][] = [
  ['s3', 'ListBuckets', {}, ['*']],
  ['s3', 'ListObjectsV2', { Bucket: 'b' }, ['arn:aws:s3:::b']],
  ['s3', 'ListObjectVersions', { Bucket: 'b' }, ['arn:aws:s3:::b']],
  ['s3', 'PutObjectLockConfiguration', { Bucket: 'b' }, ['arn:aws:s3:::b']],
  ['s3', 'GetObjectTagging', { Bucket: 'b', Key: 'k/l' }, ['arn:aws:s3:::b/k/l']],
  ['s3', 'UploadPart', { Bucket: 'b', Key: 'k' }, ['arn:aws:s3:::b/k']],
  [
    's3',
    'DeleteObjects',
    { Bucket: 'b', Delete: { Objects: [{ Key: 'k' }, { Key: 'l' }] } },
    ['arn:aws:s3:::b'],
  ],
  ['s3', 'GetObject', { Bucket: 'b' }, undefined],
  ['kinesis', 'PutRecord', { StreamName: 's' }, [`${base('kinesis')}stream/s`]],
  ['kinesis', 'GetRecords', { ShardIterator: 'x' }, undefined],
  ['kinesis', 'ListChannels', {}, [`${base('kinesis')}stream/*`]],
  ['kinesis', 'DeleteChannel', { ChannelARN: 'arn:c' }, ['arn:c']],
  [
    'kinesis',
    'CreateChannel',
    { StreamConfigurationList: [{ StreamARN: 'arn:s' }], ChannelName: 'c' },
    ['arn:s'],
  ],
  ['kinesis', 'CreateChannel', { StreamConfigurationList: [{}] }, undefined],
  ['firehose', 'PutRecord', { DeliveryStreamName: 's' }, [`${base('firehose')}deliverystream/s`]],
  [
    'logs',
    'PutLogEvents',
    { logGroupName: '/g', logStreamName: 's' },
    [`${base('logs')}log-group:/g:log-stream:s`],
  ],
  [
    'glue',
    'GetTable',
    { DatabaseName: 'd', Name: 't' },
    [`${base('glue')}catalog`, `${base('glue')}database/d`, `${base('glue')}table/d/t`],
  ],
  [
    'glue',
    'CreateDatabase',
    { DatabaseInput: { Name: 'd' } },
    [`${base('glue')}catalog`, `${base('glue')}database/d`],
  ],
  ['athena', 'DeleteDataCatalog', { Name: 'c' }, [`${base('athena')}datacatalog/c`]],
  [
    'athena',
    'DeleteCapacityReservation',
    { Name: 'r' },
    [`${base('athena')}capacity-reservation/r`],
  ],
  ['athena', 'StartQueryExecution', { WorkGroup: 'w' }, [`${base('athena')}workgroup/w`]],
  ['athena', 'GetQueryResults', { QueryExecutionId: 'q' }, undefined],
  ['kms', 'Encrypt', { KeyId: 'k' }, [`${base('kms')}key/k`]],
  ['kms', 'Encrypt', { KeyId: 'alias/a' }, undefined],
  ['iam', 'GetRole', { RoleName: 'r' }, ['arn:aws:iam::123456789012:role/r']],
  ['iam', 'CreateUser', { UserName: 'u', Path: '/p/' }, ['arn:aws:iam::123456789012:user/p/u']],
  ['sts', 'AssumeRole', { RoleArn: 'arn' }, ['arn']],
  ['unheard', 'Of', {}, undefined],
  ['constructor', 'Of', {}, undefined],
]

describe('the resources of an operation', () => {
  for (const [service, operation, input, expected] of cases) {
    it(`${service}:${operation} ${JSON.stringify(input)}`, () => {
      assert.deepEqual(resourcesOf({ service, operation, input, ...place }), expected)
    })
  }
})

describe('the action of an S3 operation', () => {
  const actions: readonly [string, object, string][] = [
    ['ListObjectsV2', {}, 's3:ListBucket'],
    ['HeadObject', {}, 's3:GetObject'],
    ['HeadObject', { VersionId: 'v' }, 's3:GetObjectVersion'],
    ['GetObjectTagging', { VersionId: 'v' }, 's3:GetObjectVersionTagging'],
    ['CreateMultipartUpload', {}, 's3:PutObject'],
    ['PutBucketVersioning', {}, 's3:PutBucketVersioning'],
  ]
  for (const [operation, input, expected] of actions) {
    it(`${operation} is ${expected}`, () => {
      assert.equal(s3Action(operation, { ...input }), expected)
    })
  }
})
