import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { ManualClock, silentLogger } from '#kit'
import { openSqliteDatabase } from '#platform/database'
import { createLogStore } from './log-store.ts'
import { migrations } from './migrations.ts'
import { tablesOf } from './tables.ts'

const dayMs = 86_400_000

test('events past their retention, and those of deleted groups, go away', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-logs-'))
  try {
    await using database = await openSqliteDatabase({
      path: join(folder, 'lake.db'),
      migrations,
      log: silentLogger(),
    })
    const clock = new ManualClock(Date.UTC(2025, 5, 1))
    const store = createLogStore({ database, clock })
    const ref = { accountId: '123456789012', region: 'us-east-1', group: 'g', stream: 's' }
    const append = (count: number, group = 'g') =>
      store.append(
        ref.accountId,
        ref.region,
        group,
        's',
        Array.from({ length: count }, () => ({ timestampMs: clock.now(), message: 'x' })),
      )
    const count = async () => {
      const rows = await tablesOf(database).selectFrom('logs_events').select('sequence').execute()
      return rows.length
    }
    assert.equal(await append(1), false)
    await store.createGroup(ref, {})
    assert.equal(await append(1), false)
    await store.createStream(ref)
    assert.equal(await append(2500), true)
    clock.advance(2 * dayMs)
    await append(1)
    await store.clean()
    assert.equal(await count(), 2501)

    await store.setRetention(ref, 1)
    const page = await store.getEvents(ref, { limit: 10_000, fromHead: true })
    assert.equal(page.events.length, 1)
    await store.clean()
    assert.equal(await count(), 1)
    assert.equal((await store.getGroup(ref)).storedBytes, 27)

    const other = { ...ref, group: 'other' }
    await store.createGroup(other, { deletionProtection: true })
    await store.createStream(other)
    await append(3, 'other')
    await assert.rejects(store.deleteGroup(other), /deletion protection/)
    await store.setDeletionProtection(other, false)
    await store.deleteGroup(other)
    await store.clean()
    assert.equal(await count(), 1)
  } finally {
    await rm(folder, { recursive: true })
  }
})
