const untold = 'Athena documents no answer for it'
const overlay =
  'the library that Trino computes with rounds and cuts in its own way, and gives other corners, or the same in another order'
const nanos =
  'times have at most 6 digits of a second, which is what the engine computes with and what tables of Iceberg hold'
const models = 'models are not trained in SQL here'

/** Functions that Athena has and that are refused, with the reason that whoever calls them is told. */
export const refusedFunctions: Readonly<Record<string, string>> = {
  current_groups: untold,
  current_path: untold,
  current_role: 'Trino has no such function',
  current_time: 'times of day have no zone here, since no table can hold one: localtime has none',
  current_user: untold,
  convex_hull_agg: overlay,
  from_geojson_geometry: 'GeoJSON is not read as a geometry: json_extract reads its coordinates',
  from_iso8601_timestamp_nanos: nanos,
  from_unixtime_nanos: nanos,
  geometry_from_hadoop_shape: 'shapes of the Spatial Framework for Hadoop are not read',
  geometry_union: overlay,
  geometry_union_agg: overlay,
  inverse_beta_cdf: 'Trino itself comes within a billionth only, in its own way',
  json_table: 'a table function, which the reference of Athena does not have',
  learn_classifier: models,
  learn_regressor: models,
  st_buffer: overlay,
  st_convexhull: overlay,
  st_difference: overlay,
  st_intersection: overlay,
  st_symdifference: overlay,
  st_union: overlay,
  to_geojson_geometry: 'its text differs between versions of Trino',
}
