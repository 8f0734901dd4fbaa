import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import {
  CreateTableCommand,
  GetColumnStatisticsForTableCommand,
  GetColumnStatisticsTaskRunCommand,
  GetColumnStatisticsTaskRunsCommand,
  GlueClient,
  ListColumnStatisticsTaskRunsCommand,
  StartColumnStatisticsTaskRunCommand,
  StopColumnStatisticsTaskRunCommand,
} from '@aws-sdk/client-glue'
import { IAMClient } from '@aws-sdk/client-iam'
import { poll } from '../harness/index.ts'
import { startAthenaLake, type AthenaLake } from './athena-lake.ts'
import { createServiceRole } from '../harness/service-role.ts'

let lake: AthenaLake
let glue: GlueClient
before(async () => {
  lake = await startAthenaLake()
  glue = lake.lake.client(GlueClient)
  await lake.run('CREATE DATABASE shop')
  await createServiceRole(lake.lake.client(IAMClient), {
    name: 'c',
    services: ['glue'],
    actions: ['*'],
  })
})
after(() => lake.lake.stop())

const place = { DatabaseName: 'shop', TableName: 't' }
const run = async (ColumnNameList?: string[]) => {
  const { ColumnStatisticsTaskRunId } = await glue.send(
    new StartColumnStatisticsTaskRunCommand({ ...place, Role: 'c', ColumnNameList }),
  )
  return poll('the run', async () => {
    const { ColumnStatisticsTaskRun } = await glue.send(
      new GetColumnStatisticsTaskRunCommand({ ColumnStatisticsTaskRunId }),
    )
    const state = ColumnStatisticsTaskRun!.Status!
    return state !== 'STARTING' && state !== 'RUNNING' && ColumnStatisticsTaskRun!
  })
}

// https://docs.aws.amazon.com/glue/latest/dg/column-statistics.html
test('statistics are computed from the rows, and kept for whoever plans by them', async () => {
  await lake.run(`CREATE TABLE t WITH (format = 'PARQUET') AS SELECT * FROM (VALUES
    (1, 1.5E0, CAST(-1.25 AS decimal(9,2)), 'a', true, date '2024-01-01', x'0102', ARRAY[1]),
    (3, NULL, CAST(300.00 AS decimal(9,2)), 'bcd', false, date '2024-02-01', NULL, NULL),
    (3, -2E0, NULL, NULL, true, NULL, x'01', NULL)) AS v (i, d, p, s, b, day, y, l)`)
  const done = await run()
  assert.equal(done.Status, 'SUCCEEDED', done.ErrorMessage)
  const ColumnNames = ['i', 'd', 'p', 's', 'b', 'day', 'y', 'l']
  const { ColumnStatisticsList, Errors } = await glue.send(
    new GetColumnStatisticsForTableCommand({ ...place, ColumnNames }),
  )
  assert.deepEqual(
    Errors!.map((one) => one.ColumnName),
    ['l'],
  )
  const data = Object.fromEntries(
    ColumnStatisticsList!.map((one) => [one.ColumnName, one.StatisticsData]),
  )
  assert.deepEqual(data['i'], {
    Type: 'LONG',
    LongColumnStatisticsData: {
      MinimumValue: 1,
      MaximumValue: 3,
      NumberOfNulls: 0,
      NumberOfDistinctValues: 2,
    },
  })
  assert.deepEqual(data['d']!.DoubleColumnStatisticsData, {
    MinimumValue: -2,
    MaximumValue: 1.5,
    NumberOfNulls: 1,
    NumberOfDistinctValues: 2,
  })
  const decimal = data['p']!.DecimalColumnStatisticsData!
  assert.equal(decimal.MinimumValue!.Scale, 2)
  assert.deepEqual(Buffer.from(decimal.MinimumValue!.UnscaledValue!), Buffer.from([0x83]))
  assert.deepEqual(Buffer.from(decimal.MaximumValue!.UnscaledValue!), Buffer.from([0x75, 0x30]))
  assert.deepEqual(data['s']!.StringColumnStatisticsData, {
    MaximumLength: 3,
    AverageLength: 2,
    NumberOfNulls: 1,
    NumberOfDistinctValues: 2,
  })
  assert.deepEqual(data['b']!.BooleanColumnStatisticsData, {
    NumberOfTrues: 2,
    NumberOfFalses: 1,
    NumberOfNulls: 0,
  })
  const { MinimumValue, MaximumValue } = data['day']!.DateColumnStatisticsData!
  assert.deepEqual([MinimumValue, MaximumValue], [new Date('2024-01-01'), new Date('2024-02-01')])
  assert.equal(data['y']!.BinaryColumnStatisticsData!.AverageLength, 1.5)

  const { ColumnStatisticsTaskRuns } = await glue.send(
    new GetColumnStatisticsTaskRunsCommand(place),
  )
  const { ColumnStatisticsTaskRunIds } = await glue.send(
    new ListColumnStatisticsTaskRunsCommand({}),
  )
  assert.deepEqual(
    ColumnStatisticsTaskRuns!.map((one) => one.ColumnStatisticsTaskRunId),
    ColumnStatisticsTaskRunIds,
  )
})

test('a run of some columns, of none that is there, of data that cannot be read', async () => {
  assert.equal((await run(['I'])).Status, 'SUCCEEDED')
  await assert.rejects(run(['none']), { name: 'InvalidInputException' })
  await assert.rejects(glue.send(new StopColumnStatisticsTaskRunCommand(place)), {
    name: 'ColumnStatisticsTaskNotRunningException',
  })
  await glue.send(
    new CreateTableCommand({
      DatabaseName: 'shop',
      TableInput: {
        Name: 'broken',
        StorageDescriptor: {
          Location: 's3://data/broken/',
          Columns: [{ Name: 'a', Type: 'int' }],
          SerdeInfo: { SerializationLibrary: 'org.apache.hadoop.hive.ql.io.orc.OrcSerde' },
        },
      },
    }),
  )
  await lake.put('broken/a.orc', 'this is no ORC file')
  const { ColumnStatisticsTaskRunId } = await glue.send(
    new StartColumnStatisticsTaskRunCommand({
      DatabaseName: 'shop',
      TableName: 'broken',
      Role: 'c',
    }),
  )
  const failed = await poll('the run', async () => {
    const found = await glue.send(
      new GetColumnStatisticsTaskRunCommand({ ColumnStatisticsTaskRunId }),
    )
    return found.ColumnStatisticsTaskRun!.Status === 'FAILED' && found.ColumnStatisticsTaskRun!
  })
  assert.match(failed.ErrorMessage!, /s3:\/\/data\/broken\/a.orc/)
})
