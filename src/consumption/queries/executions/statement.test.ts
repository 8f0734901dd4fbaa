import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parseStatement } from './statement.ts'

const executed = (sql: string) => {
  const statement = parseStatement(sql)
  assert.ok(statement.kind === 'execute' || statement.kind === 'executeImmediate', sql)
  return statement
}

describe('PREPARE, EXECUTE and DEALLOCATE', () => {
  it('are read with their arguments, whatever stands around them', () => {
    for (const end of ['', ';', ' ;', ' \n', ' ; \n']) {
      assert.deepEqual(executed(`EXECUTE x${end}`), { kind: 'execute', name: 'x', arguments: [] })
      assert.deepEqual(executed(`EXECUTE x USING 1, 'a, b', f(2, 3)${end}`).arguments, [
        '1',
        "'a, b'",
        'f(2, 3)',
      ])
      assert.deepEqual(executed(`EXECUTE IMMEDIATE 'SELECT ''a'', ?' USING 5${end}`), {
        kind: 'executeImmediate',
        sql: "SELECT 'a', ?",
        arguments: ['5'],
      })
      assert.deepEqual(parseStatement(`PREPARE p FROM SELECT ?${end}`), {
        kind: 'prepare',
        name: 'p',
        sql: 'SELECT ?',
      })
      const gone = { kind: 'deallocate', name: 'p' }
      assert.deepEqual(parseStatement(`DEALLOCATE PREPARE p${end}`), gone)
    }
    for (const wrong of [
      'EXECUTE',
      'EXECUTE x y',
      'EXECUTE x USING',
      'DEALLOCATE PREPARE',
      'DEALLOCATE PREPARE p q',
      "EXECUTE IMMEDIATE 'SELECT 1' 5",
      'PREPARE a FROM PREPARE b FROM SELECT 1',
      `${'PREPARE x FROM '.repeat(15_000)}SELECT 1`,
    ]) {
      assert.throws(
        () => parseStatement(wrong),
        { code: 'InvalidQueryRequest' },
        wrong.slice(0, 50),
      )
    }
  })

  // It is read where everybody's requests are: a pattern that tries all ways to read the same spaces would keep them waiting for hours.
  it('are read at once where they have tens of thousands of spaces', () => {
    const spaces = ' '.repeat(50_000)
    assert.deepEqual(executed(`EXECUTE x USING 1${spaces}+ 1`).arguments, [`1${spaces}+ 1`])
    const sql = `EXECUTE IMMEDIATE${spaces}'SELECT ?'${spaces}USING${spaces}1${spaces}+ 1 ; `
    assert.deepEqual(executed(sql).arguments, [`1${spaces}+ 1`])
    const wrong = { code: 'InvalidQueryRequest' }
    assert.throws(() => parseStatement(`DEALLOCATE PREPARE a${spaces}x`), wrong)
    assert.throws(() => parseStatement(`EXECUTE x${spaces}y`), wrong)
    assert.throws(() => parseStatement(`EXECUTE IMMEDIATE 'SELECT 1'${spaces}y`), wrong)
  })
})
