import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { many, nested, sqlOf } from './generated-sql.fixture.ts'

const columns = (count: number) => many(count, (index) => `1 AS a${index}`)
const wideRow = `(SELECT CAST(NULL AS ROW(${many(8000, (index) => `f${index} int`)})) AS x)`

// All of these have fewer than the 256 KiB that a statement may have, and took seconds, minutes, or all memory.
const hostile: Readonly<Record<string, string>> = {
  'types of thousands of fields that are compared': `SELECT ${many(20_000, () => 'x = x')} FROM ${wideRow}`,
  'types of thousands of fields that are made one': `SELECT coalesce(${many(20_000, () => 'x')}) FROM ${wideRow}`,
  'rows of themselves': `SELECT x = x FROM ${nested(60, (inner) => `(SELECT ROW(x, x) AS x FROM ${inner})`, '(SELECT 1 AS x)')}`,
  'stars over stars': `SELECT ${many(20_000, () => '*')} FROM (SELECT ${columns(3000)})`,
  'a wide query named again and again': `WITH w AS (SELECT ${columns(5000)}) SELECT 1 FROM ${many(1900, (index) => `w w${index}`)}`,
  'joins of wide queries': `WITH w AS (SELECT ${columns(500)}) SELECT 1 FROM w${many(900, (index) => ` RIGHT JOIN w w${index} ON true`, '')}`,
  'USING of many names': `SELECT 1 FROM (SELECT ${columns(5000)}) JOIN (SELECT ${columns(5000)}) USING (${many(5000, (index) => `a${index}`)})`,
  'a window that is written out at each use': `SELECT ${many(4000, () => 'sum(1) OVER w')} FROM (SELECT 1 AS a) WINDOW w AS (ORDER BY ${many(4000, () => 'a')})`,
  'queries that see thousands of names': nested(
    150,
    (inner) => `SELECT * FROM (WITH ${many(80, (index) => `b${index} AS (SELECT 1)`)} ${inner})`,
    'SELECT 1',
  ),
  'a ROLLUP of thousands': `SELECT 1 FROM (SELECT 1 AS a) GROUP BY ROLLUP(${many(30_000, () => 'a')})`,
}

describe('the work that a statement makes', () => {
  for (const [what, sql] of Object.entries(hostile)) {
    it(`is refused: ${what}`, () => {
      assert.ok(sql.length < 262_144, `${sql.length} characters`)
      assert.throws(
        () => sqlOf(sql),
        /too large to be analysed|nested too deeply|more than 2048 grouping sets/,
      )
    })
  }

  it('may be that of the widest tables and the longest lists', () => {
    const names = many(10_000, (index) => `a${index}`)
    sqlOf(`SELECT ${names} FROM (SELECT ${names} FROM (SELECT ${columns(10_000)}))`)
    sqlOf(`SELECT * FROM (SELECT * FROM (SELECT * FROM (SELECT ${columns(15_000)})))`)
    sqlOf(`SELECT 1 WHERE 1 IN (${many(40_000, String)})`)
    sqlOf(many(1000, (index) => `SELECT ${index} AS a, 'text' AS b`, ' UNION ALL '))
    const from = '(SELECT 1 AS a, 2 AS b)'
    sqlOf(`SELECT count(*) FROM ${from} GROUP BY ${many(3000, () => 'a')}, ROLLUP(a, b)`)
  })
})
