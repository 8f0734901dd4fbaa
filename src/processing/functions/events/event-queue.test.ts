import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, test } from 'node:test'
import { isLakeError, ManualClock, silentLogger, uuid } from '#kit'
import { openSqliteDatabase, type Database } from '#platform/database'
import { poll } from '#test/harness'
import { eventRow } from '../destinations.ts'
import { FunctionErrors } from '../errors.ts'
import type { Invoked } from '../invoke.ts'
import { migrations } from '../migrations.ts'
import type { EventConfigSettings } from '../registry/event-configs.ts'
import { tablesOf } from '../tables.ts'
import { EventQueue, type EventQueueOptions } from './event-queue.ts'

const ref = { accountId: '123456789012', region: 'us-east-1', name: 'f' }
const place = { account_id: ref.accountId, region: ref.region, name: ref.name }

let folder: string
let database: Database
let clock: ManualClock
let stop: AbortController
let ended: Promise<void>
let queue: EventQueue
/** What each call answers, in turn; the last for all that follow. */
let answers: (() => Invoked)[]
/** When calls were made, ms after the start. */
let calls: number[]
let startMs: number
/** The functions whose news no destination took. */
let lostNews: string[]

const done = (error?: 'Unhandled'): Invoked => ({
  requestId: 'r',
  payload: Buffer.from('null'),
  executedVersion: '$LATEST',
  logTail: '',
  durationMs: 1,
  ...(error ? { functionError: error } : {}),
})
const fails = () => done('Unhandled')
const throttles = (): Invoked => {
  throw FunctionErrors.FunctionThrottled('Rate Exceeded.')
}

const newQueue = (of = database, own: Partial<EventQueueOptions> = {}) =>
  new EventQueue({
    database: of,
    clock,
    log: silentLogger(),
    concurrencyMax: 4,
    invoke: async () => {
      calls.push(clock.now() - startMs)
      return (answers.length > 1 ? answers.shift()! : answers[0]!)()
    },
    meter: { destinationFailed: ({ ref: { name } }) => void lostNews.push(name) },
    destinations: {
      assumeRole: async () => undefined,
      putObject: async () => {},
      functionId: async () => undefined,
      nowMs: () => clock.now(),
    },
    ...own,
  })

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'boathouse-events-'))
  database = await openSqliteDatabase({
    path: join(folder, 'lake.db'),
    migrations,
    log: silentLogger(),
  })
  clock = new ManualClock(1_700_000_000_000)
  startMs = clock.now()
  answers = [() => done()]
  calls = []
  lostNews = []
  await database.transaction(async (tx) => {
    const db = tablesOf(tx)
    await db
      .insertInto('functions_functions')
      .values({
        ...place,
        id: 'id',
        created_ms: 0,
        next_version: 1,
        reserved_concurrency: null,
        tags: '{}',
      })
      .execute()
    await db
      .insertInto('functions_versions')
      .values({
        ...place,
        function_id: 'id',
        version: '$LATEST',
        number: 0,
        config: '{}',
        modified_ms: 0,
        revision_id: 'r',
      })
      .execute()
  })
  queue = newQueue()
  stop = new AbortController()
  ended = queue.run(stop.signal)
})

afterEach(async () => {
  stop.abort()
  await ended
  await database.close()
  await rm(folder, { recursive: true })
})

const put = () => queue.put({ ref, payload: Buffer.from('{}'), requestId: uuid() })
const waiting = () => tablesOf(database).selectFrom('functions_events').selectAll().execute()
const isEmpty = () => poll('an empty queue', async () => (await waiting()).length === 0)
const called = (count: number) => poll(`${count} calls`, () => calls.length >= count)

async function configure(settings: EventConfigSettings): Promise<void> {
  await database.transaction(async (tx) => {
    await tablesOf(tx)
      .insertInto('functions_event_configs')
      .values({
        account_id: ref.accountId,
        region: ref.region,
        function_id: 'id',
        qualifier: '$LATEST',
        settings: JSON.stringify(settings),
        modified_ms: 0,
      })
      .execute()
  })
}

/** Lets time pass until the event that waits is due. */
async function passUntilDue(): Promise<void> {
  const due = await poll('an event that waits', async () => {
    const [event] = await waiting()
    return event !== undefined && event.due_ms > clock.now() && event.due_ms
  })
  clock.advance(due - clock.now())
}

// https://docs.aws.amazon.com/lambda/latest/dg/invocation-async-error-handling.html
test('a function that fails is tried again after one minute, and after two more', async () => {
  answers = [fails]
  await put()
  await called(1)
  await passUntilDue()
  await called(2)
  await passUntilDue()
  await isEmpty()
  assert.deepEqual(calls, [0, 60_000, 180_000])
})

test('what the configuration says of retries holds', async () => {
  answers = [fails]
  await configure({ retriesMax: 0 })
  await put()
  await isEmpty()
  assert.deepEqual(calls, [0])
})

// https://docs.aws.amazon.com/lambda/latest/dg/monitoring-metrics-types.html: DestinationDeliveryFailures
test('news that no destination takes are counted, and hold up nothing', async () => {
  answers = [fails]
  await configure({ retriesMax: 0, onFailure: 'arn:aws:s3:::bucket' })
  await put()
  await isEmpty()
  assert.deepEqual(lostNews, [ref.name])
})

test('an event that finds no room is tried until it is too old, and no retry is taken off', async () => {
  answers = [throttles, throttles, throttles, fails, () => done()]
  await put()
  await called(1)
  for (let count = 2; count <= 4; count += 1) {
    await passUntilDue()
    await called(count)
  }
  // It waits as long again as it has waited: 1, 2, 4 seconds.
  assert.deepEqual(calls, [0, 1000, 2000, 4000])
  await passUntilDue()
  await isEmpty()
  assert.deepEqual(calls.at(-1), 64_000)
})

test('a clock that is set back holds up no retry, and one that is set forward brings it on', async () => {
  answers = [fails]
  await put()
  await called(1)
  clock.advance(-3_600_000)
  const due = await poll('an event that waits', async () => {
    const [event] = await waiting()
    return event?.attempts === 1 && event.due_ms <= clock.now() + 60_000 && event
  })
  // It came a moment ago, by the clock as it is now.
  assert.ok(due.received_ms <= clock.now() && due.received_ms > clock.now() - 60_000)
  clock.advance(60_000)
  await called(2)
  clock.advance(3_600_000)
  await isEmpty()
  assert.equal(calls.length, 3)
})

test('an event is not left behind by a clock that was set back while nobody looked', async () => {
  stop.abort()
  await ended
  await put()
  clock.advance(-3_600_000)
  queue = newQueue()
  stop = new AbortController()
  ended = queue.run(stop.signal)
  await isEmpty()
  assert.equal(calls.length, 1)
})

test('an event that has become too old is dropped', async () => {
  answers = [throttles]
  await configure({ ageSecondsMax: 60 })
  await put()
  await called(1)
  clock.advance(61_000)
  await isEmpty()
  assert.equal(calls.length, 1)
})

test('too large and broken payloads, and functions that are not there, are refused at once', async () => {
  const refuses = (input: object, code: string) =>
    assert.rejects(queue.put({ ref, payload: Buffer.from('{}'), requestId: 'r', ...input }), {
      code,
    })
  await refuses({ payload: Buffer.from(`"${'x'.repeat(1_048_575)}"`) }, 'PayloadTooLarge')
  await refuses({ payload: Buffer.from('{') }, 'InvalidPayload')
  await refuses({ ref: { ...ref, name: 'g' } }, 'FunctionNotFound')
  await refuses({ qualifier: '7' }, 'FunctionNotFound')
})

test('a database that fails for a moment does not end the handling of events', async () => {
  let failures = 0
  const failing: Database = {
    ...database,
    transaction: (...asked) => database.transaction(...asked),
    tables: () => {
      if (failures === 0) return database.tables()
      failures -= 1
      throw new Error('away for a moment')
    },
  }
  const other = newQueue(failing)
  stop.abort()
  await ended
  stop = new AbortController()
  failures = 2
  ended = other.run(stop.signal)
  await poll('the failures', () => failures === 0)
  await other.put({ ref, payload: Buffer.from('{}'), requestId: uuid() })
  await isEmpty()
  assert.equal(calls.length, 1)
})

test('no more events wait than may, also behind such as others than callers have put there', async () => {
  const held = Promise.withResolvers<void>()
  let isHeld = false
  const invoke = async () => {
    if (isHeld) await held.promise
    return done()
  }
  const other = newQueue(database, { eventsMax: 2, invoke })
  stop.abort()
  await ended
  stop = new AbortController()
  ended = other.run(stop.signal)
  const putOther = () => other.put({ ref, payload: Buffer.from('{}'), requestId: uuid() })
  await putOther()
  await isEmpty()
  // As mappings tell of records that they gave up.
  await database.transaction(async (tx) => {
    for (let n = 0; n < 5; n += 1) {
      const row = eventRow(ref, 'id', Buffer.from('{}'), uuid(), clock.now())
      await tablesOf(tx).insertInto('functions_events').values(row).execute()
    }
  })
  await isEmpty()
  isHeld = true
  try {
    await putOther()
    await putOther()
    await assert.rejects(putOther(), (error) => isLakeError(error, 'FunctionThrottled'))
  } finally {
    held.resolve()
  }
  await isEmpty()
  await putOther()
})
