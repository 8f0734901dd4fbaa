import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, it } from 'node:test'
import { sql } from 'kysely'
import { isLakeError, silentLogger } from '#kit'
import type { Database, Migration, Transaction } from '../database.ts'
import { Changes } from './changes.ts'
import { openSqliteDatabase } from './sqlite-database.ts'
import { WriterConnection } from './writer-connection.ts'
import { Writer } from './writer.ts'

interface Tables {
  readonly notes: { readonly book: string; readonly page: string; readonly text: string }
  readonly blobs: { readonly bytes: Uint8Array }
}

const migrations: readonly Migration[] = [
  {
    name: 'writer-1-tables',
    up: async (db) => {
      await sql`create table notes (book text not null, page text not null, text text not null, primary key (book, page))`.execute(
        db,
      )
      await sql`create table blobs (bytes blob not null)`.execute(db)
    },
  },
]

describe('the writer of the database', () => {
  let folder: string
  let database: Database
  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'boathouse-writer-'))
    const path = join(folder, 'lake.db')
    database = await openSqliteDatabase({ path, migrations, log: silentLogger() })
  })
  afterEach(async () => {
    await database.close()
    await rm(folder, { recursive: true })
  })

  const put = (page: string, book = 'b') =>
    database.transaction(async (tx) => {
      await tx.tables<Tables>().insertInto('notes').values({ book, page, text: '' }).execute()
    })
  const pages = async () => {
    const rows = await database.tables<Tables>().selectFrom('notes').select('page').execute()
    return rows.map(({ page }) => page).sort()
  }
  const isDatabaseFailure = (error: unknown) => isLakeError(error, 'DatabaseFailed')

  it('answers all who wait with an error when its thread ends, and starts another one', async () => {
    const connections: WriterConnection[] = []
    const open = () => {
      const connection = new WriterConnection(
        { path: join(folder, 'lake.db'), watch: undefined },
        silentLogger(),
      )
      connections.push(connection)
      return connection
    }
    const changes = new Changes()
    const writer = new Writer(open, silentLogger(), changes)
    await writer.ready()
    const insert = (page: string) =>
      ['insert into notes (book, page, text) values (?, ?, ?)', ['b', page, '']] as const
    const run = (page: string) => writer.transaction((one) => one(...insert(page)))
    const steps = (page: string) => {
      const [text, parameters] = insert(page)
      return writer.steps([{ sql: text, parameters }])
    }
    for (let round = 0; round < 6; round += 1) {
      await run(`before ${round}`)
      const ends = await Promise.allSettled([
        steps(`with ${round}`),
        writer.transaction(async (one) => {
          await one(...insert(`of ${round}`))
          const stopped = connections.at(-1)!.stop(new Error('stopped by the test'))
          if (round % 2 === 0) await stopped
          // Without a commit it may be that it was answered before.
          await one(...insert(`lost ${round}`))
          await stopped
        }),
        steps(`behind ${round}`),
      ])
      const [first, stopped, last] = ends
      assert.ok(stopped.status === 'rejected' && isDatabaseFailure(stopped.reason))
      await run(`after ${round}`)
      // Those around it have gone with it, or had a commit of their own.
      const wasMade = { with: first.status, behind: last.status }
      for (const each of [first, last]) {
        assert.ok(each.status === 'fulfilled' || isDatabaseFailure(each.reason))
      }
      const found = (await pages()).filter((page) => page.endsWith(` ${round}`))
      for (const name of ['with', 'behind'] as const) {
        assert.equal(found.includes(`${name} ${round}`), wasMade[name] === 'fulfilled', name)
      }
      assert.ok(found.includes(`before ${round}`) && found.includes(`after ${round}`))
      assert.ok(!found.includes(`of ${round}`) && !found.includes(`lost ${round}`))
      assert.ok(!Number.isNaN(changes.generation()), 'what is read may be kept again')
    }
    assert.equal(connections.length, 7)
    await writer.close()
    await assert.rejects(run('closed'), isDatabaseFailure)
  })

  it('answers all who wait when no thread can be started, and those who come when one can', async () => {
    const path = join(folder, 'lake.db')
    let mayOpen = true
    const connect = (at: string) =>
      new WriterConnection({ path: at, watch: undefined }, silentLogger())
    let last = connect(path)
    const open = () => (last = connect(mayOpen ? path : join(folder, 'none', 'x.db')))
    await last.close()
    const writer = new Writer(open, silentLogger(), new Changes())
    await writer.ready()
    const write = (page: string) =>
      writer.transaction((one) =>
        one('insert into notes (book, page, text) values (?, ?, ?)', ['b', page, '']),
      )
    mayOpen = false
    await last.stop(new Error('stopped by the test'))
    const ends = await Promise.allSettled([write('1'), write('2'), write('3')])
    for (const each of ends) assert.ok(each.status === 'rejected' && isDatabaseFailure(each.reason))
    mayOpen = true
    await write('4')
    assert.deepEqual(await pages(), ['4'])
    await writer.close()
  })

  it('makes what waits though the time of its batch is up before it has begun', async () => {
    const path = join(folder, 'late.db')
    const options = { path, migrations, log: silentLogger() }
    // As when the process does not run for so long.
    await using late = await openSqliteDatabase({ ...options, limits: { batchMsMax: 0 } })
    const write = (page: string, way: 'transaction' | 'optimistic') =>
      late[way](async (tx) => {
        const row = { book: 'b', page, text: '' }
        await tx.tables<Tables>().insertInto('notes').values(row).execute()
      })
    await Promise.all([
      write('1', 'optimistic'),
      write('2', 'transaction'),
      write('3', 'optimistic'),
    ])
    const rows = await late.tables<Tables>().selectFrom('notes').select('page').execute()
    assert.deepEqual(rows.map(({ page }) => page).sort(), ['1', '2', '3'])
  })

  it('refuses bytes that are not there any more, and nothing else with them', async () => {
    const insert = (bytes: Uint8Array, way: 'transaction' | 'optimistic') =>
      database[way](async (tx: Transaction) => {
        await tx.tables<Tables>().insertInto('blobs').values({ bytes }).execute()
      })
    for (const way of ['transaction', 'optimistic'] as const) {
      const gone = new Uint8Array(8)
      structuredClone(gone.buffer, { transfer: [gone.buffer] })
      const [lost, kept] = await Promise.allSettled([insert(gone, way), put(way)])
      assert.equal(lost.status, 'rejected')
      assert.equal(kept.status, 'fulfilled')
      // The very statement that failed.
      await insert(Buffer.from('there'), way)
      assert.ok(!Number.isNaN(database.generation(['blobs'])))
    }
    const blobs = await database.tables<Tables>().selectFrom('blobs').selectAll().execute()
    assert.equal(blobs.length, 2)
  })

  it('sends of a view what it shows, and not the memory that it lies in', async () => {
    const view = new Uint8Array(1 << 20).fill(7).subarray(100, 104)
    await database.transaction(async (tx) => {
      await tx.tables<Tables>().insertInto('blobs').values({ bytes: view }).execute()
    })
    const [row] = await database.tables<Tables>().selectFrom('blobs').selectAll().execute()
    assert.deepEqual([...row!.bytes], [7, 7, 7, 7])
  })

  it('reads ahead what is asked, whatever marks its parameters hold', async () => {
    const own = ['x\0string y', 'z'] as const
    const other = ['x', 'y\0string z'] as const
    for (const [book, page] of [own, other]) await put(page, book)
    const rename = ([book, page]: readonly [string, string]) =>
      database.optimistic(async (tx) => {
        const db = tx.tables<Tables>()
        const rows = await db
          .selectFrom('notes')
          .selectAll()
          .where('book', '=', book)
          .where('page', '=', page)
          .execute()
        const text = JSON.stringify([rows[0]!.book, rows[0]!.page])
        await db
          .updateTable('notes')
          .set({ text })
          .where('book', '=', book)
          .where('page', '=', page)
          .execute()
      })
    await database.optimistic(async (tx) => {
      // What both ask is known from here on.
      for (const [book, page] of [own, other]) {
        await tx
          .tables<Tables>()
          .selectFrom('notes')
          .selectAll()
          .where('book', '=', book)
          .where('page', '=', page)
          .execute()
      }
    })
    await rename(own)
    await rename(other)
    for (const row of await database.tables<Tables>().selectFrom('notes').selectAll().execute()) {
      assert.equal(row.text, JSON.stringify([row.book, row.page]))
    }
  })

  it('tells that a row has changed, by whatever text of the same key', async () => {
    const key = ['b', 'a\ufffd'] as const
    await put(key[1])
    const before = database.generationOf('notes', key)
    await database.transaction(async (tx) => {
      const notes = tx.tables<Tables>().updateTable('notes').set({ text: 'changed' })
      // The half of a pair, which is stored as the character that stands for it.
      const half = await notes
        .where('book', '=', 'b')
        .where('page', '=', 'a\ud800')
        .executeTakeFirst()
      assert.equal(half.numUpdatedRows, 1n)
    })
    assert.ok(database.generationOf('notes', key) > before)
  })

  it('closes though somebody writes all the time', async () => {
    let isClosed = false
    const write = async (name: string) => {
      for (let number = 0; !isClosed; number += 1) await put(`${name} ${number}`)
    }
    const writing = Promise.allSettled([write('a'), write('b')])
    await put('first')
    await database.close()
    isClosed = true
    for (const each of await writing) {
      assert.ok(each.status === 'rejected' && isDatabaseFailure(each.reason))
    }
  })
})
