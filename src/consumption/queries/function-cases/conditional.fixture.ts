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
  ],
  failures: [],
}
