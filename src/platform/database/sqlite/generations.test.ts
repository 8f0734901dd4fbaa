import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { it } from 'node:test'
import { sql } from 'kysely'
import { silentLogger } from '#kit'
import type { Migration, Transaction } from '../database.ts'
import { openSqliteDatabase } from './sqlite-database.ts'

interface Tables {
  readonly notes: { book: string; page: string; line: number; text: string }
  readonly books: { name: string }
}

const migrations: Migration[] = [
  {
    name: 'generations-1-tables',
    up: async (db) => {
      for (const text of [
        'create table notes (book text not null, page text not null, line integer not null, text text not null, primary key (book, page, line))',
        'create table books (name text primary key)',
        'create trigger books_gone after delete on books begin delete from notes where book = old.name; end',
      ]) {
        await sql.raw(text).execute(db)
      }
    },
  },
]

const books = ['a', 'b', 'c']
const pages = ['1', '2', '3', '4']
const keys = books.flatMap((book) => pages.map((page) => [book, page] as const))
const steps = 600

it('the generation of a key is another one whenever its rows are, whatever changed them', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'boathouse-generations-'))
  const path = join(folder, 'lake.db')
  await using database = await openSqliteDatabase({ path, migrations, log: silentLogger() })
  let seed = 7
  const dice = (sides: number) => {
    seed = (seed * 1_103_515_245 + 12_345) % 2 ** 31
    return Math.floor((seed / 2 ** 31) * sides)
  }
  const readAll = async () => {
    const rows = await database.tables<Tables>().selectFrom('notes').selectAll().execute()
    return keys.map(([book, page]) => ({
      rows: JSON.stringify(rows.filter((row) => row.book === book && row.page === page)),
      generation: database.generationOf('notes', [book, page]),
    }))
  }
  const write = (tx: Transaction) => {
    const db = tx.tables<Tables>()
    const [book, page] = keys[dice(keys.length)]!
    const text = String(dice(1000))
    const line = dice(3)
    const row = { book, page, line, text }
    const update = db.updateTable('notes').set({ text })
    switch (dice(9)) {
      case 0:
        return update.where('book', '=', book).where('page', '=', page).execute()
      case 1:
        return update.where('line', '=', line).execute()
      case 2:
        return update.where('book', '=', book).where('page', '>=', page).execute()
      case 3:
        return db.deleteFrom('notes').where('page', '=', page).where('book', '=', book).execute()
      case 4:
        return db
          .updateTable('notes')
          .set({ page: '4', line: 1000 + dice(1_000_000) })
          .where('book', '=', book)
          .where('page', '=', page)
          .where('line', '=', line)
          .execute()
      case 5:
        return db.deleteFrom('books').where('name', '=', book).execute()
      case 6:
        return db
          .insertInto('books')
          .values({ name: book })
          .onConflict((conflict) => conflict.doNothing())
          .execute()
      case 7:
        return sql.raw(`insert or replace into notes values ('b', '2', ${line}, 'raw')`).execute(db)
      default:
        return db.insertInto('notes').values(row).execute()
    }
  }
  try {
    let before = await readAll()
    let kept = 0
    for (let step = 0; step < steps; step += 1) {
      const work = async (tx: Transaction) => void (await write(tx))
      const count = 1 + dice(3)
      await Promise.all(
        Array.from({ length: count }, () =>
          // One that breaks the primary key is undone.
          (dice(2) ? database.optimistic(work) : database.transaction(work)).catch(() => undefined),
        ),
      )
      const now = await readAll()
      for (const [at, { rows, generation }] of now.entries()) {
        if (rows !== before[at]!.rows) {
          assert.ok(generation > before[at]!.generation, `${keys[at]} in step ${step}`)
        } else if (generation === before[at]!.generation) kept += 1
      }
      before = now
    }
    assert.ok(kept > (steps * keys.length) / 8, `what is told apart keeps its generation: ${kept}`)
  } finally {
    await database.close()
    await rm(folder, { recursive: true })
  }
})
