-- Frames
SELECT d, v, sum(v) OVER (ORDER BY d ROWS BETWEEN 2 PRECEDING AND CURRENT ROW) AS ma, avg(v) OVER (ORDER BY d ROWS BETWEEN 1 PRECEDING AND 1 FOLLOWING) AS c3 FROM (VALUES (DATE '2024-01-01', 10), (DATE '2024-01-02', 20), (DATE '2024-01-04', 30), (DATE '2024-01-05', NULL)) t(d, v) ORDER BY d
SELECT d, sum(v) OVER (ORDER BY d RANGE BETWEEN INTERVAL '1' DAY PRECEDING AND CURRENT ROW) AS r FROM (VALUES (DATE '2024-01-01', 10), (DATE '2024-01-02', 20), (DATE '2024-01-04', 30), (DATE '2024-01-05', 5)) t(d, v) ORDER BY d
SELECT m, sum(v) OVER (ORDER BY m RANGE BETWEEN INTERVAL '1' MONTH PRECEDING AND INTERVAL '1' MONTH FOLLOWING) AS r FROM (VALUES (DATE '2024-01-31', 1), (DATE '2024-02-29', 2), (DATE '2024-03-31', 4)) t(m, v) ORDER BY m
SELECT g, x, sum(x) OVER (PARTITION BY g ORDER BY x GROUPS BETWEEN 1 PRECEDING AND CURRENT ROW) AS s FROM (VALUES ('a', 1), ('a', 1), ('a', 2), ('a', 4), ('b', 3)) t(g, x) ORDER BY g, x
SELECT x, last_value(x) OVER (ORDER BY x) AS l, last_value(x) OVER (ORDER BY x ROWS BETWEEN UNBOUNDED PRECEDING AND UNBOUNDED FOLLOWING) AS ll, nth_value(x, 2) OVER (ORDER BY x) AS n FROM (VALUES 1, 2, 3) t(x) ORDER BY x
SELECT id, ts, v, last_value(v) IGNORE NULLS OVER (PARTITION BY id ORDER BY ts ROWS BETWEEN UNBOUNDED PRECEDING AND CURRENT ROW) AS filled FROM (VALUES (1, 1, 'a'), (1, 2, NULL), (1, 3, 'c'), (1, 4, NULL), (2, 1, NULL)) t(id, ts, v) ORDER BY id, ts
SELECT x, lag(x, 1, 0) OVER w AS p, lead(x) OVER w AS n, x - lag(x) OVER w AS d FROM (VALUES 5, 7, 12) t(x) WINDOW w AS (ORDER BY x) ORDER BY x
SELECT x, ntile(3) OVER (ORDER BY x), percent_rank() OVER (ORDER BY x), cume_dist() OVER (ORDER BY x), dense_rank() OVER (ORDER BY x) FROM (VALUES 1, 1, 2, 3) t(x) ORDER BY x, 2
SELECT g, v, 100.0 * v / sum(v) OVER (PARTITION BY g) AS pct, v * 1e0 / sum(v) OVER () AS share FROM (VALUES ('a', 1), ('a', 3), ('b', 4)) t(g, v) ORDER BY g, v
SELECT g, sum(v) AS s, sum(sum(v)) OVER (ORDER BY g) AS running, rank() OVER (ORDER BY sum(v) DESC) AS r FROM (VALUES ('a', 1), ('b', 3), ('a', 4), ('c', 5)) t(g, v) GROUP BY g ORDER BY g
SELECT ts, sum(new) OVER (ORDER BY ts) AS session FROM (SELECT ts, CASE WHEN date_diff('minute', lag(ts) OVER (ORDER BY ts), ts) > 30 OR lag(ts) OVER (ORDER BY ts) IS NULL THEN 1 ELSE 0 END AS new FROM (VALUES TIMESTAMP '2024-01-01 00:00:00', TIMESTAMP '2024-01-01 00:20:00', TIMESTAMP '2024-01-01 01:00:00') t(ts)) ORDER BY ts
SELECT x, count(*) FILTER (WHERE x > 1) OVER (ORDER BY x) AS c FROM (VALUES 1, 2, 3) t(x) ORDER BY x
SELECT x, array_agg(x) OVER (ORDER BY x ROWS BETWEEN CURRENT ROW AND 1 FOLLOWING) FROM (VALUES 1, 2, 3) t(x) ORDER BY x
SELECT x, max_by(y, x) OVER (ORDER BY x DESC), min_by(y, x) OVER (PARTITION BY y) FROM (VALUES (1, 'a'), (2, 'b')) t(x, y) ORDER BY x
SELECT x, sum(x) OVER (ORDER BY x ROWS BETWEEN 1 FOLLOWING AND 2 FOLLOWING), first_value(x) OVER (ORDER BY x ROWS BETWEEN 2 PRECEDING AND 1 PRECEDING) FROM (VALUES 1, 2, 3) t(x) ORDER BY x
SELECT x FROM (SELECT x, row_number() OVER (ORDER BY x DESC) AS rn FROM (VALUES 3, 1, 2) t(x)) WHERE rn <= 2 ORDER BY x
SELECT x, count(DISTINCT y) OVER (PARTITION BY x) FROM (VALUES (1, 2), (1, 2)) t(x, y)
-- Grouping sets
-- differs: Trino refuses it by a name without a place
SELECT a, b, sum(v), grouping(a, b) FROM (VALUES ('x', 1, 10), ('x', 2, 20), ('y', 1, 5)) t(a, b, v) GROUP BY GROUPING SETS ((a, b), (a), ()) ORDER BY grouping(a, b), a, b
-- differs: Trino refuses it by a name without a place
SELECT a, b, count(*), grouping(b) FROM (VALUES ('x', 1), ('y', NULL)) t(a, b) GROUP BY CUBE (a, b) ORDER BY grouping(a), grouping(b), a, b
SELECT a, b, count(*) FROM (VALUES ('x', 1), ('y', 2)) t(a, b) GROUP BY a, ROLLUP (b) ORDER BY a, b
SELECT date_trunc('month', d) AS m, grouping(date_trunc('month', d)), sum(v) FROM (VALUES (DATE '2024-01-05', 1), (DATE '2024-02-05', 2)) t(d, v) GROUP BY GROUPING SETS ((date_trunc('month', d)), ()) ORDER BY 2, 1
SELECT x % 2 AS parity, count(*) FROM (VALUES 1, 2, 3) t(x) GROUP BY 1 ORDER BY 1
SELECT a, sum(v) FROM (VALUES ('x', 1), ('y', 2)) t(a, v) GROUP BY ROLLUP (a) HAVING grouping(a) = 1 OR sum(v) > 1 ORDER BY a
SELECT count(*) FROM (VALUES 1) t(x) WHERE false GROUP BY ()
SELECT count(*), sum(x) FROM (VALUES 1) t(x) WHERE false GROUP BY GROUPING SETS ((), ())
SELECT a, count(*) c, approx_distinct(b) d FROM (VALUES (1, 'x'), (1, 'y'), (2, NULL)) t(a, b) GROUP BY a ORDER BY c DESC, a
SELECT coalesce(a, 'all') AS a, sum(v) FILTER (WHERE v > 1) FROM (VALUES ('x', 1), ('y', 2)) t(a, v) GROUP BY GROUPING SETS (a, ()) ORDER BY 1
-- UNNEST and LATERAL
SELECT id, n, tag FROM (VALUES (1, ARRAY['a', 'b']), (2, ARRAY[]), (3, NULL)) t(id, tags) CROSS JOIN UNNEST(tags) WITH ORDINALITY AS u(tag, n) ORDER BY id, n
SELECT id, n, tag FROM (VALUES (1, ARRAY['a', 'b']), (2, CAST(ARRAY[] AS array(varchar))), (3, NULL)) t(id, tags) LEFT JOIN UNNEST(tags) WITH ORDINALITY AS u(tag, n) ON true ORDER BY id, n
SELECT id, k, v FROM (VALUES (1, map(ARRAY['a', 'b'], ARRAY[1, NULL]))) t(id, m) CROSS JOIN UNNEST(m) AS u(k, v) ORDER BY k
SELECT a, b, n FROM UNNEST(ARRAY[1, 2, 3], ARRAY['x']) WITH ORDINALITY AS t(a, b, n)
SELECT r.name, r.price, o FROM (SELECT ARRAY[CAST(ROW('a', 1.5) AS row(name varchar, price decimal(5,2))), CAST(ROW('b', NULL) AS row(name varchar, price decimal(5,2)))] AS items) t CROSS JOIN UNNEST(items) WITH ORDINALITY AS r(name, price, o) ORDER BY o
SELECT t.id, l.total FROM (VALUES (1, ARRAY[1, 2, 3]), (2, ARRAY[])) t(id, xs) CROSS JOIN LATERAL (SELECT sum(x) AS total FROM UNNEST(t.xs) AS u(x)) l ORDER BY 1
SELECT d FROM UNNEST(sequence(DATE '2024-02-27', DATE '2024-03-02', INTERVAL '1' DAY)) AS t(d)
SELECT CAST(d AS date) AS m FROM (SELECT sequence(DATE '2024-01-31', DATE '2024-05-31', INTERVAL '1' MONTH) AS ds) CROSS JOIN UNNEST(ds) t(d)
SELECT x FROM UNNEST(split('a,b,,c', ',')) AS t(x) WHERE x <> ''
SELECT id, trim(s) FROM (VALUES (1, 'a; b;c')) t(id, l) CROSS JOIN UNNEST(split(l, ';')) AS u(s) ORDER BY 2
SELECT id, x, y FROM (VALUES (1, ARRAY[ARRAY[1, 2], ARRAY[3]])) t(id, xss) CROSS JOIN UNNEST(xss) AS u(xs) CROSS JOIN UNNEST(xs) WITH ORDINALITY AS v(x, y) ORDER BY x
SELECT s.id, e.k, e.v FROM (VALUES (1, 10, 20)) s(id, a, b) CROSS JOIN LATERAL (VALUES ('a', s.a), ('b', s.b)) AS e(k, v) ORDER BY 2
SELECT n, n * n FROM UNNEST(sequence(1, 3)) t(n) ORDER BY n DESC
SELECT t.x, (SELECT array_agg(y ORDER BY y DESC) FROM UNNEST(t.a) u(y) WHERE y > 1) FROM (VALUES (1, ARRAY[1, 2, 3])) t(x, a)
SELECT element_at(split(path, '/'), -1), cardinality(split(path, '/')), split_part(path, '/', 2) FROM (VALUES 's3://b/k/f.csv', 'x') t(path)
-- Correlated subqueries
SELECT o.id, o.amount FROM (VALUES (1, 'a', 10), (2, 'a', 30), (3, 'b', 5)) o(id, c, amount) WHERE o.amount > (SELECT avg(i.amount) FROM (VALUES ('a', 10), ('a', 30), ('b', 5)) i(c, amount) WHERE i.c = o.c)
SELECT c.id, (SELECT count(*) FROM (VALUES (1, 'x'), (1, 'y')) o(cid, v) WHERE o.cid = c.id) AS n, (SELECT max(v) FROM (VALUES (1, 'x'), (1, 'y')) o(cid, v) WHERE o.cid = c.id) AS m FROM (VALUES 1, 2) c(id) ORDER BY 1
SELECT id FROM (VALUES 1, 2, 3) c(id) WHERE EXISTS (SELECT 1 FROM (VALUES (1, 5), (2, 50)) o(cid, v) WHERE o.cid = c.id AND o.v > 10) OR id = 3 ORDER BY 1
SELECT id, EXISTS (SELECT 1 FROM (VALUES 1, NULL) u(y) WHERE y = id) AS e FROM (VALUES 1, 2, NULL) t(id) ORDER BY 1
SELECT id, id IN (SELECT y FROM (VALUES (1, 1), (2, 3)) u(k, y) WHERE u.k = t.id) FROM (VALUES 1, 2, 3) t(id) ORDER BY 1
SELECT x FROM (VALUES 1, 2, 3) t(x) WHERE x = ANY (SELECT y FROM (VALUES 2, 3) u(y)) AND x <> ALL (SELECT 3) ORDER BY 1
SELECT x, (SELECT y FROM (VALUES (1, 'b'), (1, 'a')) u(k, y) WHERE u.k = t.x ORDER BY y LIMIT 1) FROM (VALUES 1, 2) t(x) ORDER BY 1
SELECT d.name, e.salary FROM (VALUES (1, 'x')) d(id, name) JOIN (VALUES (1, 10), (1, 20)) e(d, salary) ON d.id = e.d AND e.salary = (SELECT max(salary) FROM (VALUES (1, 10), (1, 20)) m(d, salary) WHERE m.d = d.id)
SELECT x, CASE WHEN x > (SELECT avg(y) FROM (VALUES 1, 3) u(y)) THEN 'above' ELSE 'below' END FROM (VALUES 1, 3) t(x) ORDER BY 1
SELECT (SELECT sum(x * y) FROM (VALUES 1, 2) u(y)) FROM (VALUES 10) t(x)
SELECT x FROM (VALUES 1, 2) t(x) WHERE (x, x + 1) IN (SELECT a, b FROM (VALUES (1, 2), (2, 2)) u(a, b))
SELECT x FROM (VALUES 1, 2, NULL) t(x) WHERE NOT EXISTS (SELECT * FROM (VALUES 1) u(y) WHERE u.y = t.x) ORDER BY x NULLS FIRST
-- Date arithmetic
SELECT DATE '2024-01-31' + INTERVAL '1' MONTH, DATE '2024-03-31' - INTERVAL '1' MONTH, TIMESTAMP '2024-02-29 10:00:00' + INTERVAL '1' YEAR, DATE '2024-01-01' + INTERVAL '36' HOUR
SELECT TIMESTAMP '2024-01-02 00:00:00' - TIMESTAMP '2024-01-01 12:30:00', DATE '2024-03-01' - DATE '2024-02-01', INTERVAL '1' DAY * 3, INTERVAL '90' MINUTE / 2
SELECT date_diff('month', DATE '2024-01-31', DATE '2024-02-29'), date_diff('year', DATE '2020-02-29', DATE '2021-02-28'), date_diff('hour', TIMESTAMP '2024-01-01 00:59:59', TIMESTAMP '2024-01-01 02:00:00'), date_diff('week', DATE '2024-01-01', DATE '2024-01-14')
SELECT last_day_of_month(DATE '2024-02-10'), day_of_year(DATE '2024-12-31'), date_trunc('week', DATE '2024-01-07'), date_format(TIMESTAMP '2024-01-02 03:04:05.678', '%Y-%m-%d %H:%i:%s.%f'), date_parse('02/Jan/2024:03:04:05', '%d/%b/%Y:%H:%i:%s')
SELECT from_unixtime(1704067200), to_unixtime(TIMESTAMP '2024-01-01 00:00:00 UTC'), from_iso8601_date('2024-W01-1'), from_iso8601_timestamp('2024-01-01T00:00:00Z'), CAST(from_unixtime(1704067200.5) AS timestamp)
SELECT CAST('2024-01-01 10:00:00 Europe/Berlin' AS timestamp with time zone) AT TIME ZONE 'America/New_York', TIMESTAMP '2024-07-01 12:00:00 UTC' AT TIME ZONE 'Asia/Kolkata', CAST(TIMESTAMP '2024-07-01 23:00:00 UTC' AT TIME ZONE 'Asia/Tokyo' AS date)
SELECT date_add('second', -1, TIMESTAMP '2024-01-01 00:00:00'), date_add('quarter', 1, DATE '2023-11-30'), date_add('week', 2, DATE '2024-02-20'), date_add('millisecond', 5, TIMESTAMP '2024-01-01 00:00:00')
SELECT CAST(TIMESTAMP '2024-01-01 23:59:59.999' AS date), CAST(DATE '2024-01-01' AS timestamp), CAST('2024-1-5' AS date), date('2024-01-05'), CAST(TIMESTAMP '2024-01-01 10:20:30' AS time)
SELECT DATE '2024-01-01' BETWEEN TIMESTAMP '2023-12-31 00:00:00' AND TIMESTAMP '2024-01-01 00:00:00', DATE '2024-01-01' < TIMESTAMP '2024-01-01 00:00:01', DATE '2024-01-01' = TIMESTAMP '2024-01-01 00:00:00'
SELECT format_datetime(TIMESTAMP '2024-01-02 15:04:05', 'yyyy-MM-dd''T''HH:mm:ss'), format_datetime(TIMESTAMP '2024-01-02 15:04:05', 'EEE, d MMM yyyy h:mm a'), parse_datetime('2024-01-02', 'yyyy-MM-dd'), to_iso8601(DATE '2024-01-02'), human_readable_seconds(3661)
SELECT year(d) * 100 + month(d) AS ym, CAST(year(d) AS varchar) || '-' || lpad(CAST(month(d) AS varchar), 2, '0') FROM (VALUES DATE '2024-03-05') t(d)
SELECT date_trunc('hour', t) AS h, count(*) FROM (VALUES TIMESTAMP '2024-01-01 10:10:00.5', TIMESTAMP '2024-01-01 10:59:59.999999') x(t) GROUP BY date_trunc('hour', t)
SELECT CAST(date_diff('second', a, b) AS double) / 60 FROM (VALUES (TIMESTAMP '2024-01-01 00:00:00', TIMESTAMP '2024-01-01 00:01:30')) t(a, b)
SELECT INTERVAL '2' YEAR + INTERVAL '3' MONTH, INTERVAL '1 02:03:04.005' DAY TO SECOND, INTERVAL '-1-6' YEAR TO MONTH, -INTERVAL '1' HOUR
SELECT CAST(TIMESTAMP '2024-01-01 00:00:00' AS varchar), CAST(DATE '2024-01-01' AS varchar), CAST(TIMESTAMP '2024-01-01 00:00:00.123456' AS varchar), CAST(INTERVAL '1' DAY AS varchar)
-- JSON
SELECT json_extract_scalar(j, '$.a.b'), json_extract(j, '$.a'), json_extract_scalar(j, '$.list[1]'), json_array_length(json_extract(j, '$.list')), json_size(j, '$.a') FROM (VALUES '{"a":{"b":"x","c":null},"list":[1,"two",3.5]}') t(j)
SELECT CAST(json_extract(j, '$.tags') AS array(varchar)), CAST(json_parse('{"a":1,"b":2}') AS map(varchar, integer)), CAST(json_parse('[1,"x",true]') AS row(a integer, b varchar, c boolean)) FROM (VALUES '{"tags":["a","b",null]}') t(j)
SELECT json_format(CAST(ROW(1, 'a', NULL) AS json)), json_format(CAST(ARRAY[1.5, NULL] AS json)), json_format(CAST(map(ARRAY['k'], ARRAY[ROW(1)]) AS json)), CAST(CAST(DATE '2024-01-01' AS json) AS varchar)
SELECT json_extract_scalar('{"a":1.50}', '$.a'), json_extract_scalar('{"a":[1]}', '$.a'), json_extract_scalar('{"a":null}', '$.a'), json_extract_scalar('{"a b":1}', '$["a b"]'), json_extract_scalar('nope', '$.a')
SELECT id, json_extract_scalar(e, '$.n') AS n FROM (VALUES (1, '[{"n":"a"},{"n":"b"}]')) t(id, j) CROSS JOIN UNNEST(CAST(json_parse(j) AS array(json))) AS u(e) ORDER BY 2
SELECT transform(CAST(json_extract('{"xs":[{"v":1},{"v":2}]}', '$.xs') AS array(row(v integer))), x -> x.v * 10), json_value('{"a":"x"}', 'lax $.a'), json_query('{"a":[1,2]}', 'lax $.a'), json_exists('{"a":1}', 'lax $.b')
SELECT TRY(json_parse('{bad')), TRY_CAST('{"a":1}' AS json), is_json_scalar('[1]'), json_array_contains('[1,2]', 2), json_array_get('[1,"x"]', 1)
SELECT json_object('a' VALUE 1, 'b' VALUE 'x'), json_array(1, 'a', NULL ABSENT ON NULL), json_object('n' VALUE NULL NULL ON NULL)
SELECT map_keys(CAST(json_parse('{"b":1,"a":2}') AS map(varchar, bigint))), element_at(CAST(json_parse('{"b":1}') AS map(varchar, bigint)), 'x')
SELECT json_extract_scalar(j, '$.store.book[0].title'), json_extract(j, '$.store.book[*].price') FROM (VALUES '{"store":{"book":[{"title":"T","price":5},{"title":"U","price":6}]}}') t(j)
-- Arrays of rows, maps
SELECT filter(items, i -> i.qty > 1), reduce(items, 0e0, (s, i) -> s + i.qty * i.price, s -> s), transform(items, i -> i.sku) FROM (SELECT CAST(ARRAY[ROW('a', 2, 1.5e0), ROW('b', 1, 3e0)] AS array(row(sku varchar, qty integer, price double))) AS items) t
SELECT any_match(a, x -> x.ok), all_match(a, x -> x.n > 0), none_match(a, x -> x.n IS NULL) FROM (SELECT CAST(ARRAY[ROW(1, true), ROW(NULL, false)] AS array(row(n integer, ok boolean))) AS a) t
SELECT a[1].x, a[2][1], element_at(a, 5).x, cardinality(a), a || ARRAY[CAST(ROW(9, 'z') AS row(x integer, y varchar))] FROM (SELECT CAST(ARRAY[ROW(1, 'a'), ROW(2, 'b')] AS array(row(x integer, y varchar))) AS a) t
SELECT array_agg(CAST(ROW(x, y) AS row(id integer, name varchar)) ORDER BY x DESC) FROM (VALUES (1, 'a'), (2, 'b')) t(x, y)
SELECT map_agg(k, v)['a'], histogram(k)['b'], multimap_agg(k, v)['b'] FROM (VALUES ('a', 1), ('b', 2), ('b', 3)) t(k, v)
SELECT array_join(array_sort(array_distinct(ARRAY[3, 1, 3, NULL])), '-', 'n'), array_max(ARRAY[1, NULL]), array_position(ARRAY['a', 'b'], 'b'), slice(ARRAY[1, 2, 3, 4], -2, 2), flatten(ARRAY[ARRAY[1], ARRAY[2, 3]]), contains(ARRAY[1, NULL], 2)
SELECT array_sort(ARRAY[ROW(2, 'b'), ROW(1, 'z'), ROW(1, 'a')]), array_sort(ARRAY[3, 1, 2], (a, b) -> IF(a < b, 1, IF(a = b, 0, -1))), zip(ARRAY[1, 2], ARRAY['a']), zip_with(ARRAY[1, 2], ARRAY[3, 4], (x, y) -> x + y)
SELECT transform_values(m, (k, v) -> v * 2), map_filter(m, (k, v) -> k = 'a'), cardinality(m), map_entries(m), map_concat(m, map(ARRAY['a'], ARRAY[9])) FROM (SELECT map(ARRAY['a'], ARRAY[1]) AS m) t
SELECT CAST(ROW(1, ROW('a', ARRAY[1, 2])) AS row(a integer, b row(c varchar, d array(integer)))).b.d[2], ROW(1, 2) = ROW(1, 2), ROW(1, NULL) IS NULL, ROW(1, 'a') < ROW(1, 'b')
SELECT r.a, r.b.c FROM (SELECT CAST(ROW(1, ROW('x')) AS row(a integer, b row(c varchar))) AS r) t WHERE r.b.c = 'x' GROUP BY r.a, r.b.c
SELECT r.*, 5 AS x FROM (SELECT CAST(ROW(1, 'y') AS row(a integer, b varchar)) AS r) t
SELECT ngrams(ARRAY['a', 'b', 'c'], 2), combinations(ARRAY[1, 2, 3], 2), repeat('x', 3), sequence(10, 1, -3), arrays_overlap(ARRAY[1, 2], ARRAY[2]), array_intersect(ARRAY[1, 2], ARRAY[2, 2]), array_except(ARRAY[1, 2, 2], ARRAY[1]), array_union(ARRAY[1], ARRAY[1, 2])
