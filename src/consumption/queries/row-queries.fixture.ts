import type { QueryCase, QueryFailure } from './query-shapes.fixture.ts'

/** Rows, arrays, maps and NaN beside one another: equality, IN, ANY, ALL, order, groups. The answers are those of a Trino 435. */
export const rowQueries: readonly QueryCase[] = [
  ['SELECT (1, NULL) IN (VALUES (1, 2))', [['false']]],
  ['SELECT (1, NULL) IN (VALUES (1, 2), (1, NULL))', [['true']]],
  ['SELECT (1, NULL) IN (VALUES (2, 2))', [['false']]],
  ['SELECT (1, 2) IN (VALUES (1, NULL))', [['false']]],
  ['SELECT (1, 2) IN (VALUES (1, NULL), (1, 2))', [['true']]],
  ['SELECT (1, 2) IN (VALUES (3, NULL))', [['false']]],
  ['SELECT (1, 2) IN (VALUES (NULL, NULL))', [['false']]],
  ['SELECT (NULL, NULL) IN (VALUES (1, 2))', [['false']]],
  ['SELECT (1, 2) NOT IN (VALUES (1, NULL))', [['true']]],
  ['SELECT (1, NULL) NOT IN (VALUES (1, 2))', [['true']]],
  ['SELECT (1, NULL) NOT IN (VALUES (2, 2))', [['true']]],
  ['SELECT (1, 2) IN (SELECT 1, 2 WHERE false)', [['false']]],
  ['SELECT (1, CAST(NULL AS integer)) IN (SELECT 1, 2 WHERE false)', [['false']]],
  ['SELECT (1, CAST(NULL AS integer)) NOT IN (SELECT 1, 2 WHERE false)', [['true']]],
  [
    'SELECT a, b FROM (VALUES (1, 2), (1, NULL), (3, 4), (3, NULL), (NULL, 2)) t(a, b) WHERE (a, b) IN (VALUES (1, 2), (3, NULL))',
    [['1', '2']],
  ],
  [
    'SELECT a, b FROM (VALUES (1, 2), (1, NULL), (3, 4), (3, NULL), (NULL, 2)) t(a, b) WHERE (a, b) IN (SELECT c, d FROM (VALUES (1, 2), (3, NULL)) u(c, d) WHERE u.c = t.a)',
    [['1', '2']],
  ],
  ['SELECT (1, NULL) IN ((1, 2))', [[null]]],
  ['SELECT (1, NULL) IN ((1, 2), (3, 4))', [[null]]],
  ['SELECT (1, NULL) IN ((2, 2), (3, 4))', [['false']]],
  ['SELECT (1, 2) IN ((1, NULL), (1, 2))', [['true']]],
  ['SELECT (1, 2) IN ((1, NULL), (3, 4))', [[null]]],
  ['SELECT (1, NULL) NOT IN ((1, 2), (3, 4))', [[null]]],
  [
    'SELECT (1, NULL) = (1, 2), (1, NULL) = (2, 2), (1, NULL) <> (2, 2), (1, NULL) <> (1, 2), (NULL, NULL) = (NULL, NULL)',
    [[null, 'false', 'true', null, null]],
  ],
  [
    'SELECT (1, NULL) IS DISTINCT FROM (1, NULL), (1, NULL) IS NOT DISTINCT FROM (1, NULL), (1, NULL) IS DISTINCT FROM (1, 2)',
    [['false', 'true', 'true']],
  ],
  [
    'SELECT ROW(1, NULL) IS NULL, ROW(NULL, NULL) IS NULL, ROW(NULL, NULL) IS NOT NULL, (SELECT ROW(NULL)) IS NULL',
    [['false', 'false', 'true', 'false']],
  ],
  [
    "SELECT (1, 2) < (1, 3), (1, 2) < (2, 1), (2, 1) > (1, 9), (1, 2) <= (1, 2), (1, 'b') > (1, 'a')",
    [['true', 'true', 'true', 'true', 'true']],
  ],
  ['SELECT (1, NULL) < (2, 1)', [['true']]],
  [
    'SELECT (1, 2) BETWEEN (1, 1) AND (1, 3), (1, 2) NOT BETWEEN (1, 3) AND (2, 0)',
    [['true', 'true']],
  ],
  [
    'SELECT (1, 2) = ANY (VALUES (1, 2), (1, NULL)), (1, 3) = ANY (VALUES (1, 2), (1, NULL)), (2, 3) = ANY (VALUES (1, 2), (1, NULL))',
    [['true', 'false', 'false']],
  ],
  ['SELECT (1, NULL) = ANY (VALUES (1, 2))', [['false']]],
  ['SELECT (1, NULL) <> ALL (VALUES (1, 2))', [['true']]],
  ['SELECT (1, 3) <> ALL (VALUES (1, 2), (1, NULL))', [['true']]],
  ['SELECT (1, 2) = ALL (VALUES (1, 2))', [['true']]],
  ['SELECT (1, 2) = ALL (VALUES (1, 2), (1, 3))', [['false']]],
  ['SELECT (1, NULL) = ALL (VALUES (1, 2))', [[null]]],
  ['SELECT (1, 2) <> ANY (VALUES (1, 2))', [['false']]],
  ['SELECT (1, 2) <> ANY (VALUES (1, 2), (1, 3))', [['true']]],
  ['SELECT (1, NULL) <> ANY (VALUES (1, 2), (1, 3))', [['true']]],
  ['SELECT (1, 2) < ALL (VALUES (1, 3), (2, 0))', [['true']]],
  ['SELECT (1, 2) < ANY (VALUES (1, 1), (1, 3))', [['true']]],
  ['SELECT ARRAY[1, NULL] IN (VALUES ARRAY[1, 2])', [['false']]],
  ['SELECT ARRAY[1, NULL] IN (VALUES ARRAY[1, NULL])', [['true']]],
  ['SELECT ARRAY[1, 2] IN (VALUES ARRAY[1, NULL])', [['false']]],
  ['SELECT ARRAY[1, 2] NOT IN (VALUES ARRAY[1, NULL], ARRAY[3])', [['true']]],
  ['SELECT ARRAY[1, NULL] IN (ARRAY[1, 2], ARRAY[1, NULL])', [[null]]],
  ['SELECT ARRAY[1, NULL] NOT IN (ARRAY[2, 2])', [['true']]],
  ['SELECT ARRAY[1, 2] = ANY (VALUES ARRAY[1, 2], ARRAY[1, NULL])', [['true']]],
  ['SELECT ARRAY[1, 2] <> ALL (VALUES ARRAY[1, NULL])', [['true']]],
  ['SELECT map(ARRAY[1], ARRAY[NULL]) IN (VALUES map(ARRAY[1], ARRAY[2]))', [['false']]],
  [
    'SELECT map(ARRAY[1], ARRAY[2]) IN (VALUES map(ARRAY[1], ARRAY[CAST(NULL AS integer)]))',
    [['false']],
  ],
  ['SELECT map(ARRAY[1], ARRAY[2]) IN (VALUES map(ARRAY[1], ARRAY[2]))', [['true']]],
  ['SELECT ROW(ROW(1, NULL)) IN (VALUES ROW(ROW(1, 2)))', [['false']]],
  [
    'SELECT nan() IN (VALUES nan()), nan() IN (nan()), nan() = ANY (VALUES nan()), nan() NOT IN (VALUES nan()), nan() <> ALL (VALUES nan())',
    [['true', 'false', 'true', 'false', 'false']],
  ],
  [
    'SELECT nan() IN (VALUES 1e0, nan()), 1e0 IN (VALUES nan()), nan() NOT IN (VALUES 1e0), nan() NOT IN (1e0)',
    [['true', 'false', 'true', 'true']],
  ],
  ['SELECT x FROM (VALUES nan(), 1e0, NULL) t(x) WHERE x IN (VALUES nan(), 2e0)', []],
  ['SELECT x FROM (VALUES nan(), 1e0, NULL) t(x) WHERE x NOT IN (VALUES nan(), 2e0)', [['1.0']]],
  [
    'SELECT (1, nan()) IN (VALUES (1, nan())), (1, nan()) = (1, nan()), ARRAY[nan()] = ARRAY[nan()], ARRAY[nan()] IN (VALUES ARRAY[nan()])',
    [['true', 'false', 'false', 'true']],
  ],
  [
    'SELECT nan() > ALL (VALUES 1e0), nan() < ANY (VALUES 1e0), 1e0 < ALL (VALUES nan()), 1e0 < ANY (VALUES nan(), 2e0), 1e0 = ALL (VALUES nan()), nan() = ALL (VALUES nan())',
    [['false', 'false', 'false', 'true', 'false', 'false']],
  ],
  [
    'SELECT 1e0 > ALL (VALUES nan(), 0e0), 3e0 > ALL (VALUES nan(), 0e0), 3e0 >= ANY (VALUES nan())',
    [['true', 'true', 'false']],
  ],
  [
    'SELECT 1 = ALL (SELECT 1 WHERE false), 1 = ANY (SELECT 1 WHERE false), NULL = ALL (SELECT 1 WHERE false), NULL = ANY (SELECT 1 WHERE false), NULL IN (SELECT 1 WHERE false)',
    [['true', 'false', 'true', 'false', 'false']],
  ],
  [
    'SELECT 1 = ALL (VALUES 1, NULL), 1 <> ALL (VALUES 2, NULL), 2 > ALL (VALUES 1, NULL), 2 > ANY (VALUES 1, NULL), 0 > ANY (VALUES 1, NULL), 1 <> ANY (VALUES 1, NULL), 1 <> ANY (VALUES 1, 2, NULL), 3 = ALL (VALUES 1, NULL)',
    [[null, null, null, 'true', null, null, 'true', 'false']],
  ],
  [
    'SELECT NULL IN (VALUES 1), NULL NOT IN (VALUES 1), 1 IN (VALUES NULL), 1 NOT IN (VALUES NULL), 1 IN (VALUES 1, NULL), 1 NOT IN (VALUES 2, NULL)',
    [[null, null, null, null, 'true', null]],
  ],
  [
    "SELECT 1 IN (VALUES 1.0, 2.5), 1 IN (VALUES 1e0), bigint '1' IN (VALUES smallint '1'), 'a' IN (VALUES CAST('a' AS char(3)))",
    [['true', 'true', 'true', 'true']],
  ],
  [
    'SELECT count(*) FROM (VALUES (1, 2), (1, 2), (1, NULL), (1, NULL)) t(a, b) GROUP BY ROW(a, b) ORDER BY 1',
    [['2'], ['2']],
  ],
  [
    'SELECT count(DISTINCT ROW(a, b)), count(DISTINCT a), count(ROW(a, b)) FROM (VALUES (1, 2), (1, 2), (1, NULL), (1, NULL), (NULL, NULL)) t(a, b)',
    [['3', '1', '5']],
  ],
  [
    'SELECT t.a, u.c FROM (VALUES (1, 2), (1, NULL)) t(a, b) JOIN (VALUES (1, 2), (1, NULL)) u(c, d) ON (t.a, t.b) = (u.c, u.d)',
    [['1', '1']],
  ],
  [
    'SELECT t.a, t.b, u.d FROM (VALUES (1, 2), (1, NULL)) t(a, b) LEFT JOIN (VALUES (1, 2), (1, NULL)) u(c, d) ON (t.a, t.b) IS NOT DISTINCT FROM (u.c, u.d) ORDER BY 2',
    [
      ['1', '2', '2'],
      ['1', null, null],
    ],
  ],
  [
    'SELECT t.a, u.a FROM (VALUES ROW(ROW(1, NULL)), ROW(ROW(1, 2))) t(a) JOIN (VALUES ROW(ROW(1, NULL)), ROW(ROW(1, 2))) u(a) ON t.a = u.a',
    [['{field0=1, field1=2}', '{field0=1, field1=2}']],
  ],
  [
    'SELECT t.a FROM (VALUES ARRAY[1, NULL], ARRAY[1, 2]) t(a) JOIN (VALUES ARRAY[1, NULL], ARRAY[1, 2]) u(a) ON t.a = u.a',
    [['[1, 2]']],
  ],
  [
    'SELECT a FROM (VALUES ARRAY[1, NULL], ARRAY[1, 2]) t(a) JOIN (VALUES ARRAY[1, NULL], ARRAY[1, 2]) u(a) USING (a)',
    [['[1, 2]']],
  ],
  [
    'SELECT t.x FROM (VALUES nan(), 1e0) t(x) JOIN (VALUES nan(), 1e0) u(x) ON t.x = u.x',
    [['1.0']],
  ],
  [
    'SELECT t.x, u.x FROM (VALUES nan(), 1e0) t(x) FULL JOIN (VALUES nan(), 2e0) u(x) ON t.x = u.x ORDER BY 1, 2',
    [
      ['1.0', null],
      ['NaN', null],
      [null, '2.0'],
      [null, 'NaN'],
    ],
  ],
  ['SELECT ROW(1, NULL) INTERSECT SELECT ROW(1, NULL)', [['{field0=1, field1=null}']]],
  [
    'SELECT a FROM (VALUES ROW(ROW(2, 1)), ROW(ROW(1, 5)), ROW(ROW(1, 3))) t(a) ORDER BY a',
    [['{field0=1, field1=3}'], ['{field0=1, field1=5}'], ['{field0=2, field1=1}']],
  ],
  [
    'SELECT max(a), min(a) FROM (VALUES ROW(ROW(2, 1)), ROW(ROW(1, 5)), ROW(ROW(1, 3))) t(a)',
    [['{field0=2, field1=1}', '{field0=1, field1=3}']],
  ],
  [
    'SELECT a FROM (VALUES ARRAY[2, NULL], ARRAY[1, 5], ARRAY[1], ARRAY[]) t(a) ORDER BY a',
    [['[]'], ['[1]'], ['[1, 5]'], ['[2, null]']],
  ],
  [
    'SELECT a FROM (VALUES ARRAY[2], ARRAY[1, 5], ARRAY[1], ARRAY[], NULL) t(a) ORDER BY a DESC NULLS FIRST',
    [[null], ['[2]'], ['[1, 5]'], ['[1]'], ['[]']],
  ],
  [
    'SELECT nullif(ROW(1, NULL), ROW(1, NULL)), nullif(ROW(1, 2), ROW(1, 2)), nullif(ARRAY[1], ARRAY[1])',
    [['{field0=1, field1=null}', null, null]],
  ],
  [
    "SELECT CASE ROW(1, NULL) WHEN ROW(1, NULL) THEN 'same' ELSE 'other' END, CASE ROW(1, 2) WHEN ROW(1, 2) THEN 'same' ELSE 'other' END",
    [['other', 'same']],
  ],
  [
    'SELECT EXISTS (SELECT 1 WHERE (1, NULL) = (1, 2)), NOT ((1, NULL) = (2, 2))',
    [['false', 'true']],
  ],
  ['SELECT (SELECT 1, 2)', [['{field0=1, field1=2}']]],
  ['SELECT (SELECT 1, 2) = (1, 2), (SELECT 1, NULL WHERE false) IS NULL', [['true', 'false']]],
  [
    'SELECT coalesce(ROW(NULL, NULL), ROW(1, 2)), coalesce(CAST(NULL AS ROW(integer, integer)), ROW(1, 2))',
    [['{field0=null, field1=null}', '{field0=1, field1=2}']],
  ],
  [
    "SELECT CAST(ROW(1, NULL) AS ROW(a varchar, b double)), CAST(NULL AS ROW(a integer)), TRY_CAST(ROW('x') AS ROW(a integer))",
    [['{a=1, b=null}', null, null]],
  ],
  [
    'SELECT array_distinct(ARRAY[ROW(1, NULL), ROW(1, NULL), ROW(1, 2)]), array_union(ARRAY[ROW(1, NULL)], ARRAY[ROW(1, NULL)]), array_intersect(ARRAY[ROW(1, NULL)], ARRAY[ROW(1, NULL)]), array_except(ARRAY[ROW(1, NULL)], ARRAY[ROW(1, NULL)])',
    [
      [
        '[{field0=1, field1=null}, {field0=1, field1=2}]',
        '[{field0=1, field1=null}]',
        '[{field0=1, field1=null}]',
        '[]',
      ],
    ],
  ],
  [
    'SELECT array_distinct(ARRAY[nan(), nan(), 1e0]), array_union(ARRAY[nan()], ARRAY[nan()]), contains(ARRAY[nan()], nan()), array_position(ARRAY[nan()], nan()), array_remove(ARRAY[nan(), 1e0], nan()), array_except(ARRAY[nan()], ARRAY[nan()]), array_intersect(ARRAY[nan()], ARRAY[nan()]), arrays_overlap(ARRAY[nan()], ARRAY[nan()])',
    [['[NaN, 1.0]', '[NaN]', 'false', '0', '[NaN, 1.0]', '[]', '[NaN]', 'true']],
  ],
  ['SELECT (SELECT 1, 2 WHERE false)', [['{field0=null, field1=null}']]],
  ['SELECT ROW(r) IN (SELECT ROW(1,2)) FROM (VALUES ROW(ROW(1,2))) t(r)', [['true']]],
  ['SELECT ROW(1) IN (VALUES 1), 1 IN (VALUES ROW(1))', [['true', 'true']]],
  [
    'SELECT map(ARRAY[1,2],ARRAY[1,2]) IS DISTINCT FROM map(ARRAY[2,1],ARRAY[2,1]), map(ARRAY[1,2],ARRAY[1,NULL]) IS DISTINCT FROM map(ARRAY[2,1],ARRAY[NULL,1])',
    [['false', 'false']],
  ],
  ['SELECT map(ARRAY[1,2],ARRAY[1,2]) IN (VALUES map(ARRAY[2,1],ARRAY[2,1]))', [['true']]],
  ['SELECT map(ARRAY[1,2],ARRAY[1,2]) <> ALL (VALUES map(ARRAY[2,1],ARRAY[2,1]))', [['false']]],
  [
    'SELECT x FROM (VALUES nan(), 1e0, NULL) t(x) WHERE x IN (VALUES nan(), 2e0) OR x = 5',
    [['NaN']],
  ],
  ['SELECT x FROM (VALUES nan(), 1e0, NULL) t(x) WHERE x = ANY (VALUES nan(), 2e0)', []],
  ['SELECT x FROM (VALUES nan(), 1e0, NULL) t(x) WHERE NOT (x IN (VALUES nan(), 2e0))', [['1.0']]],
  ['SELECT x FROM (VALUES nan(), 1e0, NULL) t(x) WHERE x <> ALL (VALUES nan(), 2e0)', [['1.0']]],
  ['SELECT x FROM (VALUES nan(), 1e0, NULL) t(x) GROUP BY x HAVING x IN (VALUES nan(), 2e0)', []],
  [
    'SELECT t.x FROM (VALUES nan(), 1e0, NULL) t(x) JOIN (VALUES 1) u(y) ON x IN (VALUES nan(), 2e0)',
    [],
  ],
  [
    'SELECT nan() = ALL (VALUES nan()), nan() <> ANY (VALUES nan()), nan() >= ALL (VALUES nan()), 1e0 = ALL (VALUES 1e0, nan()), 1e0 <> ANY (VALUES 1e0, nan()), nan() <= ALL (VALUES 1e0, NULL), 1e0 < ALL (VALUES nan(), NULL), 1e0 <> ALL (VALUES nan(), NULL), nan() IN (VALUES 1e0, NULL)',
    [['false', 'true', 'false', 'true', 'false', 'false', 'false', null, null]],
  ],
  [
    'SELECT ARRAY[1] IN (VALUES ARRAY[2], NULL), ARRAY[1] NOT IN (VALUES NULL), CAST(NULL AS array(integer)) IN (VALUES ARRAY[1])',
    [[null, null, null]],
  ],
  ["SELECT real 'NaN' IN (VALUES real 'NaN'), 1 IN (VALUES nan(), 1e0)", [['true', 'true']]],
  [
    "SELECT timestamp '2024-01-01 00:00:00 UTC' IN (VALUES timestamp '2024-01-01 01:00:00 +01:00'), timestamp '2024-01-01 00:00:00 UTC' < ALL (VALUES timestamp '2024-01-01 01:00:00 +01:00')",
    [['true', 'false']],
  ],
  [
    'SELECT a, b FROM (VALUES (1, 2), (1, NULL)) t(a, b) WHERE (a, b) IN (VALUES (1, 2), (1, NULL)) AND a > 0',
    [['1', '2']],
  ],
  [
    'SELECT a, b FROM (VALUES (1, 2), (1, NULL)) t(a, b) WHERE EXISTS (SELECT 1 FROM (VALUES (1, 2), (1, NULL)) u(c, d) WHERE (a, b) = (c, d))',
    [['1', '2']],
  ],
  [
    'SELECT max(x, 3), min(x, 3), max(x, 4) FROM (VALUES nan(), 1e0, 2e0) t(x)',
    [['[2.0, 1.0, NaN]', '[1.0, 2.0, NaN]', '[2.0, 1.0, NaN]']],
  ],
  [
    'SELECT max_by(x, x, 3), min_by(x, x, 3) FROM (VALUES nan(), 1e0, 2e0) t(x)',
    [['[2.0, 1.0, NaN]', '[1.0, 2.0, NaN]']],
  ],
  [
    'SELECT x FROM (VALUES nan(), 1e0, infinity(), -infinity(), NULL) t(x) ORDER BY x DESC NULLS FIRST',
    [[null], ['Infinity'], ['1.0'], ['-Infinity'], ['NaN']],
  ],
  [
    'SELECT DISTINCT x FROM (VALUES nan(), 1e0, infinity(), -infinity(), NULL) t(x) ORDER BY x NULLS FIRST',
    [[null], ['NaN'], ['-Infinity'], ['1.0'], ['Infinity']],
  ],
  [
    'SELECT array_agg(x ORDER BY x NULLS FIRST), array_agg(x ORDER BY x DESC NULLS FIRST) FROM (VALUES nan(), 1e0, NULL) t(x)',
    [['[null, NaN, 1.0]', '[null, 1.0, NaN]']],
  ],
  [
    'SELECT x, rank() OVER (ORDER BY x NULLS FIRST) FROM (VALUES nan(), 1e0, NULL) t(x) ORDER BY 2',
    [
      [null, '1'],
      ['NaN', '2'],
      ['1.0', '3'],
    ],
  ],
  ['SELECT array_sort(ARRAY[nan(), 1e0, NULL])', [['[1.0, NaN, null]']]],
  ['SELECT map_union(m) FROM (VALUES CAST(map() AS map(integer, integer))) t(m)', [[null]]],
  [
    'SELECT histogram(x), multimap_agg(x, 1) FROM (VALUES CAST(NULL AS integer)) t(x)',
    [[null, null]],
  ],
  [
    'SELECT stddev(x), corr(x, y), covar_samp(x, y), covar_pop(x, y) FROM (VALUES (nan(), nan())) t(x, y)',
    [[null, null, null, 'NaN']],
  ],
  [
    'SELECT stddev(x) OVER (ORDER BY i), var_pop(x) OVER (ORDER BY i) FROM (VALUES (1, 1e0), (2, nan()), (3, 2e0)) t(i, x) ORDER BY i',
    [
      [null, '0.0'],
      ['NaN', 'NaN'],
      ['NaN', 'NaN'],
    ],
  ],
  [
    'SELECT skewness(x), kurtosis(x) FROM (VALUES 1e0, infinity(), 2e0, 3e0) t(x)',
    [['NaN', 'NaN']],
  ],
  ['SELECT skewness(x), kurtosis(x) FROM (VALUES 1e0, 1e0, 1e0, 1e0, 1e0) t(x)', [['NaN', 'NaN']]],
  ['SELECT contains(ARRAY[ROW(1, 2), ROW(1, NULL)], ROW(1, 2))', [['true']]],
  ['SELECT contains(ARRAY[ROW(2, NULL), ROW(1, 2)], ROW(1, 2))', [['true']]],
  [
    'SELECT count(*), max(m[1]) FROM (SELECT map(ARRAY[1,2],ARRAY[1,2]) UNION SELECT map(ARRAY[2,1],ARRAY[2,1])) t(m)',
    [['1', '1']],
  ],
  [
    'SELECT m[1], count(*) FROM (VALUES map(ARRAY[1,2],ARRAY[1,2]), map(ARRAY[2,1],ARRAY[2,1]), NULL) t(m) GROUP BY ROLLUP (m) ORDER BY 2',
    [
      [null, '1'],
      ['1', '2'],
      [null, '3'],
    ],
  ],
  [
    'SELECT t.m FROM (VALUES map(ARRAY[1,2],ARRAY[1,2])) t(m) JOIN (VALUES map(ARRAY[2,1],ARRAY[2,1])) u(m) ON t.m = u.m',
    [['{1=1, 2=2}']],
  ],
  [
    'SELECT a, b, count(*) FROM (VALUES (1, 2), (1, 3)) t(a, b) GROUP BY (a, b) ORDER BY 1, 2',
    [
      ['1', '2', '1'],
      ['1', '3', '1'],
    ],
  ],
  [
    'SELECT a, count(*) FROM (VALUES (1, 2), (1, 3)) t(a, b) GROUP BY CUBE ((a, b), a) ORDER BY 1, 2',
    [
      ['1', '1'],
      ['1', '1'],
      ['1', '1'],
      ['1', '1'],
      ['1', '2'],
      [null, '2'],
    ],
  ],
  [
    'SELECT a, count(*) FROM (VALUES (1, 2), (1, 3)) t(a, b) GROUP BY (a + 1) * 2, a ORDER BY 1, 2',
    [['1', '2']],
  ],
]

export const rowFailures: readonly QueryFailure[] = [
  ['SELECT (1, NULL) < (1, 1)', /^NOT_SUPPORTED/],
  ['SELECT (1, 2) > ALL (VALUES (1, 1), (1, NULL))', /^NOT_SUPPORTED/],
  ['SELECT (1, 2) >= ANY (VALUES (1, NULL))', /^NOT_SUPPORTED/],
  ['SELECT (1, NULL) < ALL (VALUES (1, 3), (2, 0))', /^NOT_SUPPORTED/],
  [
    'SELECT (SELECT ROW(1, 2)).field0, (SELECT CAST(ROW(1, 2) AS ROW(x integer, y integer)) AS r).y',
    /^COLUMN_NOT_FOUND/,
  ],
  [
    'SELECT contains(ARRAY[ROW(1, NULL)], ROW(1, NULL)), contains(ARRAY[ROW(1, 2)], ROW(1, 2)), array_position(ARRAY[ROW(1, 2)], ROW(1, 2))',
    /^NOT_SUPPORTED/,
  ],
  ['SELECT r IN (VALUES ROW(ROW(1,2))) FROM (VALUES ROW(ROW(1,2))) t(r)', /^TYPE_MISMATCH/],
  ['SELECT r IN (SELECT ROW(1,2)) FROM (VALUES ROW(ROW(1,2))) t(r)', /^TYPE_MISMATCH/],
  ['SELECT r = ANY (SELECT ROW(1,2)) FROM (VALUES ROW(ROW(1,2))) t(r)', /^TYPE_MISMATCH/],
  ['SELECT r < ANY (SELECT ROW(1,3)) FROM (VALUES ROW(ROW(1,2))) t(r)', /^TYPE_MISMATCH/],
  ['SELECT map(ARRAY[1,2],ARRAY[1,2]) < ALL (VALUES map(ARRAY[2,1],ARRAY[2,1]))', /^TYPE_MISMATCH/],
  ['SELECT (1, 2) IN (SELECT CAST(NULL AS ROW(integer, integer)))', /^TYPE_MISMATCH/],
  ['SELECT CAST(1 AS char(3))', /^TYPE_MISMATCH/],
  ['SELECT CAST(1.5 AS char(3))', /^TYPE_MISMATCH/],
  ['SELECT CAST(true AS char(3))', /^TYPE_MISMATCH/],
  ["SELECT CAST(DATE '2024-01-01' AS char(12))", /^TYPE_MISMATCH/],
  ['SELECT CAST(1e0 AS char(12))', /^TYPE_MISMATCH/],
  ["SELECT CAST(x'61' AS char(3))", /^TYPE_MISMATCH/],
  ['SELECT CAST(json \'"a"\' AS char(3))', /^TYPE_MISMATCH/],
  [
    "SELECT CAST(CAST('12' AS char(3)) AS integer), CAST(CAST('1' AS char(1)) AS double), CAST(CAST('2024-01-01' AS char(10)) AS date), CAST(CAST('true' AS char(4)) AS boolean)",
    /^TYPE_MISMATCH/,
  ],
  ['SELECT regr_slope(x, y), regr_count(x, y) FROM (VALUES (1, 2)) t(x, y)', /^FUNCTION_NOT_FOUND/],
  [
    'SELECT array_remove(ARRAY[ROW(1, NULL), ROW(1, 2)], ROW(1, 2)), array_remove(ARRAY[1, NULL], 1)',
    /^NOT_SUPPORTED/,
  ],
  ['SELECT array_remove(ARRAY[ROW(1, NULL), ROW(1, 2)], ROW(1, NULL))', /^NOT_SUPPORTED/],
  ['SELECT contains(ARRAY[ROW(1, NULL), ROW(1, 2)], ROW(1, 2))', /^NOT_SUPPORTED/],
  ['SELECT array_position(ARRAY[ROW(1, NULL), ROW(1, 2)], ROW(1, 2))', /^NOT_SUPPORTED/],
  [
    "SELECT d, count(*) OVER (ORDER BY d RANGE BETWEEN INTERVAL '12' HOUR FOLLOWING AND UNBOUNDED FOLLOWING) FROM (VALUES DATE '2024-01-31') t(d)",
    /^INVALID_FUNCTION_ARGUMENT/,
  ],
]
