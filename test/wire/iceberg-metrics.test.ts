import assert from 'node:assert/strict'
import { after, before, describe, it } from 'node:test'
import { CloudWatchClient, GetMetricStatisticsCommand } from '@aws-sdk/client-cloudwatch'
import type { TestLake } from '#test/harness'
import { peopleSchema, refusal, type RestClient, startCatalog } from './iceberg-client.ts'

const path = '/v1/namespaces/db/tables/t/metrics'

/** As Iceberg's Java client sends it. */
const scanReport = (files: number) => ({
  'report-type': 'scan-report',
  'table-name': 'db.t',
  'snapshot-id': 12,
  filter: { type: 'eq', term: 'id', value: 1 },
  'schema-id': 0,
  'projected-field-ids': [1],
  'projected-field-names': ['id'],
  metrics: {
    'total-planning-duration': {
      count: 1,
      'time-unit': 'nanoseconds',
      'total-duration': 26_000_000,
    },
    'result-data-files': { unit: 'count', value: files },
    'total-file-size-in-bytes': { unit: 'bytes', value: 4096 },
    'made-up': { unit: 'count', value: 1 },
  },
  metadata: { 'engine-name': 'spark' },
})

describe('iceberg rest: metrics reports', () => {
  let lake: TestLake
  let rest: RestClient

  before(async () => {
    ;({ lake, rest } = await startCatalog())
    await rest('POST', '/v1/namespaces/db/tables', { name: 't', schema: peopleSchema })
  })
  after(() => lake.stop())

  const sum = async (MetricName: string, Unit: 'Count' | 'Bytes' | 'Milliseconds') => {
    const now = Date.now()
    const { Datapoints } = await lake.client(CloudWatchClient).send(
      new GetMetricStatisticsCommand({
        Namespace: 'Boathouse/Iceberg',
        MetricName,
        Unit,
        Dimensions: [
          { Name: 'DatabaseName', Value: 'db' },
          { Name: 'TableName', Value: 't' },
        ],
        StartTime: new Date(now - 3_600_000),
        EndTime: new Date(now + 3_600_000),
        Period: 7200,
        Statistics: ['Sum'],
      }),
    )
    return Datapoints!.reduce((total, point) => total + point.Sum!, 0)
  }

  it('keeps the last of each kind, and gives what they measured to CloudWatch', async () => {
    for (let files = 1; files <= 12; files += 1) {
      assert.equal((await rest('POST', path, scanReport(files))).status, 204)
    }
    const commitReport = {
      'report-type': 'commit-report',
      'table-name': 'db.t',
      'snapshot-id': 13,
      'sequence-number': 1,
      operation: 'append',
      metrics: { attempts: { unit: 'count', value: 2 }, 'added-records': { value: 5 } },
    }
    assert.equal((await rest('POST', path, commitReport)).status, 204)
    const { status, json } = await rest('GET', path)
    assert.equal(status, 200)
    const scans = json['scan-reports'] as { report: ReturnType<typeof scanReport> }[]
    assert.deepEqual(scans[0]!.report, scanReport(12))
    assert.ok(scans.length <= 10 && scans.length > 1, `${scans.length} reports`)
    assert.equal(json['commit-reports'].length, 1)
    assert.equal(await sum('ScanResultDataFiles', 'Count'), 78)
    assert.equal(await sum('ScanTotalFileSizeInBytes', 'Bytes'), 12 * 4096)
    assert.equal(await sum('ScanTotalPlanningDuration', 'Milliseconds'), 12 * 26)
    assert.equal(await sum('CommitAttempts', 'Count'), 2)
    assert.equal(await sum('CommitAddedRecords', 'Count'), 5)
    assert.equal(await sum('ScanMadeUp', 'Count'), 0)
  })

  it('refuses reports that are none', async () => {
    for (const body of [{}, { 'report-type': 'other' }, 7]) {
      assert.deepEqual(refusal(await rest('POST', path, body)), [400, 'BadRequestException'])
    }
    const large = { ...scanReport(1), metadata: { text: 'x'.repeat(70_000) } }
    assert.deepEqual(refusal(await rest('POST', path, large)), [400, 'BadRequestException'])
    const missing = await rest('POST', path.replace('/t/', '/nothing/'), scanReport(1))
    assert.deepEqual(refusal(missing), [404, 'NoSuchTableException'])
  })
})
