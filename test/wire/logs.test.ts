import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  CloudWatchLogsClient,
  CreateLogGroupCommand,
  CreateLogStreamCommand,
  DeleteLogGroupCommand,
  DeleteLogStreamCommand,
  DeleteRetentionPolicyCommand,
  DescribeLogGroupsCommand,
  DescribeLogStreamsCommand,
  DescribeMetricFiltersCommand,
  DescribeSubscriptionFiltersCommand,
  FilterLogEventsCommand,
  GetLogEventsCommand,
  ListLogGroupsCommand,
  ListTagsForResourceCommand,
  ListTagsLogGroupCommand,
  PutLogEventsCommand,
  PutRetentionPolicyCommand,
  TagLogGroupCommand,
  TagResourceCommand,
  UntagLogGroupCommand,
  UntagResourceCommand,
} from '@aws-sdk/client-cloudwatch-logs'
import { startLake, type TestLake } from '../harness/index.ts'

let lake: TestLake
let logs: CloudWatchLogsClient
before(async () => {
  lake = await startLake()
  logs = lake.client(CloudWatchLogsClient)
})
after(() => lake.stop())

const refused = (name: string, message?: RegExp) => (error: Error) => {
  assert.equal(error.name, name, error.message)
  if (message) assert.match(error.message, message)
  return true
}
const group = async (name: string, stream?: string) => {
  await logs.send(new CreateLogGroupCommand({ logGroupName: name }))
  if (stream) {
    await logs.send(new CreateLogStreamCommand({ logGroupName: name, logStreamName: stream }))
  }
  return { logGroupName: name, logStreamName: stream }
}

test('a log group, as Terraform makes, reads, changes and removes it', async () => {
  const logGroupName = '/aws/kinesisfirehose/tutorial'
  await logs.send(
    new CreateLogGroupCommand({ logGroupName, tags: { env: 'dev' }, logGroupClass: 'STANDARD' }),
  )
  await assert.rejects(
    logs.send(new CreateLogGroupCommand({ logGroupName })),
    refused('ResourceAlreadyExistsException', /The specified log group already exists/),
  )
  await logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 14 }))
  const { logGroups } = await logs.send(
    new DescribeLogGroupsCommand({ logGroupNamePrefix: logGroupName }),
  )
  const arn = `arn:aws:logs:us-east-1:123456789012:log-group:${logGroupName}`
  const { creationTime, ...rest } = logGroups![0]!
  assert.ok(creationTime! > 0)
  assert.deepEqual(rest, {
    logGroupName,
    retentionInDays: 14,
    metricFilterCount: 0,
    arn: `${arn}:*`,
    storedBytes: 0,
    logGroupClass: 'STANDARD',
    logGroupArn: arn,
    deletionProtectionEnabled: false,
  })
  for (const resourceArn of [arn, `${arn}:*`]) {
    const { tags } = await logs.send(new ListTagsForResourceCommand({ resourceArn }))
    assert.deepEqual(tags, { env: 'dev' })
  }
  await logs.send(new TagResourceCommand({ resourceArn: arn, tags: { env: 'prod', team: 'x' } }))
  await logs.send(new UntagResourceCommand({ resourceArn: arn, tagKeys: ['team'] }))
  await logs.send(new TagLogGroupCommand({ logGroupName, tags: { old: 'way' } }))
  const tagged = await logs.send(new ListTagsLogGroupCommand({ logGroupName }))
  assert.deepEqual(tagged.tags, { env: 'prod', old: 'way' })
  await logs.send(new UntagLogGroupCommand({ logGroupName, tags: ['old', 'env'] }))
  assert.deepEqual((await logs.send(new ListTagsLogGroupCommand({ logGroupName }))).tags, {})
  await assert.rejects(
    logs.send(new PutRetentionPolicyCommand({ logGroupName, retentionInDays: 2 })),
    refused('InvalidParameterException', /retentionInDays/),
  )
  await logs.send(new DeleteRetentionPolicyCommand({ logGroupName }))
  const metric = await logs.send(new DescribeMetricFiltersCommand({ logGroupName }))
  assert.deepEqual(metric.metricFilters, [])
  const subscription = await logs.send(new DescribeSubscriptionFiltersCommand({ logGroupName }))
  assert.deepEqual(subscription.subscriptionFilters, [])
  const named = await logs.send(new ListLogGroupsCommand({ logGroupNamePattern: 'tutorial' }))
  assert.equal(named.logGroups![0]!.logGroupArn, arn)
  await logs.send(new DeleteLogGroupCommand({ logGroupName }))
  await assert.rejects(
    logs.send(new DeleteLogGroupCommand({ logGroupName })),
    refused('ResourceNotFoundException', /The specified log group does not exist/),
  )
})

test('groups are listed in pages, by prefix and by pattern, for one account and region', async () => {
  for (const name of ['list/a_1', 'list/a_2', 'list/b', 'LIST/aX1']) await group(name)
  const first = await logs.send(
    new DescribeLogGroupsCommand({ logGroupNamePrefix: 'list/', limit: 2 }),
  )
  const second = await logs.send(
    new DescribeLogGroupsCommand({
      logGroupNamePrefix: 'list/',
      limit: 2,
      nextToken: first.nextToken,
    }),
  )
  assert.deepEqual(
    [...first.logGroups!, ...second.logGroups!].map((each) => each.logGroupName),
    ['list/a_1', 'list/a_2', 'list/b'],
  )
  assert.equal(second.nextToken, undefined)
  const pattern = await logs.send(new DescribeLogGroupsCommand({ logGroupNamePattern: 'T/A_1' }))
  assert.deepEqual(
    pattern.logGroups!.map((each) => each.logGroupName),
    ['list/a_1'],
  )
  const elsewhere = lake.client(CloudWatchLogsClient, { region: 'eu-west-1' })
  assert.deepEqual((await elsewhere.send(new DescribeLogGroupsCommand({}))).logGroups, [])
})

test('events are put, and read forward and backward with tokens that repeat at the end', async () => {
  const ref = await group('events', 's')
  const now = Date.now()
  const put = await logs.send(
    new PutLogEventsCommand({
      ...ref,
      logEvents: [0, 1, 2, 3, 4].map((n) => ({ timestamp: now - 5000 + n, message: `m${n}` })),
      sequenceToken: 'ignored',
    }),
  )
  assert.equal(put.rejectedLogEventsInfo, undefined)
  assert.ok(put.nextSequenceToken)
  const messages = (page: { events?: { message?: string }[] }) =>
    page.events!.map((event) => event.message).join(',')

  const newest = await logs.send(new GetLogEventsCommand({ ...ref, limit: 2 }))
  assert.equal(messages(newest), 'm3,m4')
  const older = await logs.send(
    new GetLogEventsCommand({ ...ref, limit: 2, nextToken: newest.nextBackwardToken }),
  )
  assert.equal(messages(older), 'm1,m2')
  const oldest = await logs.send(
    new GetLogEventsCommand({ ...ref, limit: 2, nextToken: older.nextBackwardToken }),
  )
  assert.equal(messages(oldest), 'm0')
  const none = await logs.send(
    new GetLogEventsCommand({ ...ref, limit: 2, nextToken: oldest.nextBackwardToken }),
  )
  assert.equal(messages(none), '')
  assert.equal(none.nextBackwardToken, oldest.nextBackwardToken)

  const head = await logs.send(new GetLogEventsCommand({ ...ref, limit: 3, startFromHead: true }))
  assert.equal(messages(head), 'm0,m1,m2')
  const tail = await logs.send(
    new GetLogEventsCommand({ ...ref, startFromHead: true, nextToken: head.nextForwardToken }),
  )
  assert.equal(messages(tail), 'm3,m4')
  const end = await logs.send(new GetLogEventsCommand({ ...ref, nextToken: tail.nextForwardToken }))
  assert.equal(messages(end), '')
  assert.equal(end.nextForwardToken, tail.nextForwardToken)
  await logs.send(
    new PutLogEventsCommand({ ...ref, logEvents: [{ timestamp: now, message: 'late' }] }),
  )
  const more = await logs.send(new GetLogEventsCommand({ ...ref, nextToken: end.nextForwardToken }))
  assert.equal(messages(more), 'late')
  const span = await logs.send(
    new GetLogEventsCommand({ ...ref, startTime: now - 4999, endTime: now - 4997 }),
  )
  assert.equal(messages(span), 'm1,m2')
  await assert.rejects(
    logs.send(new GetLogEventsCommand({ ...ref, nextToken: 'f/1/s' })),
    refused('InvalidParameterException', /nextToken is invalid/),
  )
  const { logGroups } = await logs.send(
    new DescribeLogGroupsCommand({ logGroupNamePrefix: 'events' }),
  )
  assert.equal(logGroups![0]!.storedBytes, 5 * (2 + 26) + 4 + 26)
})

test('what PutLogEvents refuses, and what it leaves out', async () => {
  const ref = await group('refusals', 's')
  const now = Date.now()
  const put = (logEvents: { timestamp: number; message: string }[]) =>
    logs.send(new PutLogEventsCommand({ ...ref, logEvents }))
  await assert.rejects(
    put([
      { timestamp: now, message: 'b' },
      { timestamp: now - 1, message: 'a' },
    ]),
    refused('InvalidParameterException', /must be in chronological order/),
  )
  await assert.rejects(
    put([
      { timestamp: now - 86_400_001, message: 'b' },
      { timestamp: now, message: 'a' },
    ]),
    refused('InvalidParameterException', /cannot span more than 24 hours/),
  )
  await assert.rejects(
    put([{ timestamp: now, message: 'x'.repeat(1_048_551 - 26 + 52) }]),
    refused('InvalidParameterException', /Upload too large: \d+ bytes exceeds limit of 1048576/),
  )
  await assert.rejects(put([]), refused('InvalidParameterException', /logEvents/))
  await assert.rejects(
    logs.send(
      new PutLogEventsCommand({
        ...ref,
        logStreamName: 'other',
        logEvents: [{ timestamp: now, message: 'x' }],
      }),
    ),
    refused('ResourceNotFoundException', /The specified log stream does not exist/),
  )
  const day = 86_400_000
  const old = await put([
    { timestamp: now - 14 * day - 1000, message: 'too old' },
    { timestamp: now - 14 * day + 60_000, message: 'kept' },
  ])
  assert.deepEqual(old.rejectedLogEventsInfo, { tooOldLogEventEndIndex: 1 })
  const future = await put([
    { timestamp: now, message: 'kept' },
    { timestamp: now + 3 * 3_600_000, message: 'too new' },
  ])
  assert.deepEqual(future.rejectedLogEventsInfo, { tooNewLogEventStartIndex: 1 })
  await logs.send(
    new PutRetentionPolicyCommand({ logGroupName: ref.logGroupName, retentionInDays: 1 }),
  )
  const expired = await put([{ timestamp: now - 2 * day, message: 'gone already' }])
  assert.deepEqual(expired.rejectedLogEventsInfo, { expiredLogEventEndIndex: 1 })
  const left = await logs.send(new GetLogEventsCommand({ ...ref, startFromHead: true }))
  assert.deepEqual(
    left.events!.map((event) => event.message),
    ['kept'],
  )
})

test('events of many streams are filtered, in order of time, in pages', async () => {
  await group('filter')
  const now = Date.now()
  for (const stream of ['a-1', 'a-2', 'b']) {
    const ref = { logGroupName: 'filter', logStreamName: stream }
    await logs.send(new CreateLogStreamCommand(ref))
    await logs.send(
      new PutLogEventsCommand({
        ...ref,
        logEvents: [0, 1, 2].map((n) => ({
          timestamp: now - 1000 + n * 10,
          message: JSON.stringify({ stream, n, level: n === 1 ? 'ERROR' : 'INFO' }),
        })),
      }),
    )
  }
  const filter = async (input: object) => {
    const found: string[] = []
    let nextToken: string | undefined
    do {
      const page = await logs.send(
        new FilterLogEventsCommand({ logGroupName: 'filter', nextToken, ...input }),
      )
      found.push(
        ...page.events!.map((event) => `${event.logStreamName}:${JSON.parse(event.message!).n}`),
      )
      nextToken = page.nextToken
    } while (nextToken)
    return found.join(' ')
  }
  assert.equal(await filter({ limit: 2 }), 'a-1:0 a-2:0 b:0 a-1:1 a-2:1 b:1 a-1:2 a-2:2 b:2')
  assert.equal(await filter({ filterPattern: 'ERROR' }), 'a-1:1 a-2:1 b:1')
  assert.equal(
    await filter({ filterPattern: '{ $.n > 0 && $.level = "INFO" }', limit: 1 }),
    'a-1:2 a-2:2 b:2',
  )
  assert.equal(await filter({ logStreamNamePrefix: 'a-', filterPattern: '-INFO' }), 'a-1:1 a-2:1')
  assert.equal(await filter({ logStreamNames: ['b'], endTime: now - 990 }), 'b:0 b:1')
  await assert.rejects(
    filter({ filterPattern: '{ $.n' }),
    refused('InvalidParameterException', /Invalid filter pattern/),
  )
})

test('streams are described by name and by their last event, and deleted with their events', async () => {
  await group('streams')
  const now = Date.now()
  for (const [name, at] of [
    ['a', now - 10],
    ['b', now - 30],
    ['c', now - 20],
  ] as const) {
    const ref = { logGroupName: 'streams', logStreamName: name }
    await logs.send(new CreateLogStreamCommand(ref))
    await logs.send(
      new PutLogEventsCommand({ ...ref, logEvents: [{ timestamp: at, message: 'x' }] }),
    )
  }
  const list = async (input: object) => {
    const names: string[] = []
    let nextToken: string | undefined
    do {
      const page = await logs.send(
        new DescribeLogStreamsCommand({ logGroupName: 'streams', limit: 1, nextToken, ...input }),
      )
      names.push(...page.logStreams!.map((stream) => stream.logStreamName!))
      nextToken = page.nextToken
    } while (nextToken)
    return names.join('')
  }
  assert.equal(await list({}), 'abc')
  assert.equal(await list({ orderBy: 'LastEventTime', descending: true }), 'acb')
  assert.equal(await list({ orderBy: 'LastEventTime' }), 'bca')
  assert.equal(await list({ logStreamNamePrefix: 'b' }), 'b')
  await assert.rejects(
    list({ orderBy: 'LastEventTime', logStreamNamePrefix: 'a' }),
    refused('InvalidParameterException', /Cannot order by LastEventTime/),
  )
  const ref = { logGroupName: 'streams', logStreamName: 'a' }
  await logs.send(new DeleteLogStreamCommand(ref))
  await logs.send(new CreateLogStreamCommand(ref))
  assert.deepEqual((await logs.send(new GetLogEventsCommand(ref))).events, [])
})
