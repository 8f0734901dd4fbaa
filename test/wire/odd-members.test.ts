import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { AthenaClient, GetQueryResultsCommand, ListWorkGroupsCommand } from '@aws-sdk/client-athena'
import {
  CloudWatchClient,
  ListMetricsCommand,
  PutMetricDataCommand,
} from '@aws-sdk/client-cloudwatch'
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs'
import {
  CreateTableCommand,
  GetCrawlersCommand,
  GlueClient,
  ListCrawlsCommand,
  UpdateColumnStatisticsForTableCommand,
} from '@aws-sdk/client-glue'
import {
  IAMClient,
  ListGroupsCommand,
  ListPoliciesCommand,
  TagPolicyCommand,
} from '@aws-sdk/client-iam'
import {
  CreateKeyCommand,
  DecryptCommand,
  GenerateDataKeyCommand,
  GenerateRandomCommand,
  KMSClient,
  ListKeysCommand,
} from '@aws-sdk/client-kms'
import { LambdaClient, ListFunctionsCommand } from '@aws-sdk/client-lambda'
import { GetSessionTokenCommand, STSClient } from '@aws-sdk/client-sts'
import { startLake, type TestLake } from '#test/harness'

/*
 * JSON and forms can say more than an integer holds, and the SDKs send it: what is no whole number in its range is the
 * caller's error, in the words of each service for a broken limit.
 */
let lake: TestLake
before(async () => {
  lake = await startLake()
})
after(() => lake.stop())

const numbers = [1.5, Number.NaN, 2 ** 70]

test('an integer that is none is refused', async () => {
  const kms = lake.client(KMSClient)
  const logs = lake.client(CloudWatchLogsClient)
  const athena = lake.client(AthenaClient)
  const lambda = lake.client(LambdaClient)
  const iam = lake.client(IAMClient)
  const glue = lake.client(GlueClient)
  const sts = lake.client(STSClient)
  const calls: readonly [string, (value: number) => Promise<unknown>][] = [
    ['ValidationException', (Limit) => kms.send(new ListKeysCommand({ Limit }))],
    [
      'ValidationException',
      (NumberOfBytes) => kms.send(new GenerateRandomCommand({ NumberOfBytes })),
    ],
    ['InvalidParameterException', (limit) => logs.send(new DescribeLogGroupsCommand({ limit }))],
    [
      'InvalidRequestException',
      (MaxResults) => athena.send(new ListWorkGroupsCommand({ MaxResults })),
    ],
    ['ValidationException', (MaxItems) => lambda.send(new ListFunctionsCommand({ MaxItems }))],
    ['ValidationError', (MaxItems) => iam.send(new ListGroupsCommand({ MaxItems }))],
    ['ValidationException', (MaxResults) => glue.send(new GetCrawlersCommand({ MaxResults }))],
    [
      'ValidationError',
      (DurationSeconds) => sts.send(new GetSessionTokenCommand({ DurationSeconds })),
    ],
  ]
  for (const [code, call] of calls) {
    for (const value of numbers) {
      await assert.rejects(call(value), (error: Error) => {
        assert.equal(error.name, code, `${call}: ${value}: ${error.name} ${error.message}`)
        return true
      })
    }
  }
})

// https://docs.aws.amazon.com/kms/latest/APIReference/API_Decrypt.html: only a dry run goes without
test('a ciphertext is asked for', async () => {
  await assert.rejects(lake.client(KMSClient).send(new DecryptCommand({})), {
    name: 'ValidationException',
    message: /'ciphertextBlob' failed to satisfy constraint: Member must not be null/,
  })
})

// https://docs.aws.amazon.com/glue/latest/webapi/API_CrawlsFilter.html
test('crawls are filtered by what they have', async () => {
  const glue = lake.client(GlueClient)
  const list = (filter: object) =>
    glue.send(new ListCrawlsCommand({ CrawlerName: 'none', Filters: [filter] }))
  const invalid = (member: string) => ({
    name: 'ValidationException',
    message: new RegExp(`'filters.1.member.${member}' failed to satisfy constraint`),
  })
  await assert.rejects(list({ FieldName: 'MOOD', FilterOperator: 'EQ' }), invalid('fieldName'))
  await assert.rejects(
    list({ FieldName: 'STATE', FilterOperator: 'IS' }),
    invalid('filterOperator'),
  )
})

// The values of the models: https://docs.aws.amazon.com/IAM/latest/APIReference/API_ListPolicies.html and those of the other operations
test('a value that is none of its set is refused, not taken for another', async () => {
  const kms = lake.client(KMSClient)
  const cloudwatch = lake.client(CloudWatchClient)
  const iam = lake.client(IAMClient)
  const { KeyMetadata } = await kms.send(new CreateKeyCommand({}))
  const other = 'other' as never
  const datum = { MetricName: 'm', Value: 1 }
  const put = (more: object) =>
    cloudwatch.send(
      new PutMetricDataCommand({ Namespace: 'n', MetricData: [{ ...datum, ...more }] }),
    )
  const PolicyArn = 'arn:aws:iam::123456789012:policy/none'
  const tag = (Key: string, Value: string) =>
    iam.send(new TagPolicyCommand({ PolicyArn, Tags: [{ Key, Value }] }))
  const athena = lake.client(AthenaClient)
  const odd: readonly (readonly [string, Promise<unknown>])[] = [
    [
      'keySpec',
      kms.send(new GenerateDataKeyCommand({ KeyId: KeyMetadata!.KeyId, KeySpec: other })),
    ],
    ['metricData.1.member.unit', put({ Unit: other })],
    ['metricData.1.member.storageResolution', put({ StorageResolution: 0 })],
    ['recentlyActive', cloudwatch.send(new ListMetricsCommand({ RecentlyActive: other }))],
    ['policyUsageFilter', iam.send(new ListPoliciesCommand({ PolicyUsageFilter: other }))],
    ['tags.1.member.key', tag('a*b', '')],
    ['tags.1.member.value', tag('a', 'x'.repeat(257))],
    [
      'queryResultType',
      athena.send(new GetQueryResultsCommand({ QueryExecutionId: 'q', QueryResultType: other })),
    ],
  ]
  const said = await Promise.allSettled(odd.map(([, sent]) => sent))
  for (const [at, [member]] of odd.entries()) {
    const answer = said[at]!
    assert.equal(answer.status, 'rejected', member)
    assert.ok(String(answer.reason).includes(`'${member}' failed to satisfy constraint`), member)
  }
})

test('a number that is kept is a whole one', async () => {
  const glue = lake.client(GlueClient)
  const DatabaseName = 'none'
  const table = (more: object) =>
    glue.send(new CreateTableCommand({ DatabaseName, TableInput: { Name: 't', ...more } }))
  const statistics = (data: object) =>
    glue.send(
      new UpdateColumnStatisticsForTableCommand({
        DatabaseName,
        TableName: 't',
        ColumnStatisticsList: [
          {
            ColumnName: 'a',
            ColumnType: 'bigint',
            AnalyzedTime: new Date(),
            StatisticsData: {
              Type: 'LONG',
              LongColumnStatisticsData: { NumberOfNulls: 0, NumberOfDistinctValues: 1, ...data },
            },
          },
        ],
      }),
    )
  const kept: readonly ((value: number) => Promise<unknown>)[] = [
    (Retention) => table({ Retention }),
    (NumberOfBuckets) => table({ StorageDescriptor: { NumberOfBuckets } }),
    (SortOrder) => table({ StorageDescriptor: { SortColumns: [{ Column: 'a', SortOrder }] } }),
    (NumberOfNulls) => statistics({ NumberOfNulls }),
    (MaximumValue) => statistics({ MaximumValue }),
  ]
  const invalid = { name: 'ValidationException', message: /Member must be a whole number/ }
  for (const call of kept) {
    for (const value of [1.5, Number.NaN]) await assert.rejects(call(value), invalid, `${call}`)
    // What is well said is looked up, and not there.
    await assert.rejects(call(1), { name: 'EntityNotFoundException' }, `${call}`)
  }
})
