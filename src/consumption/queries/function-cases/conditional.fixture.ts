import type { CasePage } from './case-page.fixture.ts'

/** https://trino.io/docs/current/functions/conditional.html */
export const conditionalCases: CasePage = {
  page: 'https://trino.io/docs/current/functions/conditional.html',
  answers: [
    ["CASE 2 WHEN 1 THEN 'one' WHEN 2 THEN 'two' ELSE 'many' END", 'two'],
    ["CASE WHEN false THEN 'a' END", null],
    ["if(true, 'a')", 'a'],
    ["if(NULL, 'a', 'b')", 'b'],
    ["coalesce(NULL, 'b', 'c')", 'b'],
    ['nullif(1, 1)', null],
    ['nullif(1, 2)', '1'],
    ['try(1 / 0)', null],
    ["coalesce(try(cast('x' AS integer)), 0)", '0'],
    ["typeof(coalesce(cast('a' as char(3)), 'bb'))", 'char(3)'],
    ["typeof(coalesce(cast('a' as char(3)), varchar 'bb'))", 'char(65536)'],
    ['coalesce(NULL, 1)', '1'],
    ["coalesce(NULL, NULL, 'x')", 'x'],
    ['if(true, 1, 2)', '1'],
    ['if(false, 1)', null],
    ['if(NULL, 1, 2)', '2'],
    ["nullif('a', 'a')", null],
    ["nullif('a', 'b')", 'a'],
    ["try(cast('a' as bigint))", null],
    ['try(10 / 0)', null],
    ['coalesce(try(10 / 0), -1)', '-1'],
    // Only these failures become NULL.
    ['try(ARRAY[1][2])', null],
    ['try(element_at(ARRAY[1], 0))', null],
    ["try(127 + BIGINT '9223372036854775807')", null],
    ["try(json_parse('{'))", null],
    ["try(json_object('a': 1, 'a': 2 WITH UNIQUE KEYS))", null],
    ["try(date_parse('x', '%Y'))", null],
    ["try(split_to_map('a=1,a=2', ',', '='))", null],
    ['try(5 / (SELECT 2))', '2'],
    ['try(5 / (SELECT 0))', null],
    ['try(try(5 / (SELECT 0)) + 1)', null],
    ['try(if(EXISTS(SELECT 1), 1 / 0, 3))', null],
    ['try((SELECT 7))', '7'],
  ],
  failures: [
    ['try((SELECT 1 / 0))', /^DIVISION_BY_ZERO: Division by zero$/],
    ['try((SELECT * FROM (VALUES 1, 2)))', /^SUBQUERY_MULTIPLE_ROWS: /],
    [
      "try(json_value('{\"a\":1}', 'strict $.b' ERROR ON ERROR))",
      /^PATH_EVALUATION_ERROR: path evaluation failed: /,
    ],
    [
      'try(ARRAY[NULL] < ARRAY[1])',
      /^NOT_SUPPORTED: ARRAY comparison not supported for values with NULL$/,
    ],
  ],
}
