import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { AthenaClient, ListWorkGroupsCommand } from '@aws-sdk/client-athena'
import { CloudWatchLogsClient, DescribeLogGroupsCommand } from '@aws-sdk/client-cloudwatch-logs'
import { GetCrawlersCommand, GlueClient, ListCrawlsCommand } from '@aws-sdk/client-glue'
import { IAMClient, ListGroupsCommand } from '@aws-sdk/client-iam'
import {
  DecryptCommand,
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
