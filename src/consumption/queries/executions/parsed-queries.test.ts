import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseQuery } from '#consumption/sql'
import { ParsedQueries } from './parsed-queries.ts'

describe('queries that are parsed once', () => {
  it('are what parsing gives, however many there are', () => {
    const parsed = new ParsedQueries()
    for (let round = 0; round < 3; round += 1) {
      for (let number = 0; number < 400; number += 1) {
        const sql = `WITH t AS (SELECT ${number} AS n) SELECT n + ? FROM t WHERE n IN (1, ${number % 7}) ORDER BY n`
        assert.deepEqual(parsed.parse(sql), parseQuery(sql))
        assert.deepEqual(parsed.parse(sql), parseQuery(sql))
      }
    }
  })

  it('are shared, and nobody can change them', () => {
    const parsed = new ParsedQueries()
    const sql = 'SELECT a FROM t'
    parsed.parse(sql)
    const { query } = parsed.parse(sql)
    assert.equal(parsed.parse(sql).query, query)
    assert.throws(() => (query.orderBy as unknown[]).push(1), TypeError)
  })

  it('may be as deep as they like', () => {
    const parsed = new ParsedQueries()
    const sql = `SELECT 1${'+1'.repeat(8_000)}`
    assert.equal(parsed.parse(sql).query, parsed.parse(sql).query)
  })

  it('are parsed anew when they are long, or wrong', () => {
    const parsed = new ParsedQueries()
    const long = `SELECT '${'x'.repeat(20_000)}'`
    assert.notEqual(parsed.parse(long).query, parsed.parse(long).query)
    for (let time = 0; time < 2; time += 1) {
      assert.throws(() => parsed.parse('SELECT FROM'), { code: 'SyntaxError' })
    }
  })
})
