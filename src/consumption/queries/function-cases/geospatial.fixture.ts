import type { CasePage } from './case-page.fixture.ts'

/** https://trino.io/docs/current/functions/geospatial.html */
export const geospatialCases: CasePage = {
  page: 'https://trino.io/docs/current/functions/geospatial.html',
  answers: [
    ['great_circle_distance(36.12, -86.67, 33.94, -118.40)', '2886.448973436703'],
    ['great_circle_distance(1, 2, 1, 2)', '0.0'],
    ['great_circle_distance(NULL, 2, 1, 2)', null],
  ],
  failures: [
    ['great_circle_distance(91, 2, 1, 2)', /^INVALID_FUNCTION_ARGUMENT: Latitude must be between/],
    ['ST_Point(1, 2)', /^FUNCTION_NOT_FOUND: /],
  ],
}
