import type { CasePage } from './case-page.fixture.ts'

/** https://trino.io/docs/current/functions/list.html */
export const listCases: CasePage = {
  page: 'https://trino.io/docs/current/functions/list.html',
  answers: [],
  failures: [
    ['read_csv(1)', /^FUNCTION_NOT_FOUND: line 1:8: Function 'read_csv' not registered/],
    ["getenv('HOME')", /^FUNCTION_NOT_FOUND: /],
    ["current_setting('memory_limit')", /^FUNCTION_NOT_FOUND: /],
    ['no_such_column', /^COLUMN_NOT_FOUND: line 1:8: Column 'no_such_column' cannot be resolved/],
  ],
}
