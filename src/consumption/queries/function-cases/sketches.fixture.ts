import type { CasePage } from './case-page.fixture.ts'

/** Sketches: https://trino.io/docs/current/functions/hyperloglog.html, qdigest.html, tdigest.html */
export const sketchCases: CasePage = {
  page: 'https://trino.io/docs/current/functions/qdigest.html',
  answers: [
    ['(SELECT approx_percentile(x, 0.5) FROM (VALUES 1.5e0, 2.5e0) t(x))', '2.5'],
    ['(SELECT cardinality(approx_set(x)) FROM (VALUES 1) t(x) WHERE false)', null],
    ['(SELECT cardinality(merge(h)) FROM (SELECT empty_approx_set() h) t)', '0'],
    ["(SELECT cardinality(approx_set(x)) FROM (VALUES 'a', 'b') t(x))", '2'],
    ['(SELECT value_at_quantile(qdigest_agg(x), 0) FROM (VALUES 1, 5, 9) t(x))', '1'],
    ['(SELECT value_at_quantile(qdigest_agg(x), 1) FROM (VALUES 1, 5, 9) t(x))', '9'],
    [
      '(SELECT values_at_quantiles(qdigest_agg(x), ARRAY[0, 0.25, 0.3, 0.5, 0.75, 1]) FROM (VALUES 1, 5, 9, 11) t(x))',
      '[1, 5, 5, 9, 11, 11]',
    ],
    [
      '(SELECT values_at_quantiles(tdigest_agg(x), ARRAY[0, 0.25, 0.3, 0.5, 0.75, 1]) FROM (VALUES 1, 5, 9, 11) t(x))',
      '[1.0, 5.0, 5.0, 9.0, 11.0, 11.0]',
    ],
    [
      '(SELECT values_at_quantiles(qdigest_agg(x), ARRAY[0.1, 0.5, 0.9]) FROM UNNEST(sequence(1, 1000)) t(x))',
      '[101, 501, 901]',
    ],
    [
      '(SELECT values_at_quantiles(qdigest_agg(x, w), ARRAY[0.1, 0.5, 0.9]) FROM (VALUES (1, 2), (5, 1)) t(x, w))',
      '[1, 1, 5]',
    ],
    [
      '(SELECT approx_percentile(x, ARRAY[0, 0.25, 0.3, 0.5, 0.75, 1]) FROM (VALUES 1, 5, 9, 11) t(x))',
      '[1, 5, 5, 9, 11, 11]',
    ],
    ['(SELECT cardinality(approx_set(x)) FROM (VALUES 1,1,2,NULL) t(x))', '2'],
    [
      '(SELECT cardinality(merge(s)) FROM (SELECT approx_set(x) s FROM (VALUES (1,1),(1,2),(2,2),(2,3)) t(k,x) GROUP BY k))',
      '3',
    ],
    ['(SELECT cardinality(empty_approx_set()))', '0'],
    ['(SELECT value_at_quantile(qdigest_agg(x), 0.5) FROM (VALUES 1,2,3,4,5) t(x))', '3'],
    [
      '(SELECT values_at_quantiles(qdigest_agg(x), ARRAY[0.1,0.5,0.9]) FROM (VALUES 1,2,3,4,5) t(x))',
      '[1, 3, 5]',
    ],
    ['(SELECT value_at_quantile(qdigest_agg(x, 2), 0.5) FROM (VALUES 1,2,3,4,5) t(x))', '3'],
    [
      '(SELECT value_at_quantile(qdigest_agg(x), 0.5) FROM (VALUES 1.5e0,2.5e0,9e0,4e0) t(x))',
      '4.0',
    ],
    [
      '(SELECT value_at_quantile(tdigest_agg(x), 0.5) FROM (VALUES 1.5e0,2.5e0,9e0,4e0) t(x))',
      '4.0',
    ],
    ['(SELECT value_at_quantile(tdigest_agg(x), 0.5) FROM (VALUES 1,2,3,4,5) t(x))', '3.0'],
    [
      '(SELECT values_at_quantiles(tdigest_agg(x), ARRAY[0.1,0.25,0.9]) FROM (VALUES 1,2,3,4,5) t(x))',
      '[1.0, 2.0, 5.0]',
    ],
    [
      '(SELECT values_at_quantiles(tdigest_agg(x, w), ARRAY[0.1,0.25,0.9]) FROM (VALUES (1,2),(5,1)) t(x,w))',
      '[1.0, 1.0, 5.0]',
    ],
    [
      '(SELECT value_at_quantile(merge(d), 0.5) FROM (SELECT tdigest_agg(x) d FROM (VALUES (1,1),(1,2),(2,2),(2,3)) t(k,x) GROUP BY k))',
      '2.0',
    ],
  ],
  failures: [
    [
      '(SELECT cardinality(approx_set(x)), cardinality(merge(approx_set(x))) FROM (VALUES 1) t(x))',
      /^NESTED_AGGREGATION: /,
    ],
    ['(SELECT cardinality(approx_set(x, 0.02)) FROM (VALUES 1, 2) t(x))', /^FUNCTION_NOT_FOUND: /],
    ['(SELECT cardinality(approx_set(x)) FROM (VALUES true) t(x))', /^FUNCTION_NOT_FOUND: /],
  ],
}
