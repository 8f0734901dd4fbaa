/** Queries over times of which each has a zone of its own: https://trino.io/docs/current/functions/datetime.html */
export const zonedQueries: readonly (readonly [
  sql: string,
  rows: readonly (readonly (string | null)[])[],
])[] = [
  [
    "SELECT at_timezone(t, z) FROM (VALUES (timestamp '2024-01-01 00:00:00 UTC', 'Asia/Tokyo'), (timestamp '2024-07-01 00:00:00 UTC', 'America/New_York'), (timestamp '2024-07-01 00:00:00 UTC', '+05:30'), (timestamp '2024-07-01 00:00:00 UTC', NULL)) x(t, z)",
    [
      ['2024-01-01 09:00:00.000 Asia/Tokyo'],
      ['2024-06-30 20:00:00.000 America/New_York'],
      ['2024-07-01 05:30:00.000 +05:30'],
      [null],
    ],
  ],
  [
    "SELECT with_timezone(t, z) FROM (VALUES (timestamp '2024-01-01 00:00:00', 'Asia/Tokyo'), (timestamp '2024-07-01 00:00:00', 'America/New_York'), (timestamp '2024-07-01 00:00:00', '-03:00')) x(t, z)",
    [
      ['2024-01-01 00:00:00.000 Asia/Tokyo'],
      ['2024-07-01 00:00:00.000 America/New_York'],
      ['2024-07-01 00:00:00.000 -03:00'],
    ],
  ],
  [
    "SELECT from_unixtime(s, z) FROM (VALUES (0e0, 'Asia/Tokyo'), (1.5e9, 'Europe/London')) x(s, z)",
    [['1970-01-01 09:00:00.000 Asia/Tokyo'], ['2017-07-14 03:40:00.000 Europe/London']],
  ],
  [
    'SELECT from_unixtime(s, h, m) FROM (VALUES (0e0, 5, 30), (1.5e9, -8, 0)) x(s, h, m)',
    [['1970-01-01 05:30:00.000 +05:30'], ['2017-07-13 18:40:00.000 -08:00']],
  ],
  [
    "SELECT hour(at_timezone(t, z)), day(at_timezone(t, z)) FROM (VALUES (timestamp '2024-01-01 20:00:00 UTC', 'Asia/Tokyo')) x(t, z)",
    [['5', '2']],
  ],
  [
    "SELECT t FROM (VALUES timestamp '2024-01-01 00:00:00 Europe/Paris', timestamp '2024-01-01 00:00:00 UTC') x(t) ORDER BY t",
    [['2024-01-01 00:00:00.000 Europe/Paris'], ['2024-01-01 00:00:00.000 UTC']],
  ],
  [
    "SELECT min(t), max(t), count(t), count(*) FROM (VALUES timestamp '2024-01-01 00:00:00 Europe/Paris', timestamp '2024-01-01 00:00:00 UTC') x(t)",
    [['2024-01-01 00:00:00.000 Europe/Paris', '2024-01-01 00:00:00.000 UTC', '2', '2']],
  ],
  [
    "SELECT max_by(i, t), array_agg(t ORDER BY i) FROM (VALUES (1, timestamp '2024-01-01 00:00:00 Europe/Paris'), (2, timestamp '2024-01-01 00:00:00 UTC')) x(i, t)",
    [['2', '[2024-01-01 00:00:00.000 Europe/Paris, 2024-01-01 00:00:00.000 UTC]']],
  ],
  [
    "SELECT t, count(*) FROM (VALUES timestamp '2024-01-01 00:00:00 Europe/Paris', timestamp '2024-01-01 00:00:00 UTC') x(t) GROUP BY t ORDER BY t",
    [
      ['2024-01-01 00:00:00.000 Europe/Paris', '1'],
      ['2024-01-01 00:00:00.000 UTC', '1'],
    ],
  ],
  [
    "SELECT DISTINCT t FROM (VALUES timestamp '2024-01-01 00:00:00 Europe/Paris', timestamp '2024-01-01 00:00:00 UTC') x(t) ORDER BY t",
    [['2024-01-01 00:00:00.000 Europe/Paris'], ['2024-01-01 00:00:00.000 UTC']],
  ],
  [
    "SELECT timestamp '2024-01-01 00:00:00 Europe/Paris' UNION ALL SELECT timestamp '2024-01-01 00:00:00 UTC'",
    [['2024-01-01 00:00:00.000 Europe/Paris'], ['2024-01-01 00:00:00.000 UTC']],
  ],
  [
    "SELECT CAST(s AS timestamp with time zone) FROM (VALUES '2024-01-01 00:00:00 Europe/Paris', '2024-01-01 00:00:00 +05:00', '2024-01-01 00:00:00', '2024-01-01') x(s)",
    [
      ['2024-01-01 00:00:00.000 Europe/Paris'],
      ['2024-01-01 00:00:00.000 +05:00'],
      ['2024-01-01 00:00:00.000 UTC'],
      ['2024-01-01 00:00:00.000 UTC'],
    ],
  ],
  [
    "SELECT last_day_of_month(t), day_of_week(t), date(t), week(t) FROM (SELECT at_timezone(timestamp '2024-01-31 20:00:00 UTC', z) t FROM (VALUES 'Asia/Tokyo') v(z))",
    [['2024-02-29', '4', '2024-02-01', '5']],
  ],
  [
    "SELECT t FROM (VALUES timestamp '2024-03-31 01:30:00 Europe/Paris', timestamp '2024-10-27 02:30:00 Europe/Paris') x(t) ORDER BY 1",
    [['2024-03-31 01:30:00.000 Europe/Paris'], ['2024-10-27 02:30:00.000 Europe/Paris']],
  ],
  [
    "SELECT from_iso8601_timestamp(s) FROM (VALUES '2024-01-02T03:04:05+05:30', '2024-01-02T03:04:05Z', '2024-01-02', '2024-01-02T03', NULL) x(s)",
    [
      ['2024-01-02 03:04:05.000 +05:30'],
      ['2024-01-02 03:04:05.000 UTC'],
      ['2024-01-02 00:00:00.000 UTC'],
      ['2024-01-02 03:00:00.000 UTC'],
      [null],
    ],
  ],
  [
    "SELECT hour(from_iso8601_timestamp(s)), date_trunc('hour', from_iso8601_timestamp(s)), date_trunc('day', from_iso8601_timestamp(s)) FROM (VALUES '2024-01-02T03:04:05+05:30', '2024-01-02T03:04:05Z', NULL) x(s)",
    [
      ['3', '2024-01-02 03:00:00.000 +05:30', '2024-01-02 00:00:00.000 +05:30'],
      ['3', '2024-01-02 03:00:00.000 UTC', '2024-01-02 00:00:00.000 UTC'],
      [null, null, null],
    ],
  ],
  [
    "SELECT date_trunc('day', from_iso8601_timestamp(s)) d, count(*) FROM (VALUES '2024-01-02T03:04:05Z', '2024-01-02T13:04:05Z', '2024-01-03T03:04:05Z', NULL) x(s) GROUP BY date_trunc('day', from_iso8601_timestamp(s)) ORDER BY 1",
    [
      ['2024-01-02 00:00:00.000 UTC', '2'],
      ['2024-01-03 00:00:00.000 UTC', '1'],
      [null, '1'],
    ],
  ],
  [
    "SELECT date_trunc('day', from_iso8601_timestamp(s)) d, count(*) FROM (VALUES '2024-01-02T03:04:05Z', '2024-01-02T13:04:05Z', '2024-01-03T03:04:05Z', NULL) x(s) GROUP BY 1 ORDER BY d DESC",
    [
      ['2024-01-03 00:00:00.000 UTC', '1'],
      ['2024-01-02 00:00:00.000 UTC', '2'],
      [null, '1'],
    ],
  ],
  [
    "SELECT max(from_iso8601_timestamp(s)), min_by(s, from_iso8601_timestamp(s)) FROM (VALUES '2024-01-02T03:04:05Z', '2024-01-02T05:04:05+01:00', '2024-01-03T03:04:05Z') x(s)",
    [['2024-01-03 03:04:05.000 UTC', '2024-01-02T03:04:05Z']],
  ],
  [
    "SELECT from_iso8601_timestamp(s) + interval '2' hour, from_iso8601_timestamp(s) - interval '1' year, date_add('hour', 5, from_iso8601_timestamp(s)), date_add('day', 5, from_iso8601_timestamp(s)) FROM (VALUES '2024-01-02T03:04:05.600-07:00') x(s)",
    [
      [
        '2024-01-02 05:04:05.600 -07:00',
        '2023-01-02 03:04:05.600 -07:00',
        '2024-01-02 08:04:05.600 -07:00',
        '2024-01-07 03:04:05.600 -07:00',
      ],
    ],
  ],
  [
    "SELECT from_iso8601_timestamp(s) IN (timestamp '2024-01-02 03:04:05 UTC'), from_iso8601_timestamp(s) = timestamp '2024-01-02 03:04:05', from_iso8601_timestamp(s) > date '2024-01-02' FROM (VALUES '2024-01-02T03:04:05+00:00', '2024-01-02T04:04:05+01:00') x(s)",
    [
      ['true', 'true', 'true'],
      ['true', 'true', 'true'],
    ],
  ],
  [
    "SELECT from_iso8601_timestamp(s) IN (SELECT timestamp '2024-01-02 03:04:05 UTC') FROM (VALUES '2024-01-02T03:04:05+00:00', '2024-01-02T04:04:05+01:00') x(s)",
    [['true'], ['true']],
  ],
  [
    "SELECT date_diff('minute', from_iso8601_timestamp(s), from_iso8601_timestamp(t)), date_diff('day', from_iso8601_timestamp(s), from_iso8601_timestamp(t)) FROM (VALUES ('2024-01-02T03:04:05+00:00', '2024-01-05T04:04:05+05:00')) x(s, t)",
    [['4080', '2']],
  ],
  [
    "SELECT format_datetime(from_iso8601_timestamp(s), 'yyyy-MM-dd HH:mm ZZ'), date_format(from_iso8601_timestamp(s), '%Y %H') FROM (VALUES '2024-01-02T03:04:05+05:30') x(s)",
    [['2024-01-02 03:04 +05:30', '2024 03']],
  ],
  [
    "SELECT coalesce(from_iso8601_timestamp(s), timestamp '2024-01-01 00:00:00 Asia/Tokyo') FROM (VALUES NULL, '2024-01-02T04:04:05+01:00') x(s)",
    [['2024-01-01 00:00:00.000 Asia/Tokyo'], ['2024-01-02 04:04:05.000 +01:00']],
  ],
  [
    "SELECT greatest(from_iso8601_timestamp(s), timestamp '2024-01-01 00:00:00 Asia/Tokyo') FROM (VALUES NULL, '2024-01-02T04:04:05+01:00') x(s)",
    [[null], ['2024-01-02 04:04:05.000 +01:00']],
  ],
  [
    "SELECT TRY_CAST(s AS timestamp with time zone) FROM (VALUES '2024-01-02 04:04:05 +01:00', '2024-01-02 04:04:05 Foo', '2024-01-02 04:04', NULL, '2024-01-02 04:04 Europe/Paris') x(s)",
    [
      ['2024-01-02 04:04:05.000 +01:00'],
      [null],
      ['2024-01-02 04:04:00.000 UTC'],
      [null],
      ['2024-01-02 04:04:00.000 Europe/Paris'],
    ],
  ],
  [
    "SELECT parse_datetime(s, 'yyyy-MM-dd HH:mm Z') FROM (VALUES '2024-01-02 04:04 +0100', '2024-01-02 04:04 -08:00') x(s)",
    [['2024-01-02 04:04:00.000 +01:00'], ['2024-01-02 04:04:00.000 -08:00']],
  ],
  [
    "SELECT day_of_week(t), last_day_of_month(t), year(t), quarter(t), timezone_hour(t), timezone_minute(t), millisecond(t) FROM (SELECT from_iso8601_timestamp(s) t FROM (VALUES '2024-01-31T23:30:00.250-05:30') x(s))",
    [['3', '2024-01-31', '2024', '1', '-5', '-30', '250']],
  ],
  [
    "SELECT x.a, y.b FROM (VALUES ('2024-01-02T04:04:05+01:00', 1)) x(s, a) JOIN (VALUES ('2024-01-02T03:04:05Z', 2)) y(s, b) ON from_iso8601_timestamp(x.s) = from_iso8601_timestamp(y.s)",
    [['1', '2']],
  ],
  [
    "SELECT CASE WHEN s = 'a' THEN from_iso8601_timestamp('2024-01-02T04:04:05+01:00') ELSE timestamp '2024-01-01 00:00:00' END FROM (VALUES 'a', 'b') x(s)",
    [['2024-01-02 04:04:05.000 +01:00'], ['2024-01-01 00:00:00.000 UTC']],
  ],
  [
    "SELECT a, t, count(*) FROM (SELECT a, from_iso8601_timestamp(s) t FROM (VALUES (1,'2024-01-02T04:04:05+01:00'), (1,'2024-01-02T04:04:05+01:00')) x(a, s)) GROUP BY GROUPING SETS ((a), (t)) ORDER BY a",
    [
      ['1', null, '2'],
      [null, '2024-01-02 04:04:05.000 +01:00', '2'],
    ],
  ],
  [
    "SELECT t, hour(t), count(*) FROM (SELECT from_iso8601_timestamp(s) t FROM (VALUES '2024-01-02T04:04:05+01:00', '2024-01-02T04:04:05+01:00') x(s)) GROUP BY t",
    [['2024-01-02 04:04:05.000 +01:00', '4', '2']],
  ],
  [
    "SELECT sum(CASE WHEN t > timestamp '2024-01-01 00:00:00' THEN 1 END), t FROM (SELECT from_iso8601_timestamp(s) t FROM (VALUES '2024-01-02T04:04:05+01:00', '2024-01-02T04:04:05+01:00') x(s)) GROUP BY t",
    [['2', '2024-01-02 04:04:05.000 +01:00']],
  ],
]
