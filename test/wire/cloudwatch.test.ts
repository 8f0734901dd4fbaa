import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { CreateWorkGroupCommand } from '@aws-sdk/client-athena'
import {
  CloudWatchClient,
  GetMetricDataCommand,
  GetMetricStatisticsCommand,
  ListMetricsCommand,
  PutMetricDataCommand,
  type MetricDatum,
} from '@aws-sdk/client-cloudwatch'
import * as iam from '@aws-sdk/client-iam'
import { CreateStreamCommand, KinesisClient, PutRecordCommand } from '@aws-sdk/client-kinesis'
import { startAthenaLake, type AthenaLake } from './athena-lake.ts'

const minute = 60_000
const now = Math.floor(Date.now() / minute) * minute
const Dimensions = [{ Name: 'Shop', Value: 'north' }]

describe('CloudWatch metrics', () => {
  let fixture: AthenaLake
  let client: CloudWatchClient
  before(async () => {
    fixture = await startAthenaLake()
    client = fixture.lake.client(CloudWatchClient)
  })
  after(() => fixture.lake.stop())

  const put = (...MetricData: MetricDatum[]) =>
    client.send(new PutMetricDataCommand({ Namespace: 'Shop', MetricData }))
  const statistics = async (Namespace: string, MetricName: string, dimensions = Dimensions) => {
    const { Datapoints } = await client.send(
      new GetMetricStatisticsCommand({
        Namespace,
        MetricName,
        Dimensions: dimensions,
        StartTime: new Date(now - 10 * minute),
        EndTime: new Date(now + 10 * minute),
        Period: 1200,
        Statistics: ['Sum', 'SampleCount', 'Average', 'Maximum'],
      }),
    )
    return Datapoints!
  }

  it('gives back what was put, in all its forms, summed up by period', async () => {
    const MetricName = 'Orders'
    const Timestamp = new Date(now)
    await put(
      { MetricName, Dimensions, Timestamp, Value: 3, Unit: 'Count' },
      { MetricName, Dimensions, Timestamp, Values: [1, 2], Counts: [2, 1], Unit: 'Count' },
      {
        MetricName,
        Dimensions,
        Timestamp,
        Unit: 'Count',
        StatisticValues: { SampleCount: 2, Sum: 12, Minimum: 5, Maximum: 7 },
      },
    )
    const query = (Stat: string, Id: string) => ({
      Id,
      MetricStat: { Metric: { Namespace: 'Shop', MetricName, Dimensions }, Period: 60, Stat },
    })
    const { MetricDataResults } = await client.send(
      new GetMetricDataCommand({
        StartTime: new Date(now - minute),
        EndTime: new Date(now + minute),
        MetricDataQueries: [query('Sum', 'a'), query('Maximum', 'b'), query('SampleCount', 'c')],
      }),
    )
    assert.deepEqual(
      MetricDataResults!.map(({ Id, Values, Timestamps }) => [Id, Values, Timestamps]),
      [
        ['a', [19], [Timestamp]],
        ['b', [7], [Timestamp]],
        ['c', [6], [Timestamp]],
      ],
    )
    const { Metrics } = await client.send(new ListMetricsCommand({ Namespace: 'Shop' }))
    assert.deepEqual(Metrics, [{ Namespace: 'Shop', MetricName, Dimensions }])
    assert.deepEqual(await statistics('Shop', MetricName, []), [], 'another metric')
  })

  it('has what streams and queries measure of themselves', async () => {
    const kinesis = fixture.lake.client(KinesisClient)
    await kinesis.send(new CreateStreamCommand({ StreamName: 'clicks', ShardCount: 1 }))
    for (let n = 0; n < 3; n += 1) {
      await kinesis.send(
        new PutRecordCommand({ StreamName: 'clicks', PartitionKey: 'k', Data: Buffer.alloc(99) }),
      )
    }
    const stream = [{ Name: 'StreamName', Value: 'clicks' }]
    const [records] = await statistics('AWS/Kinesis', 'IncomingRecords', stream)
    assert.equal(records!.Sum, 3)
    const [bytes] = await statistics('AWS/Kinesis', 'IncomingBytes', stream)
    assert.deepEqual([bytes!.Sum, bytes!.Unit], [300, 'Bytes'])

    await fixture.athena.send(
      new CreateWorkGroupCommand({
        Name: 'measured',
        Configuration: {
          PublishCloudWatchMetricsEnabled: true,
          EnforceWorkGroupConfiguration: false,
        },
      }),
    )
    await fixture.run('SELECT 1', { WorkGroup: 'measured' })
    const [times] = await statistics('AWS/Athena', 'TotalExecutionTime', [
      { Name: 'WorkGroup', Value: 'measured' },
    ])
    assert.equal(times!.SampleCount, 1)
  })

  it('refuses what it cannot answer rightly, and what is no metric', async () => {
    const MetricName = 'Orders'
    await assert.rejects(put({ MetricName, Value: Number.NaN }), {
      name: 'InvalidParameterValueException',
    })
    await assert.rejects(put({ MetricName, Value: 1, Values: [1] }), {
      name: 'InvalidParameterCombinationException',
    })
    await assert.rejects(put({ MetricName, Value: 1, Timestamp: new Date(0) }), {
      name: 'InvalidParameterValueException',
    })
    const range = { StartTime: new Date(now - minute), EndTime: new Date(now + minute) }
    await assert.rejects(
      client.send(
        new GetMetricDataCommand({
          ...range,
          MetricDataQueries: [{ Id: 'a', Expression: 'SUM(METRICS())' }],
        }),
      ),
      { name: 'InvalidParameterValueException', message: /expression/ },
    )
    await assert.rejects(
      client.send(
        new GetMetricStatisticsCommand({
          ...range,
          Namespace: 'Shop',
          MetricName,
          Period: 60,
          ExtendedStatistics: ['p99'],
        }),
      ),
      { name: 'InvalidParameterValueException' },
    )
  })

  it('is guarded by policies under the name that CloudWatch has there', async () => {
    const identity = fixture.lake.client(iam.IAMClient)
    await identity.send(new iam.CreateUserCommand({ UserName: 'reporter' }))
    const statement = { Effect: 'Allow', Action: 'cloudwatch:PutMetricData', Resource: '*' }
    await identity.send(
      new iam.PutUserPolicyCommand({
        UserName: 'reporter',
        PolicyName: 'put',
        PolicyDocument: JSON.stringify({ Version: '2012-10-17', Statement: [statement] }),
      }),
    )
    const { AccessKey } = await identity.send(
      new iam.CreateAccessKeyCommand({ UserName: 'reporter' }),
    )
    const credentials = {
      accessKeyId: AccessKey!.AccessKeyId!,
      secretAccessKey: AccessKey!.SecretAccessKey!,
    }
    const reporter = fixture.lake.client(CloudWatchClient, { credentials })
    await reporter.send(
      new PutMetricDataCommand({
        Namespace: 'Reports',
        MetricData: [{ MetricName: 'Sent', Value: 1 }],
      }),
    )
    await assert.rejects(reporter.send(new ListMetricsCommand({})), { name: /AccessDenied/ })
  })
})
