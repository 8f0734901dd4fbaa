import { refusedFunctions } from '#consumption/sql'

/** The functions that a page of Trino's documentation, which is Athena's for engine version 3, lists. */
export interface DocumentedPage {
  readonly title: string
  /** Of https://trino.io/docs/current/functions/ */
  readonly page: string
  readonly functions: readonly string[]
}

const page = (title: string, name: string, functions: string): DocumentedPage => ({
  title,
  page: `https://trino.io/docs/current/functions/${name}.html`,
  functions: functions.split(/\s+/).filter((each) => each !== ''),
})

export const documentedPages: readonly DocumentedPage[] = [
  page('Logical and comparison', 'comparison', 'greatest least'),
  page('Conditional', 'conditional', 'coalesce if nullif try'),
  page('Conversion', 'conversion', 'cast try_cast format format_number parse_data_size typeof'),
  page(
    'Mathematical',
    'math',
    `abs cbrt ceil ceiling degrees e exp floor ln log log2 log10 mod pi pow power radians round sign sqrt truncate
     width_bucket rand random acos asin atan atan2 cos cosh sin sinh tan tanh infinity is_finite is_infinite is_nan nan
     from_base to_base cosine_similarity normal_cdf inverse_normal_cdf beta_cdf inverse_beta_cdf t_cdf t_pdf
     wilson_interval_lower wilson_interval_upper`,
  ),
  page(
    'Bitwise',
    'bitwise',
    `bit_count bitwise_and bitwise_or bitwise_xor bitwise_not bitwise_left_shift bitwise_right_shift
     bitwise_right_shift_arithmetic`,
  ),
  page(
    'String',
    'string',
    `chr codepoint concat concat_ws hamming_distance length levenshtein_distance lower lpad ltrim luhn_check normalize
     position replace reverse rpad rtrim soundex split split_part split_to_map split_to_multimap starts_with strpos substr
     substring translate trim upper word_stem from_utf8 to_utf8`,
  ),
  page(
    'Regular expression',
    'regexp',
    `regexp_count regexp_extract regexp_extract_all regexp_like regexp_position regexp_replace regexp_split`,
  ),
  page(
    'Binary',
    'binary',
    `crc32 from_base32 from_base64 from_base64url from_big_endian_32 from_big_endian_64 from_hex from_ieee754_32
     from_ieee754_64 hmac_md5 hmac_sha1 hmac_sha256 hmac_sha512 md5 murmur3 sha1 sha256 sha512 spooky_hash_v2_32
     spooky_hash_v2_64 to_base32 to_base64 to_base64url to_big_endian_32 to_big_endian_64 to_hex to_ieee754_32
     to_ieee754_64 xxhash64`,
  ),
  page(
    'Date and time',
    'datetime',
    `at_timezone current_date current_time current_timestamp current_timezone date date_add date_diff date_format
     date_parse date_trunc day day_of_month day_of_week day_of_year dow doy extract format_datetime from_iso8601_date
     from_iso8601_timestamp from_iso8601_timestamp_nanos from_unixtime from_unixtime_nanos hour human_readable_seconds
     last_day_of_month localtime localtimestamp millisecond minute month now parse_datetime parse_duration quarter second
     timezone timezone_hour timezone_minute to_iso8601 to_milliseconds to_unixtime week week_of_year with_timezone year
     year_of_week yow`,
  ),
  page(
    'JSON',
    'json',
    `is_json_scalar json_array json_array_contains json_array_get json_array_length json_exists json_extract
     json_extract_scalar json_format json_object json_parse json_query json_size json_table json_value`,
  ),
  page(
    'URL',
    'url',
    `url_decode url_encode url_extract_fragment url_extract_host url_extract_parameter url_extract_path url_extract_port
     url_extract_protocol url_extract_query`,
  ),
  page(
    'Array',
    'array',
    `all_match any_match array_distinct array_except array_histogram array_intersect array_join array_max array_min
     array_position array_remove array_sort array_union arrays_overlap cardinality combinations contains contains_sequence
     element_at filter flatten ngrams none_match reduce repeat sequence shuffle slice transform trim_array zip zip_with
     euclidean_distance dot_product`,
  ),
  page(
    'Map',
    'map',
    `map map_concat map_entries map_filter map_from_entries map_keys map_values map_zip_with multimap_from_entries
     transform_keys transform_values`,
  ),
  page(
    'Aggregate',
    'aggregate',
    `any_value approx_distinct approx_most_frequent approx_percentile arbitrary array_agg avg bitwise_and_agg
     bitwise_or_agg bitwise_xor_agg bool_and bool_or checksum corr count count_if covar_pop covar_samp every
     geometric_mean histogram kurtosis listagg map_agg map_union max max_by min min_by multimap_agg numeric_histogram
     reduce_agg regr_intercept regr_slope skewness stddev stddev_pop stddev_samp sum var_pop var_samp variance`,
  ),
  page(
    'Window',
    'window',
    'cume_dist dense_rank first_value lag last_value lead nth_value ntile percent_rank rank row_number',
  ),
  page('UUID', 'uuid', 'uuid'),
  page('Session', 'session', 'current_catalog current_groups current_schema current_user'),
  page('HyperLogLog', 'hyperloglog', 'approx_set empty_approx_set merge'),
  page('Quantile digest', 'qdigest', 'qdigest_agg value_at_quantile values_at_quantiles'),
  page('T-Digest', 'tdigest', 'tdigest_agg'),
  page('Color', 'color', 'bar color render rgb'),
  page(
    'Geospatial',
    'geospatial',
    `bing_tile bing_tile_at bing_tile_coordinates bing_tile_polygon bing_tile_quadkey bing_tile_zoom_level
     bing_tiles_around convex_hull_agg from_geojson_geometry geometry_from_hadoop_shape geometry_nearest_points
     geometry_to_bing_tiles geometry_union geometry_union_agg great_circle_distance line_interpolate_point
     line_interpolate_points line_locate_point simplify_geometry st_area st_asbinary st_astext st_boundary st_buffer
     st_centroid st_contains st_convexhull st_coorddim st_crosses st_difference st_dimension st_disjoint st_distance
     st_endpoint st_envelope st_envelopeaspts st_equals st_exteriorring st_geometries st_geometryfromtext st_geometryn
     st_geometrytype st_geomfrombinary st_interiorringn st_interiorrings st_intersection st_intersects st_isclosed
     st_isempty st_isring st_issimple st_isvalid st_length st_linefromtext st_linestring st_multipoint st_numgeometries
     st_numinteriorring st_numpoints st_overlaps st_point st_pointn st_points st_polygon st_relate st_startpoint
     st_symdifference st_touches st_union st_within st_x st_xmax st_xmin st_y st_ymax st_ymin to_geojson_geometry
     to_geometry to_spherical_geography`,
  ),
  page('Machine learning', 'ml', 'learn_classifier learn_regressor'),
]

const later = 'not part of Athena engine version 3'

/** Why functions that the documentation lists are refused. */
export const refusalReasons: Readonly<Record<string, string>> = {
  ...refusedFunctions,
  dot_product: later,
  euclidean_distance: later,
  t_cdf: later,
  t_pdf: later,
  timezone: later,
}
