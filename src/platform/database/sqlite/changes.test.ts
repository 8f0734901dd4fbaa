import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { Changes, type Touched } from './changes.ts'
import { statementsOver } from './dialect.ts'

interface Tables {
  readonly notes: { readonly id: number; readonly text: string }
  readonly others: { readonly id: number }
}

describe('what statements read', () => {
  const changes = new Changes()
  const db = statementsOver(async () => ({})).tables<Tables>()
  const readBy = (query: { compile(): { readonly sql: string } }) =>
    changes.askedBy(query.compile().sql, [])?.table

  it('is one table, where it can be told', () => {
    const all = db.selectFrom('notes').selectAll()
    assert.equal(readBy(all), 'notes')
    assert.equal(readBy(all.where('id', '=', 1).orderBy('text').limit(1)), 'notes')
    assert.equal(
      readBy(db.selectFrom('notes').select((column) => column.fn.countAll().as('count'))),
      'notes',
    )
  })

  it('is not told of joins, of queries within a query, and of writes', () => {
    const inner = db.selectFrom('others').select('id')
    const notes = db.selectFrom('notes').select('notes.id')
    for (const query of [
      notes.innerJoin('others', 'others.id', 'notes.id'),
      db.selectFrom(['notes', 'others']).select('notes.id'),
      notes.where('id', 'in', inner),
      notes.where((where) => where.exists(inner)),
      db.selectFrom('notes').select(inner.as('found')),
      notes.union(inner),
      db.selectFrom(inner.as('inner')).selectAll(),
      db.deleteFrom('notes'),
    ]) {
      assert.equal(readBy(query), undefined, query.compile().sql)
    }
  })

  it('has its limit in the text, for a limit that is bound is compiled each time', () => {
    const { sql, parameters } = db.selectFrom('notes').select('id').limit(7).compile()
    assert.match(sql, / limit 7$/)
    assert.deepEqual(parameters, [])
  })
})

describe('what a commit changes', () => {
  it('has no generation while the commit is being made: it may be seen before it is known to have been made', () => {
    const changes = new Changes()
    changes.learn((sql) => {
      const rows = [
        { name: 'notes', column: 'book' },
        { name: 'notes', column: 'page' },
      ]
      return {
        rows: sql.includes('pragma_table_info') ? rows : [],
        changes: 0,
        lastInsertId: 0,
      } as never
    })
    const keys = [
      ['a', '1'],
      ['b', '2'],
    ] as const
    const of = () => [
      changes.generation(),
      changes.generation(['others']),
      changes.generation(['notes', 'others']),
      ...keys.map((key) => changes.generationOf('notes', key)),
    ]
    const before = of()
    const touched: Touched = new Map()
    changes.touch(touched, 'insert into "notes" ("book", "page") values (?, ?)', ['a', '1'])
    assert.deepEqual(of(), before)
    changes.begin(touched)
    assert.deepEqual(of(), [NaN, before[1], NaN, NaN, before[4]])
    changes.end(touched)
    const after = of()
    assert.deepEqual([after[1], after[4]], [before[1], before[4]])
    for (const at of [0, 2, 3]) assert.ok(after[at]! > before[at]!, `${at}`)
  })
})
