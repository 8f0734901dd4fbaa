import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import type { Insertable } from 'kysely'
import { isLakeError, silentLogger } from '#kit'
import { openSqliteDatabase, type Database, type Migration } from '#platform/database'
import {
  loadCheckpoints,
  loadVersion,
  moveCheckpoints,
  putCheckpoints,
  type LaneKey,
} from './checkpoints.ts'
import { migrations } from './migrations.ts'
import type { Places } from './places.ts'
import { insertStream, removeStream } from './stream-rows.ts'
import type { DeliveryStream } from './records.ts'
import { tablesOf } from './tables.ts'

const log = silentLogger()

async function inFolder(
  work: (open: (migrations: readonly Migration[]) => Promise<Database>) => Promise<void>,
): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-checkpoints-'))
  try {
    const path = join(folder, 'lake.db')
    await work((steps) => openSqliteDatabase({ path, migrations: steps, log }))
  } finally {
    await rm(folder, { recursive: true })
  }
}

const target: LaneKey = { streamId: 'one', lane: 'target' }
const at = (...sequences: readonly number[]): Places =>
  new Map([['log', new Map(sequences.map((sequence, number) => [number, sequence]))]])
const isSuperseded = (error: unknown) => isLakeError(error, 'DeliverySuperseded')

test('of two who move the checkpoints from one version the first has moved them, and the other nothing', async () => {
  await inFolder(async (open) => {
    await using database = await open(migrations)
    await database.transaction((tx) => putCheckpoints(tablesOf(tx), target, at(1, 2)))
    const before = await loadCheckpoints(tablesOf(database), target)
    assert.deepEqual(before?.places, at(1, 2))
    const { version } = before!
    const move = (to: Places) =>
      database.transaction((tx) => moveCheckpoints(tx, target, { version, to }))
    const outcomes = await Promise.allSettled([move(at(5, 2)), move(at(1, 6))])
    const [done, refused] = outcomes.toSorted((a) => (a.status === 'fulfilled' ? -1 : 1))
    assert.equal(done!.status, 'fulfilled')
    assert.ok(refused!.status === 'rejected' && isSuperseded(refused!.reason))
    const after = await loadCheckpoints(tablesOf(database), target)
    assert.equal(after?.version, version + 1)
    assert.deepEqual(after?.places, outcomes[0]!.status === 'fulfilled' ? at(5, 2) : at(1, 6))
    // Who is told so begins from what it loads.
    const to = at(9, 9)
    await database.transaction((tx) => moveCheckpoints(tx, target, { version: after!.version, to }))
    assert.equal(await loadVersion(tablesOf(database), target), version + 2)
  })
})

test('the move is taken back with what fails behind it, and may be tried again', async () => {
  await inFolder(async (open) => {
    await using database = await open(migrations)
    await database.transaction((tx) => putCheckpoints(tablesOf(tx), target, at(1)))
    const { version } = (await loadCheckpoints(tablesOf(database), target))!
    const failing = database.transaction(async (tx) => {
      await moveCheckpoints(tx, target, { version, to: at(2) })
      throw new Error('the object cannot be published')
    })
    await assert.rejects(failing, /published/)
    assert.equal(await loadVersion(tablesOf(database), target), version)
    await database.transaction((tx) => moveCheckpoints(tx, target, { version, to: at(2) }))
  })
})

test('nothing is moved in a lane that begins anew, or whose delivery stream is gone', async () => {
  await inFolder(async (open) => {
    await using database = await open(migrations)
    const stream = {
      id: 'one',
      accountId: '123456789012',
      region: 'us-east-1',
      name: 'd',
      version: 1,
      createdMs: 0,
    } as DeliveryStream
    const backup = { ...target, lane: 'backup' } as const
    await database.transaction(async (tx) => {
      const described = { source: {}, settings: {}, description: {}, encryption: {}, tags: {} }
      await insertStream(tablesOf(tx), { ...stream, ...described } as DeliveryStream)
      for (const lane of [target, backup]) await putCheckpoints(tablesOf(tx), lane, at(1))
    })
    const { version } = (await loadCheckpoints(tablesOf(database), backup))!
    await database.transaction((tx) => putCheckpoints(tablesOf(tx), backup, at(7)))
    const move = (lane: LaneKey) =>
      database.transaction((tx) => moveCheckpoints(tx, lane, { version, to: at(3) }))
    await assert.rejects(move(backup), isSuperseded)
    assert.deepEqual((await loadCheckpoints(tablesOf(database), backup))?.places, at(7))
    await move(target)
    await database.transaction((tx) => removeStream(tablesOf(tx), stream, undefined))
    assert.equal(await loadCheckpoints(tablesOf(database), target), undefined)
    assert.equal(await loadVersion(tablesOf(database), backup), undefined)
    await assert.rejects(
      database.transaction((tx) =>
        moveCheckpoints(tx, target, { version: version + 1, to: at(4) }),
      ),
      isSuperseded,
    )
  })
})

test('a folder whose checkpoints are a row for each shard goes on where they stood', async () => {
  await inFolder(async (open) => {
    const before = migrations.slice(0, 2)
    assert.equal(before.at(-1)?.name, 'delivery-2-kinds-of-targets')
    interface Row {
      readonly stream_id: string
      readonly lane: string
      readonly log_id: string
      readonly shard_id: string
      readonly sequence: number
    }
    const row = (
      streamId: string,
      lane: string,
      logId: string,
      number: number,
      to: number,
    ): Row => ({
      stream_id: streamId,
      lane,
      log_id: logId,
      shard_id: `shardId-${String(number).padStart(12, '0')}`,
      sequence: to,
    })
    {
      await using old = await open(before)
      const rows: readonly Insertable<Row>[] = [
        row('one', 'target', 'firehose-one', 0, 12),
        row('one', 'backup', 'firehose-one', 0, 3),
        ...Array.from({ length: 1200 }, (_, number) =>
          row('two', 'target', 'stream-b', number, number * 1000),
        ),
        // Of a stream that was made anew under the same name.
        row('two', 'target', 'stream-a', 4, 2 ** 40),
      ]
      await old.transaction(async (tx) => {
        const db = tx.tables<{ delivery_checkpoints: Row }>()
        for (let from = 0; from < rows.length; from += 500) {
          const values = rows.slice(from, from + 500)
          await db.insertInto('delivery_checkpoints').values(values).execute()
        }
      })
    }
    await using database = await open(migrations)
    const load = async (streamId: string, lane: 'target' | 'backup') =>
      (await loadCheckpoints(tablesOf(database), { streamId, lane }))?.places
    const direct = (to: number) => new Map([['firehose-one', new Map([[0, to]])]])
    assert.deepEqual(await load('one', 'target'), direct(12))
    assert.deepEqual(await load('one', 'backup'), direct(3))
    const shards = new Map(Array.from({ length: 1200 }, (_, number) => [number, number * 1000]))
    const expected = new Map([
      ['stream-b', shards],
      ['stream-a', new Map([[4, 2 ** 40]])],
    ])
    assert.deepEqual(await load('two', 'target'), expected)
    assert.equal(await load('two', 'backup'), undefined)
    const tables = await database.rows<{ readonly name: string }>(
      "select name from sqlite_master where name like 'delivery_%' and type = 'table'",
      [],
    )
    assert.deepEqual(tables.map(({ name }) => name).toSorted(), [
      'delivery_garbage',
      'delivery_lanes',
      'delivery_streams',
    ])
  })
})
