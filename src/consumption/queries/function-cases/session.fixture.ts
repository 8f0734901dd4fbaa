import type { CasePage } from './case-page.fixture.ts'

/** https://trino.io/docs/current/functions/session.html */
export const sessionCases: CasePage = {
  page: 'https://trino.io/docs/current/functions/session.html',
  answers: [
    ['current_catalog', 'awsdatacatalog'],
    ['current_schema', 'default'],
    ['typeof(current_schema)', 'varchar'],
    ["current_schema || '.' || current_catalog", 'default.awsdatacatalog'],
  ],
  failures: [
    ['current_user', /^NOT_SUPPORTED: line 1:8: current_user is not supported: /],
    ['current_groups()', /^NOT_SUPPORTED: line 1:8: current_groups is not supported: /],
    ['current_path', /^NOT_SUPPORTED: line 1:8: current_path is not supported: /],
    ['current_role', /^NOT_SUPPORTED: line 1:8: current_role is not supported: /],
    ['session_user', /^COLUMN_NOT_FOUND: line 1:8: Column 'session_user' cannot be resolved/],
    ['current_schema()', /mismatched input '\('/],
  ],
}
