import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { sql } from 'kysely'
import { statementsOver } from './dialect.ts'
import { keyPlaces, slotOf, slotsPerTable } from './row-keys.ts'
import type { SqlValue } from './wire.ts'

interface Tables {
  readonly notes: {
    readonly book: string
    readonly page: string
    readonly line: number
    readonly text: string | null
  }
}

const db = statementsOver(async () => ({})).tables<Tables>()
const notes = db.selectFrom('notes')

/** The values of the key that a statement is found to be about. */
function keyOf(query: {
  compile(): { readonly sql: string; readonly parameters: readonly unknown[] }
}) {
  const compiled = query.compile()
  const places = keyPlaces(compiled.sql, ['book', 'page'])
  return places?.map((at) => compiled.parameters[at])
}

describe('the key that a statement is about', () => {
  it('is found where both columns are given, wherever they stand', () => {
    for (const query of [
      db.insertInto('notes').values({ line: 1, page: 'p', text: null, book: 'b' }),
      db.deleteFrom('notes').where('line', '=', 7).where('page', '=', 'p').where('book', '=', 'b'),
      db
        .updateTable('notes')
        .set({ text: 'x', line: 9 })
        .where('book', '=', 'b')
        .where('page', '=', 'p')
        .where('line', '>', 4),
    ]) {
      assert.deepEqual(keyOf(query), ['b', 'p'], query.compile().sql)
    }
    const read = notes
      .selectAll()
      .where('line', '>', 3)
      .where('book', '=', 'b')
      .where('page', '=', 'p')
    assert.deepEqual(keyOf(read), ['b', 'p'])
    assert.deepEqual(keyOf(read.orderBy('line').limit(1)), ['b', 'p'])
  })

  it('is not told of what may be about others', () => {
    const row = { book: 'b', page: 'p', line: 1, text: null }
    const both = notes.selectAll().where('book', '=', 'b').where('page', '=', 'p')
    for (const query of [
      db.insertInto('notes').values([row, { ...row, page: 'q' }]),
      db
        .insertInto('notes')
        .values(row)
        .onConflict((conflict) => conflict.doUpdateSet({ page: 'q' })),
      db.insertInto('notes').values({ ...row, page: sql<string>`upper(${'p'})` }),
      db.insertInto('notes').values({ ...row, text: sql<string>`'?'` }),
      db
        .insertInto('notes')
        .columns(['book', 'page'])
        .expression(notes.select(['book', 'page'])),
      db.updateTable('notes').set({ page: 'q' }).where('book', '=', 'b').where('page', '=', 'p'),
      db.updateTable('notes').set({ text: 'x' }).where('book', '=', 'b'),
      db.updateTable('notes').set({ text: 'x' }).where('book', '=', 'b').where('page', '>', 'p'),
      db.deleteFrom('notes').where('book', '=', 'b').where('page', 'in', ['p', 'q']),
      db
        .deleteFrom('notes')
        .where((where) => where.or([where('book', '=', 'b'), where('page', '=', 'p')])),
      db
        .deleteFrom('notes')
        .where(({ not, and, eb }) => not(and([eb('book', '=', 'b'), eb('page', '=', 'p')]))),
      db.deleteFrom('notes'),
      notes.selectAll().where('book', '=', 'b').where('line', '=', 1),
      both.union(notes.selectAll()),
      notes
        .selectAll()
        .where('book', '=', 'b')
        .where('page', '=', sql<string>`'p'`),
    ]) {
      assert.equal(keyOf(query), undefined, query.compile().sql)
    }
  })

  it('has a slot, where both are texts', () => {
    const slots = new Set<number>()
    for (let at = 0; at < 2000; at += 1) {
      const slot = slotOf('bucket', `data/object-${at}`)!
      assert.ok(Number.isInteger(slot) && slot >= 0 && slot < slotsPerTable)
      slots.add(slot)
    }
    assert.ok(slots.size > 1500, `${slots.size} of 2000 keys have a slot of their own`)
    assert.notEqual(slotOf('a', 'bc'), slotOf('ab', 'c'))
    for (const value of [1, null, undefined, Buffer.from('a')]) {
      assert.equal(slotOf('a', value as SqlValue), undefined)
    }
  })
})
