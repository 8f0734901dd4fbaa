SELECT a, b, count(*), grouping(a), grouping(b), grouping(a, b) FROM (VALUES ('x', 1), ('x', 2), ('y', NULL)) t(a, b) GROUP BY CUBE (a, b) ORDER BY 6, 1, 2
SELECT a, b, sum(c), grouping(a, b) FROM (VALUES ('x', 1, 10), ('x', 2, 20), ('y', NULL, 30)) t(a, b, c) GROUP BY ROLLUP (a, b) ORDER BY 4, 1, 2
SELECT a, b, count(*), grouping(b, a) FROM (VALUES ('x', 1), ('y', NULL)) t(a, b) GROUP BY GROUPING SETS ((a), (b), (), (a, b)) ORDER BY 4, 1, 2
SELECT a, count(*) FROM (VALUES 1, 1, 2) t(a) GROUP BY GROUPING SETS (a, a) ORDER BY 1, 2
SELECT a, count(*) FROM (VALUES 1, 1, 2) t(a) GROUP BY DISTINCT ROLLUP (a), CUBE (a) ORDER BY 1, 2
SELECT a, count(*) FROM (VALUES 1, 1, 2) t(a) GROUP BY ALL ROLLUP (a), CUBE (a) ORDER BY 1, 2
SELECT a, b, count(*) FROM (VALUES (1, 2), (1, 3)) t(a, b) GROUP BY a, ROLLUP (b) ORDER BY 1, 2
SELECT a, b, count(*) FROM (VALUES (1, 2), (1, 3)) t(a, b) GROUP BY ROLLUP ((a, b)) ORDER BY 1, 2
SELECT count(*), sum(x) FROM (SELECT 1 AS x WHERE false) GROUP BY GROUPING SETS ((), ())
SELECT count(*), x FROM (SELECT 1 AS x WHERE false) GROUP BY ROLLUP (x)
SELECT count(*), x FROM (SELECT 1 AS x WHERE false) GROUP BY CUBE (x)
SELECT count(*) FROM (SELECT 1 AS x WHERE false) GROUP BY ()
SELECT count(*) FROM (SELECT 1 AS x WHERE false) HAVING count(*) > 0
SELECT 1 FROM (VALUES 1, 2) t(x) HAVING count(*) = 2
SELECT 1 FROM (VALUES 1, 2) t(x) HAVING true
SELECT a + 1, count(*) FROM (VALUES 1, 2, 2) t(a) GROUP BY a + 1 ORDER BY 1
SELECT (a + 1) * 2, count(*) FROM (VALUES 1, 2, 2) t(a) GROUP BY a + 1 ORDER BY 1
SELECT a + 2, count(*) FROM (VALUES 1, 2, 2) t(a) GROUP BY a + 1 ORDER BY 1
SELECT lower(a), count(*) FROM (VALUES 'A', 'a', 'b') t(a) GROUP BY lower(a) HAVING count(*) > 1
SELECT a AS x, count(*) FROM (VALUES 1, 2) t(a) GROUP BY x
SELECT a, sum(b) s FROM (VALUES (1, 2), (1, 3), (2, 4)) t(a, b) GROUP BY a HAVING sum(b) > 4 ORDER BY s DESC
SELECT a, sum(b) s FROM (VALUES (1, 2), (1, 3), (2, 4)) t(a, b) GROUP BY a HAVING s > 4
SELECT x, count(*) FROM (VALUES nan(), nan(), 0e0, -0e0, NULL, NULL) t(x) GROUP BY x ORDER BY x
SELECT DISTINCT x FROM (VALUES nan(), nan(), 0e0, -0e0, NULL) t(x) ORDER BY x
SELECT count(DISTINCT x), approx_distinct(x) FROM (VALUES nan(), nan(), 0e0, -0e0, NULL) t(x)
SELECT x FROM (VALUES nan(), 1e0, infinity(), -infinity(), NULL) t(x) ORDER BY x DESC
SELECT x FROM (VALUES nan(), 1e0, infinity(), -infinity(), NULL) t(x) ORDER BY x NULLS FIRST
SELECT min(x), max(x), sum(x), avg(x), min_by(x, x), max_by(x, x) FROM (VALUES nan(), 1e0, 2e0) t(x)
SELECT min(x), max(x) FROM (VALUES real '1', CAST(nan() AS real)) t(x)
SELECT min(x), max(x), array_agg(x ORDER BY x) FROM (VALUES nan(), nan()) t(x)
SELECT max(x, 2), min(x, 2) FROM (VALUES nan(), 1e0, 2e0) t(x)
SELECT sum(DISTINCT x), avg(DISTINCT x), count(DISTINCT x), array_agg(DISTINCT x ORDER BY x DESC) FROM (VALUES 1, 1, 2, NULL, 3) t(x)
SELECT sum(x) FILTER (WHERE x > 1), count(*) FILTER (WHERE x IS NULL), array_agg(x ORDER BY x) FILTER (WHERE x < 3), max(x) FILTER (WHERE false) FROM (VALUES 1, 2, NULL, 3) t(x)
SELECT sum(DISTINCT x) FILTER (WHERE x > 1), count(DISTINCT x) FILTER (WHERE x > 5) FROM (VALUES 1, 2, 2, 3) t(x)
SELECT array_agg(x ORDER BY y DESC, x), listagg(x, '-') WITHIN GROUP (ORDER BY y, x DESC) FROM (VALUES ('a', 1), ('b', 2), ('c', 2), ('d', NULL)) t(x, y)
SELECT array_agg(x ORDER BY y NULLS FIRST) FROM (VALUES ('a', 1), ('d', NULL)) t(x, y)
SELECT array_agg(x) FROM (SELECT 1 x WHERE false)
SELECT sum(x), avg(x), min(x), count(x), bool_and(x > 1), max_by(x, x), map_agg(x, x), histogram(x), approx_percentile(x, 0.5), stddev(x), corr(x, x), checksum(x), listagg(CAST(x AS varchar), ',') WITHIN GROUP (ORDER BY x), approx_distinct(x), geometric_mean(x), bitwise_and_agg(x) FROM (SELECT 1 x WHERE false)
SELECT sum(x), avg(x), min(x), count(x), bool_and(x > 1), max_by(x, x), map_agg(x, x), histogram(x), approx_percentile(x, 0.5), stddev(x), array_agg(x) FROM (VALUES CAST(NULL AS integer)) t(x)
SELECT typeof(sum(x)), typeof(avg(x)), typeof(sum(CAST(x AS bigint))), typeof(sum(CAST(x AS real))), typeof(avg(CAST(x AS real))), typeof(sum(CAST(x AS decimal(5,2)))), typeof(avg(CAST(x AS decimal(5,2)))), typeof(count(x)) FROM (VALUES 1) t(x)
SELECT sum(x) FROM (VALUES 9223372036854775807, 1) t(x)
SELECT sum(x) FROM (VALUES 2147483647, 2147483647) t(x)
SELECT sum(x), avg(x) FROM (VALUES decimal '99999999999999999999999999999999999999', decimal '1') t(x)
SELECT avg(x) FROM (VALUES 1.0, 2.0, 2.0) t(x)
SELECT avg(x), sum(x) FROM (VALUES 1.05, -1.06) t(x)
SELECT avg(x) FROM (VALUES 1, 2) t(x)
SELECT avg(x) FROM (VALUES INTERVAL '1' DAY, INTERVAL '2' DAY) t(x)
SELECT sum(x), avg(x) FROM (VALUES INTERVAL '1' MONTH, INTERVAL '4' MONTH) t(x)
SELECT sum(x), avg(x) FROM (VALUES real '0.1', real '0.2', real '0.3') t(x)
SELECT sum(x), avg(x) FROM (VALUES 0.1e0, 0.2e0, 0.3e0) t(x)
SELECT count(*), count(1), count(NULL), count(x), count(DISTINCT x) FROM (VALUES 1, NULL, 1) t(x)
SELECT approx_percentile(x, 0.5), approx_percentile(x, ARRAY[0.1, 0.9]), approx_percentile(x, 0), approx_percentile(x, 1) FROM (VALUES 1, 2, 3, 4, 5, 6, 7, 8, 9, 10) t(x)
SELECT approx_percentile(x, 0.5) FROM (VALUES 1e0, 2e0, 3e0, 4e0) t(x)
SELECT approx_percentile(x, 1.5) FROM (VALUES 1e0, 2e0) t(x)
SELECT approx_most_frequent(2, x, 10) FROM (VALUES 'a', 'b', 'a', 'c', 'a', 'b') t(x)
SELECT max_by(x, y), min_by(x, y), max_by(x, y, 2), min_by(x, y, 2) FROM (VALUES ('a', 1), ('b', 3), ('c', 2), ('n', NULL)) t(x, y)
SELECT max_by(x, y) FROM (VALUES (NULL, 5), ('b', 3)) t(x, y)
SELECT max(x, 2), min(x, 2), max(x, 10) FROM (VALUES 3, 1, NULL, 2) t(x)
SELECT max(x, 0) FROM (VALUES 3, 1) t(x)
SELECT any_value(x), arbitrary(x) FROM (VALUES CAST(NULL AS integer), 5) t(x)
SELECT bool_and(x), bool_or(x), every(x), count_if(x) FROM (VALUES true, NULL, false) t(x)
SELECT bool_and(x), bool_or(x) FROM (VALUES true, NULL) t(x)
SELECT bitwise_and_agg(x), bitwise_or_agg(x) FROM (VALUES 12, 10, NULL) t(x)
SELECT map_agg(k, v), multimap_agg(k, v) FROM (VALUES ('a', 1), ('b', NULL), (NULL, 3)) t(k, v)
SELECT map_union(m), map_union(m) FILTER (WHERE cardinality(m) > 1) FROM (VALUES map(ARRAY['a'], ARRAY[1]), map(ARRAY['b', 'c'], ARRAY[2, 3]), NULL) t(m)
SELECT histogram(x) FROM (VALUES 'a', 'b', 'a', NULL) t(x)
SELECT set_agg(x) FROM (VALUES 1, 1, 2) t(x)
SELECT covar_pop(y, x), covar_samp(y, x), corr(y, x), regr_slope(y, x), regr_intercept(y, x) FROM (VALUES (1, 2), (2, 4), (3, 5), (NULL, 1)) t(x, y)
SELECT stddev(x), stddev_pop(x), stddev_samp(x), variance(x), var_pop(x), var_samp(x) FROM (VALUES 1, 2, 4, 8) t(x)
SELECT stddev(x), variance(x), stddev_pop(x), var_pop(x) FROM (VALUES 1) t(x)
SELECT stddev(x), variance(x), stddev_pop(x), var_pop(x) FROM (VALUES 1e0, nan()) t(x)
SELECT stddev(x), variance(x), avg(x), sum(x), corr(x, x), covar_pop(x, x), skewness(x), kurtosis(x) FROM (VALUES 1e0, infinity(), 2e0, 3e0) t(x)
SELECT stddev_pop(x), variance(x) FROM (VALUES nan()) t(x)
SELECT corr(x, y), covar_pop(x, y), covar_samp(x, y), regr_slope(x, y), regr_intercept(x, y) FROM (VALUES (1e0, nan()), (2e0, 3e0), (3e0, 1e0)) t(x, y)
SELECT geometric_mean(x) FROM (VALUES 1e0, nan(), 2e0) t(x)
SELECT geometric_mean(x), entropy(x) FROM (VALUES 1, 2, 4) t(x)
SELECT skewness(x), kurtosis(x) FROM (VALUES 1, 2, 3, 4, 10) t(x)
SELECT reduce_agg(x, 0, (a, b) -> a + b, (a, b) -> a + b) FROM (VALUES 1, 2, 3) t(x)
SELECT array_agg(DISTINCT x) FROM (VALUES 1, 1, 1) t(x)
SELECT sum(x) FROM (VALUES '1', '2') t(x)
SELECT max(x) FROM (VALUES map(ARRAY[1], ARRAY[1])) t(x)
SELECT count(DISTINCT x) FROM (VALUES map(ARRAY[1, 2], ARRAY[1, 2]), map(ARRAY[2, 1], ARRAY[2, 1])) t(x)
SELECT x[2], count(*) FROM (VALUES map(ARRAY[1, 2], ARRAY[1, 2]), map(ARRAY[2, 1], ARRAY[2, 1])) t(x) GROUP BY x
SELECT count(*) FROM (SELECT DISTINCT x FROM (VALUES map(ARRAY[1, 2], ARRAY[1, 2]), map(ARRAY[2, 1], ARRAY[2, 1])) t(x))
SELECT count(*) FROM (VALUES json '{"a":1,"b":2}', json '{"b":2,"a":1}') t(x) GROUP BY x
SELECT sum(a) / count(*), sum(a) * 1.0 / count(*), avg(a), CAST(sum(a) AS double) / count(*) FROM (VALUES 1, 2, 2) t(a)
SELECT count(*) FROM (VALUES 1, 2, 3) t(x) WHERE x NOT IN (SELECT y FROM (VALUES 1, NULL) u(y))
SELECT x % 2 AS k, max(x), min(x) FROM (VALUES 1, 2, 3) t(x) GROUP BY 1 ORDER BY k
SELECT x, sum(sum(x)) FROM (VALUES 1) t(x) GROUP BY x
SELECT numeric_histogram(2, x) FROM (VALUES 1, 2, 10, 11) t(x)
SELECT a, count(*) c FROM (VALUES 'a', 'A', 'a ') t(a) GROUP BY a ORDER BY a
SELECT a, count(*) c FROM (VALUES CAST('a' AS char(2)), CAST('a ' AS char(2))) t(a) GROUP BY a ORDER BY a
SELECT a, count(*) c FROM (VALUES 1.0, 1.00, 1) t(a) GROUP BY a ORDER BY a
SELECT a, count(*) FROM (VALUES TIMESTAMP '2024-01-01 00:00:00 UTC', TIMESTAMP '2024-01-01 01:00:00 +01:00') t(a) GROUP BY a
SELECT a, count(*) FROM (VALUES X'61', X'61', X'') t(a) GROUP BY a ORDER BY a
SELECT array_agg(x ORDER BY x) FROM (VALUES 'b', 'ä', 'a', 'B', 'Z', 'é', U&'\+01F600') t(x)
