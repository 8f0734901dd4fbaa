import assert from 'node:assert/strict'
import { readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { macrosFor, printedSql } from '#consumption/sql'
import { TemporaryEngine } from '#test/engine'

describe('the text of values in results', () => {
  const temporary = new TemporaryEngine()

  const written = async (sql: string, digits?: readonly number[]): Promise<string> => {
    const outputFile = join(temporary.folder, 'rows.csv')
    const { output } = await temporary.engine.run({
      csv: { header: '', ...(digits && { digits }) },
      outputFile,
      inlineBytesMax: 0,
      macros: macrosFor(sql),
      statements: [{ sql }],
    })
    const text = output ?? (await readFile(outputFile, 'utf8'))
    await rm(outputFile, { force: true })
    return text
  }

  it('is the same where the engine writes it itself as in nested values, in which SQL does', async () => {
    // Doubles of every size, short and long ones.
    const doubles = `SELECT CASE WHEN i % 97 = 0 THEN NULL WHEN i % 2 = 0 THEN CAST(hash(i) % 1000003 AS DOUBLE) * pow(10, CAST(hash(i, 1) % 40 AS INTEGER) - 20)
      ELSE (CAST(hash(i) AS DOUBLE) / 1.8446744073709552e19 - 0.5) * pow(2, CAST(hash(i, 1) % 2000 AS INTEGER) - 1000) END AS x FROM range(40000) AS r(i)`
    const printed = printedSql('x', { kind: 'double' })
    assert.ok((await written(doubles)) === (await written(`SELECT ${printed} FROM (${doubles})`)))
    // From 290,000 years before to 290,000 after, and of our days.
    const times = `SELECT CASE WHEN i % 89 = 0 THEN NULL
      WHEN i % 2 = 0 THEN make_timestamp(CAST(hash(i) >> 1 AS BIGINT) - 4611686018427387904)
      ELSE make_timestamp(CAST(hash(i) >> 11 AS BIGINT) - 4503599627370496) END AS t FROM range(40000) AS r(i)`
    for (const precision of [0, 3, 4, 5, 6]) {
      const sql = printedSql('t', { kind: 'timestamp', precision })
      const own = await written(times, [Math.max(3, precision)])
      assert.ok(own === (await written(`SELECT ${sql} FROM (${times})`)), `timestamp(${precision})`)
    }
    const numbers = 'SELECT i % 3 = 0 AS b, i - 500 AS n FROM range(5000) AS r(i)'
    const text = (['boolean', 'bigint'] as const).map((kind, index) =>
      printedSql(index === 0 ? 'b' : 'n', { kind }),
    )
    assert.ok(
      (await written(numbers)) === (await written(`SELECT ${text.join(', ')} FROM (${numbers})`)),
    )
  })
})
