WITH RECURSIVE t(n) AS (VALUES (1) UNION ALL SELECT n + 1 FROM t WHERE n < 4) SELECT sum(n) FROM t
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 9) SELECT count(*) FROM t
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 10) SELECT count(*) FROM t
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 11) SELECT count(*) FROM t
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 12) SELECT count(*) FROM t
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t) SELECT count(*) FROM t
WITH RECURSIVE t AS (SELECT 1 AS n UNION ALL SELECT n + 1 FROM t WHERE n < 4) SELECT sum(n) FROM t
WITH RECURSIVE t(n) AS (SELECT 1 UNION SELECT n FROM t) SELECT count(*) FROM t
WITH RECURSIVE t(n) AS (SELECT 1 UNION SELECT n + 1 - 1 FROM t WHERE n < 1) SELECT count(*) FROM t
WITH RECURSIVE t(n) AS (VALUES 1,1 UNION SELECT n + 1 FROM t WHERE n < 3) SELECT n FROM t ORDER BY 1
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT BIGINT '2' FROM t WHERE n < 2) SELECT count(*) FROM t
WITH RECURSIVE t(n) AS (SELECT BIGINT '1' UNION ALL SELECT 2 FROM t WHERE n < 2) SELECT sum(n) FROM t
WITH RECURSIVE t(n, p) AS (SELECT 1, CAST('a' AS varchar) UNION ALL SELECT n + 1, p || 'b' FROM t WHERE n < 4) SELECT max(p) FROM t
WITH RECURSIVE t(n, p) AS (SELECT 1, 'a' UNION ALL SELECT n + 1, p || 'b' FROM t WHERE n < 4) SELECT max(p) FROM t
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT count(*) FROM t) SELECT * FROM t
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL (SELECT max(n) + 1 FROM t HAVING max(n) < 3)) SELECT * FROM t
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT a.n + 1 FROM t a JOIN t b ON a.n = b.n WHERE a.n < 3) SELECT * FROM t
WITH RECURSIVE t(n) AS (SELECT 1 INTERSECT SELECT n FROM t) SELECT * FROM t
WITH RECURSIVE t(n) AS (SELECT 1) SELECT * FROM t
WITH RECURSIVE a(n) AS (SELECT 5), t(n) AS (SELECT n FROM a UNION ALL SELECT n - 1 FROM t WHERE n > 3) SELECT * FROM t ORDER BY n
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n+1 FROM t WHERE n < (SELECT max(n) FROM t)) SELECT * FROM t
WITH RECURSIVE e(id, boss) AS (VALUES (1, NULL), (2, 1), (3, 1), (4, 2)), c(id, lvl) AS (SELECT id, 0 FROM e WHERE boss IS NULL UNION ALL SELECT e.id, c.lvl + 1 FROM e JOIN c ON e.boss = c.id) SELECT * FROM c ORDER BY 1
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM t WHERE n < 4 LIMIT 2) SELECT * FROM t
WITH RECURSIVE t(n) AS (SELECT 1 UNION ALL SELECT u.n + 1 FROM (VALUES 1) v(x) LEFT JOIN t u ON true WHERE u.n < 3) SELECT * FROM t
SELECT count(*) FROM (VALUES 1, 2, 3) AS t(x) TABLESAMPLE BERNOULLI (100)
SELECT count(*) FROM (VALUES 1, 2, 3) AS t(x) TABLESAMPLE SYSTEM (100)
SELECT count(*) FROM (VALUES 1, 2, 3) AS t(x) TABLESAMPLE BERNOULLI (0)
SELECT count(*) FROM (VALUES 1, 2, 3) AS t(x) TABLESAMPLE BERNOULLI (101)
SELECT count(*) FROM (VALUES 1, 2, 3) AS t(x) TABLESAMPLE BERNOULLI (-1)
SELECT t.x FROM (VALUES 1, 2, 3) AS t(x) TABLESAMPLE BERNOULLI (100) WHERE t.x = 2
SELECT a, b, count(*), grouping(a, b) FROM (VALUES (1, 2), (1, 3)) t(a, b) GROUP BY ROLLUP (a, b) ORDER BY 1, 2
SELECT a, b, count(*), grouping(a, b), grouping(b) FROM (VALUES (1, 2), (1, 3)) t(a, b) GROUP BY CUBE (a, b) ORDER BY 1, 2, 4
SELECT a, b, sum(c) FROM (VALUES (1, 2, 3), (1, 3, 4)) t(a, b, c) GROUP BY GROUPING SETS ((a), (b), (a, b), ()) ORDER BY 1, 2, 3
SELECT a, b, sum(c) FROM (VALUES (1, 2, 3), (1, 3, 4)) t(a, b, c) GROUP BY a, ROLLUP (b) ORDER BY 1, 2, 3
SELECT a, b, sum(c) FROM (VALUES (1, 2, 3), (1, 3, 4)) t(a, b, c) GROUP BY CUBE (a), ROLLUP (b) ORDER BY 1, 2, 3
SELECT a, b, sum(c) FROM (VALUES (1, 2, 3), (1, 3, 4)) t(a, b, c) GROUP BY DISTINCT GROUPING SETS ((a), (a)), ROLLUP(b) ORDER BY 1, 2, 3
SELECT a, sum(c) FROM (VALUES (1, 2, 3), (1, 3, 4)) t(a, b, c) GROUP BY GROUPING SETS (a, a, ()) ORDER BY 1, 2
SELECT a, sum(c) FROM (VALUES (1, 2, 3), (1, 3, 4)) t(a, b, c) GROUP BY GROUPING SETS (ROLLUP(a), b) ORDER BY 1, 2
SELECT a+1, sum(c) FROM (VALUES (1, 2, 3), (1, 3, 4)) t(a, b, c) GROUP BY ROLLUP (a+1) ORDER BY 1
SELECT a+1, sum(c) FROM (VALUES (1, 2, 3), (1, 3, 4)) t(a, b, c) GROUP BY a+1 ORDER BY 1
SELECT a, sum(c) FROM (VALUES (1, 2, 3), (1, 3, 4)) t(a, b, c) GROUP BY 1
SELECT a AS z, sum(c) FROM (VALUES (1, 2, 3), (1, 3, 4)) t(a, b, c) GROUP BY z
SELECT a, sum(c), grouping(a) FROM (VALUES (1, 2, 3), (1, 3, 4)) t(a, b, c) GROUP BY a
SELECT grouping(a) FROM (VALUES 1) t(a)
SELECT count(*) FROM (VALUES 1) t(a) WHERE false GROUP BY ()
SELECT count(*) FROM (VALUES 1) t(a) WHERE false GROUP BY GROUPING SETS ((), ())
SELECT count(*) FROM (VALUES 1) t(a) WHERE false GROUP BY a
SELECT 1 FROM (VALUES 1, 2) t(a) HAVING count(*) > 1
SELECT a FROM (VALUES 1, 2) t(a) HAVING a > 1
SELECT x, y FROM UNNEST(ARRAY[1, 2, 3], ARRAY['a', 'b']) AS t(x, y)
SELECT x, y, n FROM UNNEST(ARRAY[1, 2, 3], ARRAY['a', 'b']) WITH ORDINALITY AS t(x, y, n)
SELECT * FROM UNNEST(map(ARRAY['a'], ARRAY[1]), ARRAY[5, 6]) WITH ORDINALITY
SELECT * FROM UNNEST(ARRAY[ROW(1, 'a'), ROW(2, 'b')], ARRAY[7]) AS t(a, b, c)
SELECT * FROM UNNEST(ARRAY[ROW(1, 'a'), NULL]) AS t(a, b)
SELECT * FROM UNNEST(ARRAY[]) AS t(a)
SELECT * FROM UNNEST(CAST(NULL AS array(integer))) AS t(a)
SELECT * FROM UNNEST(ARRAY[ARRAY[1, 2], ARRAY[3]]) AS t(a)
SELECT t.a, u.b FROM (VALUES ARRAY[1, 2], ARRAY[3]) t(a) CROSS JOIN UNNEST(a) AS u(b)
SELECT t.a, u.b FROM (VALUES ARRAY[1, 2], ARRAY[3]) t(a), UNNEST(a) AS u(b)
SELECT t.a, u.b, u.n FROM (VALUES ARRAY[1, 2], ARRAY[], NULL) t(a) LEFT JOIN UNNEST(a) WITH ORDINALITY AS u(b, n) ON true
SELECT t.a, u.b, v.c FROM (VALUES (ARRAY[1, 2], ARRAY['x'])) t(a, z) CROSS JOIN UNNEST(a) AS u(b) CROSS JOIN UNNEST(z) AS v(c)
SELECT t.a, u.b FROM (VALUES ARRAY[1, 2]) t(a) LEFT JOIN UNNEST(a) AS u(b) ON u.b = 1
SELECT t.a, u.b FROM (VALUES ARRAY[1, 2]) t(a) INNER JOIN UNNEST(a) AS u(b) ON true
SELECT t.a, u.b FROM (VALUES ARRAY[1, 2]) t(a) RIGHT JOIN UNNEST(a) AS u(b) ON true
SELECT t.a, u.x FROM (VALUES 1, 2) t(a) CROSS JOIN LATERAL (SELECT t.a * 10 AS x) u
SELECT t.a, u.x FROM (VALUES 1, 2) t(a), LATERAL (SELECT t.a * 10 AS x WHERE t.a > 1) u
SELECT t.a, u.x FROM (VALUES 1, 2) t(a) LEFT JOIN LATERAL (SELECT t.a * 10 AS x WHERE t.a > 1) u ON true
SELECT t.a, u.x FROM (VALUES 1, 2) t(a) CROSS JOIN LATERAL (SELECT max(b) AS x FROM (VALUES 1, 2, 3) v(b) WHERE b <= t.a) u
SELECT x, sum(x) OVER (ORDER BY x ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) FROM (VALUES 1, 2, 3, 5) t(x) ORDER BY 1
SELECT x, sum(x) OVER (ORDER BY x ROWS 1 PRECEDING) FROM (VALUES 1, 2, 3, 5) t(x) ORDER BY 1
SELECT x, sum(x) OVER (ORDER BY x RANGE BETWEEN 1 PRECEDING AND 1 FOLLOWING) FROM (VALUES 1, 2, 3, 5) t(x) ORDER BY 1
SELECT x, sum(x) OVER (ORDER BY x DESC RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM (VALUES 1, 2, 3, 5) t(x) ORDER BY 1
SELECT x, sum(x) OVER (ORDER BY x RANGE BETWEEN UNBOUNDED PRECEDING AND 2 FOLLOWING) FROM (VALUES 1, 2, 3, 5, NULL) t(x) ORDER BY 1
SELECT x, sum(x) OVER (ORDER BY x GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW) FROM (VALUES 1, 1, 2, 3) t(x) ORDER BY 1
SELECT x, sum(x) OVER (ORDER BY x GROUPS BETWEEN CURRENT ROW AND 1 FOLLOWING) FROM (VALUES 1, 1, 2, 3) t(x) ORDER BY 1
SELECT x, count(*) OVER (ORDER BY x) FROM (VALUES 1, 1, 2) t(x) ORDER BY 1
SELECT x, count(*) OVER () FROM (VALUES 1, 1, 2) t(x) ORDER BY 1
SELECT x, array_agg(x) OVER (ORDER BY x) FROM (VALUES 1, 1, 2) t(x) ORDER BY 1
SELECT d, count(*) OVER (ORDER BY d RANGE BETWEEN INTERVAL '1' DAY PRECEDING AND CURRENT ROW) FROM (VALUES date '2020-01-01', date '2020-01-02', date '2020-01-04') t(d) ORDER BY 1
SELECT d, count(*) OVER (ORDER BY d RANGE BETWEEN INTERVAL '1' MONTH PRECEDING AND CURRENT ROW) FROM (VALUES date '2020-01-31', date '2020-02-29', date '2020-03-30') t(d) ORDER BY 1
SELECT x, first_value(x) OVER (ORDER BY x ROWS BETWEEN 2 FOLLOWING AND 3 FOLLOWING) FROM (VALUES 1, 2, 3, 4) t(x) ORDER BY 1
SELECT x, sum(x) OVER (ORDER BY x ROWS BETWEEN -1 PRECEDING AND 3 FOLLOWING) FROM (VALUES 1, 2, 3, 4) t(x) ORDER BY 1
SELECT x, sum(x) OVER (ORDER BY x ROWS BETWEEN NULL PRECEDING AND 3 FOLLOWING) FROM (VALUES 1, 2, 3, 4) t(x) ORDER BY 1
SELECT x, sum(x) OVER (ORDER BY x ROWS BETWEEN CURRENT ROW AND 1 PRECEDING) FROM (VALUES 1, 2, 3, 4) t(x) ORDER BY 1
SELECT x, sum(x) OVER (ORDER BY x ROWS BETWEEN x PRECEDING AND CURRENT ROW) FROM (VALUES 1, 2, 3, 4) t(x) ORDER BY 1
SELECT x, lag(x, 2, 0) OVER (ORDER BY x), lead(x) OVER (ORDER BY x), lag(x, 0) OVER (ORDER BY x) FROM (VALUES 1, 2, 3) t(x) ORDER BY 1
SELECT x, lag(y, 1) IGNORE NULLS OVER (ORDER BY x) FROM (VALUES (1, 5), (2, NULL), (3, 6), (4, NULL)) t(x, y) ORDER BY 1
SELECT x, lead(y, 1) IGNORE NULLS OVER (ORDER BY x) FROM (VALUES (1, 5), (2, NULL), (3, 6), (4, NULL)) t(x, y) ORDER BY 1
SELECT x, last_value(y) IGNORE NULLS OVER (ORDER BY x) FROM (VALUES (1, 5), (2, NULL), (3, 6), (4, NULL)) t(x, y) ORDER BY 1
SELECT x, nth_value(y, 2) IGNORE NULLS OVER (ORDER BY x) FROM (VALUES (1, 5), (2, NULL), (3, 6), (4, NULL)) t(x, y) ORDER BY 1
SELECT x, nth_value(x, 2) OVER (ORDER BY x) FROM (VALUES 1, 2, 3) t(x) ORDER BY 1
SELECT x, nth_value(x, 0) OVER (ORDER BY x) FROM (VALUES 1, 2, 3) t(x) ORDER BY 1
SELECT x, ntile(2) OVER (ORDER BY x), ntile(5) OVER (ORDER BY x) FROM (VALUES 1, 2, 3) t(x) ORDER BY 1
SELECT x, rank() OVER (ORDER BY x), dense_rank() OVER (ORDER BY x), percent_rank() OVER (ORDER BY x), cume_dist() OVER (ORDER BY x), row_number() OVER (ORDER BY x) FROM (VALUES 1, 1, 3) t(x) ORDER BY 1, 6
SELECT x, count(*) FILTER (WHERE x > 1) OVER (ORDER BY x) FROM (VALUES 1, 2, 3) t(x) ORDER BY 1
SELECT x, avg(x) OVER w, sum(x) OVER (w ROWS 1 PRECEDING) FROM (VALUES 1, 2, 3) t(x) WINDOW w AS (ORDER BY x) ORDER BY 1
SELECT x, sum(x) OVER (w ORDER BY x) FROM (VALUES 1, 2, 3) t(x) WINDOW w AS (PARTITION BY x % 2) ORDER BY 1
SELECT x, sum(x) OVER (w PARTITION BY x) FROM (VALUES 1, 2, 3) t(x) WINDOW w AS (ORDER BY x) ORDER BY 1
SELECT x, sum(count(*)) OVER (ORDER BY x) FROM (VALUES 1, 1, 3) t(x) GROUP BY x ORDER BY 1
SELECT x, rank() OVER (ORDER BY count(*) DESC) FROM (VALUES 1, 1, 3) t(x) GROUP BY x ORDER BY 1
SELECT count(DISTINCT x) OVER () FROM (VALUES 1, 1, 3) t(x)
SELECT sum(x) FILTER (WHERE x > 1), count(*) FILTER (WHERE x > 5) FROM (VALUES 1, 2, 3) t(x)
SELECT sum(DISTINCT x), avg(DISTINCT x), array_agg(DISTINCT x ORDER BY x DESC), count(DISTINCT x) FILTER (WHERE x > 1) FROM (VALUES 1, 2, 2, 3) t(x)
SELECT array_agg(DISTINCT x ORDER BY y) FROM (VALUES (1, 2)) t(x, y)
SELECT listagg(x, ',') WITHIN GROUP (ORDER BY x DESC) FROM (VALUES 'a', 'b', NULL) t(x)
SELECT listagg(x) WITHIN GROUP (ORDER BY x) FROM (VALUES 'a', 'b') t(x)
SELECT listagg(DISTINCT x, ',') WITHIN GROUP (ORDER BY x) FROM (VALUES 'a', 'b', 'a') t(x)
SELECT listagg(x, ',' ON OVERFLOW ERROR) WITHIN GROUP (ORDER BY x) FROM (VALUES 'a', 'b') t(x)
SELECT listagg(x, ',' ON OVERFLOW TRUNCATE '...' WITH COUNT) WITHIN GROUP (ORDER BY x) FROM (VALUES 'a', 'b') t(x)
SELECT length(listagg(x, ',' ON OVERFLOW TRUNCATE '...' WITH COUNT) WITHIN GROUP (ORDER BY x)), substr(listagg(x, ',' ON OVERFLOW TRUNCATE '...' WITH COUNT) WITHIN GROUP (ORDER BY x), -12) FROM (SELECT rpad('a', 600000, 'x') || CAST(n AS varchar) FROM UNNEST(sequence(1, 5)) u(n)) t(x)
SELECT length(listagg(x, ',' ON OVERFLOW TRUNCATE WITHOUT COUNT) WITHIN GROUP (ORDER BY x)) FROM (SELECT rpad('a', 600000, 'x') || CAST(n AS varchar) FROM UNNEST(sequence(1, 5)) u(n)) t(x)
SELECT length(listagg(x, ',') WITHIN GROUP (ORDER BY x)) FROM (SELECT rpad('a', 600000, 'x') || CAST(n AS varchar) FROM UNNEST(sequence(1, 5)) u(n)) t(x)
SELECT listagg(x, ',') WITHIN GROUP (ORDER BY x) FILTER (WHERE x <> 'a') FROM (VALUES 'a', 'b') t(x)
SELECT listagg(x, ',') WITHIN GROUP (ORDER BY x) FROM (VALUES 1) t(x)
SELECT g, listagg(x, ';') WITHIN GROUP (ORDER BY y DESC, x) FROM (VALUES (1, 'a', 1), (1, 'b', 2), (2, 'c', 1)) t(g, x, y) GROUP BY g ORDER BY g
SELECT 1 = ANY (VALUES 1, 2), 1 = ALL (VALUES 1, 1), 1 <> ALL (VALUES 2, 3), 1 < SOME (VALUES 0, 2), 5 >= ALL (SELECT 1 WHERE false), 5 >= ANY (SELECT 1 WHERE false)
SELECT 1 = ANY (VALUES 2, NULL), 1 <> ALL (VALUES 2, NULL), NULL = ANY (VALUES 1), 1 > ALL (VALUES 0, NULL), 1 < ALL (VALUES 0, NULL)
SELECT 1.5 > ALL (VALUES 1, 1), 'a' = ANY (VALUES 'a')
SELECT (1, 2) = (1, 2), (1, 2) < (1, 3), ROW(1, 'a') <> ROW(1, 'b'), (1, NULL) = (1, 2), (1, NULL) = (2, 2)
SELECT (1, NULL) < (2, 1)
SELECT (1, NULL) < (1, 1)
SELECT (1, 2) IN (VALUES (1, 2), (3, 4)), (1, 2) IN ((1, 2), (3, 4)), (1, 5) NOT IN (VALUES (1, 2))
SELECT (1, 2) = ANY (VALUES (1, 2))
SELECT ROW(1, 2) IS DISTINCT FROM ROW(1, NULL), ROW(NULL, 2) IS NOT DISTINCT FROM ROW(NULL, 2), ARRAY[1, NULL] IS DISTINCT FROM ARRAY[1, NULL]
SELECT ARRAY[1, 2] = ARRAY[1, 2], ARRAY[1, 2] < ARRAY[1, 3], ARRAY[1] < ARRAY[1, 2], ARRAY[2] > ARRAY[1, 2]
SELECT ARRAY[1, NULL] = ARRAY[1, NULL]
SELECT ARRAY[1, NULL] = ARRAY[1, 2]
SELECT ARRAY[1, NULL] = ARRAY[2, NULL]
SELECT ARRAY[1, NULL] < ARRAY[1, 2]
SELECT map(ARRAY[1], ARRAY[2]) = map(ARRAY[1], ARRAY[2]), map(ARRAY[1, 2], ARRAY[2, 3]) = map(ARRAY[2, 1], ARRAY[3, 2]), map(ARRAY[1], ARRAY[2]) <> map(ARRAY[1], ARRAY[3])
SELECT map(ARRAY[1], ARRAY[NULL]) = map(ARRAY[1], ARRAY[NULL])
SELECT ROW(1, NULL) IS NULL, ROW(NULL, NULL) IS NULL, CAST(NULL AS ROW(a integer)) IS NULL
VALUES 1, 1, 2 INTERSECT ALL VALUES 1, 1, 1, 3
SELECT * FROM (VALUES 1, 1, 1, 2 EXCEPT ALL VALUES 1, 3) ORDER BY 1
SELECT * FROM (VALUES 1, 1, 1, 2 EXCEPT VALUES 1, 3) ORDER BY 1
SELECT * FROM (VALUES 1, NULL INTERSECT VALUES NULL, 2) ORDER BY 1
SELECT * FROM (VALUES 1 UNION DISTINCT VALUES 1, 2) ORDER BY 1
VALUES (1, 'a'), (2, 'b') ORDER BY 2 DESC
TABLE t
WITH a AS (SELECT 1 AS x), b AS (SELECT x + 1 AS y FROM a), c AS (WITH a AS (SELECT 10 AS x) SELECT a.x + b.y AS z FROM a, b) SELECT * FROM c
WITH a(x, y) AS (VALUES (1, 2)) SELECT y FROM a
SELECT x FROM (VALUES 1, 2, 2, 3) t(x) ORDER BY x FETCH FIRST 2 ROWS WITH TIES
SELECT x FROM (VALUES 1, 2, 2, 3) t(x) ORDER BY x DESC FETCH FIRST 2 ROWS WITH TIES
SELECT x FROM (VALUES 1, 2, 2, 3) t(x) ORDER BY x OFFSET 1 FETCH FIRST 1 ROW WITH TIES
SELECT x FROM (VALUES 1, 2, 2, 3) t(x) FETCH FIRST 1 ROW WITH TIES
SELECT x, count(*) FROM (VALUES 1, 2, 2, 3) t(x) GROUP BY x ORDER BY count(*) DESC, 1 FETCH NEXT 2 ROWS ONLY
SELECT x FROM (VALUES 1, 2, 2, 3) t(x) ORDER BY x FETCH FIRST ROW ONLY
SELECT x FROM (VALUES 1, 2, 3) t(x) ORDER BY x OFFSET 1 ROW
SELECT x FROM (VALUES 1, 2, 3) t(x) ORDER BY x OFFSET 1 LIMIT 1
SELECT x FROM (VALUES 1, 2, 3) t(x) ORDER BY x LIMIT ALL
SELECT x FROM (VALUES 1, 2, 3) t(x) ORDER BY x LIMIT 0
SELECT x FROM (VALUES 1, 2, 3) t(x) ORDER BY x FETCH FIRST 0 ROWS ONLY
SELECT DISTINCT x FROM (VALUES 1, 2, 2) t(x) ORDER BY x
SELECT DISTINCT x FROM (VALUES (1, 2), (2, 1)) t(x, y) ORDER BY y
SELECT x AS y, y AS x FROM (VALUES (1, 4), (2, 3)) t(x, y) ORDER BY x
SELECT x + 1 AS x FROM (VALUES 3, 1) t(x) ORDER BY x + 1
SELECT -x AS x FROM (VALUES 1, 2) t(x) ORDER BY -x
SELECT t.* FROM (VALUES (1, 2)) t(a, b)
SELECT t.a, t.* FROM (VALUES (1, 2)) t(a, b)
SELECT r.* FROM (VALUES ROW(ROW(1, 2))) t(r)
SELECT CAST(ROW(1, 'x') AS ROW(a integer, b varchar)).*
SELECT CAST(ROW(1, 'x') AS ROW(a integer, b varchar)).* AS (p, q)
SELECT t.r.* FROM (SELECT CAST(ROW(1, 'x') AS ROW(a integer, b varchar)) AS r) t
SELECT ROW(1, 2)[1], ROW(1, 'x')[2]
SELECT ROW(1, 2)[3]
SELECT a.x, b.y FROM (VALUES 1, 2) a(x) NATURAL JOIN (VALUES 1) b(y)
SELECT a.x FROM (VALUES (1, 2)) a(x, y) JOIN (VALUES (1, 3)) b(x, z) USING (x)
SELECT x FROM (VALUES (1, 2)) a(x, y) FULL OUTER JOIN (VALUES (2, 3)) b(x, z) USING (x) ORDER BY 1
SELECT * FROM (VALUES 1, 2, NULL) a(x) LEFT JOIN (VALUES 2, NULL) b(y) ON x = y ORDER BY 1
SELECT * FROM (VALUES 1, 2) a(x) RIGHT JOIN (VALUES 2, 3) b(y) ON x = y AND y > 2 ORDER BY 2
SELECT * FROM (VALUES 1, 2) a(x) FULL JOIN (VALUES 2, 3) b(y) ON x = y ORDER BY 1, 2
SELECT * FROM (VALUES 1, 2) a(x) JOIN (VALUES 2, 3) b(y) ON x < y ORDER BY 1, 2
SELECT * FROM (VALUES 1, 2) a(x) LEFT JOIN (VALUES 2, 3) b(y) ON x < y AND x > 1 ORDER BY 1, 2
SELECT x FROM (VALUES 1, 2, NULL) a(x) WHERE x NOT IN (SELECT y FROM (VALUES 1, NULL) b(y))
SELECT x FROM (VALUES 1, 2, NULL) a(x) WHERE NOT EXISTS (SELECT 1 FROM (VALUES 1) b(y) WHERE y = x)
SELECT (SELECT x), (SELECT max(y) FROM (VALUES 1, 2) b(y) WHERE y <= x) FROM (VALUES 1, 2) a(x) ORDER BY 1
SELECT (SELECT y FROM (VALUES 1, 2) b(y))
SELECT (SELECT y FROM (VALUES 1, 2) b(y) WHERE y > 5)
SELECT x, (SELECT count(*) FROM (VALUES 1, 2) b(y) WHERE y > x) FROM (VALUES 1, 2, 3) a(x) ORDER BY 1
SELECT EXISTS (SELECT 1 WHERE false), EXISTS (SELECT 1)
SELECT timestamp '2020-01-01 12:00:00 America/New_York' AT TIME ZONE 'Asia/Tokyo'
SELECT timestamp '2020-01-01 12:00:00' AT TIME ZONE 'Asia/Tokyo'
SELECT timestamp '2020-01-01 12:00:00 +05:30'
SELECT timestamp '2020-01-01 12:00:00 -08:00' AT TIME ZONE 'UTC'
SELECT timestamp '2020-01-01 12:00:00 UTC' AT TIME ZONE '+05:30'
SELECT timestamp '2020-01-01 12:00:00 UTC' AT TIME ZONE INTERVAL '5' HOUR
SELECT timestamp '2020-01-01 12:00:00 UTC' AT TIME ZONE INTERVAL '-05:30' HOUR TO MINUTE
SELECT timestamp '2020-07-01 12:00:00 UTC' AT TIME ZONE 'America/Los_Angeles' + interval '1' day
SELECT interval '3' month, interval '1-2' year to month, interval '2' day, interval '2 03:04:05.678' day to second, interval '3 04' day to hour, interval '3 04:05' day to minute, interval '4:05' hour to minute, interval '4:05:06' hour to second, interval '5:06' minute to second, interval '5.5' second, interval - '3' day, interval '-3' day, - interval '3' day
SELECT interval '36' hour, interval '90' minute, interval '61' second, interval '1' week
SELECT interval '3' month + interval '1' year, interval '3' day - interval '1' hour, interval '2' day * 3, 2 * interval '1' month, interval '7' day / 2, interval '1' day * 1.5
SELECT date '2020-01-31' + interval '1' month, date '2020-03-31' - interval '1' month, timestamp '2020-01-31 10:00:00' + interval '1' month, date '2020-02-29' + interval '1' year
SELECT time '10:00:00' + interval '1' hour, time '23:30:00' + interval '1' hour, time '01:00:00' - interval '2' hour
SELECT time '10:11:12', time '10:11:12.345', time '10:11', time '01:02:03.123456'
SELECT bigint '5', tinyint '5', smallint '5', integer '5', double '1.5', real '1.5', decimal '1.50', boolean 'true', varchar 'x', char 'x', json '{"a":1}', date '2020-1-2'
SELECT U&'\00e9t\00e9', U&'a!0041b' UESCAPE '!', 'it''s', X'0A 0b'
SELECT 0x1F, 0b101, 0o17, 1_000, 1.5e3, .5, 5., 1E2, 123456789012345678901234567890.5
SELECT 99999999999999999999
SELECT substring('hello' FROM 2 FOR 3), substring('hello' FROM 2), substr('hello', 2, 2), position('l' IN 'hello'), overlay('abc' placing 'x' from 2)
SELECT trim(both from '  a '), trim(leading 'x' from 'xxa'), trim(trailing from 'a  '), trim('a' from 'aba'), trim(' a ')
SELECT extract(year FROM date '2020-01-02'), extract(week FROM date '2020-01-02'), extract(day_of_month FROM date '2020-01-02'), extract(yow FROM date '2020-01-02'), extract(doy FROM date '2020-01-02'), extract(timezone_hour FROM timestamp '2020-01-01 00:00:00 +05:30'), extract(timezone_minute FROM timestamp '2020-01-01 00:00:00 +05:30')
SELECT extract(hour FROM interval '3 04:05:06' day to second), extract(day FROM interval '3 04:05:06' day to second), extract(month FROM interval '1-2' year to month), extract(year FROM interval '1-2' year to month), extract(second FROM interval '3 04:05:06.5' day to second)
SELECT normalize('é', NFD), length(normalize('é', NFD)), normalize('é')
SELECT 'a' LIKE 'a', 'a' NOT LIKE 'b', 'a%b' LIKE 'a#%b' ESCAPE '#', 'ab' LIKE 'a_', 'a\b' LIKE 'a\b', 'x' LIKE ''
SELECT 'abc' LIKE 'a#c' ESCAPE '#'
SELECT 'abc' LIKE 'ab#' ESCAPE '#'
SELECT 'abc' LIKE 'abc' ESCAPE 'xx'
SELECT 'aéb' LIKE 'a_b', E'x'
-- differs: text joined with NULL is an array to Trino, and NULL in either case
SELECT 'a' || NULL, NULL || 'a', 1 IN (NULL), NULL IN (1), NULL = NULL, NULL <> 1, NOT NULL
SELECT 1 BETWEEN 0 AND 2, 1 NOT BETWEEN SYMMETRIC 2 AND 0, NULL BETWEEN 1 AND 2
SELECT CASE WHEN NULL THEN 1 ELSE 2 END, CASE 1 WHEN 1.0 THEN 'a' END, CASE NULL WHEN NULL THEN 1 ELSE 2 END
SELECT CASE 1 WHEN 2 THEN 1/0 ELSE 3 END
SELECT if(1 > 2, 'a'), if(true, 1, 2e0), nullif(1, 1.0), coalesce(NULL, NULL), coalesce(1, 2.5)
SELECT current_user, current_catalog, current_schema, current_path, current_role
SELECT current_date = date(now()), localtime IS NOT NULL, current_time IS NOT NULL, current_timestamp IS NOT NULL, current_timestamp(6) IS NOT NULL, localtimestamp(0) IS NOT NULL
SELECT typeof(current_timestamp), typeof(localtimestamp), typeof(current_time), typeof(localtime), typeof(current_date), typeof(current_timestamp(6))
SELECT x."a b" FROM (SELECT 1 AS "a b") x
SELECT 1 AS select_, 2 AS "select", 3 AS "from"
SELECT 1 "quoted alias"
SELECT ALL 1
SELECT transform(ARRAY[1, 2], x -> x + (SELECT 1))
SELECT (x -> x + 1)(1)
SELECT array_agg(x ORDER BY x), array_agg(x ORDER BY x DESC NULLS FIRST) FROM (VALUES 2, NULL, 1) t(x)
SELECT x FROM (VALUES 1) t(x) GROUP BY x + 1
SELECT x + 1 + 2, count(*) FROM (VALUES 1) t(x) GROUP BY x + 1
SELECT upper(x), count(*) FROM (VALUES 'a') t(x) GROUP BY upper(x)
SELECT max(x) + min(x) AS z FROM (VALUES 1, 5) t(x) ORDER BY z
SELECT count(*) FROM (VALUES 1, 5) t(x) ORDER BY sum(x)
SELECT x FROM (VALUES 1, 5) t(x) ORDER BY count(*)
SELECT x, y FROM (VALUES (1, 2)) t(x, y) GROUP BY x
SELECT t.x FROM (VALUES 1) t(x) WHERE X = 1 AND T.x = 1
SELECT x FROM (VALUES 1) t(x), (VALUES 2) u(x)
SELECT * FROM (SELECT 1, 2) t(a)
SELECT * FROM (SELECT 1 AS a, 2 AS a)
SELECT a FROM (SELECT 1 AS a, 2 AS a)
SELECT * FROM (VALUES 1) MATCH_RECOGNIZE (PATTERN (A) DEFINE A AS true)
SELECT * FROM TABLE(sequence(1, 3))
SELECT * FROM TABLE(exclude_columns(input => TABLE(t), columns => DESCRIPTOR(a)))
SELECT 1 WHERE 1 = 1 GROUP BY 1
SELECT 1, 'a' UNION ALL SELECT 2.5, 'bcd' ORDER BY 1
SELECT date '2020-01-01' UNION ALL SELECT timestamp '2020-01-01 10:00:00'
SELECT NULL UNION ALL SELECT 1
SELECT ARRAY[1] UNION ALL SELECT ARRAY[2.5]
SELECT * FROM (VALUES (1, NULL), (NULL, 'x')) t(a, b)
SELECT min(x), max(x), count(*), sum(x) FROM (VALUES nan(), 1e0, infinity()) t(x)
SELECT x FROM (VALUES nan(), 1e0, infinity(), -infinity(), NULL) t(x) ORDER BY x
SELECT x FROM (VALUES nan(), 1e0, infinity(), -infinity(), NULL) t(x) ORDER BY x DESC
SELECT nan() = nan(), nan() < 1e0, nan() > 1e0, nan() <> nan(), nan() IS DISTINCT FROM nan(), nan() >= nan(), 1e0 < nan()
SELECT count(DISTINCT x), count(*) FROM (VALUES nan(), nan()) t(x)
SELECT DISTINCT x FROM (VALUES nan(), nan()) t(x)
SELECT nan() IN (nan(), 1e0), nullif(nan(), nan()), greatest(nan(), 1e0), least(nan(), 1e0), greatest(1e0, nan())
SELECT -0e0, 0e0 = -0e0, -0e0 IS DISTINCT FROM 0e0
