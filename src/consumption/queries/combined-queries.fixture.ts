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
  [
    "SELECT to_unixtime(TIMESTAMP '2024-11-03 01:30:00 America/New_York'), to_unixtime(TIMESTAMP '2024-10-27 02:30:00 Europe/Berlin')",
    [['1.7306118E9', '1.729989E9']],
  ],
  [
    "SELECT CAST('2024-03-10 02:30:00 America/New_York' AS timestamp with time zone), to_unixtime(CAST('2024-11-03 01:30:00 America/New_York' AS timestamp with time zone))",
    [['2024-03-10 03:30:00.000 America/New_York', '1.7306118E9']],
  ],
  [
    "SELECT TIMESTAMP '2024-11-03 01:30:00 America/New_York' + INTERVAL '1' HOUR, to_unixtime(date_add('hour', 1, TIMESTAMP '2024-11-03 01:30:00 America/New_York'))",
    [['2024-11-03 01:30:00.000 America/New_York', '1.7306154E9']],
  ],
  [
    "SELECT z, to_unixtime(with_timezone(t, z)) FROM (VALUES (TIMESTAMP '2024-10-27 02:30:00', 'Europe/Berlin'), (TIMESTAMP '2024-11-03 01:30:00', 'America/New_York')) x(t, z) ORDER BY 1",
    [
      ['America/New_York', '1.7306118E9'],
      ['Europe/Berlin', '1.7299926E9'],
    ],
  ],
  [
    "SELECT to_unixtime(with_timezone(TIMESTAMP '2024-10-27 01:30:00', 'Europe/London')), to_unixtime(with_timezone(TIMESTAMP '2024-10-27 02:30:00', 'Europe/Berlin')), with_timezone(TIMESTAMP '2024-03-31 02:30:00', 'Europe/Berlin')",
    [['1.7299926E9', '1.7299926E9', '2024-03-31 03:30:00.000 Europe/Berlin']],
  ],
  [
    "SELECT to_unixtime(CAST(s AS timestamp with time zone)) FROM (VALUES '2024-10-27 02:30:00 Europe/Berlin', '2024-11-03 01:30:00 America/New_York') x(s) ORDER BY 1",
    [['1.729989E9'], ['1.7306118E9']],
  ],
  [
    "SELECT to_unixtime(parse_datetime('2024-11-03 01:30:00 America/New_York', 'yyyy-MM-dd HH:mm:ss ZZZ'))",
    [['1.7306118E9']],
  ],
  [
    "SELECT to_unixtime(date_trunc('day', TIMESTAMP '2024-11-03 12:00:00 America/Havana')), to_unixtime(date_trunc('day', TIMESTAMP '2024-11-03 00:30:00 America/Havana' + INTERVAL '1' HOUR))",
    [['1.73061E9', '1.73061E9']],
  ],
  ["SELECT to_unixtime(TIMESTAMP '2024-04-07 01:45:00 Australia/Lord_Howe')", [['1.7124147E9']]],
  [
    "SELECT to_unixtime(TIMESTAMP '2024-11-27 02:30:00 Europe/Berlin' - INTERVAL '1' MONTH), to_unixtime(TIMESTAMP '2024-09-27 02:30:00 Europe/Berlin' + INTERVAL '1' MONTH), to_unixtime(date_add('day', -1, TIMESTAMP '2024-10-28 02:30:00 Europe/Berlin')), to_unixtime(date_add('day', -1, TIMESTAMP '2024-11-04 01:30:00 America/New_York'))",
    [['1.7299926E9', '1.729989E9', '1.7299926E9', '1.7306154E9']],
  ],
  [
    "SELECT to_unixtime(date_trunc('day', t)), to_unixtime(date_trunc('hour', t)), to_unixtime(date_add('day', 1, t)), to_unixtime(date_add('month', -1, t)) FROM (SELECT with_timezone(d, z) t FROM (VALUES (TIMESTAMP '2024-10-27 02:30:00', 'Europe/Berlin'), (TIMESTAMP '2024-11-03 01:30:00', 'America/New_York'), (TIMESTAMP '2024-11-03 01:30:00', '+02:00'), (TIMESTAMP '2024-03-10 02:30:00', 'America/New_York')) x(d, z)) ORDER BY to_unixtime(t)",
    [
      ['1.7100468E9', '1.710054E9', '1.7101422E9', '1.7075538E9'],
      ['1.72998E9', '1.7299908E9', '1.730079E9', '1.727397E9'],
      ['1.7305848E9', '1.7305884E9', '1.7306766E9', '1.7279118E9'],
      ['1.7306064E9', '1.73061E9', '1.7307018E9', '1.7279334E9'],
    ],
  ],
  [
    "SELECT upper(CAST('a' AS char(3))) = 'A', lower(CAST('A' AS char(3))) = 'a', trim(CAST('a' AS char(3))) = 'a', substr(CAST('abc' AS char(5)), 2) = 'bc', typeof(upper(CAST('a' AS char(3))))",
    [['true', 'true', 'true', 'false', 'char(3)']],
  ],
  [
    "SELECT upper(c) || '|', substr(c, 2) || '|', ltrim(c, 'a') || '|' FROM (VALUES CAST('ab' AS char(4)), CAST(NULL AS char(4))) t(c) ORDER BY 1",
    [
      ['AB  |', 'b  |', 'b|'],
      [null, null, null],
    ],
  ],
  [
    "SELECT TIME '01:02:03.456' - TIME '00:00:01', TIME '00:00:01' - TIME '01:00:00', TIME '10:00:00.0019' - TIME '10:00:00'",
    [['0 01:02:02.456', '-0 00:59:59.000', '0 00:00:00.002']],
  ],
  [
    "SELECT typeof(regexp_position('abcb', 'b')), regexp_position('abcb', 'b', 3, 1)",
    [['integer', '4']],
  ],
  ['SELECT t.* AS (p, q) FROM (VALUES (1, 2)) t(a, b)', [['1', '2']]],
  ['SELECT p + q FROM (SELECT t.* AS (p, q) FROM (VALUES (1, 2)) t(a, b))', [['3']]],
  [
    "SELECT ltrim(CAST(' a' AS char(5))) || '|', rtrim(CAST('a' AS char(5)), 'a') || '|', trim(CAST(' a' AS char(5))) || '|', trim(LEADING ' ' FROM CAST(' a' AS char(5))) || '|'",
    [['a|', '|', 'a|', 'a|']],
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
  ["SELECT TIMESTAMP '2024-03-10 02:30:00 America/New_York'", /^INVALID_LITERAL/],
  [
    "SELECT parse_datetime('2024-03-10 02:30:00 America/New_York', 'yyyy-MM-dd HH:mm:ss ZZZ')",
    /^INVALID_FUNCTION_ARGUMENT/,
  ],
  ["SELECT TIME '24:00:00'", /^INVALID_LITERAL/],
  ['SELECT t.* AS (p) FROM (VALUES (1, 2)) t(a, b)', /^MISMATCHED_COLUMN_ALIASES/],
  ['SELECT count(*) FROM (VALUES 1) t(x) GROUP BY t.x, 1', /^EXPRESSION_NOT_SCALAR/],
  ['SELECT sum(x) FROM (VALUES 1) t(x) GROUP BY sum(x)', /^EXPRESSION_NOT_SCALAR/],
]
