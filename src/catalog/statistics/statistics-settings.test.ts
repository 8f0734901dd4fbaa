import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import {
  createMetastore,
  migrations as catalogMigrations,
  type Metastore,
} from '#catalog/metastore'
import { ManualClock, silentLogger } from '#kit'
import { openSqliteDatabase, type Database } from '#platform/database'
import type { Background } from '#platform/jobs'
import { createStatisticsSettings } from './create-statistics-settings.ts'
import { StatisticsErrors } from './errors.ts'
import { migrations } from './migrations.ts'
import type { RunInput } from './statistics-runs.ts'
import type { StatisticsSettings } from './statistics-settings.ts'

const log = silentLogger()
const clock = new ManualClock(Date.parse('2024-01-01T00:00:00Z'))
const ref = { accountId: '123456789012', region: 'us-east-1', database: 'd', table: 't' }
const started: RunInput[] = []
let folder: string
let database: Database
let metastore: Metastore
let settings: StatisticsSettings
let tick: () => Promise<void>
let refusal: Error | undefined

before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boathouse-statistics-'))
  const path = join(folder, 'lake.db')
  database = await openSqliteDatabase({
    path,
    migrations: [...catalogMigrations, ...migrations],
    log,
  })
  metastore = createMetastore({ database, clock })
  await metastore.createDatabase(ref, { name: 'd' })
  const columns = [{ name: 'a', type: 'int' }]
  await metastore.createTable(ref, { name: 't', storage: { columns } }, 'test')
  const background: Background = {
    every: (_name, _intervalMs, work) => {
      tick = () => work(new AbortController().signal)
    },
    spawn: () => Promise.resolve(),
    underWay: () => [],
    stop: () => Promise.resolve(),
    [Symbol.asyncDispose]: () => Promise.resolve(),
  }
  const start = (input: RunInput) => {
    if (refusal) return Promise.reject(refusal)
    started.push(input)
    return Promise.resolve(`run ${started.length}`)
  }
  settings = createStatisticsSettings({
    database,
    metastore,
    runs: { start },
    clock,
    log,
    background,
  })
})
after(async () => {
  await database.close()
  await rm(folder, { recursive: true })
})

test('a schedule starts one run when it is due, and none while it is off', async () => {
  const columns = ['A']
  await settings.create({ table: ref, role: 'r', columns, schedule: 'cron(0 * * * ? *)' })
  await tick()
  assert.equal(started.length, 0)
  // Times that were missed count once.
  clock.advance(3 * 3_600_000)
  await tick()
  await tick()
  assert.deepEqual(started, [{ table: ref, role: 'r', columns }])
  assert.deepEqual((await settings.get(ref)).lastAttempt, { timeMs: clock.now(), runId: 'run 1' })

  refusal = StatisticsErrors.StatisticsRunning('not now')
  clock.advance(3_600_000)
  await tick()
  const { lastAttempt } = await settings.get(ref)
  assert.deepEqual(lastAttempt, { timeMs: clock.now(), message: 'not now' })
  refusal = undefined

  await settings.stopSchedule(ref)
  clock.advance(86_400_000)
  await tick()
  assert.equal(started.length, 1)
  await settings.update(ref, { role: 's' })
  assert.equal((await settings.get(ref)).scheduleState, 'NOT_SCHEDULED')
  await settings.startSchedule(ref)
  clock.advance(3_600_000)
  await tick()
  assert.deepEqual(
    started.map((run) => run.role),
    ['r', 's'],
  )
})

test('settings of a table that is gone go at the next time', async () => {
  refusal = undefined
  await metastore.deleteTable(ref)
  const before = started.length
  refusal = await metastore.getTable(ref).then(
    () => undefined,
    (error: Error) => error,
  )
  clock.advance(3_600_000)
  await tick()
  assert.equal(started.length, before)
  await metastore.createTable(ref, { name: 't' }, 'test')
  await assert.rejects(settings.get(ref), { code: 'SettingsNotFound' })
})
