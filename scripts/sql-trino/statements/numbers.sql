-- Whole numbers
SELECT 2147483647 + 1
SELECT -2147483648 - 1
SELECT 2147483647 * 2
SELECT bigint '9223372036854775807' + 1
SELECT bigint '-9223372036854775808' / -1
SELECT -2147483648 / -1
SELECT abs(-2147483648)
SELECT abs(tinyint '-128')
SELECT -tinyint '-128'
SELECT -(-9223372036854775808)
SELECT tinyint '127' + tinyint '1'
SELECT smallint '32767' + 1, typeof(smallint '1' + tinyint '1'), typeof(1 + bigint '1'), typeof(smallint '1' * 2), typeof(-tinyint '1')
SELECT 7 / 2, -7 / 2, 7 / -2, -7 % 3, 7 % -3, mod(-7, 3), 7 % 1, 0 / 5, bigint '7' / 2
SELECT 1 / 0
SELECT 1 % 0
SELECT mod(1, 0)
SELECT 1.0 / 0
SELECT 1e0 / 0, -1e0 / 0, 0e0 / 0, 1e0 % 0, mod(5.5e0, 0e0)
SELECT -7e0 % 3e0, 5.5e0 % 2, mod(-5.5, 2), mod(5.5, -2.0), 5.5 % 2e0
SELECT sign(-5), sign(0), sign(-0.5), sign(-0e0), sign(nan()), typeof(sign(1.5)), typeof(sign(real '1'))
SELECT power(2, 10), power(2, -1), power(0, 0), power(-8, 1e0 / 3), pow(2.5, 2), exp(0), exp(710), sqrt(-1), ln(0), ln(-1), log(2, 8), log10(1000), log2(8), cbrt(-27), log(0, 5)
SELECT bitwise_and(-1, 255), bitwise_or(1, 6), bitwise_xor(-1, 1), bitwise_not(0), bitwise_left_shift(1, 3), bitwise_right_shift(-8, 1), bitwise_right_shift_arithmetic(-8, 1), bit_count(-1, 64), bit_count(7, 8)
SELECT bit_count(256, 8)
SELECT bitwise_left_shift(1, 64), bitwise_left_shift(1, 31), bitwise_left_shift(bigint '1', 63), bitwise_right_shift(1, 100), bitwise_left_shift(tinyint '127', 1)
SELECT to_base(255, 16), to_base(-10, 2), from_base('ff', 16), from_base('-1010', 2), from_base('zz', 36)
SELECT from_base('9', 8)
SELECT to_base(5, 1)
SELECT width_bucket(5.3e0, 0e0, 10e0, 5), width_bucket(-1e0, 0e0, 10e0, 5), width_bucket(10e0, 0e0, 10e0, 5), width_bucket(5e0, 10e0, 0e0, 5), width_bucket(2e0, ARRAY[1e0, 2e0, 3e0])
SELECT width_bucket(1e0, 0e0, 10e0, 0)
SELECT width_bucket(nan(), 0e0, 10e0, 5)
SELECT gcd(12, 18), 1
SELECT e(), pi(), degrees(pi()), radians(180), sin(0), acos(2), atan2(1, 1), tanh(0), infinity(), is_infinite(-infinity()), is_finite(nan()), is_nan(0e0 / 0)
-- Rounding
SELECT round(2.5), round(-2.5), round(2.5e0), round(-2.5e0), round(3.5e0), round(0.5e0), round(-0.4e0), round(2.345, 2), round(2.345e0, 2), round(-2.345, 2), round(1234.5, -2), round(1250, -2), round(-1250, -2), round(1249e0, -2)
SELECT round(bigint '15', -1), round(tinyint '127', -1)
SELECT round(1.005e0, 2), round(0.285e0, 2), round(1e20, 2), round(1e308, 2), round(123456789.987654321e0, 5), round(nan(), 1), round(infinity(), 1), round(real '2.345', 2), round(5e-324, 3)
SELECT ceil(1.1), ceil(-1.1), ceil(-0.5), floor(-1.1), floor(1.9e0), ceiling(1.0000001e0), truncate(-1.9), truncate(1.987e0), truncate(1.987, 2), truncate(-1234.567, -2), truncate(99.99e0, 1)
SELECT typeof(round(2.5)), typeof(round(2.345, 2)), typeof(ceil(1.1)), typeof(floor(99.9)), typeof(truncate(1.987, 2)), typeof(round(2.5e0)), typeof(round(5)), typeof(abs(-1.5))
SELECT round(99.95, 1), ceil(99.5), floor(-99.5), round(9.5), round(decimal '99999999999999999999999999999999999999', 0)
-- Decimals
SELECT typeof(1.1 + 22.22), typeof(1.1 - 22.22), typeof(1.1 * 22.22), typeof(1.1 / 22.22), typeof(1.1 % 22.22), typeof(1.1 + 1), typeof(1.1 * bigint '1'), typeof(1.1 / 3), typeof(1 / 3.0), typeof(decimal '1' + decimal '1')
SELECT 1.1 / 3, 2 / 3.0, 1.00 / 3, 10.0 / 4, -1.0 / 3, 1 / 3.00000, 5.0 % 3, 0.1 / 0.3, 1.23456789 / 9.87654321
SELECT CAST(1 AS decimal(38,0)) / 3, CAST(1 AS decimal(38,10)) / CAST(3 AS decimal(38,10)), typeof(CAST(1 AS decimal(38,10)) / CAST(3 AS decimal(38,10)))
SELECT CAST(1 AS decimal(38,20)) * CAST(1 AS decimal(38,20))
SELECT typeof(CAST(1 AS decimal(20,10)) * CAST(1 AS decimal(20,10))), typeof(CAST(1 AS decimal(38,30)) + CAST(1 AS decimal(38,2)))
SELECT CAST(1 AS decimal(38,30)) + CAST(1 AS decimal(38,2))
SELECT decimal '99999999999999999999999999999999999999' + 1
SELECT decimal '99999999999999999999999999999999999999' * 1.0
SELECT 12345678901234567890 * 12345678901234567890
SELECT decimal '12345678901234567890' * decimal '12345678901234567890'
SELECT CAST(999.99 AS decimal(4,1))
SELECT CAST(99.95 AS decimal(3,1))
SELECT CAST(99.94 AS decimal(3,1)), CAST(-99.949 AS decimal(3,1)), CAST(1.5 AS integer), CAST(-1.5 AS integer), CAST(0.5 AS bigint), CAST(2.5 AS tinyint), CAST(1.45 AS decimal(2,1)), CAST(-1.45 AS decimal(2,1))
SELECT CAST(127.5 AS tinyint)
SELECT CAST(2147483647.5 AS integer)
SELECT CAST(1e10 AS integer)
SELECT CAST(9.3e18 AS bigint)
SELECT CAST(2.5e0 AS integer), CAST(-2.5e0 AS integer), CAST(0.49999999999999994e0 AS integer), CAST(2147483647.4e0 AS integer), CAST(1e18 AS bigint), CAST(-0.5e0 AS bigint), CAST(real '1.5' AS integer), CAST(127.4e0 AS tinyint)
SELECT CAST(nan() AS bigint)
SELECT CAST(infinity() AS integer)
SELECT CAST(nan() AS decimal(10,2))
SELECT CAST(1.005e0 AS decimal(5,2)), CAST(0.1e0 AS decimal(20,19)), CAST(1e10 AS decimal(12,1)), CAST(123.456e0 AS decimal(5,1)), CAST(real '1.1' AS decimal(10,8)), CAST(1e-10 AS decimal(5,2))
SELECT CAST(1e10 AS decimal(5,2))
SELECT CAST(0.1 AS double) = 0.1e0, CAST(123456789012345678.9 AS double), CAST(1.1 AS real), CAST(bigint '9007199254740993' AS double), CAST(16777217 AS real), CAST(0.1 AS real) = 0.1, real '0.1' = 0.1e0, CAST(real '0.1' AS double)
SELECT 1 = 1.0, 1.0 = 1.00, 0.1 + 0.2 = 0.3, 0.1e0 + 0.2e0 = 0.3e0, 1 < 1.5, bigint '9007199254740993' = 9007199254740992e0, 1.5 IN (1, 1.50), 1e0 = 1
SELECT decimal '1.10' = 1.1, typeof(decimal '001.10'), typeof(1.10), typeof(0.001), typeof(.001), typeof(100.), typeof(1e0), typeof(9223372036854775807), typeof(2147483648), typeof(-2147483648)
SELECT 9223372036854775808
SELECT 1e400
SELECT 0x1F, 0b101, 0o17, 1_000
SELECT -9223372036854775808, typeof(-9223372036854775808), -2147483648
SELECT greatest(1, 2.5), least(1, 2.5e0), greatest(1, NULL), greatest(nan(), 1e0), least(nan(), 1e0), greatest(DATE '2024-01-01', TIMESTAMP '2024-01-01 00:00:01'), typeof(greatest(1, 2.5))
SELECT coalesce(1, 2.5), typeof(coalesce(1, 2.5)), nullif(1, 1.0), nullif(1, 2), typeof(nullif(1, 2.5)), if(false, 1), typeof(if(true, 1, 2.5)), CASE WHEN false THEN 1 ELSE 2.5 END, typeof(CASE 1 WHEN 1 THEN tinyint '1' ELSE 5 END)
SELECT 1.0 * 3 / 3, 1 / 3 * 3.0, 10 / 4 * 2.5, 10 / 4e0, (1 + 2) * 3 - 4 / 2, 2 * -3, - - 2, +5, -(2 - 5)
SELECT 100 * 0.15, 19.99 * 3, 0.07 * 100, 33.33 * 3, 1.15 * 1.15, 1000000.01 * 1000000.01
SELECT typeof(sum(x)), sum(x), avg(x), typeof(avg(x)) FROM (VALUES 0.1, 0.25) t(x)
SELECT avg(x), sum(x) FROM (VALUES CAST(1 AS decimal(10,2)), CAST(2 AS decimal(10,2)), CAST(2 AS decimal(10,2))) t(x)
SELECT TRY(1 / 0), TRY(CAST('x' AS integer)), TRY(2147483647 + 1), TRY(ARRAY[1][5]), TRY(json_parse('{'))
SELECT TRY(element_at(ARRAY[1], 0))
SELECT TRY(date_parse('x', '%Y')), TRY(CAST('2024-02-30' AS date)), coalesce(TRY(1 / 0), -1), TRY(CAST(1e10 AS integer)), TRY(from_hex('0')), TRY(decimal '99999999999999999999999999999999999999' + 1)
-- VALUES and set operations take a common type
SELECT x, typeof(x) FROM (VALUES 1, 2.5, NULL) t(x)
SELECT x, typeof(x) FROM (VALUES 1, 2.5e0) t(x)
SELECT x, typeof(x) FROM (VALUES bigint '1', 2.5) t(x)
SELECT x, typeof(x) FROM (VALUES 'a', 'bcd', CAST('e' AS varchar)) t(x)
SELECT x, typeof(x) FROM (VALUES CAST('a' AS char(2)), 'bcd') t(x)
SELECT x FROM (VALUES 1, 'a') t(x)
SELECT x, typeof(x) FROM (SELECT 1 UNION ALL SELECT 2.5 UNION ALL SELECT NULL) t(x) ORDER BY 1
SELECT x, typeof(x) FROM (SELECT DATE '2024-01-01' UNION ALL SELECT TIMESTAMP '2024-01-01 10:00:00') t(x) ORDER BY 1
SELECT x, typeof(x) FROM (SELECT tinyint '1' EXCEPT ALL SELECT 2) t(x)
SELECT x FROM ((VALUES 1, 1, 2, 3) EXCEPT ALL (VALUES 1, 3)) t(x) ORDER BY 1
SELECT x FROM ((VALUES 1, 1, 2, NULL, NULL) INTERSECT ALL (VALUES 1, 1, 1, NULL)) t(x) ORDER BY 1
SELECT x FROM ((VALUES nan(), 1e0) INTERSECT (VALUES nan())) t(x)
SELECT x FROM ((VALUES NULL, 1) EXCEPT (VALUES NULL)) t(x)
SELECT 1 AS a UNION SELECT 2 AS b ORDER BY a
SELECT 1 AS a UNION SELECT 2 AS b ORDER BY b
SELECT 1 UNION ALL SELECT 1 INTERSECT SELECT 2 ORDER BY 1
(SELECT 3 AS x LIMIT 1) UNION ALL (SELECT 1 ORDER BY 1) ORDER BY x DESC LIMIT 1
SELECT ARRAY[1] UNION SELECT ARRAY[2.5] ORDER BY 1
SELECT ROW(1, 'a') UNION SELECT ROW(2.5, 'bc') ORDER BY 1
SELECT typeof(ARRAY[1, 2.5]), typeof(ARRAY['a', 'bc']), typeof(ARRAY[NULL, 1]), typeof(ARRAY[]), typeof(ARRAY[ARRAY[1], ARRAY[NULL]]), typeof(map(ARRAY['a'], ARRAY[1.5])), typeof(ROW(1, 'a', NULL)), typeof(ARRAY[DATE '2024-01-01', TIMESTAMP '2024-01-01 00:00:00.123'])
SELECT * FROM (VALUES (1, 'a'), (2, NULL)) AS t(x, y) WHERE y IS NULL
VALUES (1, 2), (3, 4)
VALUES 1, NULL, 3
TABLE (VALUES 1)
