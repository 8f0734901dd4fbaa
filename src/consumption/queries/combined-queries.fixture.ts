import type { QueryCase, QueryFailure } from './query-shapes.fixture.ts'

/** Parts of the language beside one another; the answers are those of a Trino 435. */
export const combinedQueries: readonly QueryCase[] = [
  [
    "SELECT listagg(x, ',' ON OVERFLOW TRUNCATE '...' WITH COUNT) WITHIN GROUP (ORDER BY x) FROM (VALUES 'a','b','a') t(x)",
    [['a,a,b']],
  ],
  [
    "SELECT length(listagg(rpad('x', 500000, 'y'), ',' ON OVERFLOW TRUNCATE '..' WITH COUNT) WITHIN GROUP (ORDER BY v)) AS x FROM (VALUES 'a', 'b', 'c') t(v)",
    [['1000007']],
  ],
  [
    "SELECT length(listagg(rpad('x', 500000, 'y'), ',' ON OVERFLOW TRUNCATE WITHOUT COUNT) WITHIN GROUP (ORDER BY v)) AS x FROM (VALUES 'a', 'b', 'c') t(v)",
    [['1000005']],
  ],
  ['SELECT count(*) FROM (VALUES 1, 2) t(x) GROUP BY true', [['2']]],
  [
    "SELECT 'a', x, count(*) FROM (VALUES 1, 2) t(x) GROUP BY 'a', 2 ORDER BY 2",
    [
      ['a', '1', '1'],
      ['a', '2', '1'],
    ],
  ],
  ['SELECT NULL, count(*) FROM (VALUES 1, 2) t(x) GROUP BY NULL', [[null, '2']]],
  ['SELECT count(*) FROM (VALUES 1, 2) t(x) WHERE x > 5 GROUP BY 1e0', []],
  [
    "SELECT map_agg(k, v), multimap_agg(k, v) FROM (VALUES ('a', 1), ('b', 2), ('a', 3)) t(k, v) GROUP BY true",
    [['{a=1, b=2}', '{a=[1, 3], b=[2]}']],
  ],
  [
    'SELECT regr_slope(x, x) OVER (ORDER BY x), corr(x, x) OVER (ORDER BY x) FROM (VALUES 1e0) t(x) ORDER BY x',
    [[null, null]],
  ],
  [
    "SELECT id, k, x FROM (VALUES (1, map(ARRAY['x','y'], ARRAY[ARRAY[1,2], ARRAY[3]]))) t(id, m) CROSS JOIN UNNEST(m) u(k, v) CROSS JOIN UNNEST(v) w(x) ORDER BY k, x",
    [
      ['1', 'x', '1'],
      ['1', 'x', '2'],
      ['1', 'y', '3'],
    ],
  ],
  [
    "SELECT * FROM UNNEST(map(ARRAY['a','b'], ARRAY[1,2]), ARRAY[9,8,7]) WITH ORDINALITY AS t(k, v, x, n)",
    [
      ['a', '1', '9', '1'],
      ['b', '2', '8', '2'],
      [null, null, '7', '3'],
    ],
  ],
  [
    'SELECT x, lag(x, 2) IGNORE NULLS OVER (ORDER BY y) FROM (VALUES (1, 1), (5, 2), (NULL, 3), (7, 4)) t(x, y) ORDER BY y',
    [
      ['1', null],
      ['5', null],
      [null, '1'],
      ['7', '1'],
    ],
  ],
  [
    "SELECT d, count(*) OVER (ORDER BY d RANGE BETWEEN INTERVAL '1' MONTH PRECEDING AND CURRENT ROW) FROM (VALUES date '2024-01-31', date '2024-02-29', date '2024-03-30', date '2024-03-31') t(d) ORDER BY 1",
    [
      ['2024-01-31', '1'],
      ['2024-02-29', '2'],
      ['2024-03-30', '2'],
      ['2024-03-31', '3'],
    ],
  ],
]

export const combinedFailures: readonly QueryFailure[] = [
  [
    "SELECT x, sum(x) OVER (ORDER BY x RANGE BETWEEN INTERVAL '1' DAY PRECEDING AND CURRENT ROW) FROM (VALUES 1) t(x)",
    /^TYPE_MISMATCH/,
  ],
  [
    "SELECT x, count(*) OVER (ORDER BY x RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM (VALUES date '2024-01-01') t(x)",
    /^TYPE_MISMATCH/,
  ],
  [
    "SELECT x, count(*) OVER (ORDER BY x RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM (VALUES 'a') t(x)",
    /^TYPE_MISMATCH/,
  ],
  [
    'SELECT lag(x, y) OVER (ORDER BY x) FROM (VALUES (1, 1), (2, NULL)) t(x, y) ORDER BY 1',
    /^INVALID_FUNCTION_ARGUMENT/,
  ],
  ['SELECT DISTINCT x FROM (VALUES 1, 1, 2) t(x) ORDER BY x + 1', /^EXPRESSION_NOT_IN_DISTINCT/],
  [
    'SELECT array_agg(DISTINCT x ORDER BY y) FROM (VALUES (2,1), (1,2)) t(x,y)',
    /^EXPRESSION_NOT_IN_DISTINCT/,
  ],
  ['WITH a AS (SELECT 1 x), a AS (SELECT 2 x) SELECT * FROM a', /^DUPLICATE_NAMED_QUERY/],
  ['SELECT * FROM UNNEST(ARRAY[1,2]) AS t(x, y)', /^MISMATCHED_COLUMN_ALIASES/],
]
