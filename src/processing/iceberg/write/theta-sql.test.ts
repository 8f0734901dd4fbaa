import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { parsePrimitive } from '#catalog/tables'
import { TemporaryEngine } from '#test/engine'
import { bucketMacros } from './bucket-macros.ts'
import { thetaMacros } from './theta-macros.ts'
import { thetaSql } from './theta-sql.ts'

/** Hashes that `datasketches` 5.2 for Python makes of the same bytes. */
const cases: readonly (readonly [type: string, sql: string, hash: string])[] = [
  ['boolean', 'true', '281545475159531364'],
  ['int', '7', '193572164833413815'],
  ['date', `CAST('1970-01-08' AS DATE)`, '193572164833413815'],
  ['long', '1', '405753591161026837'],
  ['long', 'CAST(-1 AS BIGINT)', '1043656188210950764'],
  ['timestamp', 'make_timestamp(1)', '405753591161026837'],
  ['timestamp', 'make_timestamp(-1)', '1043656188210950764'],
  ['timestamptz_ns', 'make_timestamp_ns(1)', '405753591161026837'],
  ['double', 'CAST(1.5 AS DOUBLE)', '1115031845194776849'],
  ['decimal(5, 2)', 'CAST(1.25 AS DECIMAL(5,2))', '7910381551775559962'],
  ['string', `'hello'`, '1214773338637525205'],
  ['string', `'0'`, '8521385170338529891'],
  ['string', `'12345678'`, '194235754063011367'],
  ['string', `'123456789'`, '7045961483041686989'],
  ['string', `'123456789012345'`, '4352563761633869722'],
  ['string', `'1234567890123456'`, '8032010676326968400'],
  ['string', `'12345678901234567'`, '7824492418242487290'],
  ['string', `'The quick brown fox jumps over the lazy dog'`, '1707970839426031505'],
  ['string', `repeat('é', 20)`, '6508212206570990163'],
  ['binary', `encode('hello')`, '1214773338637525205'],
  ['uuid', `CAST('31323334-3536-3738-3930-313233343536' AS UUID)`, '8032010676326968400'],
]

describe('hashes of theta sketches in the engine', () => {
  const temporary = new TemporaryEngine()

  it('are those of the library, of every type', async () => {
    const items = cases.map(([type, sql], at) => {
      return `CAST((SELECT ${thetaSql('v', parsePrimitive(type))} FROM (SELECT ${sql} AS v)) AS VARCHAR) AS c${at}`
    })
    const { rows } = await temporary.engine.run({
      statements: [...bucketMacros, ...thetaMacros, `SELECT ${items.join(', ')}`],
    })
    assert.deepEqual(
      cases.map(([type, sql], at) => [type, sql, rows[0]![at]]),
      cases,
    )
    assert.equal(thetaSql('v', parsePrimitive('decimal(38, 2)')), undefined)
    assert.equal(thetaSql('v', parsePrimitive('variant')), undefined)
  })
})
