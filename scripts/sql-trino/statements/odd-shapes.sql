-- Names, scopes and orders
WITH t AS (SELECT 1 AS x), u AS (WITH t AS (SELECT 2 AS x) SELECT x FROM t) SELECT t.x, u.x FROM t, u
WITH t AS (SELECT 1 AS x) SELECT * FROM (WITH t AS (SELECT x + 1 AS x FROM t) SELECT x FROM t)
SELECT x, sum(y) AS x2 FROM (VALUES (1, 2), (1, 3), (2, 9)) t(x, y) GROUP BY x ORDER BY sum(y) DESC, -x
SELECT x AS a, y AS b FROM (VALUES (1, 2), (2, 1)) t(x, y) ORDER BY a + b, b
SELECT -x AS x FROM (VALUES 1, 3, 2) t(x) ORDER BY x
SELECT -x AS x FROM (VALUES 1, 3, 2) t(x) ORDER BY x + 0
SELECT x AS y, y AS x FROM (VALUES (1, 4), (2, 3)) t(x, y) ORDER BY x
SELECT max(x) AS x FROM (VALUES 1, 2) t(x) HAVING max(x) > 1 ORDER BY x
SELECT DISTINCT x, y FROM (VALUES (2, 'b'), (1, 'z'), (2, 'b')) t(x, y) ORDER BY y DESC, x LIMIT 1
SELECT t.*, u.* FROM (VALUES (1, 'a')) t(x, y) CROSS JOIN (VALUES (2)) u(x)
SELECT * FROM (VALUES 1, 2) a(x) JOIN (VALUES 2, 3) b(x) ON a.x = b.x JOIN (VALUES 2) c(y) ON c.y = b.x
SELECT a.x, b.y, c.z FROM (VALUES 1, 2) a(x) LEFT JOIN (VALUES (1, 5)) b(x, y) ON a.x = b.x LEFT JOIN (VALUES (5, 'q')) c(y, z) ON b.y = c.y ORDER BY 1
SELECT a.x, b.x FROM (VALUES 1, 2, NULL) a(x) FULL JOIN (VALUES 2, NULL, 4) b(x) ON a.x = b.x AND a.x > 1 ORDER BY 1, 2
SELECT count(*) FROM (VALUES 1, 2) a(x) LEFT JOIN (VALUES 1, 2) b(x) ON a.x < b.x OR a.x IS NULL
SELECT x FROM (VALUES 1, 2, 3) t(x) WHERE x IN (SELECT max(x) FROM (VALUES 1, 3) u(x)) OR x = 2 ORDER BY x
SELECT x, count(*) OVER () AS n FROM (VALUES 1, 2, 3) t(x) ORDER BY x LIMIT 2
SELECT x, row_number() OVER (ORDER BY x) AS r FROM (VALUES 'b', 'a') t(x) GROUP BY x ORDER BY r DESC
SELECT sum(x) FILTER (WHERE x > 1) / count(*) FROM (VALUES 1, 2, 4) t(x)
SELECT x FROM (VALUES 1, 2, 3, 4) t(x) ORDER BY x % 2, x DESC OFFSET 1 LIMIT 2
SELECT min(x) OVER (PARTITION BY g ORDER BY y), g FROM (VALUES ('a', 2, 1), ('a', 1, 2), ('b', 9, 1)) t(g, x, y) ORDER BY g, y
SELECT (SELECT count(*) FROM (VALUES 1, 2) u(y) WHERE y < t.x OR t.x IS NULL) FROM (VALUES 2, NULL) t(x) ORDER BY 1
SELECT x, (SELECT sum(y) FROM (VALUES (1, 5), (1, 6)) u(k, y) WHERE k = x HAVING sum(y) > 10) FROM (VALUES 1, 2) t(x) ORDER BY x
SELECT g, array_agg(x ORDER BY x NULLS FIRST), array_agg(DISTINCT x ORDER BY x), count(DISTINCT x) FROM (VALUES ('a', 2), ('a', NULL), ('a', 2), ('a', 1)) t(g, x) GROUP BY g
SELECT g, max_by(x, y), min_by(x, y), max_by(x, y, 2), arbitrary(g) FROM (VALUES ('a', 'p', 1), ('a', 'q', 3), ('a', 'r', 2)) t(g, x, y) GROUP BY g
SELECT bool_and(x), bool_or(x), every(x), count_if(x) FROM (VALUES true, NULL, false) t(x)
SELECT sum(x), avg(x), min(x), max(x), array_agg(x), count(x), stddev(x), bool_and(x > 0), map_agg(x, x), max_by(x, x), approx_distinct(x), checksum(x) FROM (VALUES 1) t(x) WHERE false
SELECT geometric_mean(x), round(stddev(x), 6), round(var_pop(x), 6), skewness(x), kurtosis(x) FROM (VALUES 1e0, 2e0, 4e0) t(x)
SELECT approx_percentile(x, 0.5), approx_percentile(x, ARRAY[0.0, 1.0]) FROM (VALUES 1, 2, 3, 4) t(x)
-- Decimals
SELECT 1.00 / 3, 10 / 4.0, 1.0 / 3.000, 2.5 % 0.7, -2.5 % 0.7, 100 * 1.1, 1.1 * 1.1 * 1.1, 0.1 + 0.02 + 0.003
SELECT CAST(1 AS decimal(10,4)) / CAST(3 AS decimal(10,2)), CAST(7 AS decimal(5,0)) / 2, CAST(1.005 AS decimal(10,2)), round(CAST(1.005 AS decimal(10,3)), 2), CAST(-1.005 AS decimal(10,2))
SELECT avg(x), sum(x), max(x) FROM (VALUES 1.1, 2.25, 3) t(x)
SELECT avg(x), sum(x) / count(*) FROM (VALUES CAST(1 AS decimal(10,2)), 2, 2) t(x)
SELECT floor(-1.5), ceil(-1.5), round(-1.5), round(1.25, 1), truncate(-1.999, 1), sign(-0.5), abs(-1.50), mod(5.5, 2)
SELECT CAST(123.456 AS varchar), CAST(0.00 AS varchar), CAST(CAST(5 AS decimal(10,3)) AS varchar), CAST(123.456 AS double), CAST(123.5 AS integer), CAST(-0.5 AS integer), CAST(0.5 AS bigint)
SELECT 1e0 * 0.1, 0.1e0 * 3, CAST(0.1 AS real), CAST(CAST(0.1 AS real) AS double), CAST(16777217 AS real), 1e0 / 3
SELECT 5 / 2 * 2.0, 5 / 2.0 * 2, 2 * 5 / 2, -7 / 2, 7 / -2, -7 % 2, 7 % -2
SELECT 1 + 2 * 3 - 4 / 2 % 3, -2 * -3, - - 2, 2 - -2, NOT true AND false, NOT (true AND false), 1 + 1 = 2 AND 3 > 2
SELECT width_bucket(3.5, ARRAY[1.0, 2.0, 3.0]), round(1234.5678, -2), round(15, -1), round(2.5e0), round(-0.4e0), truncate(12.7), degrees(pi()), cbrt(27), ceiling(2.0000001)
SELECT greatest(1, 2, 3), least(1.5, 1), greatest('a', 'b'), greatest(NULL, 1), least(DATE '2024-01-01', DATE '2023-01-01'), greatest(1e0, nan()), nan() > 1e0, nan() = nan()
-- Texts
SELECT length('日本語'), upper('straße'), lower('ÀÉ'), reverse('añb'), substr('日本語', 2, 1), position('本' IN '日本語'), lpad('日', 3, '本'), split('a,b,', ','), split('', ','), split('a,b,c', ',', 2)
SELECT substr('hello', 2, 100), substr('hello', -100), substr('hello', 0, 2), substring('hello' FROM 2), substr('', 1), substr('hello', 6), strpos('abcabc', 'c', 2), strpos('abc', ''), replace('abc', '', '-'), replace('aaa', 'a', 'aa')
SELECT trim('  a '), ltrim('xxa', 'x'), rtrim('axx', 'x'), trim(TRAILING 'xy' FROM 'axyx'), trim(BOTH FROM ' a'), length(' a '), concat_ws('-', 'a', NULL, 'b'), concat_ws('-', ARRAY['a', NULL, 'c']), starts_with('abc', 'ab')
SELECT regexp_extract('a1b22', '\d+'), regexp_extract('key=val', '(\w+)=(\w+)', 2), regexp_extract_all('a1b22', '\d+'), regexp_replace('abc', '(b)', '[$1]'), regexp_replace('a b', '\s'), regexp_split('a1b2c', '\d'), regexp_count('aXbX', 'X'), regexp_position('abc', 'c'), regexp_like('ABC', '(?i)abc')
SELECT 'abc' LIKE 'a%', 'a%c' LIKE 'a\%c' ESCAPE '\', 'abc' LIKE '_b_', 'abc' NOT LIKE 'b%', 'ABC' LIKE 'abc', '' LIKE '%', 'a' LIKE '', NULL LIKE 'a', U&'a\000ab' LIKE 'a_b'
SELECT 'a' < 'B', 'a' < 'b', 'Z' < 'a', 'a ' = 'a', CAST('a ' AS char(3)) = 'a', '' < 'a', 'é' > 'z', 'a' || 'b' || NULL
SELECT format('%s-%05d-%.2f', 'a', 42, 3.14159e0), format('%,d', 1234567), format('%-5s|', 'x'), format('%x', 255), format('%b %%', true), format_number(1234567), format_number(1500)
SELECT to_hex(to_utf8('é')), from_utf8(X'C3A9'), to_base64(to_utf8('abc')), from_base64('YWJj'), lower(to_hex(sha256(to_utf8('a')))), to_hex(md5(to_utf8(''))), crc32(to_utf8('abc')), xxhash64(to_utf8('a')), url_encode('a b&c'), url_decode('a%20b')
SELECT url_extract_host('https://u@h.example:8080/p/a?q=1&r=x%20y#f'), url_extract_parameter('https://h/p?q=1&r=x%20y', 'r'), url_extract_path('https://h/p/a?q'), url_extract_port('https://h:80/'), url_extract_query('https://h/?a=b'), url_extract_protocol('ftp://h')
SELECT word_stem('running'), soundex('Robert'), normalize('é', NFD) = 'é', levenshtein_distance('kitten', 'sitting'), codepoint('a'), chr(233), translate('abc', 'ab', 'x'), hamming_distance('ab', 'ac')
SELECT CAST('a' AS varchar(3)) || CAST('b' AS char(3)) || '|', length(CAST('a' AS char(3))), CAST(CAST('a' AS char(3)) AS varchar) || '|', CAST('abc' AS char(2))
SELECT max(x), min(x), count(DISTINCT x), array_sort(array_agg(x)) FROM (VALUES 'a', 'B', 'á', '', NULL) t(x)
-- Times
SELECT TIMESTAMP '2024-03-31 01:30:00 Europe/Berlin' + INTERVAL '1' HOUR, TIMESTAMP '2024-10-27 02:30:00 Europe/Berlin' + INTERVAL '1' DAY, date_diff('hour', TIMESTAMP '2024-03-31 00:00:00 Europe/Berlin', TIMESTAMP '2024-04-01 00:00:00 Europe/Berlin')
SELECT date_trunc('day', TIMESTAMP '2024-03-31 12:00:00 Europe/Berlin'), CAST(TIMESTAMP '2024-03-31 12:00:00 Europe/Berlin' AS timestamp), CAST(TIMESTAMP '2024-03-31 12:00:00 Europe/Berlin' AS varchar), hour(TIMESTAMP '2024-03-31 12:00:00 Europe/Berlin' AT TIME ZONE 'UTC')
SELECT from_unixtime(1e9), from_unixtime(1000000000, 'Asia/Tokyo'), to_unixtime(TIMESTAMP '2001-09-09 01:46:40.5'), from_unixtime_nanos(1000000000123456789), to_milliseconds(INTERVAL '1' SECOND)
SELECT date_add('month', 1, DATE '2024-01-31'), date_add('month', -1, TIMESTAMP '2024-03-31 10:00:00'), date_add('year', 1, DATE '2024-02-29'), date_add('hour', 25, TIMESTAMP '2024-01-01 00:00:00'), date_add('day', -60, DATE '2024-03-01')
SELECT date_diff('day', TIMESTAMP '2024-01-01 23:00:00', TIMESTAMP '2024-01-02 01:00:00'), date_diff('month', DATE '2024-03-31', DATE '2024-02-29'), date_diff('minute', TIMESTAMP '2024-01-01 00:00:59', TIMESTAMP '2024-01-01 00:01:00'), date_diff('quarter', DATE '2023-12-31', DATE '2024-03-30'), date_diff('second', DATE '2024-01-01', DATE '2024-01-02')
SELECT week(DATE '2021-01-03'), year_of_week(DATE '2021-01-03'), day_of_week(DATE '2024-01-07'), date_trunc('year', DATE '2024-05-05'), date_trunc('quarter', DATE '2024-12-31'), date_trunc('minute', TIMESTAMP '2024-01-01 10:11:12.999'), millisecond(TIMESTAMP '2024-01-01 00:00:00.123')
SELECT date_format(DATE '2024-01-05', '%a %b %c %d %e %j %k %l %M %m %p %r %T %v %W %x %y'), date_format(TIMESTAMP '2024-01-05 00:07:08', '%h:%i %p %H'), format_datetime(DATE '2024-01-05', 'YYYY-ww-e'), date_parse('5-1-24 13', '%e-%c-%y %H')
SELECT TIMESTAMP '2024-01-01 00:00:00' < DATE '2024-01-02', TIMESTAMP '2024-01-01 00:00:00 UTC' = TIMESTAMP '2024-01-01 01:00:00 +01:00', TIMESTAMP '2024-01-01 00:00:00' = TIMESTAMP '2024-01-01 00:00:00 UTC', INTERVAL '1' DAY > INTERVAL '23' HOUR, INTERVAL '12' MONTH = INTERVAL '1' YEAR, TIME '10:00:00' < TIME '10:00:01'
SELECT TIME '10:20:30' + INTERVAL '1' HOUR, TIME '23:30:00' + INTERVAL '1' HOUR, CAST(TIME '10:20:30.456' AS varchar), hour(TIME '10:20:30'), date_trunc('minute', TIME '10:20:30'), date_diff('minute', TIME '10:00:00', TIME '11:30:00')
SELECT extract(DAY FROM INTERVAL '3 04:05:06' DAY TO SECOND), extract(HOUR FROM INTERVAL '3 04:05:06' DAY TO SECOND), extract(YEAR FROM INTERVAL '14' MONTH), parse_duration('1.5h'), to_milliseconds(parse_duration('2m')), INTERVAL '1' DAY * 1.5e0, 2 * INTERVAL '1' MONTH
SELECT max(d) - min(d), avg(date_diff('day', DATE '2024-01-01', d)), count(DISTINCT date_trunc('month', d)) FROM (VALUES DATE '2024-01-05', DATE '2024-02-10') t(d)
SELECT sequence(TIMESTAMP '2024-01-01 00:00:00', TIMESTAMP '2024-01-01 02:00:00', INTERVAL '1' HOUR), sequence(DATE '2024-03-01', DATE '2024-01-01', INTERVAL '-1' MONTH)
SELECT sum(i), avg(i), max(i) FROM (VALUES INTERVAL '1' HOUR, INTERVAL '90' MINUTE) t(i)
-- JSON, arrays, maps
SELECT json_format(json_parse('{"b": 1.0, "a": [1, 2.50, 1e3, "x\u00e9", null, true]}')), json_parse('1.0') = json_parse('1'), json_parse('{"a":1,"b":2}') = json_parse('{"b":2,"a":1}'), json_format(json_parse('"\/"'))
SELECT CAST(JSON '"2024-01-01"' AS date), CAST(JSON '1.5' AS varchar), CAST(JSON 'true' AS varchar), CAST(JSON 'null' AS integer), CAST(JSON '"5"' AS integer), CAST(JSON '1.9' AS integer), CAST(JSON '[1,[2]]' AS array(json)), CAST(JSON '{"a":[1]}' AS map(varchar, array(integer)))
SELECT CAST(ROW(1, 'a') AS json), CAST(CAST(ROW(1, 'a') AS row(x integer, y varchar)) AS json), CAST(map(ARRAY[1, 2], ARRAY[true, NULL]) AS json), CAST(1.10 AS json), CAST(1e10 AS json), CAST('a"b' AS json), CAST(TIMESTAMP '2024-01-01 00:00:00' AS json), CAST(nan() AS json)
SELECT json_extract_scalar('{"a":{"b":[{"c":1},{"c":"x"}]}}', '$.a.b[1].c'), json_extract('{"a":1}', '$.z'), json_extract_scalar('[1,2,3]', '$[2]'), json_extract_scalar('{"a-b":1}', '$["a-b"]'), json_extract('{"a":"x"}', '$.a'), json_size('{"a":[1,2]}', '$.a'), json_extract_scalar('{"a":true}', '$.a')
SELECT ARRAY[1, 2] || 3, 0 || ARRAY[1], ARRAY[] || ARRAY[1], ARRAY[1, NULL] = ARRAY[1, NULL], ARRAY[1, 2] < ARRAY[1, 3], ARRAY[1] = ARRAY[1, 2], cardinality(ARRAY[]), ARRAY[ARRAY[]], ARRAY[NULL]
SELECT array_sort(ARRAY[3, NULL, 1]), array_sort(ARRAY['b', 'B', 'a']), array_min(ARRAY[]), array_max(ARRAY['a', NULL]), array_remove(ARRAY[1, 2, NULL], 1), array_position(ARRAY[1, 2], 3), trim_array(ARRAY[1, 2, 3], 1), array_first(ARRAY[1]), shuffle(ARRAY[1])
SELECT element_at(ARRAY[1, 2], -1), element_at(ARRAY[1], 3), element_at(map(ARRAY['a'], ARRAY[1]), 'b'), slice(ARRAY[1, 2, 3], 2, 5), slice(ARRAY[1, 2], 3, 1), reverse(ARRAY[1, 2]), array_join(ARRAY[1, NULL, 3], ','), contains(ARRAY['a', NULL], 'b'), contains(ARRAY[NULL], NULL)
SELECT map_from_entries(ARRAY[ROW('a', 1)]), multimap_from_entries(ARRAY[('a', 1), ('a', 2)]), split_to_map('a=1;b=2', ';', '='), split_to_multimap('a=1;a=2', ';', '='), map(), cardinality(map()), map_values(map(ARRAY[1], ARRAY['x']))
SELECT reduce(ARRAY[1, 2, 3], 0, (s, x) -> s + x, s -> s), reduce(ARRAY[], 5, (s, x) -> s, s -> s * 2), transform(ARRAY[1, NULL], x -> coalesce(x, 0) + 1), filter(ARRAY[1, NULL, 3], x -> x > 1), zip(ARRAY[1], ARRAY['a', 'b']), array_frequency(ARRAY[1, 1, 2])[1], find_first(ARRAY[1, 5], x -> x > 2)
SELECT m, count(*) FROM (VALUES map(ARRAY['a', 'b'], ARRAY[1, 2]), map(ARRAY['b', 'a'], ARRAY[2, 1])) t(m) GROUP BY m
SELECT a, count(*) FROM (VALUES ARRAY[1, NULL], ARRAY[1, NULL], ARRAY[2]) t(a) GROUP BY a ORDER BY 2 DESC
SELECT r, count(*) FROM (VALUES ROW(1, 'a'), ROW(1, 'a'), ROW(1, NULL)) t(x, y) CROSS JOIN LATERAL (SELECT ROW(x, y)) u(r) GROUP BY r ORDER BY 2 DESC
SELECT CAST(ROW(1, NULL) AS row(a integer, b varchar)) = CAST(ROW(1, NULL) AS row(a integer, b varchar)), ROW(1, 2) < ROW(1, 3), ROW(1, 2) IN (ROW(1, 2), ROW(3, 4)), (1, NULL) = (2, NULL), ROW(NULL) IS NULL, ROW(1, 2) IS DISTINCT FROM ROW(1, NULL)
SELECT bitwise_and(12, 10), bitwise_or(12, 10), bitwise_xor(12, 10), bitwise_not(0), bitwise_left_shift(1, 3), bitwise_right_shift(-8, 1), bitwise_right_shift_arithmetic(-8, 1), bit_count(255, 64), to_base(-255, 16), from_base('-ff', 16)
SELECT try(element_at(ARRAY[1], 0)), try(CAST('x' AS integer)), coalesce(try(1 / 0), -1), try_cast('1' AS integer) + 1, typeof(try(1 / 0)), nullif('', ''), if(NULL, 1, 2), coalesce(NULL, NULL, 'x'), CASE NULL WHEN NULL THEN 1 ELSE 2 END, CASE WHEN NULL THEN 1 END
SELECT 1 IS NULL, NULL IS NULL, NULL IS NOT DISTINCT FROM NULL, 1 BETWEEN 2 AND 1, 1 BETWEEN SYMMETRIC 2 AND 1, 5 NOT BETWEEN 1 AND 3, NULL BETWEEN 1 AND 2, 1 NOT IN (2, NULL), 1 IN (1, NULL)
SELECT ARRAY_AGG(x) FILTER (WHERE x > 5), ARRAY_AGG(x ORDER BY x)[1], cardinality(array_agg(x)), max(x, 2), min(x, 2), listagg(CAST(x AS varchar), ',') WITHIN GROUP (ORDER BY x DESC) FROM (VALUES 1, 3, 2) t(x)
-- Texts beside chars
SELECT CAST('a' AS varchar(3)) || CAST('b' AS char(3)) || '|'
SELECT CAST('a' AS varchar) || CAST('b' AS char(3))
SELECT CAST('a' AS char(3)) || CAST('b' AS varchar)
SELECT concat(CAST('a' AS char(3)), CAST('b' AS varchar(4))) || '|'
SELECT concat(CAST('a' AS char(3)), 'b', CAST('c' AS varchar(3)))
SELECT x || y || '|' FROM (VALUES (CAST('a' AS varchar(5)), CAST('b' AS char(2)))) t(x, y)
SELECT 'é' || CAST('b' AS char(3)) || 'x'
SELECT '' || CAST('b' AS char(3)) || 'x'
SELECT CAST('abcdef' AS char(3)) || NULL
