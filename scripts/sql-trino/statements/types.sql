-- Set operations with types to unify
SELECT 1 UNION ALL SELECT 2.5 UNION ALL SELECT NULL
SELECT 1 UNION SELECT 1e0
SELECT CAST(1 AS tinyint) UNION ALL SELECT CAST(300 AS smallint) UNION ALL SELECT CAST(5 AS bigint)
SELECT CAST('a' AS char(2)) UNION ALL SELECT 'abc'
SELECT 'a' UNION ALL SELECT CAST('bcd' AS varchar(5)) UNION SELECT NULL
SELECT DATE '2024-01-01' UNION ALL SELECT TIMESTAMP '2024-01-01 10:00:00'
SELECT TIMESTAMP '2024-01-01 10:00:00.1' UNION ALL SELECT TIMESTAMP '2024-01-01 10:00:00.123456'
SELECT TIMESTAMP '2024-01-01 10:00:00' UNION ALL SELECT TIMESTAMP '2024-01-01 10:00:00 UTC'
SELECT 1 UNION ALL SELECT 'a'
SELECT 1, 2 UNION ALL SELECT 1
SELECT CAST(1.25 AS decimal(5,2)) UNION ALL SELECT CAST(1 AS integer)
SELECT CAST(1.25 AS decimal(5,2)) UNION ALL SELECT CAST(12345678901234567890.5 AS decimal(30,1))
SELECT CAST(1 AS real) UNION ALL SELECT 1 UNION ALL SELECT 1.5e0
SELECT ARRAY[1] UNION ALL SELECT ARRAY[2.5]
SELECT ROW(1, 'a') UNION ALL SELECT ROW(2e0, 'b')
SELECT map(ARRAY['a'], ARRAY[1]) UNION ALL SELECT map(ARRAY['b'], ARRAY[1.5])
SELECT NULL UNION ALL SELECT NULL
SELECT x FROM (SELECT 1 AS x UNION ALL SELECT 2) INTERSECT SELECT y FROM (SELECT 2 AS y UNION ALL SELECT 3)
SELECT x FROM (VALUES 1, 1, 2) t(x) INTERSECT ALL SELECT x FROM (VALUES 1, 1, 1) t(x)
SELECT x FROM (VALUES 1, 1, 2) t(x) EXCEPT ALL SELECT x FROM (VALUES 1) t(x)
(SELECT x FROM (VALUES 3, 1) t(x) ORDER BY x LIMIT 1) UNION ALL (SELECT 9) ORDER BY 1 DESC
SELECT a AS x FROM (VALUES 1) t(a) UNION SELECT b FROM (VALUES 2) u(b) ORDER BY x
SELECT 1 AS x UNION SELECT 2 AS y ORDER BY y
SELECT DISTINCT a, b FROM (VALUES (1, NULL), (1, NULL), (NULL, NULL)) t(a, b)
SELECT count(*) FROM (SELECT 1 UNION SELECT 1 UNION ALL SELECT 1)
SELECT 1 EXCEPT SELECT 1 UNION SELECT 2 INTERSECT SELECT 2
SELECT CAST(nan() AS double) UNION SELECT nan()
SELECT X'01' UNION ALL SELECT X'0203'
SELECT true UNION ALL SELECT NULL EXCEPT SELECT true
VALUES (1, 'a'), (2.5, NULL), (NULL, 'abc')
VALUES 1, 2e0
VALUES (1, 2), (3)
VALUES ROW(1, DATE '2024-01-01'), ROW(2, TIMESTAMP '2024-01-01 00:00:00')
SELECT * FROM (VALUES (1, 'a')) AS t (id, name) WHERE (id, name) = (1, 'a')
WITH t(a, b) AS (VALUES (1, 2), (3, 4)) SELECT t.*, a + b AS c FROM t ORDER BY 1
TABLE x
-- Implicit casts
SELECT 1 = 1.0, 1 = 1e0, CAST(1 AS real) = 1.0, 0.1 + 0.2 = 0.3, 0.1e0 + 0.2e0 = 0.3e0, 1 / 2, 1 / 2.0, 1 / 2e0, 7 % 2.5, -7 % 3
SELECT '1' = 1
SELECT x FROM (VALUES '1') t(x) WHERE x = 1
SELECT 'a' || 1
SELECT 1 + '2'
SELECT CASE WHEN true THEN 1 ELSE 2.5 END, COALESCE(1, 2.5e0), IF(false, 'a', 'abc'), NULLIF(1, 1.0), GREATEST(1, 2.5), LEAST(DATE '2024-01-01', TIMESTAMP '2023-01-01 00:00:00')
SELECT CASE WHEN true THEN 1 ELSE 'a' END
SELECT COALESCE(1, 'a')
SELECT 5 BETWEEN 1.5 AND 10e0, 5 IN (1, 5.0), 'b' BETWEEN 'a' AND 'c', DATE '2024-01-01' IN (TIMESTAMP '2024-01-01 00:00:00')
SELECT DATE '2024-01-01' = '2024-01-01'
SELECT x FROM (VALUES DATE '2024-01-01') t(x) WHERE x >= '2023-01-01'
SELECT x FROM (VALUES TIMESTAMP '2024-01-01 00:00:00') t(x) WHERE x BETWEEN '2023-01-01' AND '2025-01-01'
SELECT ARRAY[1, 2.5, NULL], ARRAY['a', NULL], ARRAY[DATE '2024-01-01', TIMESTAMP '2024-01-01 00:00:00'], map(ARRAY[1, 2], ARRAY['a', NULL])
SELECT sum(x), avg(x), sum(y), avg(y), sum(z), avg(z) FROM (VALUES (1, 1.5, 1e0), (2, 2.25, 2e0)) t(x, y, z)
SELECT abs(CAST(-1 AS tinyint)), -CAST(1 AS smallint), CAST(1 AS tinyint) + CAST(1 AS smallint), 2147483647 + CAST(1 AS bigint), round(2.5), round(-2.5e0), ceil(1.2), floor(-1.2), truncate(1.99e0), mod(7, 3)
SELECT 2147483647 + 1
SELECT CAST(9223372036854775807 AS bigint) * 2
SELECT 12345678901234567890 + 1, 1.0 * 1.00, 10.0 / 3, CAST(10 AS decimal(38,0)) / 3, 1e0 / 0, 0e0 / 0
SELECT 1 / 0
SELECT 1.0 / 0
SELECT power(2, 10), sqrt(2), log(10, 1000), mod(-5, 3), pi(), exp(1), ln(10), width_bucket(5, 0, 10, 5), bitwise_and(6, 3), from_base('ff', 16), to_base(255, 16)
SELECT true AND NULL, false AND NULL, true OR NULL, NOT NULL, NULL IS DISTINCT FROM NULL, 1 IS NOT DISTINCT FROM NULL
SELECT 1 WHERE 1
SELECT 1 WHERE NULL
SELECT NOT 1
SELECT 'a' LIKE 1
SELECT concat('a', 1)
SELECT length(123)
SELECT substr('hello', '2')
SELECT upper(NULL), abs(NULL), NULL + 1, NULL || 'a', CAST(NULL AS integer) = NULL
SELECT date_add('day', '1', DATE '2024-01-01')
SELECT sum('1')
SELECT avg(x) FROM (VALUES 'a') t(x)
SELECT max(x), min(x), count(x), count(*) FROM (VALUES 'b', 'a', NULL) t(x)
-- Failures of casts and values
SELECT CAST('abc' AS integer)
SELECT CAST('' AS bigint)
SELECT CAST(' 1' AS integer)
SELECT CAST('1.5' AS integer)
SELECT CAST('99999999999' AS integer)
SELECT CAST(300 AS tinyint)
SELECT CAST(1e20 AS bigint)
SELECT CAST(nan() AS integer)
SELECT CAST('x' AS double)
SELECT CAST('1e400' AS double), CAST('-Infinity' AS double), CAST('NaN' AS real), CAST(' 1.5 ' AS double)
SELECT CAST('12.345' AS decimal(4,2)), CAST('1e3' AS decimal(10,0))
SELECT CAST('x' AS decimal(4,2))
SELECT CAST(1234.5 AS decimal(4,2))
SELECT CAST('2024-02-30' AS date)
SELECT CAST('yesterday' AS date)
SELECT CAST('2024-13-01 00:00:00' AS timestamp)
SELECT CAST('' AS timestamp)
SELECT CAST('maybe' AS boolean)
SELECT CAST('t' AS boolean), CAST('TRUE' AS boolean), CAST('0' AS boolean), CAST(2 AS boolean), CAST(true AS varchar), CAST(false AS integer)
SELECT CAST(1 AS date)
SELECT CAST(DATE '2024-01-01' AS integer)
SELECT CAST(ARRAY[1] AS varchar)
SELECT CAST(ROW(1, 'a') AS row(x integer))
SELECT CAST(ROW('a') AS row(x integer))
SELECT CAST(ARRAY['1', 'x'] AS array(integer))
SELECT CAST(map(ARRAY['a'], ARRAY['b']) AS map(varchar, integer))
SELECT TRY_CAST('x' AS integer), TRY_CAST('2024-02-30' AS date), TRY_CAST(300 AS tinyint), TRY(1 / 0), TRY_CAST(ARRAY['1', 'x'] AS array(integer))
SELECT CAST(json_parse('"x"') AS integer)
SELECT CAST(json_parse('{"a":1}') AS array(integer))
SELECT CAST('25:00:00' AS time)
SELECT CAST('abcdef' AS varchar(3)), CAST('abc' AS char(5)) || '|', CAST(12345 AS varchar(3))
SELECT CAST(12345 AS varchar(5)), CAST(1.50 AS varchar), CAST(1e-7 AS varchar), CAST(CAST(1.5 AS real) AS varchar), CAST(-0.0 AS varchar)
SELECT CAST('1' AS unknown_type)
SELECT element_at(ARRAY[1], 0)
SELECT ARRAY[1][2]
SELECT ARRAY[1][0]
SELECT map(ARRAY['a'], ARRAY[1])['b']
SELECT map(ARRAY['a', 'a'], ARRAY[1, 2])
SELECT map(ARRAY['a'], ARRAY[1, 2])
SELECT json_parse('{bad')
SELECT from_iso8601_timestamp('nope')
SELECT date_parse('2024', '%Y-%m')
SELECT parse_datetime('x', 'yyyy')
SELECT regexp_like('a', '(')
SELECT repeat('x', -1)
SELECT chr(-1)
SELECT sequence(1, 10, 0)
SELECT date_trunc('fortnight', DATE '2024-01-01')
SELECT split_part('a', 'a', 0)
SELECT format('%d', 'a')
SELECT (SELECT x FROM (VALUES 1, 2) t(x))
SELECT no_such_function(1)
SELECT x FROM (VALUES 1) t(y)
SELECT t.x FROM (VALUES 1) u(x)
SELECT x FROM (VALUES 1) a(x), (VALUES 1) b(x)
SELECT x, count(*) FROM (VALUES 1) t(x)
SELECT sum(count(*)) FROM (VALUES 1) t(x)
SELECT x FROM (VALUES 1) t(x) WHERE count(*) > 0
SELECT row_number() OVER () FROM (VALUES 1) t(x) WHERE row_number() OVER () = 1
SELECT x AS y FROM (VALUES 1) t(x) WHERE y = 1
SELECT x AS y FROM (VALUES 1) t(x) GROUP BY y
SELECT x AS y, count(*) FROM (VALUES 1) t(x) GROUP BY 1 HAVING y > 0
SELECT x FROM (VALUES 1) t(x) ORDER BY z
SELECT x FROM (VALUES (1, 2)) t(x)
SELECT 1 FROM
SELECT FROM t
SELECT 1 AS 'x'
SELECT `x` FROM t
SELECT "x' FROM t
SELECT 1;; SELECT 2
SELECT * FROM no_such_schema.t
SELECT 1 LIMIT 'a'
SELECT a.b.c.d.e FROM (VALUES 1) t(x)
-- Quoted identifiers and case
SELECT "X", x, "x" FROM (VALUES 1) t(X)
SELECT "Total Sales" AS "total sales", "a""b" FROM (VALUES (1, 2)) t("Total Sales", "a""b")
SELECT T.X, "t"."X", t."x" FROM (VALUES 1) AS "T"(x)
SELECT A AS "a", a AS "A" FROM (VALUES 1) t(a) ORDER BY "A"
SELECT "select", "from" FROM (VALUES (1, 2)) t("select", "from") WHERE "select" < "from"
SELECT date, "timestamp", year, month, day FROM (VALUES (1, 2, 3, 4, 5)) t(date, "timestamp", year, month, day)
SELECT user_id AS id, ID + 1 AS next FROM (VALUES 7) t(User_Id) CROSS JOIN (VALUES 1) u(iD)
SELECT "été", "日本", "a.b", "1st" FROM (VALUES (1, 2, 3, 4)) t("été", "日本", "a.b", "1st")
SELECT r."Field", r.field FROM (SELECT CAST(ROW(1) AS row("Field" integer)) AS r) t
SELECT 1 AS a, 2 AS a
SELECT a FROM (SELECT 1 AS a, 2 AS a)
SELECT COUNT(*), Count(1), coUNT(DISTINCT x) FROM (VALUES 1) t(x)
SELECT value, key, type, position, filter, if, data, row_count FROM (VALUES (1, 2, 3, 4, 5, 6, 7, 8)) t(value, key, type, position, filter, "if", data, row_count)
SELECT 'it''s' AS "it's", U&'\00e9', 'a' 'b'
SELECT /* c */ 1 -- d
SELECT 1 AS "", 2 AS " "
-- Parameters
EXECUTE IMMEDIATE 'SELECT ? + 1, ? || ''x'', ?' USING 2, 'a', DATE '2024-01-01'
EXECUTE IMMEDIATE 'SELECT x FROM (VALUES 1, 2, 3) t(x) WHERE x > ? ORDER BY x LIMIT ?' USING 1, 1
EXECUTE IMMEDIATE 'SELECT ? = 1, ? = 1.0' USING 1.0, 1
EXECUTE IMMEDIATE 'SELECT x FROM (VALUES 1) t(x) WHERE x = ?' USING '1'
EXECUTE IMMEDIATE 'SELECT x FROM (VALUES ''1'') t(x) WHERE x = ?' USING 1
EXECUTE IMMEDIATE 'SELECT x FROM (VALUES DATE ''2024-01-01'') t(x) WHERE x = ?' USING '2024-01-01'
EXECUTE IMMEDIATE 'SELECT CAST(? AS date), CAST(? AS integer), typeof(?)' USING '2024-01-01', '5', 1.5
EXECUTE IMMEDIATE 'SELECT ?' USING NULL
EXECUTE IMMEDIATE 'SELECT coalesce(?, 5), ? IS NULL, ? IN (1, NULL)' USING NULL, NULL, 1
EXECUTE IMMEDIATE 'SELECT ?, ?' USING 1
EXECUTE IMMEDIATE 'SELECT 1' USING 1
EXECUTE IMMEDIATE 'SELECT ?' USING 1 + 2
EXECUTE IMMEDIATE 'SELECT ?, ?' USING ARRAY[1, 2], ROW(1, 'a')
EXECUTE IMMEDIATE 'SELECT ?' USING (SELECT 1)
EXECUTE IMMEDIATE 'SELECT ?' USING x
EXECUTE IMMEDIATE 'SELECT ?, ? * 2' USING upper('a'), -3
EXECUTE IMMEDIATE 'SELECT x, ? FROM (VALUES 1, 2) t(x) GROUP BY x, ? ORDER BY ?' USING 'a', 'a', 1
EXECUTE IMMEDIATE 'SELECT x FROM (VALUES 2, 1) t(x) ORDER BY ?' USING 1
EXECUTE IMMEDIATE 'SELECT ? LIKE ?, substr(?, ?)' USING 'abc', 'a%', 'hello', 2
EXECUTE IMMEDIATE 'SELECT x + ? FROM (VALUES CAST(1 AS tinyint)) t(x)' USING 300
EXECUTE IMMEDIATE 'SELECT ? + ?' USING INTERVAL '1' DAY, DATE '2024-01-01'
EXECUTE IMMEDIATE 'SELECT sum(x * ?) FROM (VALUES 1, 2) t(x) HAVING sum(x) > ?' USING 2.5, 1
EXECUTE IMMEDIATE 'SELECT date_trunc(?, DATE ''2024-05-05''), date_add(?, ?, DATE ''2024-05-05'')' USING 'month', 'day', 3
EXECUTE IMMEDIATE 'SELECT x FROM UNNEST(?) AS t(x)' USING ARRAY['a', 'b']
EXECUTE IMMEDIATE 'SELECT * FROM (VALUES (?, ?), (?, ?)) t(a, b)' USING 1, 'a', 2.5, NULL
EXECUTE IMMEDIATE 'WITH t AS (SELECT ? AS x) SELECT x, ? FROM t' USING 1, 2
EXECUTE IMMEDIATE 'SELECT ' USING 1
-- Conditions that the optimizer moves
SELECT x FROM (SELECT x, x IN (VALUES 1, NULL) AS b FROM (VALUES 1, 2, NULL) t(x)) WHERE b
SELECT x FROM (SELECT x, x IN (VALUES 1, NULL) AS b FROM (VALUES 1, 2, NULL) t(x)) WHERE NOT b
SELECT x FROM (SELECT x, x IN (VALUES nan(), 2e0) AS b FROM (VALUES nan(), 2e0, NULL) t(x)) WHERE NOT b
SELECT x, b FROM (SELECT x, x IN (VALUES nan(), 2e0) AS b FROM (VALUES nan(), 2e0, 1e0) t(x)) WHERE b
SELECT x FROM (SELECT x, x IN (VALUES nan(), 2e0) AS b FROM (VALUES nan(), 2e0) t(x)) WHERE b AND x > 0
SELECT x FROM (SELECT x, x IN (VALUES nan(), 2e0) AS b FROM (VALUES nan(), 2e0) t(x)) WHERE b OR x > 5
SELECT x FROM (SELECT x, x IN (VALUES nan(), 2e0) AS b FROM (VALUES nan(), 2e0) t(x)) WHERE b = true
SELECT x FROM (SELECT x, x IN (VALUES nan(), 2e0) AS b FROM (VALUES nan(), 2e0) t(x)) WHERE b IS NOT NULL
WITH q AS (SELECT x, x IN (VALUES nan(), 2e0) AS b FROM (VALUES nan(), 2e0) t(x)) SELECT x FROM q WHERE b
SELECT x FROM (SELECT x, b FROM (SELECT x, x IN (VALUES nan(), 2e0) AS b FROM (VALUES nan(), 2e0) t(x))) WHERE b
SELECT a FROM (SELECT a, ROW(a, NULL) IN (SELECT 1, NULL) AS b FROM (VALUES 1, 2) t(a)) WHERE b
SELECT a FROM (SELECT a, ROW(a, NULL) IN (SELECT 1, NULL) AS b FROM (VALUES 1, 2) t(a)) WHERE NOT b
SELECT x FROM (SELECT x, x = ANY (VALUES nan(), 2e0) AS b FROM (VALUES nan(), 2e0) t(x)) WHERE b
SELECT v.x FROM (SELECT x, x IN (VALUES nan(), 2e0) AS b FROM (VALUES nan(), 2e0) t(x)) v RIGHT JOIN (VALUES 1) u(y) ON true WHERE v.b
SELECT x FROM (SELECT x, x IN (VALUES nan(), 2e0) AS b FROM (VALUES nan(), 2e0) t(x)) WHERE b AND b IS NOT NULL
SELECT x FROM (SELECT t.*, x IN (VALUES nan(), 2e0) AS b, x IN (VALUES 5) AS c FROM (VALUES nan(), 2e0) t(x)) WHERE b AND NOT c
SELECT a FROM (SELECT a, (a, 2) IN (SELECT 1, 2) AS b FROM (VALUES 1, NULL) t(a)) WHERE b
-- differs: Trino's optimizer makes a join by equality of it: see docs/internals/sql.md
SELECT x FROM (SELECT DISTINCT x, x IN (VALUES nan()) AS b FROM (VALUES nan(), 1e0) t(x)) WHERE b
-- differs: Trino's optimizer makes a join by equality of it: see docs/internals/sql.md
SELECT x FROM (SELECT x, x IN (VALUES nan()) AS b FROM (VALUES nan(), 1e0) t(x) LIMIT 5) WHERE b
SELECT x, count(*) FROM (SELECT x, x IN (VALUES nan()) AS b FROM (VALUES nan(), 1e0) t(x)) WHERE b GROUP BY x
SELECT t.x FROM (SELECT x, x IN (VALUES nan(), 1e0) AS b FROM (VALUES nan(), 1e0) t(x)) t JOIN (VALUES 1) u(y) ON b
-- differs: Trino's optimizer makes a join by equality of it: see docs/internals/sql.md
SELECT x FROM (SELECT x, x IN (VALUES nan()) AS b FROM (VALUES nan(), 1e0) t(x) UNION ALL SELECT 2e0, true) WHERE b
