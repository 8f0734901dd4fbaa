import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { many, nested, sqlOf } from './generated-sql.fixture.ts'

// The analysis runs where everybody's requests do: what takes a minute here keeps all of them waiting.
describe('the size of what a query becomes', () => {
  it('grows no faster than the text in long chains of operators', () => {
    for (const operator of [' / ', ' + ', ' * ']) {
      const chain = many(1500, () => 'x', operator)
      assert.ok(sqlOf(`SELECT ${chain} FROM (VALUES 1) t(x)`).length < 1_000_000)
      const grouped = `SELECT ${chain} FROM (VALUES 1) t(x) GROUP BY x`
      assert.ok(sqlOf(grouped).length < 1_000_000)
    }
  })

  it('is refused beyond what the engine should read, and not made first', () => {
    for (const around of [
      (inner: string) => `1 / (${inner})`,
      (inner: string) => `greatest(${inner}, x)`,
      (inner: string) => `nullif(${inner}, 1)`,
      (inner: string) => `a[${inner}]`,
      (inner: string) => `(CASE WHEN 1 / x > 1 AND 1 / (${inner}) > 1 THEN 1 END)`,
    ]) {
      const from = 'FROM (VALUES (1, ARRAY[1])) t(x, a)'
      assert.ok(sqlOf(`SELECT ${nested(4, around, 'x')} ${from}`).length < 1_000_000)
      assert.throws(() => sqlOf(`SELECT ${nested(40, around, 'x')} ${from}`), /nested too deeply/)
    }
  })

  it('does not make the names of the output anew for each item of ORDER BY', () => {
    const select = `SELECT ${many(1000, (index) => `${index} AS c${index}`)}`
    sqlOf(`${select} ORDER BY ${many(1000, (index) => `c${index} + 1`)}`)
    const queries = (count: number) =>
      `WITH ${many(count, (index) => `a${index} AS (SELECT 1)`)} SELECT 1`
    sqlOf(queries(1000))
    assert.throws(() => sqlOf(queries(1001)), /more than 1000 queries/)
  })

  it('is refused where CUBEs multiply, and not made first', () => {
    const columns = (name: string) => many(11, (index) => `${name}${index}`)
    const from = `(VALUES (${many(22, String)})) t(${columns('a')}, ${columns('b')})`
    const sql = `SELECT count(*) FROM ${from} GROUP BY CUBE(${columns('a')}), CUBE(${columns('b')})`
    assert.throws(() => sqlOf(sql), /more than 2048 grouping sets/)
  })
})
