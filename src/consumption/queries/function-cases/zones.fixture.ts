import type { CasePage } from './case-page.fixture.ts'

/** Times with zones: https://trino.io/docs/current/functions/datetime.html */
export const zonesCases: CasePage = {
  page: 'https://trino.io/docs/current/functions/datetime.html',
  answers: [
    ["from_iso8601_timestamp('2024-01-02T03:04:05+05:30')", '2024-01-02 03:04:05.000 +05:30'],
    ["from_iso8601_timestamp('2024-01-02T03:04:05-08:00')", '2024-01-02 03:04:05.000 -08:00'],
    ["from_iso8601_timestamp('2024-01-02T03:04:05Z')", '2024-01-02 03:04:05.000 UTC'],
    [
      "from_iso8601_timestamp('2024-01-02T03:04:05.123456+01:00')",
      '2024-01-02 03:04:05.123 +01:00',
    ],
    ["from_iso8601_timestamp('2024-01-02')", '2024-01-02 00:00:00.000 UTC'],
    ["from_iso8601_timestamp('2024-01-02T03:04:05+0530')", '2024-01-02 03:04:05.000 +05:30'],
    ["from_iso8601_timestamp('2024-01-02T03:04:05+05')", '2024-01-02 03:04:05.000 +05:00'],
    ["from_iso8601_timestamp('2024-01-02T03+02:00')", '2024-01-02 03:00:00.000 +02:00'],
    ["from_iso8601_timestamp('2024-01-02T03:04:05+00:00')", '2024-01-02 03:04:05.000 UTC'],
    ["from_iso8601_timestamp('2024-W01-2T03:04:05+01:00')", '2024-01-02 03:04:05.000 +01:00'],
    [
      "from_iso8601_timestamp('2024-01-02T03:04:05.5+01:00') + interval '1' day",
      '2024-01-03 03:04:05.500 +01:00',
    ],
    [
      "from_iso8601_timestamp('2024-01-02T03:04:05+05:30') AT TIME ZONE 'America/New_York'",
      '2024-01-01 16:34:05.000 America/New_York',
    ],
    [
      "CAST(from_iso8601_timestamp('2024-01-02T03:04:05+05:30') AS varchar)",
      '2024-01-02 03:04:05.000 +05:30',
    ],
    ["CAST(from_iso8601_timestamp('2024-01-02T03:04:05+05:30') AS date)", '2024-01-02'],
    [
      "CAST(from_iso8601_timestamp('2024-01-02T03:04:05+05:30') AS timestamp)",
      '2024-01-02 03:04:05.000',
    ],
    ["CAST(from_iso8601_timestamp('2024-01-02T03:04:05+05:30') AS time)", '03:04:05.000'],
    ["hour(from_iso8601_timestamp('2024-01-02T03:04:05+05:30'))", '3'],
    ["to_unixtime(from_iso8601_timestamp('2024-01-02T03:04:05+05:30'))", '1.704144845E9'],
    [
      "date_trunc('day', from_iso8601_timestamp('2024-01-02T03:04:05+05:30'))",
      '2024-01-02 00:00:00.000 +05:30',
    ],
    [
      "date_trunc('hour', from_iso8601_timestamp('2024-01-02T03:04:05+05:30'))",
      '2024-01-02 03:00:00.000 +05:30',
    ],
    [
      "date_add('month', 1, from_iso8601_timestamp('2024-01-31T03:04:05+05:30'))",
      '2024-02-29 03:04:05.000 +05:30',
    ],
    [
      "date_diff('hour', from_iso8601_timestamp('2024-01-02T03:04:05+05:30'), from_iso8601_timestamp('2024-01-03T03:04:05Z'))",
      '29',
    ],
    [
      "date_diff('day', from_iso8601_timestamp('2024-01-02T03:04:05+05:30'), from_iso8601_timestamp('2024-01-05T00:04:05Z'))",
      '3',
    ],
    [
      "date_diff('day', timestamp '2024-01-02 23:00:00 Asia/Tokyo', timestamp '2024-01-05 01:00:00 America/New_York')",
      '2',
    ],
    [
      "date_diff('month', timestamp '2024-01-31 23:00:00 Asia/Tokyo', timestamp '2024-03-05 01:00:00 America/New_York')",
      '1',
    ],
    [
      "date_format(from_iso8601_timestamp('2024-01-02T03:04:05+05:30'), '%Y-%m-%d %H:%i')",
      '2024-01-02 03:04',
    ],
    [
      "from_iso8601_timestamp('2024-01-02T03:04:05+05:30') = from_iso8601_timestamp('2024-01-01T21:34:05Z')",
      'true',
    ],
    [
      "from_iso8601_timestamp('2024-01-02T03:04:05+05:30') < from_iso8601_timestamp('2024-01-01T21:34:06Z')",
      'true',
    ],
    [
      "from_iso8601_timestamp('2024-01-02T03:04:05+05:30') BETWEEN timestamp '2024-01-01 00:00:00 UTC' AND timestamp '2024-01-03 00:00:00 UTC'",
      'true',
    ],
    [
      "from_iso8601_timestamp('2024-01-02T03:04:05+05:30') IN (timestamp '2024-01-01 21:34:05 UTC')",
      'true',
    ],
    [
      "from_iso8601_timestamp('2024-01-02T03:04:05+05:30') > timestamp '2024-01-01 00:00:00'",
      'true',
    ],
    ["from_iso8601_timestamp('2024-01-02T03:04:05+05:30') > date '2024-01-01'", 'true'],
    [
      "from_iso8601_timestamp('2024-01-02T03:04:05+05:30') - from_iso8601_timestamp('2024-01-01T03:04:05Z')",
      '0 18:30:00.000',
    ],
    ["from_iso8601_timestamp('2024-01-02T03:04:05+05:30') IS NULL", 'false'],
    [
      "from_iso8601_timestamp('2024-01-02T03:04:05+05:30') IS DISTINCT FROM from_iso8601_timestamp('2024-01-01T21:34:05Z')",
      'false',
    ],
    [
      "coalesce(from_iso8601_timestamp('2024-01-02T03:04:05+05:30'), timestamp '2024-01-01 00:00:00 Europe/Paris')",
      '2024-01-02 03:04:05.000 +05:30',
    ],
    [
      "coalesce(NULL, timestamp '2024-01-01 00:00:00 Europe/Paris', timestamp '2024-01-01 00:00:00 UTC')",
      '2024-01-01 00:00:00.000 Europe/Paris',
    ],
    [
      "CASE WHEN 1 = 1 THEN timestamp '2024-01-01 00:00:00 Europe/Paris' ELSE timestamp '2024-01-01 00:00:00 UTC' END",
      '2024-01-01 00:00:00.000 Europe/Paris',
    ],
    [
      "IF(true, timestamp '2024-01-01 00:00:00 Europe/Paris', timestamp '2024-01-01 00:00:00')",
      '2024-01-01 00:00:00.000 Europe/Paris',
    ],
    [
      "greatest(timestamp '2024-01-01 00:00:00 Europe/Paris', timestamp '2024-01-01 00:00:00 UTC')",
      '2024-01-01 00:00:00.000 UTC',
    ],
    [
      "nullif(timestamp '2024-01-01 01:00:00 Europe/Paris', timestamp '2024-01-01 00:00:00 UTC')",
      null,
    ],
    [
      "ARRAY[timestamp '2024-01-01 00:00:00 Europe/Paris', timestamp '2024-01-01 00:00:00 UTC']",
      '[2024-01-01 00:00:00.000 Europe/Paris, 2024-01-01 00:00:00.000 UTC]',
    ],
    [
      "array_max(ARRAY[timestamp '2024-01-01 00:00:00 Europe/Paris', timestamp '2024-01-01 00:00:00 UTC'])",
      '2024-01-01 00:00:00.000 UTC',
    ],
    [
      "(SELECT x.t FROM (VALUES timestamp '2024-01-01 01:00:00 Europe/Paris') x(t) JOIN (VALUES timestamp '2024-01-01 00:00:00 UTC') y(t) ON x.t = y.t)",
      '2024-01-01 01:00:00.000 Europe/Paris',
    ],
    [
      "CAST('2024-01-01 00:00:00 Europe/Paris' AS timestamp with time zone)",
      '2024-01-01 00:00:00.000 Europe/Paris',
    ],
    [
      "CAST('2024-01-01 00:00:00.123456 +05:30' AS timestamp(6) with time zone)",
      '2024-01-01 00:00:00.123456 +05:30',
    ],
    [
      "CAST('2024-01-01 10:00 Asia/Tokyo' AS timestamp with time zone)",
      '2024-01-01 10:00:00.000 Asia/Tokyo',
    ],
    ["TRY_CAST('2024-01-01 00:00:00 Nowhere/Land' AS timestamp with time zone)", null],
    [
      "parse_datetime('2024-01-02 03:04 +0530', 'yyyy-MM-dd HH:mm Z')",
      '2024-01-02 03:04:00.000 +05:30',
    ],
    [
      "parse_datetime('2024-01-02 03:04 Europe/Paris', 'yyyy-MM-dd HH:mm ZZZ')",
      '2024-01-02 03:04:00.000 Europe/Paris',
    ],
    ["parse_datetime('2024-01-02 03:04', 'yyyy-MM-dd HH:mm')", '2024-01-02 03:04:00.000 UTC'],
    [
      "parse_datetime('2024-01-02T03:04:05-08:00', 'yyyy-MM-dd''T''HH:mm:ssZZ')",
      '2024-01-02 03:04:05.000 -08:00',
    ],
    [
      "parse_datetime('2024-01-02T03:04:05Z', 'yyyy-MM-dd''T''HH:mm:ssZ')",
      '2024-01-02 03:04:05.000 UTC',
    ],
    [
      "timestamp '2024-01-01 00:00:00 Europe/Paris' AT TIME ZONE interval '2' hour",
      '2024-01-01 01:00:00.000 +02:00',
    ],
    [
      "(SELECT row(t, z) FROM (SELECT at_timezone(timestamp '2024-01-01 00:00:00 UTC', z) t, z FROM (VALUES 'Asia/Tokyo') v(z)))",
      '{field0=2024-01-01 09:00:00.000 Asia/Tokyo, field1=Asia/Tokyo}',
    ],
    [
      "(SELECT map(ARRAY[1], ARRAY[t]) FROM (SELECT at_timezone(timestamp '2024-01-01 00:00:00 UTC', z) t, z FROM (VALUES 'Asia/Tokyo') v(z)))",
      '{1=2024-01-01 09:00:00.000 Asia/Tokyo}',
    ],
    [
      "(SELECT count(DISTINCT t) FROM (VALUES timestamp '2024-01-01 01:00:00 Europe/Paris', timestamp '2024-01-01 00:00:00 UTC') x(t))",
      '1',
    ],
    [
      "(SELECT date_add('day', 1, at_timezone(t, z)) FROM (VALUES (timestamp '2024-03-09 12:00:00 America/New_York', 'America/New_York')) x(t, z))",
      '2024-03-10 12:00:00.000 America/New_York',
    ],
    [
      "(SELECT at_timezone(t, z) + interval '1' month FROM (VALUES (timestamp '2024-03-09 12:00:00 America/New_York', 'America/New_York')) x(t, z))",
      '2024-04-09 12:00:00.000 America/New_York',
    ],
    [
      "(SELECT sequence(t, t + interval '2' day, interval '1' day) FROM (VALUES timestamp '2024-03-09 12:00:00') x(t))",
      '[2024-03-09 12:00:00.000, 2024-03-10 12:00:00.000, 2024-03-11 12:00:00.000]',
    ],
    [
      "(SELECT count(*) FROM (SELECT from_iso8601_timestamp(s) d FROM (VALUES '2024-01-02T03:04:05Z', '2024-01-02T04:04:05+01:00', '2024-01-03T03:04:05Z') x(s)) GROUP BY d HAVING d < timestamp '2024-01-03 00:00:00 UTC')",
      '2',
    ],
    [
      "(SELECT count(DISTINCT from_iso8601_timestamp(s)) FROM (VALUES '2024-01-02T03:04:05Z', '2024-01-02T04:04:05+01:00', '2024-01-03T03:04:05Z') x(s))",
      '2',
    ],
    [
      "(SELECT count(*) FROM (SELECT DISTINCT from_iso8601_timestamp(s) FROM (VALUES '2024-01-02T03:04:05Z', '2024-01-02T04:04:05+01:00', '2024-01-03T03:04:05Z') x(s)))",
      '2',
    ],
    [
      "(SELECT CAST(from_iso8601_timestamp(s) AS timestamp(0) with time zone) FROM (VALUES '2024-01-02T03:04:05.600-07:00') x(s))",
      '2024-01-02 03:04:06.000 -07:00',
    ],
    [
      "(SELECT from_iso8601_timestamp(s) AT TIME ZONE 'UTC' FROM (VALUES '2024-01-02T03:04:05.600-07:00') x(s))",
      '2024-01-02 10:04:05.600 UTC',
    ],
    [
      "(SELECT contains(ARRAY[from_iso8601_timestamp(s)], timestamp '2024-01-02 03:04:05 UTC') FROM (VALUES '2024-01-02T04:04:05+01:00') x(s))",
      'true',
    ],
    [
      "(SELECT transform(ARRAY[s, s], x -> hour(from_iso8601_timestamp(x))) FROM (VALUES '2024-01-02T04:04:05+01:00') x(s))",
      '[4, 4]',
    ],
    [
      "(SELECT transform(ARRAY[s], x -> from_iso8601_timestamp(x)) FROM (VALUES '2024-01-02T04:04:05+01:00') x(s))",
      '[2024-01-02 04:04:05.000 +01:00]',
    ],
    [
      "(SELECT parse_datetime(s, 'yyyy-MM-dd HH:mm ZZZ') FROM (VALUES '2024-01-02 04:04 Asia/Tokyo') x(s))",
      '2024-01-02 04:04:00.000 Asia/Tokyo',
    ],
    [
      "(SELECT timestamp '2024-01-01 00:00:00 Asia/Tokyo' = timestamp '2024-01-01 00:00:00')",
      'false',
    ],
    [
      "(SELECT timestamp '2024-01-01 09:00:00 Asia/Tokyo' = timestamp '2024-01-01 00:00:00')",
      'true',
    ],
    [
      "(SELECT timestamp '2024-01-01 09:00:00 Asia/Tokyo' - timestamp '2024-01-01 00:00:00')",
      '0 00:00:00.000',
    ],
    [
      "(SELECT CAST(timestamp '2024-01-01 09:00:00.555 Asia/Tokyo' AS timestamp(1) with time zone))",
      '2024-01-01 09:00:00.600 Asia/Tokyo',
    ],
    [
      "(SELECT CAST(ARRAY[timestamp '2024-01-01 09:00:00.555 Asia/Tokyo'] AS array(timestamp(1) with time zone)))",
      '[2024-01-01 09:00:00.600 Asia/Tokyo]',
    ],
    [
      "(SELECT array_agg(from_iso8601_timestamp(s) ORDER BY s) FROM (VALUES '2024-01-02T04:04:05+01:00', '2024-01-02T03:04:05Z') x(s))",
      '[2024-01-02 03:04:05.000 UTC, 2024-01-02 04:04:05.000 +01:00]',
    ],
    [
      "(SELECT typeof(from_iso8601_timestamp(s)) FROM (VALUES '2024-01-02T04:04:05+01:00') x(s))",
      'timestamp(3) with time zone',
    ],
    [
      "date_trunc('month', from_iso8601_timestamp('2024-03-31T04:04:05+01:00') AT TIME ZONE 'America/New_York')",
      '2024-03-01 00:00:00.000 America/New_York',
    ],
    ["CAST('2024-01-01 00:00:00 America/New_York' AS timestamp)", '2024-01-01 00:00:00.000'],
    ["CAST('2024-01-01 00:00:00 +05:30' AS timestamp)", '2024-01-01 00:00:00.000'],
    ["CAST('2024-01-01 00:00:00Z' AS timestamp)", '2024-01-01 00:00:00.000'],
    ["CAST('2024-01-01 UTC' AS timestamp)", '2024-01-01 00:00:00.000'],
    ["CAST('2024-01-01 00:00:00.123456 UTC' AS timestamp(6))", '2024-01-01 00:00:00.123456'],
    ["CAST('2024-01-01 00:00:00.9996 Europe/Paris' AS timestamp)", '2024-01-01 00:00:01.000'],
    ["TRY_CAST('2024-01-01 00:00:00 Foo' AS timestamp)", null],
    [
      "ARRAY[timestamp '2024-01-01 00:00:00 Asia/Tokyo'] || ARRAY[timestamp '2024-01-01 00:00:00 UTC']",
      '[2024-01-01 00:00:00.000 Asia/Tokyo, 2024-01-01 00:00:00.000 UTC]',
    ],
    [
      "concat(ARRAY[timestamp '2024-01-01 00:00:00 Asia/Tokyo'], ARRAY[timestamp '2024-01-01 00:00:00 UTC'])",
      '[2024-01-01 00:00:00.000 Asia/Tokyo, 2024-01-01 00:00:00.000 UTC]',
    ],
    [
      "ARRAY[ARRAY[timestamp '2024-01-01 00:00:00 Asia/Tokyo'], ARRAY[timestamp '2024-01-01 00:00:00 UTC']]",
      '[[2024-01-01 00:00:00.000 Asia/Tokyo], [2024-01-01 00:00:00.000 UTC]]',
    ],
    [
      "ARRAY[row(1, timestamp '2024-01-01 00:00:00 Asia/Tokyo'), row(2, timestamp '2024-01-01 00:00:00 UTC')]",
      '[{field0=1, field1=2024-01-01 00:00:00.000 Asia/Tokyo}, {field0=2, field1=2024-01-01 00:00:00.000 UTC}]',
    ],
    [
      "coalesce(map(ARRAY[1], ARRAY[timestamp '2024-01-01 00:00:00 Asia/Tokyo']), map(ARRAY[2], ARRAY[timestamp '2024-01-01 00:00:00 UTC']))",
      '{1=2024-01-01 00:00:00.000 Asia/Tokyo}',
    ],
    [
      "IF(false, ARRAY[timestamp '2024-01-01 00:00:00 Asia/Tokyo'], ARRAY[timestamp '2024-01-01 00:00:00 UTC'])",
      '[2024-01-01 00:00:00.000 UTC]',
    ],
    [
      "ARRAY[timestamp '2024-01-01 09:00:00 Asia/Tokyo'] = ARRAY[timestamp '2024-01-01 00:00:00 UTC']",
      'true',
    ],
    [
      "CAST(ARRAY['2024-01-01 09:00:00 Asia/Tokyo', '2024-01-01 09:00:00'] AS array(timestamp with time zone))",
      '[2024-01-01 09:00:00.000 Asia/Tokyo, 2024-01-01 09:00:00.000 UTC]',
    ],
    [
      "element_at(ARRAY[timestamp '2024-01-01 09:00:00 Asia/Tokyo', timestamp '2024-01-01 00:00:00 UTC'], 1)",
      '2024-01-01 09:00:00.000 Asia/Tokyo',
    ],
  ],
  failures: [
    ["CAST('2024-01-01 00:00:00 Foo' AS timestamp)", /^INVALID_CAST_ARGUMENT: /],
    ["CAST('2024-01-01 10:00:00 Asia/Tokyo' AS date)", /^INVALID_CAST_ARGUMENT: /],
    ["CAST('2024-01-01 10:00:00' AS date)", /^INVALID_CAST_ARGUMENT: /],
    ["from_iso8601_timestamp('2024-01-02T03:04:05+15:00')", /^NOT_SUPPORTED: /],
    [
      "(SELECT with_timezone(t, z) FROM (VALUES (timestamp '2024-01-01 00:00:00', 'Nowhere/Land')) x(t, z))",
      /^INVALID_FUNCTION_ARGUMENT: /,
    ],
    [
      "(SELECT at_timezone(t, z) FROM (VALUES (timestamp '2024-01-01 00:00:00 UTC', 'Nowhere/Land')) x(t, z))",
      /^INVALID_FUNCTION_ARGUMENT: /,
    ],
    [
      "CAST('2024-01-01 00:00:00 Nowhere/Land' AS timestamp with time zone)",
      /^INVALID_CAST_ARGUMENT: /,
    ],
    ["CAST('2024-01-01T00:00:00Z' AS timestamp with time zone)", /^INVALID_CAST_ARGUMENT: /],
    ["timezone(timestamp '2024-01-01 00:00:00 Europe/Paris')", /^FUNCTION_NOT_FOUND: /],
    ["timezone(from_iso8601_timestamp('2024-01-02T03:04:05+05:30'))", /^FUNCTION_NOT_FOUND: /],
    [
      "(SELECT from_iso8601_timestamp(s) FROM (VALUES '2024-01-02T04:04:05+19:00') x(s))",
      /^NOT_SUPPORTED: /,
    ],
    ["(SELECT from_iso8601_timestamp(s) FROM (VALUES 'x') x(s))", /^INVALID_FUNCTION_ARGUMENT: /],
    [
      "(SELECT parse_datetime(s, 'yyyy-MM-dd HH:mm Z') FROM (VALUES '2024-01-02 04:04 hello') x(s))",
      /^INVALID_FUNCTION_ARGUMENT: /,
    ],
  ],
}
