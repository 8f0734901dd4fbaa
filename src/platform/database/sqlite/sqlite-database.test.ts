import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, describe, it } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import { sql, type Kysely } from 'kysely'
import { pino } from 'pino'
import { isLakeError, silentLogger } from '#kit'
import type { Database, Migration, Transaction } from '../database.ts'
import { prepared } from '../prepared.ts'
import { openSqliteDatabase } from './sqlite-database.ts'
import type { WriterLimits } from './writer-limits.ts'

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
      await sql`create table notes_log (id integer)`.execute(db)
      await sql`create table others (id integer)`.execute(db)
      await sql`create trigger noted after update on notes begin insert into notes_log values (new.id); end`.execute(
        db,
      )
    },
  },
]

describe('the embedded database', () => {
  let folder: string
  let database: Database
  const open = (limits: Partial<WriterLimits> = {}, log = silentLogger()) =>
    openSqliteDatabase({ path: join(folder, 'lake.db'), migrations, log, limits })
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

  it('rolls back a transaction that takes too long, names it, and goes on', async () => {
    await database.close()
    const lines: string[] = []
    const log = pino({ base: undefined }, { write: (line: string) => void lines.push(line) })
    database = await open({ transactionMsMax: 300 }, log)
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
    const { first, statements, isAnswered } = JSON.parse(lines[0]!) as Record<string, unknown>
    assert.match(String(first), /^insert into "notes"/)
    assert.deepEqual([statements, isAnswered], [1, true])
    resolve()
    await add(21)
    await database.close()
    database = await open()
    assert.deepEqual(await ids(), [1, 10, 12, 21])
  })

  it('commits many at once with few fsyncs, in the order asked', async () => {
    await Promise.all(Array.from({ length: 1000 }, (_, index) => add(1000 + index)))
    assert.equal((await ids()).length, 1004)
  })

  it('gives those who wrote together one commit again, though they do not come back at once', async () => {
    const [writers, times] = [8, 20]
    const before = database.generation()
    const write = async (writer: number) => {
      for (let time = 0; time < times; time += 1) {
        await database.optimistic(async (tx) => {
          const id = 100_000 + writer * times + time
          const row = { id, text: 'x', bytes: null }
          await tx.tables<Tables>().insertInto('notes').values(row).execute()
        })
        for (let turn = 0; turn < writer % 4; turn += 1) await nextTurn()
      }
    }
    await Promise.all(Array.from({ length: writers }, (_, writer) => write(writer)))
    const commits = database.generation() - before
    assert.ok(commits >= times && commits < times * 1.5, `${commits} commits`)
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

  describe('working ahead', () => {
    const raise = async (tx: Transaction, id: number) => {
      const db = tx.tables<Tables>()
      const row = await db.selectFrom('notes').selectAll().where('id', '=', id).executeTakeFirst()
      const text = String(Number(row?.text ?? 0) + 1)
      if (row) await db.updateTable('notes').set({ text }).where('id', '=', id).execute()
      else
        await db
          .insertInto('notes')
          .values({ id, text, bytes: Buffer.from('b') })
          .execute()
      return text
    }
    const textOf = async (id: number) =>
      (
        await database
          .tables<Tables>()
          .selectFrom('notes')
          .select('text')
          .where('id', '=', id)
          .executeTakeFirst()
      )?.text

    it('runs the work once where nothing comes between, and again where something did', async () => {
      let runs = 0
      const count = (id: number) =>
        database.optimistic((tx) => {
          runs += 1
          return raise(tx, id)
        })
      assert.deepEqual(await Promise.all([count(5001), count(5002)]), ['1', '1'])
      assert.equal(runs, 2)
      const other = database.transaction((tx) => raise(tx, 5001))
      assert.deepEqual(await Promise.all([other, count(5001), count(5002)]), ['2', '3', '2'])
      assert.equal(runs, 5)
    })

    it('loses no change, mixed with ordinary transactions', async () => {
      const work = (_: unknown, index: number) =>
        index % 5 === 0
          ? database.transaction((tx) => raise(tx, 5100 + (index % 7)))
          : database.optimistic((tx) => raise(tx, 5100 + (index % 7)))
      await Promise.all(Array.from({ length: 350 }, work))
      for (let id = 5100; id < 5107; id += 1) assert.equal(await textOf(id), '50')
    })

    it('knows a statement that came with a transaction which ended before it', async () => {
      const work = (id: number) =>
        database.optimistic(async (tx) => {
          await raise(tx, 5500)
          // A text of its own, which comes with this transaction first.
          await sql.raw(`insert into notes_log values (${id})`).execute(tx.tables<Tables>())
        })
      // All have read the same row: of all but the first the thread leaves the rest, and they run once more.
      await Promise.all([5501, 5502, 5503].map(work))
      await work(5504)
      assert.equal(await textOf(5500), '4')
    })

    it('compares what it read with what triggers have written since', async () => {
      type Own = Tables & { notes_log: { id: number }; others: { id: number } }
      await add(5401)
      const count = () =>
        database.optimistic(async (tx) => {
          const db = tx.tables<Own>()
          const counted = (from: 'notes_log' | 'others') =>
            db.selectFrom(from).select((column) => column.fn.countAll<number>().as('count'))
          const { count: before } = await counted('notes_log').executeTakeFirstOrThrow()
          // The log grows by this alone.
          await db.updateTable('notes').set({ text: 'seen' }).where('id', '=', 5401).execute()
          await db.insertInto('others').values({ id: before }).execute()
        })
      await Promise.all(Array.from({ length: 40 }, count))
      const db = database.tables<Own>()
      const seen = await db.selectFrom('others').select('id').orderBy('id').execute()
      const first = seen[0]!.id
      assert.deepEqual(
        seen.map(({ id }) => id),
        Array.from({ length: 40 }, (_, at) => first + at),
      )
    })

    it('tells which tables have changed, what triggers change among them', async () => {
      const before = ['notes', 'notes_log', 'others'].map((name) => database.generation([name]))
      const all = database.generation()
      await database.optimistic((tx) => raise(tx, 5001))
      const [notes, log, others] = ['notes', 'notes_log', 'others'].map((name) =>
        database.generation([name]),
      )
      assert.ok(notes! > before[0]! && log! > before[1]! && others === before[2])
      assert.ok(database.generation() > all && database.generation(['others', 'notes']) === notes)
      await database.transaction(async (tx) => {
        await sql`update notes set text = 'z' where id = 5001`.execute(tx.tables())
      })
      assert.ok(database.generation(['others']) > others!, 'a text that is not understood')
    })

    it('prepares a query once, for rows and for values', async () => {
      let built = 0
      const insert = prepared((db: Kysely<Tables>, row: Tables['notes']) => {
        built += 1
        return db.insertInto('notes').values(row)
      })
      const texts = prepared((db: Kysely<Tables>, from: number, to: number) =>
        db
          .selectFrom('notes')
          .select(['text', 'bytes'])
          .where('id', '>=', from)
          .where('id', '<=', to)
          .orderBy('id')
          .limit(2),
      )
      for (const id of [5161, 5162, 5163]) {
        const row = { bytes: id === 5162 ? null : Buffer.from([id & 255]), text: `t${id}`, id }
        await database.optimistic((tx) => insert(tx, row))
      }
      assert.equal(built, 1)
      const found = await texts(database, 5162, 5169)
      assert.deepEqual(
        found.map(({ text, bytes }) => [text, bytes && [...bytes]]),
        [
          ['t5162', null],
          ['t5163', [5163 & 255]],
        ],
      )
      assert.equal((await texts(database, 5161, 5161))[0]?.text, 't5161')
    })

    it('undoes alone what throws, and what breaks a rule', async () => {
      const insert = (id: number, then = () => {}) =>
        database.optimistic(async (tx) => {
          await tx
            .tables<Tables>()
            .insertInto('notes')
            .values({ id, text: '', bytes: null })
            .execute()
          then()
        })
      const results = await Promise.allSettled([
        insert(5201),
        insert(5201),
        insert(5202, () => {
          throw new Error('changed my mind')
        }),
        insert(5203),
      ])
      assert.deepEqual(
        results.map((result) => result.status),
        ['fulfilled', 'rejected', 'rejected', 'fulfilled'],
      )
      assert.ok(isLakeError((results[1] as PromiseRejectedResult).reason, 'DatabaseFailed'))
      assert.deepEqual(await Promise.all([5201, 5202, 5203].map(textOf)), ['', undefined, ''])
    })

    it('gives what writes return, and reads behind them', async () => {
      const found = await database.optimistic(async (tx) => {
        const db = tx.tables<Tables>()
        const { id } = await db
          .insertInto('notes')
          .values({ id: 5301, text: 'r', bytes: null })
          .returning('id')
          .executeTakeFirstOrThrow()
        return db.selectFrom('notes').select('text').where('id', '=', id).executeTakeFirst()
      })
      assert.equal(found?.text, 'r')
    })
  })

  it('finds everything again after closing, and refuses writes when closed', async () => {
    await database.close()
    await assert.rejects(add(30), (error) => isLakeError(error, 'DatabaseFailed'))
    database = await open()
    assert.ok((await ids()).includes(1999))
  })

  it('refuses a folder that a newer version has migrated', async () => {
    await assert.rejects(
      openSqliteDatabase({ path: join(folder, 'lake.db'), migrations: [], log: silentLogger() }),
      /newer version/,
    )
  })
})
