import type { CasePage } from './case-page.fixture.ts'

/** https://trino.io/docs/current/functions/map.html */
export const mapCases: CasePage = {
  page: 'https://trino.io/docs/current/functions/map.html',
  answers: [
    ["map(array['a', 'b'], array[1, 2])", '{a=1, b=2}'],
    ["map(array['a'], array[1])['a']", '1'],
    ["element_at(map(array['a'], array[1]), 'b')", null],
    ["cardinality(map(array['a'], array[1]))", '1'],
    ["map_keys(map(array['a', 'b'], array[1, 2]))", '[a, b]'],
    ["map_values(map(array['a', 'b'], array[1, 2]))", '[1, 2]'],
    ["map_concat(map(array['a'], array[1]), map(array['a'], array[2]))", '{a=2}'],
    ["map_entries(map(array['a'], array[1]))", '[{field0=a, field1=1}]'],
    ['map()', '{}'],
    ['map(array[], array[])', '{}'],
    ["map(array['a'], array[NULL])", '{a=null}'],
    ["map(array['a', 'b'], array[1, 2])['a']", '1'],
    ["map(array[1], array['x'])[1]", 'x'],
    ["map_from_entries(array[(1, 'x'), (2, 'y')])", '{1=x, 2=y}'],
    [
      "map_entries(map(array[1, 2], array['x', 'y']))",
      '[{field0=1, field1=x}, {field0=2, field1=y}]',
    ],
    ["multimap_from_entries(array[(1, 'x'), (2, 'y'), (1, 'z')])", '{1=[x, z], 2=[y]}'],
    ["map_concat(map(array['a'], array[1]), map(array['b'], array[2]))", '{b=2, a=1}'],
    ["map_concat(map(array['a'], array[1]), map(), map(array['c'], array[3]))", '{c=3, a=1}'],
    [
      "map_filter(map(array[10, 20, 30], array['a', NULL, 'c']), (k, v) -> v IS NOT NULL)",
      '{10=a, 30=c}',
    ],
    [
      "map_filter(map(array['k1', 'k2', 'k3'], array[20, 3, 15]), (k, v) -> v > 10)",
      '{k1=20, k3=15}',
    ],
    ['map_filter(map(), (k, v) -> true)', '{}'],
    ['map_keys(map())', '[]'],
    [
      "map_zip_with(map(array[1, 2, 3], array['a', 'b', 'c']), map(array[1, 2, 3], array['d', 'e', 'f']), (k, v1, v2) -> concat(v1, v2))",
      '{1=ad, 2=be, 3=cf}',
    ],
    [
      "map_zip_with(map(array['k1', 'k2'], array[1, 2]), map(array['k2', 'k3'], array[4, 9]), (k, v1, v2) -> (v1, v2))",
      '{k1={field0=1, field1=null}, k2={field0=2, field1=4}, k3={field0=null, field1=9}}',
    ],
    [
      "map_zip_with(map(array['a'], array[1]), map(array['a'], array[2]), (k, v1, v2) -> k || cast(v1 / v2 as varchar))",
      '{a=a0}',
    ],
    [
      "transform_keys(map(array[1, 2, 3], array['a', 'b', 'c']), (k, v) -> k * k)",
      '{1=a, 4=b, 9=c}',
    ],
    ['transform_values(map(array[1, 2], array[10, 20]), (k, v) -> v + k)', '{1=11, 2=22}'],
    ["transform_values(map(array['a'], array[NULL]), (k, v) -> coalesce(v, 0))", '{a=0}'],
    ['transform_keys(map(), (k, v) -> k)', '{}'],
    ['transform_values(map(), (k, v) -> v)', '{}'],
    ["row(1, 'a')", '{field0=1, field1=a}'],
    ['row(1, 2)[1]', '1'],
    ['row(NULL)', '{field0=null}'],
    ['row(1, row(2, 3))', '{field0=1, field1={field0=2, field1=3}}'],
    ["typeof(map_keys(map(array['a'], array[1])))", 'array(varchar(1))'],
  ],
  failures: [
    [
      "map(array['a', 'a'], array[1, 2])",
      /^INVALID_FUNCTION_ARGUMENT: Duplicate map keys are not allowe/,
    ],
    [
      "map(array['a'], array[1, 2])",
      /^INVALID_FUNCTION_ARGUMENT: Key and value arrays must be the /,
    ],
    ['map(array[NULL], array[1])', /^INVALID_FUNCTION_ARGUMENT: map key cannot be null/],
    [
      "map_from_entries(array[(1, 'x'), (1, 'y')])",
      /^INVALID_FUNCTION_ARGUMENT: Invalid Input Error: Map keys mus/,
    ],
    ['map_agg_is_elsewhere(1)', /^FUNCTION_NOT_FOUND: line 1:/],
    [
      "transform_keys(map(array[1, 2], array['a', 'b']), (k, v) -> 1)",
      /^INVALID_FUNCTION_ARGUMENT: Duplicate map keys are not allowe/,
    ],
    ["map_subset(map(array[1, 2], array['a', 'b']), array[1, 3])", /^FUNCTION_NOT_FOUND: line 1:/],
  ],
}
