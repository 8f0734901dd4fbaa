import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { withRows } from './with-rows.ts'

describe('the rows of scans within a query', () => {
  const rows = new Map([
    ['t0', "SELECT * FROM read_parquet(['{in}/a'])"],
    ['t1', 'SELECT 1 AS c0'],
  ])
  const textOf = (sql: string, of: ReadonlyMap<string, string> = rows) =>
    withRows({ sql }, of).map((statement) => {
      if (typeof statement === 'string') return statement
      assert.ok('pieces' in statement)
      return statement.pieces
        .map((piece) => (typeof piece === 'string' ? piece : piece.sql))
        .join('')
    })

  it('stand where their names did', () => {
    assert.deepEqual(textOf('SELECT r0.c0 FROM lake.t0 AS r0, lake.t1 AS r1'), [
      `SELECT r0.c0 FROM (${rows.get('t0')}) AS r0, (${rows.get('t1')}) AS r1`,
    ])
  })

  it('never stand in literals and quoted names', () => {
    const sql = `SELECT 'lake.t0 AS r0', 'it''s lake.t1 AS r1', c AS "lake.t0" FROM mylake.t0, lake.t10`
    assert.deepEqual(textOf(sql), [sql])
  })

  it('are filled in by the engine, and what the user wrote is not', () => {
    const [statement] = withRows(
      { sql: "COPY (SELECT '{in}' FROM lake.t0 AS r0)", tail: " TO '{out}/x'" },
      rows,
    )
    assert.deepEqual(statement, {
      pieces: [
        { sql: "COPY (SELECT '{in}' FROM " },
        `(${rows.get('t0')})`,
        { sql: ' AS r0)' },
        " TO '{out}/x'",
      ],
    })
  })

  it('are a view where they are long and read twice, or try something', () => {
    const long = `SELECT '${'x'.repeat(20_000)}' AS c0`
    const tries = "SELECT TRY(CAST('x' AS INTEGER)) AS c0"
    const twice = 'SELECT 1 FROM lake.t0 AS r0, lake.t0 AS r1, lake.t1 AS r2'
    assert.deepEqual(
      textOf(
        twice,
        new Map([
          ['t0', long],
          ['t1', tries],
        ]),
      ),
      [
        'CREATE SCHEMA lake',
        `CREATE VIEW lake.t0 AS ${long}`,
        `CREATE VIEW lake.t1 AS ${tries}`,
        twice,
      ],
    )
  })
})
