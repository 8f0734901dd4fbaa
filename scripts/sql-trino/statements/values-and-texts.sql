-- types, overflow, decimals
SELECT 2147483647 + 1
SELECT -2147483648 - 1
SELECT 2147483647 * 2
SELECT abs(CAST(-2147483648 AS integer))
SELECT -CAST(-128 AS tinyint)
SELECT CAST(127 AS tinyint) + CAST(1 AS tinyint)
SELECT CAST(-128 AS tinyint) / CAST(-1 AS tinyint)
SELECT CAST(32767 AS smallint) * CAST(2 AS smallint)
SELECT 9223372036854775807 + 1
SELECT -9223372036854775808
SELECT 9223372036854775808
SELECT 5 / 2, -5 / 2, 5 % -3, -5 % 3, 5.0 / 2, 5e0 / 2, 1 / 3.0, 10 / 4.00
SELECT 5 / 0
SELECT 5e0 / 0, -5e0 / 0, 0e0 / 0, 5 % 0e0
SELECT 5.0 / 0
SELECT 5.0 % 0
SELECT 1.1 + 2.22, 1.1 * 2.22, 1.1 - 2.22, 1.10 / 3, 0.1 + 0.2, 0.1e0 + 0.2e0
SELECT typeof(1.1 + 2.22), typeof(1.1 * 2.22), typeof(1.10 / 3), typeof(1.1 % 0.3), typeof(5 + 1.5), typeof(-1.5)
SELECT CAST(99999999999999999999999999999999999999 AS decimal(38,0)) + 1
SELECT 99999999999999999999999999999999999999.0
SELECT decimal '123.456', typeof(decimal '123.456'), typeof(000123.4560), typeof(.5), typeof(5.)
SELECT CAST(1.005 AS decimal(5,2)), CAST(-1.005 AS decimal(5,2)), CAST(1.5 AS integer), CAST(2.5 AS integer), CAST(-2.5 AS bigint), CAST(2.5e0 AS bigint), CAST(-0.5e0 AS integer)
SELECT CAST('1.5' AS integer)
SELECT CAST(' 15 ' AS integer)
SELECT CAST('1e3' AS double), CAST(' 1.5 ' AS double), CAST('Infinity' AS double), CAST('NaN' AS double), CAST('-Infinity' AS double)
SELECT CAST('inf' AS double)
SELECT CAST('1e3' AS decimal(10,2))
SELECT CAST('' AS integer)
SELECT CAST('' AS double)
SELECT TRY_CAST('' AS date), TRY_CAST('2024-02-30' AS date), TRY_CAST('x' AS boolean), TRY_CAST('T' AS boolean), TRY_CAST('1' AS boolean), TRY_CAST('yes' AS boolean)
SELECT CAST(1e20 AS bigint)
SELECT CAST(nan() AS integer)
SELECT CAST(infinity() AS bigint)
SELECT CAST(1e0 AS varchar), CAST(1e10 AS varchar), CAST(123456789.123e0 AS varchar), CAST(1e-5 AS varchar), CAST(0.001e0 AS varchar), CAST(1e7 AS varchar), CAST(12345678e0 AS varchar), CAST(-0e0 AS varchar), CAST(nan() AS varchar)
SELECT CAST(REAL '1.1' AS varchar), CAST(REAL '1e10' AS varchar), CAST(REAL '1.1' AS double), CAST(1.1e0 AS real), REAL '3.4028235e38' * 10
SELECT CAST(1.50 AS varchar), CAST(0.00 AS varchar), CAST(-0.5 AS varchar), CAST(true AS varchar), CAST(12 AS varchar(1))
SELECT CAST('abc' AS varchar(2)), CAST('abc' AS char(5)) || '|', CAST('abc' AS char(2)), length(CAST('a' AS char(5))), CAST('a' AS char(5)) = 'a', CAST('a ' AS varchar) = 'a'
SELECT CAST('ab' AS char(3)) = CAST('ab' AS char(5)), CAST('ab' AS char(3)) < CAST('abc' AS char(5)), concat(CAST('a' AS char(3)), 'b'), upper(CAST('a' AS char(3))) || '|'
-- differs: typeof shows a length that no result tells
SELECT typeof(CAST('a' AS char(3)) || 'b'), typeof(concat('a', 'b')), typeof('abc'), typeof(substr('abc', 1)), typeof(NULL), typeof(ARRAY[1, 2.5]), typeof(ROW(1, 'a')), typeof(map())
SELECT 'a' = CAST('a' AS char(3)), CAST('a' AS char(3)) LIKE 'a', CAST('a' AS char(3)) LIKE 'a  ', trim(CAST('a' AS char(3))) || '|'
SELECT 1 = 1.0, 1 = 1e0, 1.0 = 1.00, DATE '2024-01-01' = TIMESTAMP '2024-01-01 00:00:00', TIMESTAMP '2024-01-01 00:00:00' = TIMESTAMP '2024-01-01 00:00:00 UTC'
SELECT 1 = '1'
SELECT 'a' < 1
SELECT true > false, NULL = NULL, NULL IS NULL, NULL IS DISTINCT FROM 1, nan() = nan(), nan() IS DISTINCT FROM nan(), nan() > 1, greatest(1e0, nan()), -0e0 = 0e0
SELECT true + 1
SELECT CAST(true AS integer), CAST(0 AS boolean), CAST(2.5e0 AS boolean), CAST(0.0 AS boolean)
SELECT CAST(DATE '2024-01-01' AS varchar), CAST(TIMESTAMP '2024-01-01 10:20:30.1' AS varchar), CAST(TIME '10:20:30' AS varchar), CAST(TIMESTAMP '2024-01-01 10:20:30 Europe/Paris' AS varchar)
-- intervals and dates
SELECT DATE '2024-01-31' + INTERVAL '1' MONTH, DATE '2024-03-31' - INTERVAL '1' MONTH, DATE '2024-02-29' + INTERVAL '1' YEAR, DATE '2024-02-29' - INTERVAL '4' YEAR
SELECT date_add('month', 1, DATE '2024-01-31'), date_add('month', -1, DATE '2024-03-31'), date_add('quarter', 1, DATE '2023-11-30'), date_add('year', 1, DATE '2024-02-29'), date_add('week', -1, DATE '2024-01-03')
SELECT date_diff('month', DATE '2024-01-31', DATE '2024-02-29'), date_diff('month', DATE '2024-02-29', DATE '2024-03-31'), date_diff('year', DATE '2024-02-29', DATE '2025-02-28'), date_diff('day', TIMESTAMP '2024-01-01 23:00:00', TIMESTAMP '2024-01-02 22:00:00'), date_diff('quarter', DATE '2024-01-31', DATE '2024-04-30')
SELECT DATE '2024-03-01' - DATE '2024-02-28', TIMESTAMP '2024-03-01 00:00:00' - TIMESTAMP '2024-02-28 12:30:00', typeof(DATE '2024-03-01' - DATE '2024-02-28')
SELECT INTERVAL '1' DAY + INTERVAL '2' HOUR, INTERVAL '1' YEAR + INTERVAL '2' MONTH, INTERVAL '3' DAY * 2, INTERVAL '3' DAY / 2, -INTERVAL '1' DAY, INTERVAL '1' DAY * 1.5
SELECT INTERVAL '1-2' YEAR TO MONTH, INTERVAL '1 2:03:04.567' DAY TO SECOND, INTERVAL -'1' DAY, INTERVAL '2:30' HOUR TO MINUTE, INTERVAL '90' MINUTE, INTERVAL '100' SECOND
SELECT INTERVAL '1' WEEK
SELECT INTERVAL '1' DAY = INTERVAL '24' HOUR, INTERVAL '1' DAY < INTERVAL '25' HOUR, INTERVAL '1' YEAR = INTERVAL '12' MONTH
SELECT INTERVAL '1' DAY + INTERVAL '1' MONTH
SELECT TIMESTAMP '2024-01-31 10:00:00' + INTERVAL '1' MONTH, TIMESTAMP '2024-01-31 10:00:00' + INTERVAL '1' DAY - INTERVAL '30' MINUTE
SELECT DATE '2024-01-01' + INTERVAL '1' HOUR
SELECT TIME '23:00:00' + INTERVAL '2' HOUR, TIME '01:00:00' - INTERVAL '2' HOUR, TIME '01:02:03.456' - TIME '00:00:01'
SELECT TIMESTAMP '2024-03-10 01:30:00 America/New_York' + INTERVAL '1' HOUR, TIMESTAMP '2024-03-10 01:30:00 America/New_York' + INTERVAL '1' DAY, TIMESTAMP '2024-11-03 01:30:00 America/New_York' + INTERVAL '1' HOUR
SELECT TIMESTAMP '2024-01-01 00:00:00 UTC' AT TIME ZONE 'Asia/Kolkata', with_timezone(TIMESTAMP '2024-01-01 00:00:00', 'Asia/Kolkata'), at_timezone(TIMESTAMP '2024-01-01 00:00:00 UTC', '+03:00')
SELECT date_trunc('week', DATE '2024-01-01'), date_trunc('week', DATE '2023-12-31'), date_trunc('quarter', TIMESTAMP '2024-05-15 10:11:12'), date_trunc('millisecond', TIMESTAMP '2024-05-15 10:11:12.123456')
SELECT typeof(date_trunc('hour', TIMESTAMP '2024-05-15 10:11:12.123456')), typeof(date_trunc('hour', TIMESTAMP '2024-05-15 10:11:12')), typeof(TIMESTAMP '2024-05-15 10:11:12.12' + INTERVAL '1' DAY), typeof(current_timestamp), typeof(localtimestamp), typeof(now()), typeof(current_date)
SELECT extract(YEAR FROM DATE '2024-12-30'), extract(WEEK FROM DATE '2024-12-30'), extract(YOW FROM DATE '2024-12-30'), extract(DOW FROM DATE '2024-12-29'), extract(DOY FROM DATE '2024-12-31'), extract(QUARTER FROM DATE '2024-12-31'), extract(TIMEZONE_HOUR FROM TIMESTAMP '2024-01-01 00:00:00 +05:30'), extract(TIMEZONE_MINUTE FROM TIMESTAMP '2024-01-01 00:00:00 +05:30')
SELECT date_format(TIMESTAMP '2024-01-05 03:04:05.678', '%Y-%m-%d %H:%i:%s.%f %W %j %p %h %k %l %e %c %b %M %a %y %T %r %v %x %%')
SELECT date_parse('2024-01-05 03:04:05', '%Y-%m-%d %H:%i:%s'), date_parse('05/Jan/24', '%d/%b/%y'), date_parse('3 PM', '%h %p')
SELECT parse_datetime('2024-01-05 03:04', 'yyyy-MM-dd HH:mm'), format_datetime(TIMESTAMP '2024-01-05 15:04:05', 'EEEE, d MMMM yyyy h:mm a')
SELECT from_unixtime(1704067200), from_unixtime(1704067200.5), from_unixtime(1704067200, 'Asia/Tokyo'), to_unixtime(TIMESTAMP '2024-01-01 00:00:00.123'), from_unixtime(0, 5, 30)
SELECT from_iso8601_date('2024-W01-1'), from_iso8601_date('2024-010'), from_iso8601_timestamp('2024-01-05T10:11:12.345+02:00'), to_iso8601(TIMESTAMP '2024-01-05 10:11:12'), to_iso8601(DATE '2024-01-05')
SELECT CAST('2024-01-05' AS timestamp), CAST('2024-01-05 10:11' AS timestamp), CAST('2024-01-05 10:11:12.123456789' AS timestamp(6)), CAST('2024-01-05 10:11:12 UTC' AS timestamp)
SELECT CAST(TIMESTAMP '2024-01-05 10:11:12.5555' AS timestamp(3)), CAST(TIMESTAMP '2024-01-05 10:11:12.9999' AS timestamp(0)), CAST(TIMESTAMP '2024-01-05 23:59:59.9999' AS date), CAST(TIMESTAMP '2024-01-05 23:59:59.9999' AS time)
SELECT TIMESTAMP '2024-01-05 10:11:12.5' < TIMESTAMP '2024-01-05 10:11:12.55', TIMESTAMP '2024-1-5 1:2:3', DATE '2024-1-5'
SELECT DATE '0001-01-01', DATE '9999-12-31', DATE '10000-01-01', DATE '-0001-01-01', DATE '1582-10-10'
SELECT date_add('day', 1, DATE '9999-12-31'), year(DATE '-0001-01-01')
SELECT last_day_of_month(DATE '2023-02-01'), day_of_week(DATE '2024-01-07'), year_of_week(DATE '2024-12-30'), human_readable_seconds(3661), parse_duration('1.5h'), to_milliseconds(INTERVAL '1' DAY), date('2024-01-05'), date(TIMESTAMP '2024-01-05 10:00:00')
SELECT sequence(DATE '2024-01-31', DATE '2024-04-30', INTERVAL '1' MONTH), sequence(TIMESTAMP '2024-01-01 00:00:00', TIMESTAMP '2024-01-01 02:00:00', INTERVAL '45' MINUTE), sequence(5, 1, -2), sequence(DATE '2024-01-03', DATE '2024-01-01')
SELECT sequence(1, 5, -1)
-- arrays, maps, rows, json, binary printing
SELECT ARRAY[1, NULL], ARRAY['a', NULL, ''], ARRAY[1.5, 2], ARRAY[ARRAY[1], NULL], ARRAY[], map(ARRAY['a', 'b'], ARRAY[1, NULL]), ROW(1, NULL, 'x'), CAST(ROW(1, 'x') AS ROW(a integer, b varchar)), ARRAY[ROW(1, 'x')]
SELECT ARRAY[DATE '2024-01-01'], ARRAY[TIMESTAMP '2024-01-01 00:00:00.5'], ARRAY[X'0AFF'], X'0aff', ARRAY[true], ARRAY[1e0, 1e20, nan()], map(ARRAY[1.5], ARRAY[DATE '2024-01-01']), ARRAY[INTERVAL '1' DAY]
SELECT JSON '{"b":1,"a":[1,2.50,"x",null,true]}', CAST(MAP(ARRAY['b','a'], ARRAY[1,2]) AS JSON), CAST(ROW(1, 'x') AS JSON), CAST(CAST(ROW(1, 'x') AS ROW(a integer, b varchar)) AS JSON), CAST(ARRAY[1.5, 2] AS JSON), json_parse('{"a" : 1 }'), json_format(JSON '[1, 2]')
SELECT CAST(JSON '[1,2,3]' AS ARRAY(integer)), CAST(JSON '{"a":1,"b":"2"}' AS MAP(varchar, integer)), CAST(JSON '{"a":1,"b":"x"}' AS ROW(a integer, b varchar)), CAST(JSON '[1,"x"]' AS ROW(a integer, b varchar)), CAST(JSON '"x"' AS varchar), CAST(JSON '1.5' AS integer), CAST(JSON 'true' AS varchar)
SELECT json_extract_scalar('{"a":{"b":[1,{"c":"x"}]}}', '$.a.b[1].c'), json_extract('{"a":{"b":[1,{"c":"x"}]}}', '$.a.b'), json_extract_scalar('{"a b":1}', '$["a b"]'), json_extract('{"a":1}', '$.x'), json_array_get('[1,2]', -1), json_size('{"a":{"b":1,"c":2}}', '$.a'), json_array_contains('[1,2]', 2)
SELECT (ROW(1, 2)).field0
SELECT r[1], r[2] FROM (VALUES ROW(ROW(1, 'a'))) t(r)
SELECT r.a, r.b.c FROM (SELECT CAST(ROW(1, ROW('q')) AS ROW(a integer, b ROW(c varchar))) AS r)
SELECT m['x'], element_at(m, 'nope'), m['nope'] FROM (SELECT map(ARRAY['x'], ARRAY[1]) AS m)
SELECT a[1], element_at(a, -1), element_at(a, 5) FROM (SELECT ARRAY[1,2] AS a)
SELECT a[0] FROM (SELECT ARRAY[1,2] AS a)
SELECT a[3] FROM (SELECT ARRAY[1,2] AS a)
SELECT a[-1] FROM (SELECT ARRAY[1,2] AS a)
SELECT map(ARRAY['a', 'a'], ARRAY[1, 2])
SELECT map(ARRAY['a', NULL], ARRAY[1, 2])
SELECT map(ARRAY['a'], ARRAY[1, 2])
SELECT map_from_entries(ARRAY[ROW('a', 1), ROW('b', 2)]), map_entries(map(ARRAY['a'], ARRAY[1])), multimap_from_entries(ARRAY[ROW('a', 1), ROW('a', 2)]), map_zip_with(map(ARRAY['a'], ARRAY[1]), map(ARRAY['b'], ARRAY[2]), (k, x, y) -> coalesce(x, 0) + coalesce(y, 0))
SELECT array_sort(ARRAY[3, NULL, 1]), array_sort(ARRAY[3, 2, 5], (x, y) -> IF(x < y, 1, IF(x = y, 0, -1))), array_agg(x ORDER BY x DESC) FROM UNNEST(ARRAY[1,3,2]) t(x)
SELECT array_join(ARRAY[1, NULL, 3], ','), array_join(ARRAY[1, NULL, 3], ',', '-'), array_max(ARRAY[1, NULL]), array_min(ARRAY[]), array_position(ARRAY[1,2,1], 1), array_remove(ARRAY[1,2,1], 1), array_distinct(ARRAY[1,1,NULL,NULL]), contains(ARRAY[1,NULL], 2), ngrams(ARRAY['a','b','c'], 2), combinations(ARRAY[1,2,3], 2), trim_array(ARRAY[1,2,3], 1)
SELECT zip(ARRAY[1,2], ARRAY['a']), zip_with(ARRAY[1,2], ARRAY[3,4], (x, y) -> x + y), reduce(ARRAY[1,2,3], 0, (s, x) -> s + x, s -> s * 10), transform(ARRAY[1,2], x -> ROW(x, x * 2)), filter(ARRAY[1,NULL,3], x -> x IS NOT NULL), flatten(ARRAY[ARRAY[1], ARRAY[2,3]]), any_match(ARRAY[1,2], x -> x > 1), none_match(ARRAY[], x -> true), all_match(ARRAY[NULL], x -> x)
SELECT ARRAY[1,2] || 3, 0 || ARRAY[1], ARRAY[1] || ARRAY[2], ARRAY[1] || NULL, concat(ARRAY[1], ARRAY[2], ARRAY[3])
SELECT ARRAY[1, 2] < ARRAY[1, 3], ARRAY[1, NULL] = ARRAY[1, NULL], ARRAY[1, NULL] = ARRAY[2, NULL], map(ARRAY[1], ARRAY[2]) = map(ARRAY[1], ARRAY[2])
SELECT ARRAY[1, 2] > ARRAY[1, NULL]
SELECT map(ARRAY[1], ARRAY[2]) < map(ARRAY[1], ARRAY[2])
SELECT cardinality(map(ARRAY[1], ARRAY[2])), cardinality(ARRAY[]), cardinality(NULL)
-- strings
-- differs: text joined with NULL is an array to Trino, and NULL in either case
SELECT 'a' || NULL, concat('a', NULL), concat_ws(',', 'a', NULL, 'b'), 'it''s', U&'\0041\+01F600', U&'x!0041' UESCAPE '!', '日本' || '語', length('日本'), reverse('añb'), lpad('a', 5, 'xy'), rpad('abc', 2, 'x'), substr('hello', -3), substr('hello', -3, 2), substr('hello', 0), position('l' IN 'hello'), strpos('hello', 'l', -1), strpos('hello', 'l', 2)
SELECT split('a,b,c', ',', 2), split_part('a,b,c', ',', 5), split_to_map('a=1,b=2', ',', '='), split_to_multimap('a=1,a=2', ',', '='), translate('abcd', 'abc', 'x'), normalize('é', NFD) = 'é', soundex('Robert'), levenshtein_distance('kitten', 'sitting'), hamming_distance('abc', 'abd'), luhn_check('79927398713'), word_stem('running'), starts_with('abc', 'ab'), chr(97), codepoint('a')
SELECT split_to_map('a=1,a=2', ',', '=')
SELECT split_part('a', ',', 0)
SELECT 'abc' LIKE 'a_c', 'abc' LIKE 'A%', 'a%c' LIKE 'a\%c' ESCAPE '\', 'abc' NOT LIKE '%d%', NULL LIKE 'a', '' LIKE '%', 'a' LIKE ''
SELECT 'a' LIKE 'a\' ESCAPE '\'
SELECT regexp_replace('abc', '(\w)(\w)', '$2$1'), regexp_replace('aXbX', 'X'), regexp_extract('abc123', '([a-z]+)(\d+)', 2), regexp_extract_all('a1b2', '[a-z](\d)', 1), regexp_split('a1b2c', '\d'), regexp_like('abc', 'b'), regexp_position('abcb', 'b', 3), regexp_count('aaa', 'a'), regexp_replace('new york', '(\w)(\w*)', x -> upper(x[1]) || lower(x[2]))
SELECT trim('  a '), ltrim('xxa', 'x'), rtrim('axx', 'x'), trim(BOTH 'x' FROM 'xax'), trim(LEADING FROM ' a'), trim(TRAILING 'b' FROM 'abb'), lower('ÀÉ'), upper('straße'), initcap('x')
SELECT format('%s %d %.2f %,d %05d %x %e %b %%', 'a', 5, 3.14159e0, 1234567, 42, 255, 12345.678e0, true), format('%tF', DATE '2024-01-01'), format('%10s|%-10s|', 'a', 'b')
SELECT url_extract_host('https://user@example.com:80/p?q=1#f'), url_extract_parameter('http://x/?a=1&b=%20', 'b'), url_encode('a b&c'), url_decode('a+b%26')
SELECT to_base64(X'0aff'), from_base64('Cv8='), to_hex(X'0aff'), from_hex('0AFF'), md5(to_utf8('a')), sha256(to_utf8('a')), crc32(to_utf8('a')), xxhash64(to_utf8('a')), to_utf8('é'), from_utf8(X'ff41'), length(X'0aff'), to_big_endian_64(1), from_big_endian_64(to_big_endian_64(5)), hmac_sha256(to_utf8('a'), to_utf8('k')), murmur3(to_utf8('a')), to_ieee754_64(1.5e0)
-- conditional
SELECT CASE 1 WHEN 1.0 THEN 'a' ELSE 'b' END, CASE WHEN NULL THEN 1 END, IF(NULL, 1, 2), IF(true, 1), NULLIF(1, 1.0), COALESCE(NULL, 1, 2.5), TRY(1/0), CASE NULL WHEN NULL THEN 1 ELSE 2 END
SELECT CASE WHEN true THEN 1 ELSE 'a' END
SELECT COALESCE(1, 'a')
SELECT 1 BETWEEN 2 AND 0, 2 NOT BETWEEN 1 AND 3, NULL BETWEEN 1 AND 2, 5 BETWEEN 1 AND NULL, 0 BETWEEN 1 AND NULL, 1 IN (NULL, 2), 1 NOT IN (NULL, 1), NULL IN (1)
SELECT NOT NULL, true AND NULL, false AND NULL, true OR NULL, false OR NULL, NOT true = false
SELECT 1 + NULL, NULL || 'a', -NULL, abs(NULL), length(NULL), NULL + INTERVAL '1' DAY
SELECT "a", "A", a AS "MiXed" FROM (SELECT 1 AS a)
SELECT a.b FROM (SELECT 1 AS b) AS "a"
SELECT select FROM (SELECT 1 AS "select")
SELECT order FROM (SELECT 1 AS "order")
SELECT date, year, value FROM (SELECT 1 AS date, 2 AS year, 3 AS value)
SELECT 1 AS select
SELECT 1 end
SELECT 1 first, 2 last, 3 rows
SELECT current_date = date(now()), current_timestamp = now(), localtimestamp = CAST(now() AS timestamp), current_timezone(), current_user IS NULL
-- differs: the name of the catalog
SELECT current_catalog
SELECT version() IS NOT NULL
SELECT * FROM (VALUES (1, 'a')) AS t (x, y) WHERE (x, y) IN ((1, 'a'), (2, 'b'))
SELECT (SELECT 1) + (SELECT 2), (VALUES 5), ARRAY[(SELECT 3)]
SELECT x FROM (VALUES 3, 1, 2) t(x) ORDER BY 1 DESC NULLS LAST FETCH NEXT ROW ONLY
SELECT width_bucket(3.5e0, 0e0, 10e0, 5), bit_count(7, 8), bitwise_left_shift(1, 65), bitwise_right_shift(-1, 1), bitwise_not(5), power(2, 0.5), log(2, 8), ln(10), exp(1), cbrt(27), mod(-5, 3), truncate(-1.5), truncate(123.456, -1), round(2.5), round(-2.5), round(1.005, 2), round(1234, -2), ceil(-1.5), floor(-1.5), sign(-1.5), from_base('ff', 16), to_base(255, 2), random(1) = 0
SELECT round(2.5e0), round(-0.4e0), round(1.005e0, 2), round(CAST(2.5 AS decimal(3,1)), 0), round(99.99, 1), typeof(round(99.99, 1)), typeof(round(2.5)), typeof(ceil(1.5)), typeof(abs(-1.50)), typeof(mod(5, 2.5))
