import { type Type, rowType } from '../types/type.ts'
import { type FunctionBody, type FunctionTable, forms, own } from './registry.ts'

/** A function of one or two geometries and more. */
const of = (signature: string, name: string) => {
  const count = signature.split('->')[0]!.split(',').length
  const args = Array.from({ length: count }, (_, index) => `$${index + 1}`)
  return forms([signature, `trino_${name}(${args.join(', ')})`])
}
const toDouble = (name: string) => of('geometry -> double', name)
const relation = (name: string) => of('geometry, geometry -> boolean', name)
const toGeometry = (name: string) => of('geometry -> geometry', name)

const coordinates: FunctionBody = own('bingtile', ([tile, ...rest]) => {
  if (tile?.type.kind !== 'bingtile' || rest.length > 0) return undefined
  const integer: Type = { kind: 'integer' }
  const type = rowType([
    { name: 'x', type: integer },
    { name: 'y', type: integer },
  ])
  const row = `struct_pack("x" := trino_bing_tile_x(${tile.sql}), "y" := trino_bing_tile_y(${tile.sql}))`
  return { sql: `(CASE WHEN ${tile.sql} IS NOT NULL THEN ${row} END)`, type }
})

/** https://trino.io/docs/current/functions/geospatial.html. A geometry is its text in the engine. */
export const geospatialFunctions: FunctionTable = {
  st_geometryfromtext: of('varchar -> geometry', 'st_geometryfromtext'),
  st_geomfrombinary: of('varbinary -> geometry', 'st_geomfrombinary'),
  st_linefromtext: of('varchar -> geometry', 'st_linefromtext'),
  st_polygon: of('varchar -> geometry', 'st_polygon'),
  st_point: of('double, double -> geometry', 'st_point'),
  st_linestring: of('array(geometry) -> geometry', 'st_linestring'),
  st_multipoint: of('array(geometry) -> geometry', 'st_multipoint'),
  st_astext: forms(['geometry -> varchar', '$1'], ['sphericalgeography -> varchar', '$1']),
  to_spherical_geography: of('geometry -> sphericalgeography', 'spherical'),
  to_geometry: forms(['sphericalgeography -> geometry', '$1']),
  st_contains: relation('st_contains'),
  st_within: relation('st_within'),
  st_intersects: relation('st_intersects'),
  st_disjoint: relation('st_disjoint'),
  st_touches: relation('st_touches'),
  st_crosses: relation('st_crosses'),
  st_overlaps: relation('st_overlaps'),
  st_equals: relation('st_equals'),
  st_relate: of('geometry, geometry, varchar -> boolean', 'st_relate'),
  st_distance: forms(
    ['geometry, geometry -> double', 'trino_st_distance($1, $2)'],
    ['sphericalgeography, sphericalgeography -> double', 'trino_spherical_distance($1, $2)'],
  ),
  st_length: forms(
    ['geometry -> double', 'trino_st_length($1)'],
    ['sphericalgeography -> double', 'trino_spherical_length($1)'],
  ),
  st_area: toDouble('st_area'),
  st_x: toDouble('st_x'),
  st_y: toDouble('st_y'),
  st_xmin: toDouble('st_xmin'),
  st_xmax: toDouble('st_xmax'),
  st_ymin: toDouble('st_ymin'),
  st_ymax: toDouble('st_ymax'),
  st_envelope: toGeometry('st_envelope'),
  st_isempty: of('geometry -> boolean', 'st_isempty'),
  st_isvalid: of('geometry -> boolean', 'st_isvalid'),
  st_numgeometries: of('geometry -> integer', 'st_numgeometries'),
  st_geometryn: of('geometry, bigint -> geometry', 'st_geometryn'),
  st_geometrytype: of('geometry -> varchar', 'st_geometrytype'),
  st_dimension: forms(['geometry -> tinyint', 'CAST(trino_st_dimension($1) AS TINYINT)']),
  st_coorddim: forms([
    'geometry -> tinyint',
    'CASE WHEN $1 IS NOT NULL THEN CAST(2 AS TINYINT) END',
  ]),
  st_numpoints: of('geometry -> bigint', 'st_numpoints'),
  st_numinteriorring: of('geometry -> bigint', 'st_numinteriorring'),
  st_issimple: of('geometry -> boolean', 'st_issimple'),
  st_isclosed: of('geometry -> boolean', 'st_isclosed'),
  st_isring: of('geometry -> boolean', 'st_isring'),
  st_centroid: toGeometry('st_centroid'),
  st_startpoint: toGeometry('st_startpoint'),
  st_endpoint: toGeometry('st_endpoint'),
  st_pointn: of('geometry, bigint -> geometry', 'st_pointn'),
  st_points: of('geometry -> array(geometry)', 'st_points'),
  st_asbinary: of('geometry -> varbinary', 'st_asbinary'),
  st_boundary: toGeometry('st_boundary'),
  st_envelopeaspts: of('geometry -> array(geometry)', 'st_envelopeaspts'),
  st_exteriorring: toGeometry('st_exteriorring'),
  st_interiorrings: of('geometry -> array(geometry)', 'st_interiorrings'),
  st_interiorringn: of('geometry, bigint -> geometry', 'st_interiorringn'),
  st_geometries: of('geometry -> array(geometry)', 'st_geometries'),
  line_interpolate_point: of('geometry, double -> geometry', 'line_interpolate_point'),
  line_interpolate_points: of('geometry, double -> array(geometry)', 'line_interpolate_points'),
  line_locate_point: of('geometry, geometry -> double', 'line_locate_point'),
  geometry_nearest_points: forms([
    'geometry, geometry -> row(geometry, geometry)',
    // Two texts, as the fields of a row.
    `list_transform([trino_geometry_nearest_points($1, $2)], lambda n: CASE WHEN n IS NOT NULL THEN struct_pack("field0" := n[1], "field1" := n[2]) END)[1]`,
  ]),
  simplify_geometry: of('geometry, double -> geometry', 'simplify_geometry'),
  bing_tile_polygon: of('bingtile -> geometry', 'bing_tile_polygon'),
  bing_tiles_around: forms(
    ['double, double, bigint -> array(bingtile)', 'trino_bing_tiles_around($1, $2, $3)'],
    [
      'double, double, bigint, double -> array(bingtile)',
      'trino_bing_tiles_within($1, $2, $3, $4)',
    ],
  ),
  geometry_to_bing_tiles: of('geometry, bigint -> array(bingtile)', 'geometry_to_bing_tiles'),
  bing_tile: forms(
    ['bigint, bigint, bigint -> bingtile', 'trino_bing_tile($1, $2, $3)'],
    ['varchar -> bingtile', 'trino_bing_tile_key($1)'],
  ),
  bing_tile_at: of('double, double, bigint -> bingtile', 'bing_tile_at'),
  bing_tile_quadkey: of('bingtile -> varchar', 'bing_tile_quadkey'),
  bing_tile_zoom_level: forms(['bingtile -> tinyint', 'CAST(trino_bing_tile_zoom($1) AS TINYINT)']),
  bing_tile_coordinates: coordinates,
}
