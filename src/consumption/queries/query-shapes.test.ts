import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { analyzeQuery, macrosFor, parseQuery, printedSql } from '#consumption/sql'
import { isLakeError } from '#kit'
import { TemporaryEngine } from '#test/engine'
import { engineFailure } from './engine-failure.ts'
import { combinedFailures, combinedQueries } from './combined-queries.fixture.ts'
import { decimalCases } from './decimals.fixture.ts'
import { noTables } from './function-cases/run-cases.fixture.ts'
import { languageCases, languageFailures } from './query-shapes.fixture.ts'

const temporary = new TemporaryEngine()

async function rowsOf(sql: string): Promise<readonly (readonly unknown[])[]> {
  const analysis = analyzeQuery(parseQuery(sql).query, { lookup: noTables, startMs: 0 })
  const items = analysis.columns.map((column, index) => printedSql(`q.c${index}`, column.type))
  const text = `SELECT ${items.join(', ')} FROM (${analysis.sql}) AS q`
  const result = await temporary.engine.run({
    macros: macrosFor(text),
    statements: [{ sql: text }],
  })
  return result.rows
}

const ab = "(VALUES (1, 'x'), (2, 'y'), (3, NULL)) AS t(a, b)"
const bc = "(VALUES ('x', 10), ('z', 30)) AS u(b, c)"

const shapes: readonly (readonly [sql: string, rows: readonly (readonly (string | null)[])[]])[] = [
  ['SELECT 1 UNION ALL SELECT 2 UNION SELECT 3 INTERSECT SELECT 4 ORDER BY 1', [['1'], ['2']]],
  ['SELECT 1 EXCEPT SELECT 2 EXCEPT SELECT 1', []],
  ['(SELECT 2 AS x) UNION ALL (SELECT 1) ORDER BY x LIMIT 1', [['1']]],
  [
    'VALUES (1, 2.5), (2, 1)',
    [
      ['1', '2.5'],
      ['2', '1.0'],
    ],
  ],
  [`SELECT a FROM ${ab} ORDER BY b DESC, a`, [['2'], ['1'], ['3']]],
  [`SELECT a FROM ${ab} ORDER BY b NULLS FIRST`, [['3'], ['1'], ['2']]],
  [`SELECT -a AS a FROM ${ab} ORDER BY a LIMIT 1`, [['-3']]],
  [`SELECT a FROM ${ab} ORDER BY a OFFSET 1 ROWS FETCH FIRST 1 ROW ONLY`, [['2']]],
  [
    `SELECT b, count(*) AS n FROM ${ab} GROUP BY b HAVING count(*) > 0 ORDER BY count(*), 1`,
    [
      ['x', '1'],
      ['y', '1'],
      [null, '1'],
    ],
  ],
  [`SELECT count(*) FROM ${ab} GROUP BY GROUPING SETS ((b), ()) ORDER BY 1 DESC LIMIT 1`, [['3']]],
  [`SELECT a, c FROM ${ab} JOIN ${bc} ON t.b = u.b`, [['1', '10']]],
  [`SELECT b, a, c FROM ${ab} JOIN ${bc} USING (b)`, [['x', '1', '10']]],
  [
    `SELECT * FROM ${ab} FULL JOIN ${bc} USING (b) ORDER BY 1, 2`,
    [
      ['x', '1', '10'],
      ['y', '2', null],
      ['z', null, '30'],
      [null, '3', null],
    ],
  ],
  [
    `SELECT t.*, c FROM ${ab} LEFT JOIN ${bc} ON t.b = u.b AND c > 10 WHERE a = 1`,
    [['1', 'x', null]],
  ],
  [`SELECT count(*) FROM ${ab}, ${bc}`, [['6']]],
  [`SELECT a FROM ${ab} WHERE EXISTS (SELECT 1 FROM ${bc} WHERE u.b = t.b)`, [['1']]],
  [
    `SELECT a, (SELECT max(c) FROM ${bc} WHERE u.b = t.b) FROM ${ab} ORDER BY 1`,
    [
      ['1', '10'],
      ['2', null],
      ['3', null],
    ],
  ],
  [`SELECT a FROM ${ab} WHERE b NOT IN (SELECT b FROM ${bc})`, [['2']]],
  [`WITH x AS (SELECT a FROM ${ab}), y(q) AS (SELECT a + 1 FROM x) SELECT max(q) FROM y`, [['4']]],
  ['WITH x AS (SELECT 1 AS n) SELECT n FROM (WITH x AS (SELECT 2 AS n) SELECT n FROM x)', [['2']]],
  [
    `SELECT a, sum(a) OVER (ORDER BY a), lag(a, 1, 0) OVER w FROM ${ab} WINDOW w AS (ORDER BY a) ORDER BY a`,
    [
      ['1', '1', '0'],
      ['2', '3', '1'],
      ['3', '6', '2'],
    ],
  ],
  [
    `SELECT a FROM (SELECT a, row_number() OVER (ORDER BY a DESC) AS n FROM ${ab}) WHERE n = 1`,
    [['3']],
  ],
  [
    `SELECT sum(a) OVER (ORDER BY a ROWS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM ${ab} ORDER BY 1`,
    [['1'], ['3'], ['5']],
  ],
  [
    `SELECT first_value(b) IGNORE NULLS OVER (ORDER BY a DESC) FROM ${ab} ORDER BY a LIMIT 1`,
    [['y']],
  ],
  [
    'SELECT x, n FROM (VALUES (ARRAY[5, 6])) AS t(list) CROSS JOIN UNNEST(list) WITH ORDINALITY AS u(x, n)',
    [
      ['5', '1'],
      ['6', '2'],
    ],
  ],
  [
    'SELECT id, x FROM (VALUES (1, ARRAY[]), (2, ARRAY[7])) AS t(id, list) LEFT JOIN UNNEST(list) AS u(x) ON true ORDER BY 1',
    [
      ['1', null],
      ['2', '7'],
    ],
  ],
  [
    "SELECT k, v FROM UNNEST(map(ARRAY['a', 'b'], ARRAY[1, 2])) AS t(k, v)",
    [
      ['a', '1'],
      ['b', '2'],
    ],
  ],
  ["SELECT f, g FROM UNNEST(ARRAY[CAST(ROW(1, 'x') AS ROW(f integer, g varchar))])", [['1', 'x']]],
  ['SELECT t.r.f FROM (VALUES (CAST(ROW(1) AS ROW(f integer)))) AS t(r)', [['1']]],
  [`SELECT DISTINCT a % 2 FROM ${ab} ORDER BY 1`, [['0'], ['1']]],
  [
    `SELECT a, count(*) FILTER (WHERE b IS NOT NULL) FROM ${ab} GROUP BY a ORDER BY a`,
    [
      ['1', '1'],
      ['2', '1'],
      ['3', '0'],
    ],
  ],
  [`SELECT "A" FROM ${ab} WHERE "a" = 1`, [['1']]],
  ["SELECT 'it''s' /* a comment */ -- and another\n, 1", [["it's", '1']]],
  [
    'SELECT transform(ARRAY[1, 2], x -> transform(ARRAY[10, 20], y -> x * y))',
    [['[[10, 20], [20, 40]]']],
  ],
  [
    'SELECT a.n FROM (VALUES 1) a(n) JOIN (VALUES 1) b(n) ON a.n = b.n JOIN (VALUES 1) c(n) ON b.n = c.n',
    [['1']],
  ],
]

describe('the shapes of queries', () => {
  for (const [sql, rows] of [...shapes, ...languageCases, ...combinedQueries, ...decimalCases]) {
    it(sql, async () => assert.deepEqual(await rowsOf(sql), rows))
  }
})

const refusals: readonly (readonly [sql: string, reason: RegExp])[] = [
  [
    'SELECT * FROM (VALUES 1) a(n) JOIN (VALUES 1) b(n) ON n = 1',
    /^AMBIGUOUS_NAME: line 1:55: Column 'n' is ambiguous/,
  ],
  [`SELECT a, count(*) FROM ${ab}`, /^EXPRESSION_NOT_AGGREGATE/],
  [`SELECT a FROM ${ab} WHERE count(*) > 1`, /WHERE clause cannot contain aggregations/],
  [`SELECT a FROM ${ab} GROUP BY 5`, /GROUP BY position 5 is not in select list/],
  [
    'SELECT 1 UNION SELECT 1, 2',
    /^TYPE_MISMATCH: line 1:10: UNION query has different number of fields/,
  ],
  [
    "SELECT 1 UNION SELECT 'a'",
    /^TYPE_MISMATCH: line 1:10: column 1 in UNION query has incompatible types/,
  ],
  ['SELECT (VALUES 1, 2)', /^SUBQUERY_MULTIPLE_ROWS/],
  ['SELECT * FROM t', /^TABLE_NOT_FOUND: line 1:15/],
  ['SELECT 1 WHERE 1', /^TYPE_MISMATCH: line 1:16: .*boolean/],
  ['SELECT sum(1) OVER (PARTITION BY nope)', /^COLUMN_NOT_FOUND/],
  ['SELECT row_number()', /^FUNCTION_NOT_FOUND: .*requires an OVER clause/],
  ['SELECT upper(DISTINCT b)', /^FUNCTION_NOT_FOUND: .*not an aggregate/],
  [`SELECT ${'('.repeat(300)}1${')'.repeat(300)}`, /nested too deeply/],
  ['SELECT `a`', /backquoted identifiers are not supported/],
  ['SELECT 1a', /identifiers must not start with a digit/],
]

describe('what queries may not say', () => {
  for (const [sql, pattern] of [...refusals, ...languageFailures, ...combinedFailures]) {
    it(sql.slice(0, 70), async () => {
      await assert.rejects(rowsOf(sql), (error) => {
        assert.ok(isLakeError(error))
        assert.match(engineFailure(error, []).message, pattern)
        return true
      })
    })
  }
})
