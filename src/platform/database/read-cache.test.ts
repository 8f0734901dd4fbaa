import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { silentLogger } from '#kit'
import type { Database } from './database.ts'
import { ReadCache } from './read-cache.ts'
import { openSqliteDatabase } from './sqlite/sqlite-database.ts'

interface Tables {
  readonly pages: { readonly book: string; readonly page: string; readonly text: string }
  readonly books: { readonly name: string; readonly owner: string }
}

const migrations = [
  {
    name: 'read-cache-1-tables',
    up: async (db: ReturnType<Database['tables']>) => {
      await db.schema
        .createTable('pages')
        .addColumn('book', 'text', (column) => column.notNull())
        .addColumn('page', 'text', (column) => column.notNull())
        .addColumn('text', 'text', (column) => column.notNull())
        .addPrimaryKeyConstraint('pages_key', ['book', 'page'])
        .execute()
      await db.schema
        .createTable('books')
        .addColumn('name', 'text', (column) => column.primaryKey())
        .addColumn('owner', 'text', (column) => column.notNull())
        .execute()
    },
  },
]

async function withDatabase(work: (database: Database) => Promise<void>): Promise<void> {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-read-cache-'))
  try {
    const path = join(folder, 'lake.db')
    await using database = await openSqliteDatabase({ path, migrations, log: silentLogger() })
    await work(database)
  } finally {
    await rm(folder, { recursive: true })
  }
}

const write = (database: Database, page: string, text: string) =>
  database.transaction(async (tx) => {
    await tx
      .tables<Tables>()
      .insertInto('pages')
      .values({ book: 'b', page, text })
      .onConflict((conflict) => conflict.columns(['book', 'page']).doUpdateSet({ text }))
      .execute()
  })

it('what is kept is what would be read, after every kind of change', () =>
  withDatabase(async (database) => {
    const cache = new ReadCache<keyof Tables>(database, ['books'], { countMax: 3 })
    let seed = 3
    const dice = (sides: number) => {
      seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
      return Math.floor((seed / 2 ** 31) * sides)
    }
    const read = async (page: string) => {
      const db = database.tables<Tables>()
      const [book] = await db.selectFrom('books').selectAll().execute()
      const row = db.selectFrom('pages').selectAll().where('book', '=', 'b')
      return [book?.owner, (await row.where('page', '=', page).executeTakeFirst())?.text]
    }
    for (let step = 0; step < 500; step += 1) {
      const page = String(dice(5))
      const text = String(dice(1000))
      const change = dice(6)
      if (change === 0) await write(database, page, text)
      if (change === 1) {
        await database.transaction(async (tx) => {
          const books = tx.tables<Tables>()
          await books.deleteFrom('books').execute()
          await books.insertInto('books').values({ name: 'b', owner: text }).execute()
        })
      }
      if (change === 2) {
        await database.transaction(async (tx) => {
          await tx.tables<Tables>().deleteFrom('pages').where('text', '<', text).execute()
        })
      }
      const rows = { table: 'pages', key: ['b', page] } as const
      assert.deepEqual(await cache.get(page, () => read(page), { rows }), await read(page))
    }
  }))

it('asks once while nothing changes, save for what is too long to be kept', () =>
  withDatabase(async (database) => {
    const cache = new ReadCache<keyof Tables>(database, ['pages'], { countMax: 10, lengthMax: 80 })
    let asked = 0
    const read = async () => (asked += 1)
    await cache.get('one', read)
    await cache.get('one', read)
    assert.equal(asked, 1)
    await write(database, '1', 'other')
    assert.equal(await cache.get('one', read), 2)
    for (const wanted of [3, 4]) {
      assert.equal(await cache.get('large', read, { lengthOf: () => 100 }), wanted)
    }
    await assert.rejects(async () => cache.get('failing', () => Promise.reject(new Error('no'))))
    assert.equal(await cache.get('failing', read), 5)
  }))
