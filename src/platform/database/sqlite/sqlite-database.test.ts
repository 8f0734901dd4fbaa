import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { isLakeError, silentLogger } from '#kit'
import type { Database, Migration } from '../database.ts'
import { openSqliteDatabase } from './sqlite-database.ts'

interface Tables {
  readonly notes: { id: number; text: string; bytes: Uint8Array | null }
}

const migrations: Migration[] = [
  {
    name: 'notes-1-table',
    up: async (db) => {
      await db.schema
        .createTable('notes')
        .addColumn('id', 'integer', (column) => column.primaryKey())
        .addColumn('text', 'text', (column) => column.notNull())
        .addColumn('bytes', 'blob')
        .execute()
    },
  },
]

describe('the embedded database', () => {
  let folder: string
  let database: Database
  const open = () =>
    openSqliteDatabase({
      path: join(folder, 'lake.db'),
      migrations,
      log: silentLogger(),
      limits: { transactionMsMax: 300 },
    })
  const add = (id: number, text = 'x') =>
    database.transaction(async (tx) => {
      await tx.tables<Tables>().insertInto('notes').values({ id, text, bytes: null }).execute()
    })
  const ids = async () =>
    (await database.tables<Tables>().selectFrom('notes').select('id').orderBy('id').execute()).map(
      (row) => row.id,
    )

  before(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boathouse-database-'))
    database = await open()
  })
  after(async () => {
    await database.close()
    await rm(folder, { recursive: true })
  })

  it('shows a committed row to the reader, bytes and all', async () => {
    await database.transaction(async (tx) => {
      const db = tx.tables<Tables>()
      await db
        .insertInto('notes')
        .values({ id: 1, text: 'é', bytes: new Uint8Array([0, 255]) })
        .execute()
      const inside = await db.selectFrom('notes').selectAll().execute()
      assert.equal(inside.length, 1, 'a transaction sees its own writes')
    })
    const row = await database.tables<Tables>().selectFrom('notes').selectAll().executeTakeFirst()
    assert.equal(row?.text, 'é')
    assert.deepEqual([...row!.bytes!], [0, 255])
  })

  it('undoes a transaction that throws, and only that one, when they share a commit', async () => {
    const results = await Promise.allSettled([
      add(10),
      database.transaction(async (tx) => {
        await tx
          .tables<Tables>()
          .insertInto('notes')
          .values({ id: 11, text: '', bytes: null })
          .execute()
        throw new Error('changed my mind')
      }),
      add(12),
      add(10),
    ])
    assert.deepEqual(
      results.map((result) => result.status),
      ['fulfilled', 'rejected', 'fulfilled', 'rejected'],
    )
    const duplicate = results[3] as PromiseRejectedResult
    assert.ok(isLakeError(duplicate.reason, 'DatabaseFailed'))
    assert.equal(duplicate.reason.details.constraint, true)
    assert.deepEqual(await ids(), [1, 10, 12])
  })

  it('reports changed rows', async () => {
    const changed = await database.transaction((tx) =>
      tx.tables<Tables>().updateTable('notes').set({ text: 'y' }).executeTakeFirst(),
    )
    assert.equal(changed.numUpdatedRows, 3n)
  })

  it('rolls back a transaction that takes too long, and goes on', async () => {
    const { promise, resolve } = Promise.withResolvers<void>()
    await assert.rejects(
      database.transaction(async (tx) => {
        await tx
          .tables<Tables>()
          .insertInto('notes')
          .values({ id: 20, text: '', bytes: null })
          .execute()
        await promise
      }),
      (error) => isLakeError(error, 'TransactionTimedOut'),
    )
    resolve()
    await add(21)
    assert.deepEqual(await ids(), [1, 10, 12, 21])
  })

  it('commits many at once with few fsyncs, in the order asked', async () => {
    await Promise.all(Array.from({ length: 1000 }, (_, index) => add(1000 + index)))
    assert.equal((await ids()).length, 1004)
  })

  it('takes a transaction that is asked for in the very step in which another failed', async () => {
    await add(40)
    await add(40).catch(() => add(41))
    await add(41).catch(async () => {
      await Promise.resolve()
      await add(42)
    })
    assert.deepEqual(
      (await ids()).filter((id) => id >= 40 && id < 50),
      [40, 41, 42],
    )
  })

  it('finds everything again after closing, and refuses writes when closed', async () => {
    await database.close()
    await assert.rejects(add(30), (error) => isLakeError(error, 'DatabaseFailed'))
    database = await open()
    assert.equal((await ids()).length, 1007)
  })

  it('refuses a folder that a newer version has migrated', async () => {
    await assert.rejects(
      openSqliteDatabase({ path: join(folder, 'lake.db'), migrations: [], log: silentLogger() }),
      /newer version/,
    )
  })
})
