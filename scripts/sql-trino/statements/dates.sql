-- Month ends, weeks and quarters
SELECT DATE '2024-01-31' + INTERVAL '1' MONTH, DATE '2024-03-31' - INTERVAL '1' MONTH, DATE '2023-01-31' + INTERVAL '13' MONTH, DATE '2024-02-29' + INTERVAL '1' YEAR, DATE '2024-02-29' - INTERVAL '1' YEAR
SELECT date_add('month', 1, TIMESTAMP '2024-01-31 23:59:59.999'), date_add('month', -13, DATE '2024-03-31'), date_add('quarter', -1, DATE '2024-05-31'), date_add('year', 4, DATE '2024-02-29')
SELECT date_diff('month', DATE '2024-01-31', DATE '2024-03-30'), date_diff('month', DATE '2024-03-31', DATE '2024-02-29'), date_diff('month', TIMESTAMP '2024-01-15 12:00:00', TIMESTAMP '2024-02-15 11:59:59'), date_diff('year', DATE '2020-02-29', DATE '2021-02-28')
SELECT date_diff('week', DATE '2024-01-01', DATE '2024-01-08'), date_diff('week', DATE '2024-01-07', DATE '2024-01-08'), date_diff('quarter', DATE '2023-12-31', DATE '2024-03-31'), date_diff('day', DATE '2024-03-01', DATE '2024-02-01')
SELECT date_diff('hour', TIMESTAMP '2024-01-01 00:59:59', TIMESTAMP '2024-01-01 01:00:00'), date_diff('second', TIMESTAMP '2024-01-01 00:00:00.999', TIMESTAMP '2024-01-01 00:00:01.000'), date_diff('millisecond', TIMESTAMP '2024-01-01 00:00:00.0009', TIMESTAMP '2024-01-01 00:00:00.0011')
SELECT date_trunc('week', DATE '2024-12-31'), date_trunc('quarter', DATE '2024-12-31'), date_trunc('week', TIMESTAMP '2021-01-01 10:00:00'), date_trunc('year', TIMESTAMP '2024-07-01 00:00:00.123456')
SELECT week(DATE '2021-01-01'), year_of_week(DATE '2021-01-01'), week(DATE '2020-12-31'), yow(DATE '2024-12-30'), week_of_year(DATE '2016-01-03'), day_of_year(DATE '2024-12-31'), dow(DATE '2024-06-02'), doy(DATE '2023-12-31')
SELECT last_day_of_month(DATE '2024-02-10'), last_day_of_month(TIMESTAMP '2023-02-10 10:00:00'), day_of_month(DATE '2024-02-29'), quarter(DATE '2024-10-01')
SELECT DATE '2024-01-31' + INTERVAL '1' MONTH + INTERVAL '1' MONTH, DATE '2024-01-31' + (INTERVAL '1' MONTH + INTERVAL '1' MONTH), DATE '2024-01-31' + 2 * INTERVAL '1' MONTH
SELECT sequence(DATE '2024-01-31', DATE '2024-05-31', INTERVAL '1' MONTH), sequence(DATE '2024-03-31', DATE '2024-01-01', INTERVAL '-1' MONTH)
SELECT year(DATE '0001-01-01'), DATE '0001-01-01' - INTERVAL '1' DAY, month(DATE '-0001-05-01'), DATE '9999-12-31' + INTERVAL '1' DAY
SELECT date_diff('day', TIMESTAMP '2024-03-09 12:00:00 America/New_York', TIMESTAMP '2024-03-10 12:00:00 America/New_York'), date_diff('hour', TIMESTAMP '2024-03-09 12:00:00 America/New_York', TIMESTAMP '2024-03-10 12:00:00 America/New_York')
SELECT TIMESTAMP '2024-11-02 12:00:00 America/New_York' + INTERVAL '1' DAY, TIMESTAMP '2024-11-02 12:00:00 America/New_York' + INTERVAL '24' HOUR, date_add('day', 1, TIMESTAMP '2024-11-02 12:00:00 America/New_York'), date_add('hour', 24, TIMESTAMP '2024-11-02 12:00:00 America/New_York')
SELECT date_trunc('day', TIMESTAMP '2024-03-10 12:00:00 America/New_York'), date_trunc('hour', TIMESTAMP '2024-11-03 01:30:00 America/New_York'), date_trunc('month', TIMESTAMP '2024-03-31 02:30:00 UTC' AT TIME ZONE 'Europe/Berlin'), date_trunc('day', TIMESTAMP '2024-10-27 00:30:00 UTC' AT TIME ZONE 'Europe/Berlin')
SELECT TIMESTAMP '2024-03-10 01:59:59 America/New_York' + INTERVAL '1' SECOND, TIMESTAMP '2024-03-10 03:00:00 America/New_York' - INTERVAL '1' SECOND, TIMESTAMP '2024-01-31 01:00:00 America/New_York' + INTERVAL '1' MONTH, date_add('month', 1, TIMESTAMP '2024-02-10 02:30:00 America/New_York')
SELECT with_timezone(TIMESTAMP '2024-03-31 02:30:00', 'Europe/Berlin')
SELECT with_timezone(TIMESTAMP '2024-10-27 02:30:00', 'Europe/Berlin'), CAST(TIMESTAMP '2024-06-01 12:00:00' AS timestamp with time zone), TIMESTAMP '2024-06-01 12:00:00' AT TIME ZONE 'Asia/Tokyo'
SELECT hour(TIMESTAMP '2024-06-01 12:00:00 UTC' AT TIME ZONE 'Asia/Kolkata'), minute(TIMESTAMP '2024-06-01 12:00:00 UTC' AT TIME ZONE 'Asia/Kolkata'), timezone_hour(TIMESTAMP '2024-06-01 12:00:00 -03:30'), timezone_minute(TIMESTAMP '2024-06-01 12:00:00 -03:30')
SELECT CAST(TIMESTAMP '2024-06-01 23:30:00 America/New_York' AS date), CAST(TIMESTAMP '2024-06-01 23:30:00 America/New_York' AS timestamp), CAST(TIMESTAMP '2024-06-01 23:30:00 America/New_York' AS varchar), CAST(TIMESTAMP '2024-06-01 23:30:00 America/New_York' AS time)
SELECT TIMESTAMP '2024-06-01 12:00:00 UTC' = TIMESTAMP '2024-06-01 14:00:00 +02:00', TIMESTAMP '2024-06-01 12:00:00 UTC' - TIMESTAMP '2024-06-01 12:00:00 +02:00', to_unixtime(TIMESTAMP '2024-06-01 12:00:00 +02:00')
SELECT at_timezone(TIMESTAMP '2024-06-01 12:00:00 UTC', 'America/Sao_Paulo'), TIMESTAMP '1900-01-01 00:00:00 UTC' AT TIME ZONE 'Europe/Amsterdam', TIMESTAMP '2050-07-01 00:00:00 UTC' AT TIME ZONE 'Europe/London'
SELECT TIMESTAMP '2024-01-01 00:00:00' AT TIME ZONE INTERVAL '2' HOUR
SELECT TIMESTAMP '2024-01-01 00:00:00 Foo/Bar'
SELECT TIMESTAMP '2024-01-01 00:00:00' AT TIME ZONE 'Foo/Bar'
SELECT from_unixtime(1e9), from_unixtime(-1.5e0), from_unixtime(0, 'Asia/Tokyo'), from_unixtime(1700000000.123456), from_unixtime(1709164800, -5, 0)
SELECT from_iso8601_timestamp('2024-02-29T12:34:56.789123Z'), from_iso8601_timestamp('2024-02-29'), from_iso8601_timestamp('2024-02-29T12:34'), from_iso8601_timestamp('2024-02-29T12:34:56+05:30'), from_iso8601_timestamp('2024-W09-4T01:02:03')
SELECT from_iso8601_timestamp('2024-02-29 12:34:56')
SELECT from_iso8601_timestamp('2024-060'), from_iso8601_timestamp('2024'), from_iso8601_timestamp('2024-02')
SELECT from_iso8601_date('2024-02-30')
SELECT from_iso8601_date('2024-W53-1')
SELECT to_iso8601(TIMESTAMP '2024-02-29 12:34:56.789 America/New_York'), to_iso8601(TIMESTAMP '2024-02-29 12:34:56.789123'), to_iso8601(DATE '2024-02-29'), to_iso8601(TIMESTAMP '2024-02-29 00:00:00 UTC')
SELECT date_format(TIMESTAMP '2024-02-09 03:04:05.678901', '%a %b %c %d %e %f %H %h %I %i %j %k %l %M %m %p %r %S %s %T %v %W %x %Y %y %%')
SELECT date_format(TIMESTAMP '2021-01-03 00:00:00', '%v %x %j'), date_format(TIMESTAMP '2024-12-30 12:00:00', '%x-%v %h%p %l'), date_format(DATE '2024-01-01', '%Y')
SELECT date_format(TIMESTAMP '2024-01-01 00:00:00', '%D')
SELECT date_format(TIMESTAMP '2024-01-01 00:00:00', '%U %u %V %w %X')
SELECT date_format(TIMESTAMP '2024-01-01 00:00:00', 'no % sign %q')
SELECT date_format(TIMESTAMP '2024-06-01 12:00:00 America/New_York', '%H:%i')
SELECT date_parse('2024-02-29', '%Y-%m-%d'), date_parse('29.2.24', '%d.%c.%y'), date_parse('70-01-01', '%y-%m-%d'), date_parse('69-01-01', '%y-%m-%d'), date_parse('Feb 9 2024', '%b %e %Y'), date_parse('12:30 AM', '%h:%i %p')
SELECT date_parse('2024-02-30', '%Y-%m-%d')
SELECT date_parse('2024-02-29 x', '%Y-%m-%d')
SELECT date_parse('2024-02-29T10:11:12.123456', '%Y-%m-%dT%H:%i:%s.%f'), date_parse('366 2024', '%j %Y'), date_parse('February', '%M')
SELECT date_parse('', '%Y'), 1
SELECT date_parse(NULL, '%Y'), date_parse('2024', NULL)
SELECT format_datetime(TIMESTAMP '2024-02-09 15:04:05.678', 'yyyy-MM-dd''T''HH:mm:ss.SSS'), format_datetime(TIMESTAMP '2024-02-09 15:04:05', 'EEE, d MMM yy h:mm a'), format_datetime(TIMESTAMP '2024-02-09 15:04:05', 'xxxx ww e D'), format_datetime(TIMESTAMP '2024-02-09 15:04:05 America/New_York', 'HH:mm ZZ')
SELECT format_datetime(TIMESTAMP '2024-02-09 15:04:05 America/New_York', 'Z ZZ ZZZ z'), format_datetime(TIMESTAMP '2024-02-09 00:04:05', 'K k H h'), format_datetime(DATE '2024-02-09', 'MMMM'), format_datetime(TIMESTAMP '2024-02-09 15:04:05', 'YYYY y C G')
SELECT format_datetime(TIMESTAMP '2024-02-09 15:04:05', 'qqq')
SELECT parse_datetime('2024-02-09 15:04', 'yyyy-MM-dd HH:mm'), parse_datetime('9/Feb/2024:15:04:05 +0530', 'd/MMM/yyyy:HH:mm:ss Z'), parse_datetime('2024-02-09', 'yyyy-MM-dd'), parse_datetime('Fri 9 2024 2', 'EEE d yyyy M')
SELECT parse_datetime('2024-13-09', 'yyyy-MM-dd')
SELECT parse_datetime('2024-02-09 15:04 America/New_York', 'yyyy-MM-dd HH:mm ZZZ')
SELECT to_char(TIMESTAMP '2024-02-09 15:04:05', 'yyyy/mm/dd hh24:mi:ss'), to_date('2024/02/09', 'yyyy/mm/dd'), to_timestamp('2024/02/09 15', 'yyyy/mm/dd hh24')
SELECT INTERVAL '1' DAY > INTERVAL '23' HOUR, INTERVAL '1' YEAR - INTERVAL '13' MONTH, INTERVAL '1' DAY / 3, INTERVAL '1' MONTH * 1.5, -INTERVAL '2' HOUR, 2.5e0 * INTERVAL '1' SECOND
SELECT CAST(INTERVAL '100' HOUR AS varchar), CAST(INTERVAL '14' MONTH AS varchar), CAST(INTERVAL '-1' SECOND AS varchar), INTERVAL '0.123' SECOND, INTERVAL '1 1' DAY TO HOUR
SELECT INTERVAL '1' DAY / 0
SELECT INTERVAL '1' DAY * nan()
SELECT extract(DAY FROM INTERVAL '50' HOUR), extract(HOUR FROM INTERVAL '50' HOUR), extract(MONTH FROM INTERVAL '14' MONTH), extract(YEAR FROM INTERVAL '-14' MONTH), extract(SECOND FROM INTERVAL '-61' SECOND), millisecond(INTERVAL '1.5' SECOND)
SELECT extract(MILLISECOND FROM TIMESTAMP '2024-01-01 00:00:00.999'), extract(SECOND FROM TIMESTAMP '2024-01-01 00:00:59.999'), second(TIME '01:02:03.9'), hour(TIME '23:00:00'), millisecond(TIME '23:00:00.5')
SELECT TIME '10:00:00' + INTERVAL '25' HOUR, TIME '00:00:01' - INTERVAL '2' SECOND, TIME '10:00:00' < TIME '9:00:00', date_add('minute', 90, TIME '23:30:00'), date_diff('minute', TIME '23:00:00', TIME '01:00:00'), date_trunc('hour', TIME '10:59:59')
SELECT CAST('10:11:12.5' AS time), CAST('2024-01-01 10:11:12' AS time), 1
SELECT CAST('24:00:00' AS time)
SELECT CAST(TIMESTAMP '2024-01-01 23:59:59.9999' AS timestamp(3)), CAST(TIMESTAMP '2024-12-31 23:59:59.9995' AS timestamp(3)), CAST(TIMESTAMP '1969-12-31 23:59:59.9994' AS timestamp(3)), CAST(TIMESTAMP '2024-01-01 00:00:00.4' AS timestamp(0)), CAST(TIMESTAMP '2024-01-01 00:00:00.5' AS timestamp(0))
SELECT TIMESTAMP '2024-01-01 00:00:00.123456' + INTERVAL '0.001' SECOND, date_trunc('second', TIMESTAMP '2024-01-01 00:00:00.999999'), typeof(date_add('day', 1, TIMESTAMP '2024-01-01 00:00:00.123456')), typeof(TIMESTAMP '2024-01-01 00:00:00' - TIMESTAMP '2023-01-01 00:00:00')
SELECT CAST('2024-02-29' AS date), CAST(' 2024-02-29 ' AS date), CAST('2024-2-9' AS date), CAST('02024-02-09' AS date), 1
SELECT CAST('2024-02-30' AS date)
SELECT CAST('2024-02-29 10:00:00' AS date)
SELECT CAST('20240229' AS date)
SELECT TRY_CAST('2024-02-29T10:00:00' AS timestamp), TRY_CAST('2024-02-29 25:00:00' AS timestamp), TRY_CAST('2024-02-29 10:00:00 Europe/Berlin' AS timestamp with time zone), TRY_CAST('2024-02-29 10:00:00.123456789' AS timestamp(6)), TRY_CAST('2024-02-29 10' AS timestamp)
SELECT CAST('2024-02-29 10:00:00 +01:00' AS timestamp)
SELECT CAST('2024-02-29 10:00' AS timestamp with time zone), CAST('2024-02-29' AS timestamp with time zone), CAST(DATE '2024-02-29' AS timestamp with time zone)
SELECT date('2024-02-29'), date(TIMESTAMP '2024-02-29 23:00:00 America/New_York'), date(TIMESTAMP '2024-02-29 23:00:00')
SELECT DATE '2024-02-29' < TIMESTAMP '2024-02-29 00:00:01', DATE '2024-02-29' = TIMESTAMP '2024-02-29 00:00:00 UTC', DATE '2024-02-29' BETWEEN DATE '2024-02-29' AND TIMESTAMP '2024-02-29 00:00:00', TIMESTAMP '2024-02-29 00:00:00' IN (DATE '2024-02-29')
SELECT DATE '2024-02-29' = '2024-02-29'
SELECT DATE '2024-02-29' - 1
SELECT DATE '2024-03-01' - DATE '2024-02-01', TIMESTAMP '2024-03-01 00:00:00' - DATE '2024-02-01', date_diff('day', DATE '2024-02-01', TIMESTAMP '2024-03-01 12:00:00')
SELECT date_add(u, 1, DATE '2024-01-31') FROM (VALUES 'day', 'month', 'year') t(u)
SELECT date_trunc(u, TIMESTAMP '2024-05-15 10:11:12') FROM (VALUES 'day', 'month', 'hour') t(u)
SELECT date_diff(u, TIMESTAMP '2024-05-15 10:11:12', TIMESTAMP '2025-01-01 00:00:00') FROM (VALUES 'day', 'month', 'hour', 'WEEK') t(u)
SELECT date_trunc(u, DATE '2024-05-15') FROM (VALUES 'day', 'hour') t(u)
SELECT date_trunc(NULL, DATE '2024-05-15'), date_add(CAST(NULL AS varchar), 1, DATE '2024-05-15')
SELECT date_trunc('decade', DATE '2024-05-15')
SELECT date_add('day', 1.5, DATE '2024-01-01')
SELECT date_add('day', 3000000000, DATE '2024-01-01')
SELECT date_add('millisecond', 1, TIMESTAMP '2024-01-01 00:00:00'), date_add('microsecond', 1, TIMESTAMP '2024-01-01 00:00:00.000000')
SELECT human_readable_seconds(93784), parse_duration('3.81 d'), to_milliseconds(parse_duration('42.8ms')), parse_duration('1.5h')
SELECT current_date = CAST(current_timestamp AS date), localtimestamp = CAST(current_timestamp AS timestamp), typeof(current_timestamp(6)), typeof(localtimestamp(0)), now() = current_timestamp
SELECT month(DATE '2024-02-29'), month(TIMESTAMP '2024-12-31 23:30:00 UTC' AT TIME ZONE 'Asia/Tokyo'), year(TIMESTAMP '2024-12-31 23:30:00 UTC' AT TIME ZONE 'Asia/Tokyo')
SELECT array_agg(x ORDER BY x) FROM UNNEST(sequence(TIMESTAMP '2024-03-31 00:00:00', TIMESTAMP '2024-03-31 03:00:00', INTERVAL '1' HOUR)) t(x)
SELECT min(x), max(x) FROM (VALUES TIMESTAMP '2024-06-01 12:00:00 UTC', TIMESTAMP '2024-06-01 12:30:00 +02:00') t(x)
SELECT x, count(*) FROM (VALUES TIMESTAMP '2024-06-01 12:00:00.1', TIMESTAMP '2024-06-01 12:00:00.10') t(x) GROUP BY x
