SELECT to_unixtime(TIMESTAMP '2024-11-03 01:30:00 America/New_York')
SELECT to_unixtime(CAST('2024-11-03 01:30:00 America/New_York' AS timestamp with time zone))
SELECT to_unixtime(with_timezone(TIMESTAMP '2024-11-03 01:30:00', 'America/New_York'))
SELECT to_unixtime(with_timezone(TIMESTAMP '2024-03-10 02:30:00', 'America/New_York'))
SELECT TIMESTAMP '2024-03-10 02:30:00 America/New_York'
SELECT date_trunc('hour', TIMESTAMP '2024-11-03 01:30:00 America/New_York' + INTERVAL '1' HOUR), to_unixtime(date_trunc('hour', TIMESTAMP '2024-11-03 01:30:00 America/New_York' + INTERVAL '1' HOUR))
SELECT to_unixtime(date_trunc('day', TIMESTAMP '2024-11-03 01:30:00 America/New_York' + INTERVAL '1' HOUR)), to_unixtime(date_add('day', 1, TIMESTAMP '2024-11-02 01:30:00 America/New_York')), to_unixtime(date_add('month', 1, TIMESTAMP '2024-10-03 01:30:00 America/New_York'))
SELECT to_unixtime(date_add('hour', 1, TIMESTAMP '2024-11-03 01:30:00 America/New_York')), date_diff('hour', TIMESTAMP '2024-11-03 00:30:00 America/New_York', TIMESTAMP '2024-11-03 02:30:00 America/New_York')
SELECT to_unixtime(parse_datetime('2024-11-03 01:30:00 America/New_York', 'yyyy-MM-dd HH:mm:ss ZZZ'))
SELECT to_unixtime(TIMESTAMP '2024-10-27 02:30:00 Europe/Berlin'), to_unixtime(TIMESTAMP '2024-10-27 01:30:00 Europe/London')
SELECT TIMESTAMP '2024-10-27 02:30:00 Europe/Berlin' AT TIME ZONE 'UTC'
SELECT date_trunc('hour', TIMESTAMP '2024-10-27 01:30:00 UTC' AT TIME ZONE 'Europe/Berlin'), to_unixtime(date_trunc('hour', TIMESTAMP '2024-10-27 01:30:00 UTC' AT TIME ZONE 'Europe/Berlin'))
SELECT date_trunc('minute', TIMESTAMP '2024-10-27 01:30:20 UTC' AT TIME ZONE 'Europe/Berlin') = TIMESTAMP '2024-10-27 01:30:00 UTC', date_trunc('second', TIMESTAMP '2024-10-27 01:30:20.5 UTC' AT TIME ZONE 'Europe/Berlin') = TIMESTAMP '2024-10-27 01:30:20 UTC'
SELECT to_unixtime(TIMESTAMP '2024-10-27 01:30:20.5 UTC' AT TIME ZONE 'Europe/Berlin' + INTERVAL '1' DAY), to_unixtime(TIMESTAMP '2024-10-27 00:30:00 UTC' AT TIME ZONE 'Europe/Berlin' + INTERVAL '1' MONTH), to_unixtime(TIMESTAMP '2024-09-27 00:30:00 UTC' AT TIME ZONE 'Europe/Berlin' + INTERVAL '1' MONTH)
SELECT z, to_unixtime(with_timezone(t, z)) FROM (VALUES (TIMESTAMP '2024-10-27 02:30:00', 'Europe/Berlin'), (TIMESTAMP '2024-11-03 01:30:00', 'America/New_York')) x(t, z) ORDER BY 1
SELECT to_unixtime(CAST(s AS timestamp with time zone)) FROM (VALUES '2024-10-27 02:30:00 Europe/Berlin', '2024-11-03 01:30:00 America/New_York') x(s) ORDER BY 1
SELECT to_unixtime(CAST(t AS timestamp with time zone)) FROM (VALUES TIMESTAMP '2024-10-27 02:30:00') x(t)
-- char
SELECT upper(CAST('a' AS char(3))) = 'A', lower(CAST('A' AS char(3))) = 'a', trim(CAST('a' AS char(3))) = 'a', substr(CAST('abc' AS char(5)), 2) = 'bc', reverse(CAST('a' AS char(3))) = '  a', typeof(upper(CAST('a' AS char(3)))), typeof(substr(CAST('abc' AS char(5)), 2)), typeof(trim(CAST('abc' AS char(5)))), typeof(reverse(CAST('a' AS char(3))))
SELECT typeof(ltrim(CAST('a' AS char(3)))), typeof(rtrim(CAST('a' AS char(3)))), typeof(lower(CAST('a' AS char(3)))), typeof(replace(CAST('a' AS char(3)), 'a', 'b')), typeof(concat(CAST('a' AS char(3)), CAST('b' AS char(2)))), typeof(coalesce(CAST('a' AS char(3)), 'bcde')), typeof(CASE WHEN true THEN CAST('a' AS char(3)) ELSE 'bcde' END), typeof(nullif(CAST('a' AS char(3)), 'a')), typeof(ARRAY[CAST('a' AS char(3)), 'bcde'])
SELECT CAST('a' AS char(3)) IN ('a', 'b'), CAST('a' AS char(3)) BETWEEN 'a' AND 'b', CAST('a' AS char(3)) = CAST('a  ' AS varchar), CAST('a' AS char(3)) = CAST('a   ' AS varchar(10)), CAST('a' AS char(3)) < 'a ', CAST('' AS char(3)) = '', CAST('a' AS char(3)) IS DISTINCT FROM 'a'
SELECT count(DISTINCT c) FROM (VALUES CAST('a' AS char(3)), CAST('a ' AS char(3))) t(c)
SELECT c, count(*) FROM (VALUES CAST('a' AS char(3)), CAST('b' AS char(3)), CAST('a ' AS char(3))) t(c) GROUP BY c ORDER BY c
SELECT * FROM (VALUES CAST('a' AS char(3))) t(c) JOIN (VALUES 'a') u(d) ON c = d
SELECT * FROM (VALUES CAST('a' AS char(3))) t(c) JOIN (VALUES CAST('a' AS char(5))) u(c) USING (c)
SELECT c LIKE '%a', c LIKE 'a%', c LIKE 'a_ ', strpos(c, ' '), length(c), c || 'x', substr(c, 1, 2) || '|', position(' ' IN c), contains(ARRAY['a'], c) FROM (VALUES CAST('a' AS char(3))) t(c)
SELECT min(c), max(c), array_agg(c), map_agg(c, 1), histogram(c) FROM (VALUES CAST('a' AS char(3)), CAST('b' AS char(3))) t(c)
SELECT CAST(c AS varchar) || '|', CAST(c AS varchar(2)) || '|', CAST(c AS char(2)) || '|', CAST(CAST('ab ' AS varchar(3)) AS char(5)) || '|', to_utf8(CAST(c AS varchar)), CAST(c AS json) FROM (VALUES CAST('a' AS char(3))) t(c)
SELECT CAST(CAST('12' AS char(4)) AS integer), CAST(CAST('1.5' AS char(5)) AS double), CAST(CAST('2024-01-01' AS char(12)) AS date)
-- time
SELECT TIME '01:02:03.456' - TIME '00:00:01', TIME '23:59:59' > TIME '01:00:00', TIME '10:00' = TIME '10:00:00', date_trunc('minute', TIME '10:11:12'), date_add('hour', 25, TIME '10:00:00'), date_diff('minute', TIME '10:00:00', TIME '11:30:00'), hour(TIME '10:11:12'), CAST(TIME '10:11:12.9' AS time(0)), CAST('10:11' AS time), CAST(TIME '10:11:12.9' AS varchar)
SELECT DATE '2024-01-01' + TIME '10:00:00'
SELECT TIME '24:00:00'
SELECT TIME '10:00:00' + INTERVAL '1' MONTH
-- aggregates over types
SELECT avg(x), sum(x), min(x), max(x) FROM (VALUES INTERVAL '1' DAY, INTERVAL '3' DAY) t(x)
SELECT avg(x), sum(x) FROM (VALUES INTERVAL '1' MONTH, INTERVAL '4' MONTH) t(x)
SELECT min(x), max(x), min_by(x, x), array_agg(x ORDER BY x) FROM (VALUES ARRAY[2], ARRAY[1, 5]) t(x)
SELECT min(x), max(x) FROM (VALUES ROW(2, 'a'), ROW(1, 'b')) t(x)
SELECT min(x), max(x) FROM (VALUES true, false) t(x)
SELECT max(x), min(x) FROM (VALUES X'00', X'ff', X'') t(x)
SELECT sum(x), avg(x) FROM (VALUES 1e308, 1e308) t(x)
SELECT sum(x) FROM (VALUES decimal '99999999999999999999999999999999999999', decimal '1') t(x)
SELECT typeof(sum(x)), typeof(avg(x)), sum(x), avg(x) FROM (VALUES decimal '1.23', decimal '4.56') t(x)
SELECT typeof(sum(x)), typeof(avg(x)), sum(x), avg(x) FROM (VALUES CAST(1 AS tinyint), CAST(2 AS tinyint)) t(x)
SELECT typeof(sum(x)), typeof(avg(x)), sum(x), avg(x) FROM (VALUES REAL '1.5', REAL '2.25') t(x)
SELECT avg(x), sum(x), stddev(x) FROM (VALUES nan(), 1e0) t(x)
SELECT min(x), max(x), count(x) FROM (VALUES nan(), 1e0, infinity()) t(x)
SELECT array_agg(x ORDER BY x), array_agg(x ORDER BY x DESC) FROM (VALUES nan(), 1e0, infinity(), NULL) t(x)
SELECT x FROM (VALUES nan(), 1e0, -infinity(), NULL) t(x) ORDER BY x
SELECT x FROM (VALUES nan(), 1e0, -infinity(), NULL) t(x) ORDER BY x DESC
SELECT count(DISTINCT x) FROM (VALUES nan(), nan(), 0e0, -0e0) t(x)
SELECT x, count(*) FROM (VALUES nan(), nan(), 1e0) t(x) GROUP BY x ORDER BY x
SELECT DISTINCT x FROM (VALUES ARRAY[1,NULL], ARRAY[1,NULL]) t(x)
SELECT approx_percentile(x, w, 0.5) FROM (VALUES (1, 1), (2, 5), (3, 1)) t(x, w)
SELECT count(*) FILTER (WHERE x > 1), sum(x) FILTER (WHERE y = 'a'), array_agg(x ORDER BY x) FILTER (WHERE x <> 2) FROM (VALUES (1,'a'),(2,'b'),(3,'a')) t(x,y)
SELECT y, max(x) - min(x), count(*) * 1.0 / sum(count(*)) OVER () FROM (VALUES (1,'a'),(2,'b'),(3,'a')) t(x,y) GROUP BY y ORDER BY y
SELECT y, sum(x) AS s, rank() OVER (ORDER BY sum(x) DESC) FROM (VALUES (1,'a'),(2,'b'),(3,'a')) t(x,y) GROUP BY y ORDER BY 3
SELECT y, array_agg(x) OVER (PARTITION BY y ORDER BY x), lag(x) OVER (PARTITION BY y ORDER BY x) FROM (VALUES (1,'a'),(2,'b'),(3,'a')) t(x,y) ORDER BY x
SELECT date_trunc('month', d) m, count(*), sum(v) FROM (VALUES (DATE '2024-01-05', 1), (DATE '2024-01-20', 2), (DATE '2024-02-01', 3)) t(d, v) GROUP BY 1 ORDER BY 1
SELECT date_trunc('month', d), sum(sum(v)) OVER (ORDER BY date_trunc('month', d)) FROM (VALUES (DATE '2024-01-05', 1), (DATE '2024-01-20', 2), (DATE '2024-02-01', 3)) t(d, v) GROUP BY date_trunc('month', d) ORDER BY 1
SELECT a, b, c, sum(d) FROM (VALUES (1,1,1,1),(1,2,1,2)) t(a,b,c,d) GROUP BY GROUPING SETS ((a, b), (c), CUBE(a)) ORDER BY 1,2,3
SELECT a, b, grouping(a, b), count(*) FROM (VALUES (1,1),(1,2)) t(a,b) GROUP BY GROUPING SETS ((a, b), a, ()), b ORDER BY 1,2,3
SELECT sum(x) FROM (SELECT x FROM (VALUES 1,2,3) t(x) ORDER BY x DESC LIMIT 2)
SELECT * FROM (SELECT a, b, row_number() OVER (PARTITION BY a ORDER BY b DESC) rn FROM (VALUES (1,1),(1,2),(2,1)) t(a,b)) WHERE rn = 1 ORDER BY a
SELECT max(CASE WHEN k = 'a' THEN v END) a, max(CASE WHEN k = 'b' THEN v END) b FROM (VALUES ('a', 1), ('b', 2)) t(k, v)
SELECT transform_values(map_agg(k, v), (k, v) -> v * 2) FROM (VALUES ('a', 1), ('b', 2)) t(k, v)
SELECT reduce(array_agg(x ORDER BY x), 0, (s, x) -> s * 10 + x, s -> s) FROM (VALUES 3, 1, 2) t(x)
SELECT array_agg(DISTINCT x) FROM (VALUES 1, 1) t(x)
SELECT count(*) FROM (VALUES 1, 2, 3) t(x) WHERE x IN (SELECT max(y) FROM (VALUES 1, 2) u(y) GROUP BY y)
SELECT x, (SELECT count(*) FROM (VALUES (1, 'a'), (1, 'b'), (2, 'c')) u(x, y) WHERE u.x = t.x AND y <> 'a') FROM (VALUES 1, 2, 3) t(x) ORDER BY 1
SELECT x FROM (VALUES 1, 2, 3) t(x) WHERE x > (SELECT avg(y) FROM (VALUES 1, 2, 3) u(y) WHERE u.y <= t.x) ORDER BY 1
SELECT * FROM (VALUES (1, 'a')) t(x, y) CROSS JOIN LATERAL (VALUES (t.x), (t.x + 1)) u(z) ORDER BY z
SELECT k, v FROM (VALUES (1, 2, 3)) t(a, b, c) CROSS JOIN UNNEST(ARRAY['a', 'b', 'c'], ARRAY[a, b, c]) u(k, v) ORDER BY k
SELECT n, s FROM (SELECT '1,2,3' AS csv) CROSS JOIN UNNEST(split(csv, ',')) WITH ORDINALITY u(s, n) ORDER BY n
SELECT json_extract_scalar(e, '$.n') FROM (SELECT '[{"n":1},{"n":2}]' AS j) CROSS JOIN UNNEST(CAST(json_parse(j) AS ARRAY(JSON))) u(e)
SELECT k, v FROM (SELECT JSON '{"a":1,"b":2}' AS j) CROSS JOIN UNNEST(CAST(j AS MAP(varchar, integer))) u(k, v) ORDER BY k
SELECT a.x, b.y, c.z FROM (VALUES 1,2) a(x) LEFT JOIN (VALUES (1,'p')) b(x,y) ON a.x = b.x LEFT JOIN (VALUES ('p', true)) c(y,z) ON b.y = c.y ORDER BY 1
SELECT coalesce(a.x, b.x), a.y, b.y FROM (VALUES (1,'a'),(2,'b')) a(x,y) FULL OUTER JOIN (VALUES (2,'c'),(3,'d')) b(x,y) ON a.x = b.x ORDER BY 1
SELECT * FROM (VALUES (1,'a'),(2,'b')) a(x,y) RIGHT JOIN (VALUES (2,'c'),(3,'d')) b(x,z) USING (x) ORDER BY 1
SELECT count(*) FROM (VALUES 1,NULL) a(x) JOIN (VALUES 1,NULL) b(x) ON a.x = b.x
SELECT count(*) FROM (VALUES 1,NULL) a(x) JOIN (VALUES 1,NULL) b(x) ON a.x IS NOT DISTINCT FROM b.x
SELECT * FROM (VALUES 1,2) a(x) LEFT JOIN (VALUES 1,2) b(x) ON a.x = b.x AND b.x = 2 WHERE b.x IS NULL
SELECT x FROM (VALUES 1,2,3) t(x) EXCEPT SELECT 2 INTERSECT SELECT 2 ORDER BY 1
SELECT * FROM ((SELECT 1 AS a UNION SELECT 2) UNION ALL SELECT 1) ORDER BY 1
SELECT 1 AS a, 'x' AS b UNION ALL SELECT 2.5, 'yy' ORDER BY a DESC
WITH t AS (SELECT 1 AS n), u AS (SELECT n + 1 AS m FROM t) SELECT (SELECT m FROM u), n FROM t
WITH t(a) AS (SELECT * FROM (VALUES 1, 2)) SELECT t1.a, t2.a FROM t t1, t t2 WHERE t1.a < t2.a
SELECT array_sort(array_agg(x)) FROM (SELECT x FROM (VALUES 1,2) t(x) UNION SELECT 3)
SELECT CAST(ROW(1, 2) AS ROW(a bigint, b varchar)), CAST(ARRAY[1, 2] AS ARRAY(varchar)), CAST(map(ARRAY[1], ARRAY['2']) AS MAP(varchar, integer)), CAST(ARRAY['1', 'x'] AS ARRAY(varchar(1))), TRY_CAST(ARRAY['1', 'x'] AS ARRAY(integer))
SELECT ROW(1, 2) = ROW(1, 2.0), ROW(1, 'a') < ROW(1, 'b'), ROW(ROW(1, 2), 3) = ROW(ROW(1, 2), 3), ARRAY[ROW(1, 2)] = ARRAY[ROW(1, 2)]
SELECT a.*, b.x FROM (VALUES CAST(ROW(1, 'q') AS ROW(m integer, n varchar))) t(r) CROSS JOIN LATERAL (SELECT r.m, r.n) a CROSS JOIN (VALUES 7) b(x)
SELECT r.* FROM (VALUES CAST(ROW(1, 'q') AS ROW(m integer, n varchar))) t(r)
SELECT (r).* FROM (VALUES CAST(ROW(1, 'q') AS ROW(m integer, n varchar))) t(r)
SELECT (r).* AS (p, q) FROM (VALUES CAST(ROW(1, 'q') AS ROW(m integer, n varchar))) t(r)
SELECT t.* AS (p, q) FROM (VALUES (1, 2)) t(a, b)
SELECT count(*) c, count(*) AS d FROM (VALUES 1) t(x) ORDER BY c, d
SELECT x % 2 AS odd, count(*) FROM (VALUES 1,2,3) t(x) GROUP BY x % 2 HAVING x % 2 = 1
SELECT x + 1 FROM (VALUES 1, 2) t(x) GROUP BY x ORDER BY x DESC
SELECT x + y FROM (VALUES (1, 2)) t(x, y) GROUP BY x
SELECT upper(x) FROM (VALUES 'a') t(x) GROUP BY upper(x)
SELECT length(upper(x)) FROM (VALUES 'a') t(x) GROUP BY upper(x)
SELECT t.x FROM (VALUES 'a') t(x) GROUP BY x
SELECT count(*) FROM (VALUES 1) t(x) GROUP BY t.x, 1
SELECT IF(grouping(x) = 0, x, 'all') FROM (VALUES 'a', 'b') t(x) GROUP BY ROLLUP(x) ORDER BY grouping(x), x
SELECT length(listagg(rpad('x', 500000, 'y'), ',' ON OVERFLOW TRUNCATE '..' WITH COUNT) WITHIN GROUP (ORDER BY v)) AS x FROM (VALUES 'a', 'b', 'c') t(v)
SELECT length(listagg(rpad('x', 500000, 'y'), ',' ON OVERFLOW TRUNCATE WITHOUT COUNT) WITHIN GROUP (ORDER BY v)) AS x FROM (VALUES 'a', 'b', 'c') t(v)
SELECT x, count(*) OVER (ORDER BY x RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM (VALUES date '2024-01-01') t(x)
SELECT x, count(*) OVER (ORDER BY x RANGE BETWEEN 1 PRECEDING AND CURRENT ROW) FROM (VALUES 'a') t(x)
SELECT count(*) FROM (VALUES 1, 2) t(x) GROUP BY true
SELECT 'a', count(*) FROM (VALUES 1, 2) t(x) GROUP BY 'a'
SELECT 'a', x, count(*) FROM (VALUES 1, 2) t(x) GROUP BY 'a', 2 ORDER BY 2
SELECT 'a' AS k, count(*) FROM (VALUES 1, 2) t(x) GROUP BY 1
SELECT NULL, count(*) FROM (VALUES 1, 2) t(x) GROUP BY NULL
SELECT count(*) FROM (VALUES 1, 2) t(x) WHERE x > 5 GROUP BY 1e0
SELECT count(*) FROM (VALUES 1, 2) t(x) GROUP BY ARRAY[1]
SELECT count(*), 1 AS one FROM (VALUES 1, 2) t(x) GROUP BY 2
-- differs: the last digit of a double, by the order of additions
SELECT corr(x, x) OVER (ORDER BY x), regr_slope(x, x) OVER (ORDER BY x), regr_intercept(x, x) OVER (ORDER BY x) FROM (VALUES 1e0, 2e0) t(x) ORDER BY x
SELECT lag(x, y) OVER (ORDER BY x) FROM (VALUES (1, 1), (2, NULL)) t(x, y) ORDER BY 1
SELECT lag(x, NULL) OVER (ORDER BY x) FROM (VALUES (1, 1), (2, NULL)) t(x, y) ORDER BY 1
