import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { ManualClock, isLakeError, silentLogger } from '#kit'
import { openSqliteDatabase, type Database } from '#platform/database'
import { poll } from '#test/harness'
import { createEventBus, type EventBus } from './event-bus.ts'
import { migrations } from './migrations.ts'
import { pendingMax, publishEvent } from './outbox.ts'
import type { EventTables } from './tables.ts'

describe('the event bus', () => {
  const log = silentLogger()
  let clock: ManualClock
  let folder: string
  let database: Database
  let bus: EventBus
  const open = async () => {
    database = await openSqliteDatabase({ path: join(folder, 'lake.db'), migrations, log })
    bus = createEventBus({ database, clock, log })
  }
  const close = async () => {
    await bus.close()
    await database.close()
  }
  const publish = (lane: string, payload: unknown, topic = 't') =>
    database.transaction((tx) => publishEvent(tx, { topic, lane, payload, nowMs: clock.now() }))
  const pending = () => database.tables<EventTables>().selectFrom('event_topics').selectAll()

  beforeEach(async () => {
    clock = new ManualClock(1_000_000)
    folder = await mkdtemp(join(tmpdir(), 'boathouse-events-'))
    await open()
  })
  afterEach(async () => {
    await close()
    await rm(folder, { recursive: true })
  })

  it('delivers what was committed, in order within a lane, and nothing that was rolled back', async () => {
    const got: unknown[] = []
    bus.subscribe('t', async ({ payload }) => void got.push(payload))
    for (let at = 0; at < 250; at++) await publish('a', at)
    const refused = database.transaction(async (tx) => {
      await publishEvent(tx, { topic: 't', lane: 'a', payload: 'never', nowMs: clock.now() })
      throw new Error('rolled back')
    })
    await assert.rejects(refused)
    await poll('all events', () => got.length >= 250)
    await bus.settle()
    assert.deepEqual(
      got,
      Array.from({ length: 250 }, (_, at) => at),
    )
    assert.equal((await pending().executeTakeFirstOrThrow()).pending, 0)
  })

  it('tries again what was not taken, and lets no event of the lane pass by', async () => {
    const got: string[] = []
    let failures = 2
    bus.subscribe('t', async ({ payload, attempts }) => {
      if (payload === 'bad' && failures-- > 0) throw new Error('not now')
      got.push(`${String(payload)} ${attempts}`)
    })
    await publish('a', 'bad')
    await publish('a', 'next')
    await publish('b', 'other')
    await poll('the other lane', () => got.length > 0)
    await bus.settle()
    await publish('a', 'last')
    await bus.settle()
    assert.deepEqual(got, ['other 0'])
    clock.advance(1_000)
    await bus.settle()
    assert.deepEqual(got, ['other 0'])
    clock.advance(2_000)
    await bus.settle()
    assert.deepEqual(got, ['other 0', 'bad 2', 'next 0', 'last 0'])
  })

  it('keeps what nobody has taken over a restart', async () => {
    await publish('a', 'kept')
    await close()
    await open()
    const got: unknown[] = []
    bus.subscribe('t', async (event) => void got.push(event.payload, event.sequence))
    await bus.settle()
    assert.deepEqual(got, ['kept', 1])
    // Sequences go on where they were, also when the outbox is empty.
    assert.equal(await publish('a', 'more'), 2)
  })

  it('gives up after a while, and goes on with the next', async () => {
    const got: unknown[] = []
    bus.subscribe(
      't',
      async ({ payload }) => {
        if (payload === 'bad') throw new Error('never')
        got.push(payload)
      },
      { ageMsMax: 10_000 },
    )
    await publish('a', 'bad')
    await bus.settle()
    clock.advance(20_000)
    await publish('a', 'good')
    await bus.settle()
    assert.deepEqual(got, ['good'])
  })

  it('pushes back when too many wait', async () => {
    await publish('a', 1)
    await database.transaction(async (tx) => {
      const topics = tx.tables<EventTables>().updateTable('event_topics')
      await topics.set({ pending: pendingMax }).execute()
    })
    await assert.rejects(publish('a', 2), (error) => isLakeError(error, 'TooManyEvents'))
    assert.equal(await publish('a', 1, 'another'), 1)
  })
})
