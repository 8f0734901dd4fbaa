import { zonedQueries } from './zoned-queries.fixture.ts'
/** A query of Athena engine version 3 and the rows that it prints. */
export type QueryCase = readonly [sql: string, rows: readonly (readonly (string | null)[])[]]

/** A query that is refused or fails, and how its reason begins. */
export type QueryFailure = readonly [sql: string, reason: RegExp]

/** https://trino.io/docs/current/sql/select.html */
export const languageCases: readonly QueryCase[] = [
  ...zonedQueries,
  [
    'WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t WHERE n < 4) SELECT sum(n) FROM t',
    [['10']],
  ],
  [
    'WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 9) SELECT count(*) FROM t',
    [['9']],
  ],
  [
    'WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 10) SELECT count(*) FROM t',
    [['10']],
  ],
  [
    'WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 11) SELECT count(*) FROM t',
    [['11']],
  ],
  [
    'WITH RECURSIVE t(n) AS (SELECT 1 UNION SELECT n + 1 - 1 FROM t WHERE n < 1) SELECT count(*) FROM t',
    [['1']],
  ],
  [
    'WITH RECURSIVE t(n) AS (VALUES 1,1 UNION SELECT n + 1 FROM t WHERE n < 3) SELECT n FROM t ORDER BY 1',
    [['1'], ['2'], ['3']],
  ],
  [
    "WITH RECURSIVE t(n) AS (SELECT BIGINT '1' UNION ALL SELECT 2 FROM t WHERE n < 2) SELECT sum(n) FROM t",
    [['3']],
  ],
  [
    "WITH RECURSIVE t(n, p) AS (SELECT 1, CAST('a' AS varchar) UNION ALL SELECT n + 1, p || 'b' FROM t WHERE n < 4) SELECT max(p) FROM t",
    [['abbb']],
  ],
  ['WITH RECURSIVE t(n) AS (SELECT 1) SELECT * FROM t', [['1']]],
  [
    'WITH RECURSIVE a(n) AS (SELECT 5), t(n) AS (SELECT n FROM a UNION ALL SELECT n - 1 FROM t WHERE n > 3) SELECT * FROM t ORDER BY n',
    [['3'], ['4'], ['5']],
  ],
  [
    'WITH RECURSIVE e(id, boss) AS (VALUES (1, NULL), (2, 1), (3, 1), (4, 2)), c(id, lvl) AS (SELECT id, 0 FROM e WHERE boss IS NULL UNION ALL SELECT e.id, c.lvl + 1 FROM e JOIN c ON e.boss = c.id) SELECT * FROM c ORDER BY 1',
    [
      ['1', '0'],
      ['2', '1'],
      ['3', '1'],
      ['4', '2'],
    ],
  ],
  ['SELECT count(*) FROM (VALUES 1, 2, 3) AS t(x) TABLESAMPLE BERNOULLI (100)', [['3']]],
  ['SELECT count(*) FROM (VALUES 1, 2, 3) AS t(x) TABLESAMPLE SYSTEM (100)', [['3']]],
  ['SELECT count(*) FROM (VALUES 1, 2, 3) AS t(x) TABLESAMPLE BERNOULLI (0)', [['0']]],
  ['SELECT t.x FROM (VALUES 1, 2, 3) AS t(x) TABLESAMPLE BERNOULLI (100) WHERE t.x = 2', [['2']]],
  [
    'SELECT a, b, count(*), grouping(a, b) FROM (VALUES (1, 2), (1, 3)) t(a, b) GROUP BY ROLLUP (a, b) ORDER BY 1, 2',
    [
      ['1', '2', '1', '0'],
      ['1', '3', '1', '0'],
      ['1', null, '2', '1'],
      [null, null, '2', '3'],
    ],
  ],
  [
    'SELECT a, b, count(*), grouping(a, b), grouping(b) FROM (VALUES (1, 2), (1, 3)) t(a, b) GROUP BY CUBE (a, b) ORDER BY 1, 2, 4',
    [
      ['1', '2', '1', '0', '0'],
      ['1', '3', '1', '0', '0'],
      ['1', null, '2', '1', '1'],
      [null, '2', '1', '2', '0'],
      [null, '3', '1', '2', '0'],
      [null, null, '2', '3', '1'],
    ],
  ],
  [
    'SELECT a, b, sum(c) FROM (VALUES (1, 2, 3), (1, 3, 4)) t(a, b, c) GROUP BY GROUPING SETS ((a), (b), (a, b), ()) ORDER BY 1, 2, 3',
    [
      ['1', '2', '3'],
      ['1', '3', '4'],
      ['1', null, '7'],
      [null, '2', '3'],
      [null, '3', '4'],
      [null, null, '7'],
    ],
  ],
  [
    'SELECT a, b, sum(c) FROM (VALUES (1, 2, 3), (1, 3, 4)) t(a, b, c) GROUP BY a, ROLLUP (b) ORDER BY 1, 2, 3',
    [
      ['1', '2', '3'],
      ['1', '3', '4'],
      ['1', null, '7'],
    ],
  ],
  [
    'SELECT a, b, sum(c) FROM (VALUES (1, 2, 3), (1, 3, 4)) t(a, b, c) GROUP BY CUBE (a), ROLLUP (b) ORDER BY 1, 2, 3',
    [
      ['1', '2', '3'],
      ['1', '3', '4'],
      ['1', null, '7'],
      [null, '2', '3'],
      [null, '3', '4'],
      [null, null, '7'],
    ],
  ],
  [
    'SELECT a, b, sum(c) FROM (VALUES (1, 2, 3), (1, 3, 4)) t(a, b, c) GROUP BY DISTINCT GROUPING SETS ((a), (a)), ROLLUP(b) ORDER BY 1, 2, 3',
    [
      ['1', '2', '3'],
      ['1', '3', '4'],
      ['1', null, '7'],
    ],
  ],
  [
    'SELECT a, sum(c) FROM (VALUES (1, 2, 3), (1, 3, 4)) t(a, b, c) GROUP BY GROUPING SETS (a, a, ()) ORDER BY 1, 2',
    [
      ['1', '7'],
      ['1', '7'],
      [null, '7'],
    ],
  ],
  [
    'SELECT a+1, sum(c) FROM (VALUES (1, 2, 3), (1, 3, 4)) t(a, b, c) GROUP BY a+1 ORDER BY 1',
    [['2', '7']],
  ],
  ['SELECT a, sum(c) FROM (VALUES (1, 2, 3), (1, 3, 4)) t(a, b, c) GROUP BY 1', [['1', '7']]],
  [
    'SELECT a, sum(c), grouping(a) FROM (VALUES (1, 2, 3), (1, 3, 4)) t(a, b, c) GROUP BY a',
    [['1', '7', '0']],
  ],
  ['SELECT count(*) FROM (VALUES 1) t(a) WHERE false GROUP BY ()', [['0']]],
  ['SELECT count(*) FROM (VALUES 1) t(a) WHERE false GROUP BY a', []],
  ['SELECT 1 FROM (VALUES 1, 2) t(a) HAVING count(*) > 1', [['1']]],
  ['SELECT * FROM UNNEST(ARRAY[]) AS t(a)', []],
  ['SELECT * FROM UNNEST(CAST(NULL AS array(integer))) AS t(a)', []],
  [
    'SELECT x, sum(x) OVER (ORDER BY x ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) FROM (VALUES 1, 2, 3, 5) t(x) ORDER BY 1',
    [
      ['1', '3'],
      ['2', '6'],
      ['3', '10'],
      ['5', '8'],
    ],
  ],
  [
    'SELECT x, sum(x) OVER (ORDER BY x ROWS 1 PRECEDING) FROM (VALUES 1, 2, 3, 5) t(x) ORDER BY 1',
    [
      ['1', '1'],
      ['2', '3'],
      ['3', '5'],
      ['5', '8'],
    ],
  ],
  [
    'SELECT x, sum(x) OVER (ORDER BY x RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING) FROM (VALUES 1, 2, 3, 5) t(x) ORDER BY 1',
    [
      ['1', '3'],
      ['2', '6'],
      ['3', '5'],
      ['5', '5'],
    ],
  ],
  [
    'SELECT x, sum(x) OVER (ORDER BY x DESC RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM (VALUES 1, 2, 3, 5) t(x) ORDER BY 1',
    [
      ['1', '3'],
      ['2', '5'],
      ['3', '3'],
      ['5', '5'],
    ],
  ],
  [
    'SELECT x, sum(x) OVER (ORDER BY x RANGE BETWEEN UNBOUNDED PRECEDING AND 2 FOLLOWING) FROM (VALUES 1, 2, 3, 5, NULL) t(x) ORDER BY 1',
    [
      ['1', '6'],
      ['2', '6'],
      ['3', '11'],
      ['5', '11'],
      [null, '11'],
    ],
  ],
  [
    'SELECT x, sum(x) OVER (ORDER BY x GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM (VALUES 1, 1, 2, 3) t(x) ORDER BY 1',
    [
      ['1', '2'],
      ['1', '2'],
      ['2', '4'],
      ['3', '5'],
    ],
  ],
  [
    'SELECT x, sum(x) OVER (ORDER BY x GROUPS BETWEEN CURRENT ROW AND 1 FOLLOWING) FROM (VALUES 1, 1, 2, 3) t(x) ORDER BY 1',
    [
      ['1', '4'],
      ['1', '4'],
      ['2', '5'],
      ['3', '3'],
    ],
  ],
  [
    'SELECT x, count(*) OVER (ORDER BY x) FROM (VALUES 1, 1, 2) t(x) ORDER BY 1',
    [
      ['1', '2'],
      ['1', '2'],
      ['2', '3'],
    ],
  ],
  [
    'SELECT x, count(*) OVER () FROM (VALUES 1, 1, 2) t(x) ORDER BY 1',
    [
      ['1', '3'],
      ['1', '3'],
      ['2', '3'],
    ],
  ],
  [
    'SELECT x, array_agg(x) OVER (ORDER BY x) FROM (VALUES 1, 1, 2) t(x) ORDER BY 1',
    [
      ['1', '[1, 1]'],
      ['1', '[1, 1]'],
      ['2', '[1, 1, 2]'],
    ],
  ],
  [
    "SELECT d, count(*) OVER (ORDER BY d RANGE BETWEEN INTERVAL '1' DAY PRECEDING AND CURRENT ROW) FROM (VALUES date '2020-01-01', date '2020-01-02', date '2020-01-04') t(d) ORDER BY 1",
    [
      ['2020-01-01', '1'],
      ['2020-01-02', '2'],
      ['2020-01-04', '1'],
    ],
  ],
  [
    "SELECT d, count(*) OVER (ORDER BY d RANGE BETWEEN INTERVAL '1' MONTH PRECEDING AND CURRENT ROW) FROM (VALUES date '2020-01-31', date '2020-02-29', date '2020-03-30') t(d) ORDER BY 1",
    [
      ['2020-01-31', '1'],
      ['2020-02-29', '2'],
      ['2020-03-30', '2'],
    ],
  ],
  [
    'SELECT x, first_value(x) OVER (ORDER BY x ROWS BETWEEN 2 FOLLOWING AND 3 FOLLOWING) FROM (VALUES 1, 2, 3, 4) t(x) ORDER BY 1',
    [
      ['1', '3'],
      ['2', '4'],
      ['3', null],
      ['4', null],
    ],
  ],
  [
    'SELECT x, sum(x) OVER (ORDER BY x ROWS BETWEEN x PRECEDING AND CURRENT ROW) FROM (VALUES 1, 2, 3, 4) t(x) ORDER BY 1',
    [
      ['1', '1'],
      ['2', '3'],
      ['3', '6'],
      ['4', '10'],
    ],
  ],
  [
    'SELECT x, lag(x, 2, 0) OVER (ORDER BY x), lead(x) OVER (ORDER BY x), lag(x, 0) OVER (ORDER BY x) FROM (VALUES 1, 2, 3) t(x) ORDER BY 1',
    [
      ['1', '0', '2', '1'],
      ['2', '0', '3', '2'],
      ['3', '1', null, '3'],
    ],
  ],
  [
    'SELECT x, lag(y, 1) IGNORE NULLS OVER (ORDER BY x) FROM (VALUES (1, 5), (2, NULL), (3, 6), (4, NULL)) t(x, y) ORDER BY 1',
    [
      ['1', null],
      ['2', '5'],
      ['3', '5'],
      ['4', '6'],
    ],
  ],
  [
    'SELECT x, lead(y, 1) IGNORE NULLS OVER (ORDER BY x) FROM (VALUES (1, 5), (2, NULL), (3, 6), (4, NULL)) t(x, y) ORDER BY 1',
    [
      ['1', '6'],
      ['2', '6'],
      ['3', null],
      ['4', null],
    ],
  ],
  [
    'SELECT x, last_value(y) IGNORE NULLS OVER (ORDER BY x) FROM (VALUES (1, 5), (2, NULL), (3, 6), (4, NULL)) t(x, y) ORDER BY 1',
    [
      ['1', '5'],
      ['2', '5'],
      ['3', '6'],
      ['4', '6'],
    ],
  ],
  [
    'SELECT x, nth_value(y, 2) IGNORE NULLS OVER (ORDER BY x) FROM (VALUES (1, 5), (2, NULL), (3, 6), (4, NULL)) t(x, y) ORDER BY 1',
    [
      ['1', null],
      ['2', null],
      ['3', '6'],
      ['4', '6'],
    ],
  ],
  [
    'SELECT x, nth_value(x, 2) OVER (ORDER BY x) FROM (VALUES 1, 2, 3) t(x) ORDER BY 1',
    [
      ['1', null],
      ['2', '2'],
      ['3', '2'],
    ],
  ],
  [
    'SELECT x, ntile(2) OVER (ORDER BY x), ntile(5) OVER (ORDER BY x) FROM (VALUES 1, 2, 3) t(x) ORDER BY 1',
    [
      ['1', '1', '1'],
      ['2', '1', '2'],
      ['3', '2', '3'],
    ],
  ],
  [
    'SELECT x, rank() OVER (ORDER BY x), dense_rank() OVER (ORDER BY x), percent_rank() OVER (ORDER BY x), cume_dist() OVER (ORDER BY x), row_number() OVER (ORDER BY x) FROM (VALUES 1, 1, 3) t(x) ORDER BY 1, 6',
    [
      ['1', '1', '1', '0.0', '0.6666666666666666', '1'],
      ['1', '1', '1', '0.0', '0.6666666666666666', '2'],
      ['3', '3', '2', '1.0', '1.0', '3'],
    ],
  ],
  [
    'SELECT x, avg(x) OVER w, sum(x) OVER (w ROWS 1 PRECEDING) FROM (VALUES 1, 2, 3) t(x) WINDOW w AS (ORDER BY x) ORDER BY 1',
    [
      ['1', '1.0', '1'],
      ['2', '1.5', '3'],
      ['3', '2.0', '5'],
    ],
  ],
  [
    'SELECT x, sum(x) OVER (w ORDER BY x) FROM (VALUES 1, 2, 3) t(x) WINDOW w AS (PARTITION BY x % 2) ORDER BY 1',
    [
      ['1', '1'],
      ['2', '2'],
      ['3', '4'],
    ],
  ],
  [
    'SELECT x, sum(count(*)) OVER (ORDER BY x) FROM (VALUES 1, 1, 3) t(x) GROUP BY x ORDER BY 1',
    [
      ['1', '2'],
      ['3', '3'],
    ],
  ],
  [
    'SELECT x, rank() OVER (ORDER BY count(*) DESC) FROM (VALUES 1, 1, 3) t(x) GROUP BY x ORDER BY 1',
    [
      ['1', '1'],
      ['3', '2'],
    ],
  ],
  [
    'SELECT sum(x) FILTER (WHERE x > 1), count(*) FILTER (WHERE x > 5) FROM (VALUES 1, 2, 3) t(x)',
    [['5', '0']],
  ],
  [
    'SELECT sum(DISTINCT x), avg(DISTINCT x), array_agg(DISTINCT x ORDER BY x DESC), count(DISTINCT x) FILTER (WHERE x > 1) FROM (VALUES 1, 2, 2, 3) t(x)',
    [['6', '2.0', '[3, 2, 1]', '2']],
  ],
  [
    "SELECT listagg(x, ',') WITHIN GROUP (ORDER BY x DESC) FROM (VALUES 'a', 'b', NULL) t(x)",
    [['b,a']],
  ],
  ["SELECT listagg(x) WITHIN GROUP (ORDER BY x) FROM (VALUES 'a', 'b') t(x)", [['ab']]],
  [
    "SELECT listagg(DISTINCT x, ',') WITHIN GROUP (ORDER BY x) FROM (VALUES 'a', 'b', 'a') t(x)",
    [['a,b']],
  ],
  [
    "SELECT listagg(x, ',' ON OVERFLOW ERROR) WITHIN GROUP (ORDER BY x) FROM (VALUES 'a', 'b') t(x)",
    [['a,b']],
  ],
  [
    "SELECT listagg(x, ',') WITHIN GROUP (ORDER BY x) FILTER (WHERE x <> 'a') FROM (VALUES 'a', 'b') t(x)",
    [['b']],
  ],
  [
    "SELECT g, listagg(x, ';') WITHIN GROUP (ORDER BY y DESC, x) FROM (VALUES (1, 'a', 1), (1, 'b', 2), (2, 'c', 1)) t(g, x, y) GROUP BY g ORDER BY g",
    [
      ['1', 'b;a'],
      ['2', 'c'],
    ],
  ],
  [
    'SELECT 1 = ANY (VALUES 1, 2), 1 = ALL (VALUES 1, 1), 1 <> ALL (VALUES 2, 3), 1 < SOME (VALUES 0, 2), 5 >= ALL (SELECT 1 WHERE false), 5 >= ANY (SELECT 1 WHERE false)',
    [['true', 'true', 'true', 'true', 'true', 'false']],
  ],
  [
    'SELECT 1 = ANY (VALUES 2, NULL), 1 <> ALL (VALUES 2, NULL), NULL = ANY (VALUES 1), 1 > ALL (VALUES 0, NULL), 1 < ALL (VALUES 0, NULL)',
    [[null, null, null, null, 'false']],
  ],
  ["SELECT 1.5 > ALL (VALUES 1, 1), 'a' = ANY (VALUES 'a')", [['true', 'true']]],
  [
    "SELECT (1, 2) = (1, 2), (1, 2) < (1, 3), ROW(1, 'a') <> ROW(1, 'b'), (1, NULL) = (1, 2), (1, NULL) = (2, 2)",
    [['true', 'true', 'true', null, 'false']],
  ],
  ['SELECT (1, NULL) < (2, 1)', [['true']]],
  [
    'SELECT (1, 2) IN (VALUES (1, 2), (3, 4)), (1, 2) IN ((1, 2), (3, 4)), (1, 5) NOT IN (VALUES (1, 2))',
    [['true', 'true', 'true']],
  ],
  ['SELECT (1, 2) = ANY (VALUES (1, 2))', [['true']]],
  [
    'SELECT ROW(1, 2) IS DISTINCT FROM ROW(1, NULL), ROW(NULL, 2) IS NOT DISTINCT FROM ROW(NULL, 2), ARRAY[1, NULL] IS DISTINCT FROM ARRAY[1, NULL]',
    [['true', 'true', 'false']],
  ],
  [
    'SELECT ARRAY[1, 2] = ARRAY[1, 2], ARRAY[1, 2] < ARRAY[1, 3], ARRAY[1] < ARRAY[1, 2], ARRAY[2] > ARRAY[1, 2]',
    [['true', 'true', 'true', 'true']],
  ],
  ['SELECT ARRAY[1, NULL] = ARRAY[1, NULL]', [[null]]],
  ['SELECT ARRAY[1, NULL] = ARRAY[1, 2]', [[null]]],
  ['SELECT ARRAY[1, NULL] = ARRAY[2, NULL]', [['false']]],
  [
    'SELECT map(ARRAY[1], ARRAY[2]) = map(ARRAY[1], ARRAY[2]), map(ARRAY[1, 2], ARRAY[2, 3]) = map(ARRAY[2, 1], ARRAY[3, 2]), map(ARRAY[1], ARRAY[2]) <> map(ARRAY[1], ARRAY[3])',
    [['true', 'true', 'true']],
  ],
  ['SELECT map(ARRAY[1], ARRAY[NULL]) = map(ARRAY[1], ARRAY[NULL])', [[null]]],
  [
    'SELECT ROW(1, NULL) IS NULL, ROW(NULL, NULL) IS NULL, CAST(NULL AS ROW(a integer)) IS NULL',
    [['false', 'false', 'true']],
  ],
  ['SELECT * FROM (VALUES 1, 1, 1, 2 EXCEPT ALL VALUES 1, 3) ORDER BY 1', [['1'], ['1'], ['2']]],
  ['SELECT * FROM (VALUES 1, 1, 1, 2 EXCEPT VALUES 1, 3) ORDER BY 1', [['2']]],
  ['SELECT * FROM (VALUES 1, NULL INTERSECT VALUES NULL, 2) ORDER BY 1', [[null]]],
  ['SELECT * FROM (VALUES 1 UNION DISTINCT VALUES 1, 2) ORDER BY 1', [['1'], ['2']]],
  ['VALUES 1, 2 ORDER BY 1 DESC LIMIT 1', [['2']]],
  [
    "VALUES (1, 'a'), (2, 'b') ORDER BY 2 DESC",
    [
      ['2', 'b'],
      ['1', 'a'],
    ],
  ],
  [
    'WITH a AS (SELECT 1 AS x), b AS (SELECT x + 1 AS y FROM a), c AS (WITH a AS (SELECT 10 AS x) SELECT a.x + b.y AS z FROM a, b) SELECT * FROM c',
    [['12']],
  ],
  ['WITH a(x, y) AS (VALUES (1, 2)) SELECT y FROM a', [['2']]],
  [
    'SELECT x FROM (VALUES 1, 2, 2, 3) t(x) ORDER BY x FETCH FIRST 2 ROWS WITH TIES',
    [['1'], ['2'], ['2']],
  ],
  [
    'SELECT x FROM (VALUES 1, 2, 2, 3) t(x) ORDER BY x DESC FETCH FIRST 2 ROWS WITH TIES',
    [['3'], ['2'], ['2']],
  ],
  [
    'SELECT x FROM (VALUES 1, 2, 2, 3) t(x) ORDER BY x OFFSET 1 FETCH FIRST 1 ROW WITH TIES',
    [['2'], ['2']],
  ],
  [
    'SELECT x, count(*) FROM (VALUES 1, 2, 2, 3) t(x) GROUP BY x ORDER BY count(*) DESC, 1 FETCH NEXT 2 ROWS ONLY',
    [
      ['2', '2'],
      ['1', '1'],
    ],
  ],
  ['SELECT x FROM (VALUES 1, 2, 2, 3) t(x) ORDER BY x FETCH FIRST ROW ONLY', [['1']]],
  ['SELECT x FROM (VALUES 1, 2, 3) t(x) ORDER BY x OFFSET 1 ROW', [['2'], ['3']]],
  ['SELECT x FROM (VALUES 1, 2, 3) t(x) ORDER BY x OFFSET 1 LIMIT 1', [['2']]],
  ['SELECT x FROM (VALUES 1, 2, 3) t(x) ORDER BY x LIMIT ALL', [['1'], ['2'], ['3']]],
  ['SELECT x FROM (VALUES 1, 2, 3) t(x) ORDER BY x LIMIT 0', []],
  ['SELECT DISTINCT x FROM (VALUES 1, 2, 2) t(x) ORDER BY x', [['1'], ['2']]],
  [
    'SELECT x AS y, y AS x FROM (VALUES (1, 4), (2, 3)) t(x, y) ORDER BY x',
    [
      ['2', '3'],
      ['1', '4'],
    ],
  ],
  ['SELECT x + 1 AS x FROM (VALUES 3, 1) t(x) ORDER BY x + 1', [['2'], ['4']]],
  ['SELECT -x AS x FROM (VALUES 1, 2) t(x) ORDER BY -x', [['-1'], ['-2']]],
  ['SELECT t.* FROM (VALUES (1, 2)) t(a, b)', [['1', '2']]],
  ['SELECT t.a, t.* FROM (VALUES (1, 2)) t(a, b)', [['1', '1', '2']]],
  ["SELECT CAST(ROW(1, 'x') AS ROW(a integer, b varchar)).*", [['1', 'x']]],
  ["SELECT CAST(ROW(1, 'x') AS ROW(a integer, b varchar)).* AS (p, q)", [['1', 'x']]],
  [
    "SELECT t.r.* FROM (SELECT CAST(ROW(1, 'x') AS ROW(a integer, b varchar)) AS r) t",
    [['1', 'x']],
  ],
  ["SELECT ROW(1, 2)[1], ROW(1, 'x')[2]", [['1', 'x']]],
  [
    'SELECT * FROM (VALUES (1, 2)) a(x, y) JOIN (VALUES (1, 3)) b(x, z) USING (x)',
    [['1', '2', '3']],
  ],
  [
    'SELECT x FROM (VALUES (1, 2)) a(x, y) FULL OUTER JOIN (VALUES (2, 3)) b(x, z) USING (x) ORDER BY 1',
    [['1'], ['2']],
  ],
  [
    'SELECT * FROM (VALUES 1, 2, NULL) a(x) LEFT JOIN (VALUES 2, NULL) b(y) ON x = y ORDER BY 1',
    [
      ['1', null],
      ['2', '2'],
      [null, null],
    ],
  ],
  [
    'SELECT * FROM (VALUES 1, 2) a(x) RIGHT JOIN (VALUES 2, 3) b(y) ON x = y AND y > 2 ORDER BY 2',
    [
      [null, '2'],
      [null, '3'],
    ],
  ],
  [
    'SELECT * FROM (VALUES 1, 2) a(x) FULL JOIN (VALUES 2, 3) b(y) ON x = y ORDER BY 1, 2',
    [
      ['1', null],
      ['2', '2'],
      [null, '3'],
    ],
  ],
  [
    'SELECT * FROM (VALUES 1, 2) a(x) JOIN (VALUES 2, 3) b(y) ON x < y ORDER BY 1, 2',
    [
      ['1', '2'],
      ['1', '3'],
      ['2', '3'],
    ],
  ],
  [
    'SELECT * FROM (VALUES 1, 2) a(x) LEFT JOIN (VALUES 2, 3) b(y) ON x < y AND x > 1 ORDER BY 1, 2',
    [
      ['1', null],
      ['2', '3'],
    ],
  ],
  [
    'SELECT x FROM (VALUES 1, 2, NULL) a(x) WHERE x NOT IN (SELECT y FROM (VALUES 1, NULL) b(y))',
    [],
  ],
  [
    'SELECT (SELECT x), (SELECT max(y) FROM (VALUES 1, 2) b(y) WHERE y <= x) FROM (VALUES 1, 2) a(x) ORDER BY 1',
    [
      ['1', '1'],
      ['2', '2'],
    ],
  ],
  ['SELECT (SELECT y FROM (VALUES 1, 2) b(y) WHERE y > 5)', [[null]]],
  ['SELECT (SELECT 1, 2)', [['{field0=1, field1=2}']]],
  [
    'SELECT x, (SELECT count(*) FROM (VALUES 1, 2) b(y) WHERE y > x) FROM (VALUES 1, 2, 3) a(x) ORDER BY 1',
    [
      ['1', '1'],
      ['2', '0'],
      ['3', '0'],
    ],
  ],
  ['SELECT EXISTS (SELECT 1 WHERE false), EXISTS (SELECT 1)', [['false', 'true']]],
  [
    "SELECT timestamp '2020-01-01 12:00:00 America/New_York' AT TIME ZONE 'Asia/Tokyo'",
    [['2020-01-02 02:00:00.000 Asia/Tokyo']],
  ],
  [
    "SELECT timestamp '2020-01-01 12:00:00' AT TIME ZONE 'Asia/Tokyo'",
    [['2020-01-01 21:00:00.000 Asia/Tokyo']],
  ],
  ["SELECT timestamp '2020-01-01 12:00:00 +05:30'", [['2020-01-01 12:00:00.000 +05:30']]],
  [
    "SELECT timestamp '2020-01-01 12:00:00 -08:00' AT TIME ZONE 'UTC'",
    [['2020-01-01 20:00:00.000 UTC']],
  ],
  [
    "SELECT timestamp '2020-01-01 12:00:00 UTC' AT TIME ZONE '+05:30'",
    [['2020-01-01 17:30:00.000 +05:30']],
  ],
  [
    "SELECT timestamp '2020-01-01 12:00:00 UTC' AT TIME ZONE INTERVAL '5' HOUR",
    [['2020-01-01 17:00:00.000 +05:00']],
  ],
  [
    "SELECT timestamp '2020-01-01 12:00:00 UTC' AT TIME ZONE INTERVAL '-05:30' HOUR TO MINUTE",
    [['2020-01-01 06:30:00.000 -05:30']],
  ],
  [
    "SELECT timestamp '2020-07-01 12:00:00 UTC' AT TIME ZONE 'America/Los_Angeles' + interval '1' day",
    [['2020-07-02 05:00:00.000 America/Los_Angeles']],
  ],
  [
    "SELECT interval '3' month, interval '1-2' year to month, interval '2' day, interval '2 03:04:05.678' day to second, interval '3 04' day to hour, interval '3 04:05' day to minute, interval '4:05' hour to minute, interval '4:05:06' hour to second, interval '5:06' minute to second, interval '5.5' second, interval - '3' day, interval '-3' day, - interval '3' day",
    [
      [
        '0-3',
        '1-2',
        '2 00:00:00.000',
        '2 03:04:05.678',
        '3 04:00:00.000',
        '3 04:05:00.000',
        '0 04:05:00.000',
        '0 04:05:06.000',
        '0 00:05:06.000',
        '0 00:00:05.500',
        '-3 00:00:00.000',
        '-3 00:00:00.000',
        '-3 00:00:00.000',
      ],
    ],
  ],
  [
    "SELECT interval '3' month + interval '1' year, interval '3' day - interval '1' hour, interval '2' day * 3, 2 * interval '1' month, interval '7' day / 2, interval '1' day * 1.5",
    [['1-3', '2 23:00:00.000', '6 00:00:00.000', '0-2', '3 12:00:00.000', '1 12:00:00.000']],
  ],
  [
    "SELECT date '2020-01-31' + interval '1' month, date '2020-03-31' - interval '1' month, timestamp '2020-01-31 10:00:00' + interval '1' month, date '2020-02-29' + interval '1' year",
    [['2020-02-29', '2020-02-29', '2020-02-29 10:00:00.000', '2021-02-28']],
  ],
  [
    "SELECT time '10:00:00' + interval '1' hour, time '23:30:00' + interval '1' hour, time '01:00:00' - interval '2' hour",
    [['11:00:00.000', '00:30:00.000', '23:00:00.000']],
  ],
  [
    "SELECT time '10:11:12', time '10:11:12.345', time '10:11', time '01:02:03.123456'",
    [['10:11:12.000', '10:11:12.345', '10:11:00.000', '01:02:03.123456']],
  ],
  [
    `SELECT bigint '5', tinyint '5', smallint '5', integer '5', double '1.5', real '1.5', decimal '1.50', boolean 'true', varchar 'x', char 'x', json '{"a":1}', date '2020-1-2'`,
    [['5', '5', '5', '5', '1.5', '1.5', '1.50', 'true', 'x', 'x', '{"a":1}', '2020-01-02']],
  ],
  [
    `SELECT U&'\\00e9t\\00e9', U&'a!0041b' UESCAPE '!', 'it''s', X'0A 0b'`,
    [['été', 'aAb', "it's", '0a 0b']],
  ],
  [
    'SELECT 0x1F, 0b101, 0o17, 1_000, 1.5e3, .5, 5., 1E2, 123456789012345678901234567890.5',
    [['31', '5', '15', '1000', '1500.0', '0.5', '5', '100.0', '123456789012345678901234567890.5']],
  ],
  ['SELECT -9223372036854775808', [['-9223372036854775808']]],
  [
    "SELECT trim(both from '  a '), trim(leading 'x' from 'xxa'), trim(trailing from 'a  '), trim('a' from 'aba'), trim(' a ')",
    [['a', 'a', 'a', 'b', 'a']],
  ],
  [
    "SELECT extract(year FROM date '2020-01-02'), extract(week FROM date '2020-01-02'), extract(day_of_month FROM date '2020-01-02'), extract(yow FROM date '2020-01-02'), extract(doy FROM date '2020-01-02'), extract(timezone_hour FROM timestamp '2020-01-01 00:00:00 +05:30'), extract(timezone_minute FROM timestamp '2020-01-01 00:00:00 +05:30')",
    [['2020', '1', '2', '2020', '2', '5', '30']],
  ],
  [
    `SELECT 'a' LIKE 'a', 'a' NOT LIKE 'b', 'a%b' LIKE 'a#%b' ESCAPE '#', 'ab' LIKE 'a_', 'a\\b' LIKE 'a\\b', 'x' LIKE ''`,
    [['true', 'true', 'true', 'true', 'true', 'false']],
  ],
  [
    "SELECT 'a' || NULL, NULL || 'a', 1 IN (NULL), NULL IN (1), NULL = NULL, NULL <> 1, NOT NULL",
    [[null, null, null, null, null, null, null]],
  ],
  [
    "SELECT CASE WHEN NULL THEN 1 ELSE 2 END, CASE 1 WHEN 1.0 THEN 'a' END, CASE NULL WHEN NULL THEN 1 ELSE 2 END",
    [['2', 'a', '2']],
  ],
  ['SELECT CASE 1 WHEN 2 THEN 1/0 ELSE 3 END', [['3']]],
  [
    "SELECT if(1 > 2, 'a'), if(true, 1, 2e0), nullif(1, 1.0), coalesce(NULL, NULL), coalesce(1, 2.5)",
    [[null, '1.0', null, null, '1.0']],
  ],
  ['SELECT x."a b" FROM (SELECT 1 AS "a b") x', [['1']]],
  ['SELECT 1 AS select_, 2 AS "select", 3 AS "from"', [['1', '2', '3']]],
  ['SELECT 1 "quoted alias"', [['1']]],
  ['SELECT ALL 1', [['1']]],
  [
    'SELECT array_agg(x ORDER BY x), array_agg(x ORDER BY x DESC NULLS FIRST) FROM (VALUES 2, NULL, 1) t(x)',
    [['[1, 2, null]', '[null, 2, 1]']],
  ],
  ['SELECT x + 1 + 2, count(*) FROM (VALUES 1) t(x) GROUP BY x + 1', [['4', '1']]],
  ["SELECT upper(x), count(*) FROM (VALUES 'a') t(x) GROUP BY upper(x)", [['A', '1']]],
  ['SELECT max(x) + min(x) AS z FROM (VALUES 1, 5) t(x) ORDER BY z', [['6']]],
  ['SELECT count(*) FROM (VALUES 1, 5) t(x) ORDER BY sum(x)', [['2']]],
  ['SELECT t.x FROM (VALUES 1) t(x) WHERE X = 1 AND T.x = 1', [['1']]],
  ['SELECT * FROM (SELECT 1 AS a, 2 AS a)', [['1', '2']]],
  ['SELECT 1 WHERE 1 = 1 GROUP BY 1', [['1']]],
  [
    "SELECT 1, 'a' UNION ALL SELECT 2.5, 'bcd' ORDER BY 1",
    [
      ['1.0', 'a'],
      ['2.5', 'bcd'],
    ],
  ],
  [
    'SELECT min(x), max(x), count(*), sum(x) FROM (VALUES nan(), 1e0, infinity()) t(x)',
    [['1.0', 'Infinity', '3', 'NaN']],
  ],
  [
    'SELECT x FROM (VALUES nan(), 1e0, infinity(), -infinity(), NULL) t(x) ORDER BY x',
    [['-Infinity'], ['1.0'], ['Infinity'], ['NaN'], [null]],
  ],
  [
    'SELECT x FROM (VALUES nan(), 1e0, infinity(), -infinity(), NULL) t(x) ORDER BY x DESC',
    [['NaN'], ['Infinity'], ['1.0'], ['-Infinity'], [null]],
  ],
  [
    'SELECT nan() = nan(), nan() < 1e0, nan() > 1e0, nan() <> nan(), nan() IS DISTINCT FROM nan(), nan() >= nan(), 1e0 < nan()',
    [['false', 'false', 'false', 'true', 'false', 'false', 'false']],
  ],
  ['SELECT count(DISTINCT x), count(*) FROM (VALUES nan(), nan()) t(x)', [['1', '2']]],
  ['SELECT DISTINCT x FROM (VALUES nan(), nan()) t(x)', [['NaN']]],
  [
    'SELECT nan() IN (nan(), 1e0), nullif(nan(), nan()), greatest(nan(), 1e0), least(nan(), 1e0), greatest(1e0, nan())',
    [['false', 'NaN', '1.0', '1.0', '1.0']],
  ],
  ['SELECT -0e0, 0e0 = -0e0, -0e0 IS DISTINCT FROM 0e0', [['-0.0', 'true', 'false']]],
]

export const languageFailures: readonly QueryFailure[] = [
  [
    'WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 12) SELECT count(*) FROM t',
    /^NOT_SUPPORTED: Recursion depth limit exceeded \(10\)\. Use 'max_recursion/,
  ],
  [
    'WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t',
    /^NOT_SUPPORTED: Recursion depth limit exceeded \(10\)\. Use 'max_recursion/,
  ],
  [
    'WITH RECURSIVE t(n) AS (SELECT 1 UNION SELECT n FROM t) SELECT count(*) FROM t',
    /^NOT_SUPPORTED: Recursion depth limit exceeded \(10\)\. Use 'max_recursion/,
  ],
  [
    "WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT BIGINT '2' FROM t WHERE n < 2) SELECT count(*) FROM t",
    /^TYPE_MISMATCH: line 1:44: recursion step relation output type \(bigint\)/,
  ],
  [
    "WITH RECURSIVE t(n, p) AS (SELECT 1, 'a' UNION ALL SELECT n + 1, p || 'b' FROM t WHERE n < 4) SELECT max(p) FROM t",
    /^TYPE_MISMATCH: line 1:52: recursion step relation output type \(varchar/,
  ],
  [
    'WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT count(*) FROM t) SELECT * FROM t',
    /^TYPE_MISMATCH: line 1:44: recursion step relation output type \(bigint\)/,
  ],
  [
    'WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT a.n + 1 FROM t a JOIN t b ON a.n = b.n WHERE a.n < 3) SELECT * FROM t',
    /^INVALID_RECURSIVE_REFERENCE: line 1:73: multiple recursive references /,
  ],
  [
    'WITH RECURSIVE t(n) AS (SELECT 1 INTERSECT SELECT n FROM t) SELECT * FROM t',
    /^INVALID_RECURSIVE_REFERENCE: line 1:58: recursive reference not allowe/,
  ],
  [
    'WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM t WHERE n < (SELECT max(n) FROM t)) SELECT * FROM t',
    /^INVALID_RECURSIVE_REFERENCE: line 1:92: multiple recursive references /,
  ],
  [
    'WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT u.n + 1 FROM (VALUES 1) v(x) LEFT JOIN t u ON true WHERE u.n < 3) SELECT * FROM t',
    /^INVALID_RECURSIVE_REFERENCE: line 1:80: recursive reference in right s/,
  ],
  [
    'SELECT a AS z, sum(c) FROM (VALUES (1, 2, 3), (1, 3, 4)) t(a, b, c) GROUP BY z',
    /^COLUMN_NOT_FOUND: line 1:78: Column 'z' cannot be resolved or requeste/,
  ],
  [
    'SELECT a FROM (VALUES 1, 2) t(a) HAVING a > 1',
    /^EXPRESSION_NOT_AGGREGATE: line 1:8: 'a' must be an aggregate expressio/,
  ],
  [
    'SELECT t.a, u.b FROM (VALUES ARRAY[1, 2]) t(a) LEFT JOIN UNNEST(a) AS u(b) ON u.b = 1',
    /^NOT_SUPPORTED: line 1:58: LEFT JOIN involving UNNEST is only supported/,
  ],
  [
    'SELECT x, sum(x) OVER (ORDER BY x ROWS BETWEEN -1 PRECEDING AND 3 FOLLOWING) FROM (VALUES 1, 2, 3, 4) t(x) ORDER BY 1',
    /^INVALID_WINDOW_FRAME: line 1:48: Window frame offset value must not be/,
  ],
  [
    'SELECT x, sum(x) OVER (ORDER BY x ROWS BETWEEN NULL PRECEDING AND 3 FOLLOWING) FROM (VALUES 1, 2, 3, 4) t(x) ORDER BY 1',
    /^TYPE_MISMATCH: line 1:48: Window frame ROWS offset cannot be of type u/,
  ],
  [
    'SELECT x, sum(x) OVER (ORDER BY x ROWS BETWEEN CURRENT ROW AND 1 PRECEDING) FROM (VALUES 1, 2, 3, 4) t(x) ORDER BY 1',
    /^INVALID_WINDOW_FRAME: line 1:11: Window frame starting from CURRENT RO/,
  ],
  [
    'SELECT x, nth_value(x, 0) OVER (ORDER BY x) FROM (VALUES 1, 2, 3) t(x) ORDER BY 1',
    /^INVALID_FUNCTION_ARGUMENT: Offset must be at least 1/,
  ],
  [
    'SELECT x, count(*) FILTER (WHERE x > 1) OVER (ORDER BY x) FROM (VALUES 1, 2, 3) t(x) ORDER BY 1',
    /^NOT_SUPPORTED: line 1:11: FILTER is not yet supported for window funct/,
  ],
  [
    'SELECT count(DISTINCT x) OVER () FROM (VALUES 1, 1, 3) t(x)',
    /^NOT_SUPPORTED: line 1:8: DISTINCT in window function parameters not ye/,
  ],
  [
    "SELECT length(listagg(x, ',') WITHIN GROUP (ORDER BY x)) FROM (SELECT rpad('a', 600000, 'x') || CAST(n AS varchar) FROM UNNEST(sequence(1, 5)) u(n)) t(x)",
    /^EXCEEDED_FUNCTION_MEMORY_LIMIT: Concatenated string has the length in /,
  ],
  [
    'SELECT (1, NULL) < (1, 1)',
    /^NOT_SUPPORTED: ROW comparison not supported for values with NULL/,
  ],
  [
    'SELECT ARRAY[1, NULL] < ARRAY[1, 2]',
    /^NOT_SUPPORTED: ARRAY comparison not supported for values with NULL/,
  ],
  ['TABLE t', /^TABLE_NOT_FOUND: line 1:1: no table/],
  [
    'SELECT ROW(1, 2)[3]',
    /^INVALID_FUNCTION_ARGUMENT: line 1:17: Subscript index out of bounds: 3, max value is 2$/,
  ],
  [
    'SELECT a.x FROM (VALUES (1, 2)) a(x, y) JOIN (VALUES (1, 3)) b(x, z) USING (x)',
    /^COLUMN_NOT_FOUND: line 1:8: Column 'a\.x' cannot be resolved or request/,
  ],
  [
    'SELECT (SELECT y FROM (VALUES 1, 2) b(y))',
    /^SUBQUERY_MULTIPLE_ROWS: Scalar sub-query has returned multiple rows$/,
  ],
  [
    "SELECT 'abc' LIKE 'a#c' ESCAPE '#'",
    /^INVALID_FUNCTION_ARGUMENT: line 1:14: Escape character must be followe/,
  ],
  [
    "SELECT 'abc' LIKE 'ab#' ESCAPE '#'",
    /^INVALID_FUNCTION_ARGUMENT: line 1:14: Escape character must be followe/,
  ],
  [
    "SELECT 'abc' LIKE 'abc' ESCAPE 'xx'",
    /^INVALID_FUNCTION_ARGUMENT: line 1:14: Escape string must be a single c/,
  ],
  [
    "SELECT CASE WHEN true THEN 1 ELSE 'a' END",
    /^TYPE_MISMATCH: line 1:35: All CASE results must be the same type or coercible to a common type\. Cannot find common type between integer and varchar\(1\), all types \(without duplicates\): \[integer, varchar\(1\)\]$/,
  ],
  [
    'SELECT transform(ARRAY[1, 2], x -> x + (SELECT 1))',
    /^NOT_SUPPORTED: line 1:31: Lambda expression cannot contain subqueries/,
  ],
  [
    'SELECT sum(sum(x)) FROM (VALUES 1) t(x)',
    /^NESTED_AGGREGATION: line 1:12: Cannot nest aggregations inside aggrega/,
  ],
  [
    'SELECT x FROM (VALUES 1) t(x) GROUP BY x + 1',
    /^EXPRESSION_NOT_AGGREGATE: line 1:8: 'x' must be an aggregate expressio/,
  ],
  [
    'SELECT x FROM (VALUES 1, 5) t(x) ORDER BY count(*)',
    /^EXPRESSION_NOT_AGGREGATE: line 1:8: 'x' must be an aggregate expressio/,
  ],
  [
    'SELECT x, y FROM (VALUES (1, 2)) t(x, y) GROUP BY x',
    /^EXPRESSION_NOT_AGGREGATE: line 1:11: 'y' must be an aggregate expressi/,
  ],
  [
    'SELECT x FROM (VALUES 1) t(x), (VALUES 2) u(x)',
    /^AMBIGUOUS_NAME: line 1:8: Column 'x' is ambiguous/,
  ],
  ['SELECT a FROM (SELECT 1 AS a, 2 AS a)', /^AMBIGUOUS_NAME: line 1:8: Column 'a' is ambiguous/],
]
