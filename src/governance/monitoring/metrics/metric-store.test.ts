import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { ManualClock, silentLogger } from '#kit'
import { openSqliteDatabase, type Database } from '#platform/database'
import { createMetricBuffer } from './metric-buffer.ts'
import { single, type MetricPoint } from './metric-records.ts'
import { createMetricStore, type MetricStore } from './metric-store.ts'
import { metricMigrations } from './metric-tables.ts'

const startMs = Date.UTC(2026, 0, 1)
const scope = { accountId: '123456789012', region: 'us-east-1' }
const hour = 3_600_000

describe('the store of metrics', () => {
  const clock = new ManualClock(startMs)
  let folder: string
  let database: Database
  let store: MetricStore

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boathouse-metrics-'))
    const path = join(folder, 'lake.db')
    database = await openSqliteDatabase({ path, migrations: metricMigrations, log: silentLogger() })
    store = createMetricStore({ database, clock })
  })
  after(async () => {
    await database.close()
    await rm(folder, { recursive: true })
  })

  const point = (atMs: number, value: number, more: Partial<MetricPoint> = {}): MetricPoint => ({
    ...scope,
    namespace: 'Shop',
    name: 'Orders',
    dimensions: { Region: 'north', Kind: 'new' },
    unit: 'Count',
    timestampMs: atMs,
    ...single(value),
    ...more,
  })
  const read = (from: number, to: number, periodMs: number) =>
    store.read({
      ...scope,
      namespace: 'Shop',
      name: 'Orders',
      dimensions: { Kind: 'new', Region: 'north' },
      startMs: from,
      endMs: to,
      periodMs,
    })

  it('sums up values by minute and gives them by period, whatever the order of dimensions', async () => {
    await store.put([
      point(startMs + 1000, 1),
      point(startMs + 59_000, 5),
      point(startMs + 60_000, 7),
    ])
    assert.deepEqual(await read(startMs, startMs + hour, 60_000), [
      { startMs, unit: 'Count', sampleCount: 2, sum: 6, minimum: 1, maximum: 5 },
      { startMs: startMs + 60_000, unit: 'Count', sampleCount: 1, sum: 7, minimum: 7, maximum: 7 },
    ])
    assert.deepEqual(await read(startMs, startMs + hour, 300_000), [
      { startMs, unit: 'Count', sampleCount: 3, sum: 13, minimum: 1, maximum: 7 },
    ])
    assert.deepEqual(await read(startMs - hour, startMs, 60_000), [])
  })

  it('lists metrics by what is asked of them, in pages', async () => {
    await store.put([
      point(startMs, 1, { name: 'Returns', dimensions: { Region: 'south' } }),
      point(startMs, 1, { namespace: 'Other', dimensions: {} }),
    ])
    const names = async (input: Partial<Parameters<MetricStore['list']>[1]>) =>
      (await store.list(scope, { limit: 10, ...input })).metrics.map(({ name }) => name)
    assert.deepEqual(await names({}), ['Orders', 'Returns', 'Orders'])
    assert.deepEqual(await names({ namespace: 'Shop' }), ['Orders', 'Returns'])
    assert.deepEqual(await names({ dimensions: [{ name: 'Region' }] }), ['Orders', 'Returns'])
    assert.deepEqual(await names({ dimensions: [{ name: 'Region', value: 'south' }] }), ['Returns'])
    const { metrics, nextToken } = await store.list(scope, { limit: 2 })
    assert.equal(metrics.length, 2)
    assert.deepEqual(await names({ nextToken }), ['Orders'])
    assert.deepEqual(await store.list({ ...scope, region: 'eu-west-1' }, { limit: 2 }), {
      metrics: [],
      nextToken: undefined,
    })
  })

  it('keeps the sums when what is old becomes coarser, and forgets what is very old', async () => {
    clock.advance(16 * 24 * hour)
    await store.clean()
    assert.deepEqual(await read(startMs, startMs + hour, 60_000), [
      { startMs, unit: 'Count', sampleCount: 3, sum: 13, minimum: 1, maximum: 7 },
    ])
    clock.advance(456 * 24 * hour)
    await store.clean()
    assert.deepEqual(await read(startMs, startMs + hour, 60_000), [])
  })

  it('takes what is measured without waiting, and keeps it at the next flush', async () => {
    const buffer = createMetricBuffer(store, silentLogger())
    const nowMs = clock.now()
    for (let n = 1; n <= 100; n += 1) buffer.add(point(nowMs, n))
    assert.deepEqual(await read(nowMs - hour, nowMs + hour, hour), [])
    await buffer.flush()
    const [found] = await read(nowMs - hour, nowMs + hour, hour)
    assert.deepEqual([found!.sampleCount, found!.sum, found!.maximum], [100, 5050, 100])
  })
})
