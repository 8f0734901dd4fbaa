import assert from 'node:assert/strict'
import { after, before, beforeEach, describe, it } from 'node:test'
import { ManualClock, silentLogger, systemClock } from '#kit'
import {
  accountId,
  appendTo,
  changeTable,
  makeTable,
  nameOf,
  namesOf,
  newFile,
  openTemporaryTables,
  planTable,
  plannedFile,
  type OpenTables,
  type TestTable,
} from '#test/tables'
import {
  cleanExpired,
  expireSnapshots,
  migrations,
  removeOrphanFiles,
  rewriteManifests,
  type MaintenanceParts,
} from './index.ts'

const day = 86_400_000

describe('maintenance of tables', () => {
  let lake: OpenTables
  let parts: MaintenanceParts
  let clock: ManualClock
  const { signal } = new AbortController()

  before(async () => {
    lake = await openTemporaryTables(migrations)
  })
  beforeEach(() => {
    clock = new ManualClock(systemClock.now())
    parts = { ...lake, clock, log: silentLogger() }
  })
  after(() => lake[Symbol.asyncDispose]())

  const keysOf = async (table: TestTable) => {
    const prefix = `${table.location.slice('s3://lake/'.length)}/`
    const { objects } = await lake.objects.list({ accountId, bucket: 'lake', prefix, limit: 1000 })
    return objects.map(({ key }) => key.slice(prefix.length))
  }
  const count = async (table: TestTable, pattern: RegExp) =>
    (await keysOf(table)).filter((key) => pattern.test(key)).length

  it('removes what only expired snapshots had, after a time of grace', async () => {
    const table = await makeTable(lake, { 'commit.manifest.min-count-to-merge': '3' })
    const [a] = await appendTo(lake, table, [1, 10])
    const [b] = await appendTo(lake, table, [11, 20])
    const plan = await planTable(lake, table)
    const c = await newFile(lake, table, [1, 9])
    const removed = [plannedFile(plan, a!)]
    await changeTable(lake, table, { kind: 'overwrite', removed, added: [c] })
    await appendTo(lake, table, [21, 30])
    assert.equal(await count(table, /^metadata\/snap-/), 4)
    const retention = { isExact: true, snapshotAgeMsMax: 0, snapshotsMin: 1 }
    clock.advance(60_000)
    assert.deepEqual(await expireSnapshots(parts, table.ref, { retention }), { snapshots: 3 })
    await cleanExpired(parts, signal)
    assert.equal(await count(table, /^metadata\/snap-/), 4)
    assert.equal(await count(table, /^data\//), 4)
    clock.advance(day)
    await cleanExpired(parts, signal)
    assert.equal(await count(table, /^metadata\/snap-/), 1)
    const names = (await keysOf(table)).filter((key) => key.startsWith('data/'))
    assert.ok(!names.includes(`data/${nameOf(a!)}`))
    assert.ok(names.includes(`data/${nameOf(b!)}`))
    assert.equal((await planTable(lake, table)).files.length, 3)
    // Once more finds nothing to do.
    await cleanExpired(parts, signal)
    assert.deepEqual(await expireSnapshots(parts, table.ref, { retention }), { snapshots: 0 })
  })

  it('keeps what a tag needs, and refuses what a branch stands at', async () => {
    const table = await makeTable(lake)
    await appendTo(lake, table, [1, 10])
    const { metadata } = await lake.tables.load(table.ref)
    const id = metadata['current-snapshot-id']!
    const tag = { action: 'set-snapshot-ref', 'ref-name': 'v1', type: 'tag', 'snapshot-id': id }
    await lake.tables.commit({ ref: table.ref, requirements: [], updates: [tag] }, 'tester')
    const removed = [(await planTable(lake, table)).files[0]!.file]
    await changeTable(lake, table, { kind: 'delete', removed })
    clock.advance(day)
    const retention = { isExact: true, snapshotAgeMsMax: 0 }
    assert.deepEqual(await expireSnapshots(parts, table.ref, { retention }), { snapshots: 0 })
    await assert.rejects(expireSnapshots(parts, table.ref, { snapshotIds: [id] }), {
      code: 'InvalidMaintenance',
    })
    clock.advance(day)
    await cleanExpired(parts, signal)
    assert.equal((await planTable(lake, table, undefined, 'v1')).files.length, 1)
    assert.equal(await count(table, /^data\//), 1)
  })

  it('removes orphans when they are old, and nothing that the table has', async () => {
    const table = await makeTable(lake, { 'commit.manifest.min-count-to-merge': '2' })
    await appendTo(lake, table, [1, 10])
    await appendTo(lake, table, [11, 20])
    const before = await keysOf(table)
    const key = `${table.location.slice('s3://lake/'.length)}/data/left-behind.parquet`
    await lake.objects.put({ accountId, bucket: 'lake', key }, Buffer.from('x'))
    assert.deepEqual((await removeOrphanFiles(parts, table.ref, signal)).files, [])
    clock.advance(4 * day)
    const dry = await removeOrphanFiles(parts, table.ref, signal, { dryRun: true })
    assert.deepEqual(dry.files, [`s3://lake/${key}`])
    await removeOrphanFiles(parts, table.ref, signal)
    assert.deepEqual(await keysOf(table), before)
    assert.equal((await planTable(lake, table)).files.length, 2)
    await assert.rejects(removeOrphanFiles(parts, table.ref, signal, { olderThanMs: 1 }), {
      code: 'InvalidMaintenance',
    })
  })

  it('refuses to remove orphans from a folder that another table lies in', async () => {
    const table = await makeTable(lake)
    const { metadata } = await lake.tables.load(table.ref)
    const ref = { accountId, region: table.ref.region, database: 'db' }
    await lake.tables.create(
      ref,
      {
        name: 'inside',
        location: `${table.location}/inside`,
        schema: metadata.schemas[0],
        properties: {},
      },
      'tester',
    )
    await assert.rejects(removeOrphanFiles(parts, table.ref, signal), {
      code: 'MaintenanceRefused',
    })
  })

  it('rewrites manifests beside a writer', async () => {
    const table = await makeTable(lake, { 'commit.manifest-merge.enabled': 'false' })
    for (let at = 0; at < 6; at++) await appendTo(lake, table, [at, at])
    const [result] = await Promise.all([
      rewriteManifests(parts, table.ref, { always: true }),
      appendTo(lake, table, [10, 10]),
      appendTo(lake, table, [11, 11]),
    ])
    assert.ok(result.after < result.before)
    assert.equal(namesOf(await planTable(lake, table)).length, 8)
  })

  it('does not touch the files of a table that shares them', async () => {
    const table = await makeTable(lake, { 'gc.enabled': 'false' })
    await appendTo(lake, table, [1, 1])
    await assert.rejects(expireSnapshots(parts, table.ref), { code: 'MaintenanceRefused' })
    await assert.rejects(removeOrphanFiles(parts, table.ref, signal), {
      code: 'MaintenanceRefused',
    })
  })
})
