import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { CloudWatchClient, GetMetricDataCommand } from '@aws-sdk/client-cloudwatch'
import {
  GetEventSourceMappingCommand,
  UpdateEventSourceMappingCommand,
} from '@aws-sdk/client-lambda'
import { poll } from '../harness/index.ts'
import { Bucket, startMappings } from './lambda-mapping-lake.ts'

// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html#event-source-mapping-metrics

let front: Awaited<ReturnType<typeof startMappings>>
before(async () => {
  front = await startMappings()
})
after(() => front.lake.stop())

const counts = [
  'PolledEventCount',
  'FilteredOutEventCount',
  'InvokedEventCount',
  'FailedInvokeEventCount',
  'DroppedEventCount',
  'OnFailureDestinationDeliveredEventCount',
  'DeletedEventCount',
] as const
const MetricsConfig = { Metrics: ['EventCount' as const] }

/** The sum of a metric; undefined where there is none. */
async function sums(
  names: readonly string[],
  Dimension: { readonly Name: string; readonly Value: string },
): Promise<readonly (number | undefined)[]> {
  const nowMs = front.clock.now()
  const { MetricDataResults } = await front.lake.client(CloudWatchClient).send(
    new GetMetricDataCommand({
      StartTime: new Date(nowMs - 3_600_000),
      EndTime: new Date(nowMs + 3_600_000),
      MetricDataQueries: names.map((MetricName, at) => ({
        Id: `m${at}`,
        MetricStat: {
          Metric: { Namespace: 'AWS/Lambda', MetricName, Dimensions: [Dimension] },
          Period: 60,
          Stat: 'Sum',
        },
      })),
    }),
  )
  return MetricDataResults!.map(({ Values }) =>
    Values!.length === 0 ? undefined : Values!.reduce((total, value) => total + value, 0),
  )
}

const countsOf = (UUID: string | undefined) =>
  sums(counts, { Name: 'EventSourceMappingUUID', Value: UUID! })

/** The counts of a mapping, in the order of `counts`, once the one at `at` is there. */
const countedTo = (UUID: string | undefined, at: number, count: number) =>
  poll(`${counts[at]} ${count}`, async () => {
    const found = await countsOf(UUID)
    return found[at] === count && found
  })

test('events are counted as they are read, passed over, given, failed, and told of', async () => {
  const { map } = await front.mapped('told', {
    MetricsConfig,
    MaximumRetryAttempts: 1,
    FilterCriteria: { Filters: [{ Pattern: '{"partitionKey":["k"]}' }] },
    DestinationConfig: { OnFailure: { Destination: `arn:aws:s3:::${Bucket}` } },
  })
  await front.put('told', ['a', 'bad', 'c'], () => 'k')
  await front.put('told', ['d', 'e'], () => 'other')
  const { UUID, MetricsConfig: made } = await map()
  assert.deepEqual(made, MetricsConfig)
  // Three events failed twice.
  const first = await countedTo(UUID, 5, 3)
  assert.deepEqual(first, [5, 2, 6, 6, undefined, 3, undefined])
  await front.put('told', ['f'], () => 'k')
  await front.sees('told', 7)
  assert.deepEqual(await countedTo(UUID, 2, 7), [6, 2, 7, 6, undefined, 3, undefined])

  const change = (input: object) =>
    front.lambda.client.send(new UpdateEventSourceMappingCommand({ UUID, ...input }))
  assert.deepEqual((await change({ BatchSize: 9 })).MetricsConfig, MetricsConfig)
  assert.equal((await change({ MetricsConfig: { Metrics: [] } })).MetricsConfig, undefined)
  const got = await front.lambda.client.send(new GetEventSourceMappingCommand({ UUID }))
  assert.equal(got.MetricsConfig, undefined)
  await front.put('told', ['g'], () => 'k')
  await front.sees('told', 8)
  await front.put('told', ['h'], () => 'k')
  await front.sees('told', 9)
  assert.deepEqual(await countsOf(UUID), [6, 2, 7, 6, undefined, 3, undefined])
})

test('events that no destination takes are dropped, and the delivery has failed', async () => {
  const { map } = await front.mapped('lost', {
    MetricsConfig,
    MaximumRetryAttempts: 0,
    DestinationConfig: { OnFailure: { Destination: 'arn:aws:s3:::a-bucket-that-is-not-there' } },
  })
  await front.put('lost', ['bad', 'b'], () => 'k')
  const { UUID } = await map()
  assert.deepEqual(await countedTo(UUID, 4, 2), [2, undefined, 2, 2, 2, undefined, undefined])
  const ofFunction = { Name: 'FunctionName', Value: 'lost' }
  assert.deepEqual(await sums(['DestinationDeliveryFailures'], ofFunction), [1])
})

test('each event is counted once by however many lanes, and of a batch what was reported', async () => {
  const { map } = await front.mapped(
    'lanes',
    {
      MetricsConfig,
      ParallelizationFactor: 3,
      MaximumRetryAttempts: 0,
      FunctionResponseTypes: ['ReportBatchItemFailures'],
    },
    { variables: { REPORTS: '1' } },
  )
  await front.put('lanes', ['a', 'b', 'bad', 'd'], () => 'k')
  const { UUID } = await map()
  assert.deepEqual(await countedTo(UUID, 4, 2), [4, undefined, 4, 2, 2, undefined, undefined])
})
