import { type EngineFunction, FunctionFailure, engineFunction } from '../function.ts'
import { invalid, lineOf, multiOf } from './build.ts'
import { greatCircle } from '../numbers.ts'
import { type Coordinate, type Geometry, type Locator, library } from './library.ts'
import { lineFunctions } from './lines.ts'
import { pieceFunctions } from './pieces.ts'
import { only, read } from './read.ts'
import { tileCoverFunctions } from './tile-covers.ts'
import { tileFunctions } from './tiles.ts'
import { parseWkb } from './wkb.ts'
import { parseWkt, plain, printWkt, shapeOf } from './wkt.ts'

const locators = new WeakMap<Geometry, Locator>()

/** Where a point lies to an area: 0 within, 1 on its boundary, 2 outside. Undefined for other shapes. */
function place(area: Geometry, point: Geometry): number | undefined {
  if (point.getGeometryType() !== 'Point' || point.isEmpty()) return undefined
  if (area.isEmpty() || !/Polygon$/.test(area.getGeometryType())) return undefined
  let locator = locators.get(area)
  if (!locator) {
    locator = new (library().jsts.algorithm.locate.IndexedPointInAreaLocator)(area)
    locators.set(area, locator)
  }
  return locator.locate(point.getCoordinates()[0]!)
}

function contains(a: Geometry, b: Geometry): boolean {
  const found = place(a, b)
  return found === undefined ? a.contains(b) : found === 0
}

function intersects(a: Geometry, b: Geometry): boolean {
  const found = place(a, b) ?? place(b, a)
  return found === undefined ? a.intersects(b) : found !== 2
}

/** A relation of two geometries; collections of mixed shapes have none. */
function relation(name: string, test: (a: Geometry, b: Geometry) => boolean): EngineFunction {
  return engineFunction(`trino_${name}`, ['text', 'text'], 'boolean', (left, right) => {
    const [a, b] = [read(left), read(right)]
    if (shapeOf(a) === 'GEOMETRYCOLLECTION' || shapeOf(b) === 'GEOMETRYCOLLECTION')
      throw new FunctionFailure('NOT_SUPPORTED', `${name} of a geometry collection`)
    return test(a, b)
  })
}

const shownNames: Readonly<Record<string, string>> = {
  POINT: 'ST_Point',
  LINESTRING: 'ST_LineString',
  POLYGON: 'ST_Polygon',
  MULTIPOINT: 'ST_MultiPoint',
  MULTILINESTRING: 'ST_MultiLineString',
  MULTIPOLYGON: 'ST_MultiPolygon',
  GEOMETRYCOLLECTION: 'ST_GeomCollection',
}

/** A coordinate of a point. */
function ordinate(name: string, axis: 'x' | 'y'): EngineFunction {
  return engineFunction(`trino_${name.toLowerCase()}`, ['text'], 'double', (text) => {
    const geometry = read(text)
    only(name, geometry, 'POINT')
    return geometry.isEmpty() ? null : geometry.getCoordinates()[0]![axis]
  })
}

/** A bound of all coordinates; NULL when there are none. */
function extent(name: string, axis: 'x' | 'y', most: boolean): EngineFunction {
  return engineFunction(`trino_${name}`, ['text'], 'double', (text) => {
    let bound: number | null = null
    for (const { [axis]: value } of read(text).getCoordinates()) {
      if (bound === null || (most ? value > bound : value < bound)) bound = value
    }
    return bound
  })
}

function envelope(text: string): string {
  const points = read(text).getCoordinates()
  if (points.length === 0) return 'POLYGON EMPTY'
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)]
  const least = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b))
  const most = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b))
  const [left, right, low, high] = [least(xs), most(xs), least(ys), most(ys)].map(plain)
  if (left === right || low === high)
    throw new FunctionFailure('NOT_SUPPORTED', 'ST_Envelope of what has no area around it')
  const corners = [
    [left, low],
    [right, low],
    [right, high],
    [left, high],
    [left, low],
  ]
  return `POLYGON ((${corners.map((corner) => corner.join(' ')).join(', ')}))`
}

function lengthOf(text: string): number {
  const geometry = read(text)
  only('ST_Length', geometry, 'LINESTRING', 'MULTILINESTRING')
  return geometry.getLength()
}

/** Metres between two places on the earth as a sphere. */
function sphericalDistance(a: Coordinate, b: Coordinate): number {
  return greatCircle(a.y, a.x, b.y, b.x) * 1_000
}

function sphericalLength(text: string): number | null {
  const geometry = read(text)
  only('ST_Length', geometry, 'LINESTRING', 'MULTILINESTRING')
  if (geometry.isEmpty()) return null
  let total = 0
  for (let part = 0; part < geometry.getNumGeometries(); part++) {
    const points = geometry.getGeometryN(part).getCoordinates()
    for (let i = 1; i < points.length; i++) total += sphericalDistance(points[i - 1]!, points[i]!)
  }
  return total
}

function spherical(text: string): string {
  for (const { x, y } of read(text).getCoordinates()) {
    if (!(y >= -90 && y <= 90)) throw invalid('Latitude must be between -90 and 90')
    if (!(x >= -180 && x <= 180)) throw invalid('Longitude must be between -180 and 180')
  }
  return text
}

/** The geometry of a place among several, from 1; NULL for one that there is not. */
function part(text: string, place: bigint): string | null {
  const geometry = read(text)
  const index = Number(place) - 1
  if (geometry.isEmpty() || index < 0 || index >= geometry.getNumGeometries()) return null
  return printWkt(geometry.getGeometryN(index))
}

function pointAt(name: string, text: string, at: (count: number) => number): string | null {
  const geometry = read(text)
  only(name, geometry, 'LINESTRING')
  const points = geometry.getCoordinates()
  const point = points[at(points.length)]
  return point ? `POINT (${plain(point.x)} ${plain(point.y)})` : null
}

/** True when every line ends where it starts. */
function isClosed(lines: Geometry): boolean {
  return Array.from({ length: lines.getNumGeometries() }, (_, i) => lines.getGeometryN(i)).every(
    (line) => {
      const points = line.getCoordinates()
      const [first, last] = [points[0], points.at(-1)]
      return first !== undefined && first.x === last!.x && first.y === last!.y
    },
  )
}

function typed(name: string, shape: string) {
  return (text: string) => {
    const geometry = parseWkt(text)
    only(name, geometry, shape)
    return printWkt(geometry)
  }
}

const pointsOf = (texts: readonly (string | null)[]) =>
  texts.map((text) => {
    const point = read(text ?? 'POINT EMPTY')
    if (shapeOf(point) !== 'POINT' || point.isEmpty()) throw invalid('Invalid input: not a point')
    return point
  })

/** https://trino.io/docs/current/functions/geospatial.html */
export const geoFunctions: readonly EngineFunction[] = [
  ...lineFunctions,
  ...pieceFunctions,
  ...tileFunctions,
  ...tileCoverFunctions,
  engineFunction('trino_st_geometryfromtext', ['text'], 'text', (text) => printWkt(parseWkt(text))),
  engineFunction('trino_st_linefromtext', ['text'], 'text', typed('ST_LineFromText', 'LINESTRING')),
  engineFunction('trino_st_polygon', ['text'], 'text', typed('ST_Polygon', 'POLYGON')),
  engineFunction('trino_st_geomfrombinary', ['bytes'], 'text', (bytes) =>
    printWkt(parseWkb(bytes)),
  ),
  engineFunction('trino_st_point', ['double', 'double'], 'text', (x, y) => {
    if (!Number.isFinite(x) || !Number.isFinite(y)) throw invalid('a coordinate must be finite')
    return `POINT (${plain(x)} ${plain(y)})`
  }),
  engineFunction('trino_st_linestring', ['texts'], 'text', (texts) =>
    printWkt(lineOf(pointsOf(texts).map((point) => point.getCoordinates()[0]!))),
  ),
  engineFunction('trino_st_multipoint', ['texts'], 'text', (texts) =>
    texts.length === 0 ? null : printWkt(multiOf('MULTIPOINT', pointsOf(texts))),
  ),
  relation('st_contains', contains),
  relation('st_within', (a, b) => contains(b, a)),
  relation('st_intersects', intersects),
  relation('st_disjoint', (a, b) => !intersects(a, b)),
  relation('st_touches', (a, b) => a.touches(b)),
  relation('st_crosses', (a, b) => a.crosses(b)),
  relation('st_overlaps', (a, b) => a.overlaps(b)),
  relation('st_equals', (a, b) => a.equalsTopo(b)),
  engineFunction('trino_st_relate', ['text', 'text', 'text'], 'boolean', (a, b, pattern) =>
    read(a).relate(read(b)).matches(pattern),
  ),
  engineFunction('trino_st_distance', ['text', 'text'], 'double', (left, right) => {
    const [a, b] = [read(left), read(right)]
    return a.isEmpty() || b.isEmpty() ? null : a.distance(b)
  }),
  engineFunction('trino_spherical_distance', ['text', 'text'], 'double', (left, right) => {
    const [a, b] = [read(left), read(right)]
    if (a.isEmpty() || b.isEmpty()) return null
    only('ST_Distance', a, 'POINT')
    only('ST_Distance', b, 'POINT')
    return sphericalDistance(a.getCoordinates()[0]!, b.getCoordinates()[0]!)
  }),
  engineFunction('trino_spherical_length', ['text'], 'double', sphericalLength),
  engineFunction('trino_spherical', ['text'], 'text', spherical),
  engineFunction('trino_st_area', ['text'], 'double', (text) => read(text).getArea()),
  engineFunction('trino_st_length', ['text'], 'double', lengthOf),
  ordinate('ST_X', 'x'),
  ordinate('ST_Y', 'y'),
  extent('st_xmin', 'x', false),
  extent('st_xmax', 'x', true),
  extent('st_ymin', 'y', false),
  extent('st_ymax', 'y', true),
  engineFunction('trino_st_envelope', ['text'], 'text', envelope),
  engineFunction('trino_st_isempty', ['text'], 'boolean', (text) => read(text).isEmpty()),
  engineFunction('trino_st_isvalid', ['text'], 'boolean', (text) => read(text).isValid()),
  engineFunction('trino_st_numgeometries', ['text'], 'integer', (text) => {
    const geometry = read(text)
    return geometry.isEmpty() ? 0 : geometry.getNumGeometries()
  }),
  engineFunction('trino_st_geometryn', ['text', 'bigint'], 'text', part),
  engineFunction(
    'trino_st_geometrytype',
    ['text'],
    'text',
    (text) => shownNames[shapeOf(read(text))]!,
  ),
  engineFunction('trino_st_numpoints', ['text'], 'bigint', (text) =>
    BigInt(read(text).getNumPoints()),
  ),
  engineFunction('trino_st_numinteriorring', ['text'], 'bigint', (text) => {
    const geometry = read(text)
    only('ST_NumInteriorRing', geometry, 'POLYGON')
    return geometry.isEmpty() ? null : BigInt(geometry.getNumInteriorRing())
  }),
  engineFunction('trino_st_issimple', ['text'], 'boolean', (text) => read(text).isSimple()),
  engineFunction('trino_st_isclosed', ['text'], 'boolean', (text) => {
    const geometry = read(text)
    only('ST_IsClosed', geometry, 'LINESTRING', 'MULTILINESTRING')
    return isClosed(geometry)
  }),
  engineFunction('trino_st_isring', ['text'], 'boolean', (text) => {
    const geometry = read(text)
    only('ST_IsRing', geometry, 'LINESTRING')
    return isClosed(geometry) && geometry.isSimple()
  }),
  engineFunction('trino_st_centroid', ['text'], 'text', (text) => {
    const geometry = read(text)
    if (shapeOf(geometry) === 'GEOMETRYCOLLECTION')
      throw new FunctionFailure('NOT_SUPPORTED', 'ST_Centroid of a geometry collection')
    return printWkt(geometry.getCentroid())
  }),
  engineFunction('trino_st_dimension', ['text'], 'integer', (text) => read(text).getDimension()),
  engineFunction('trino_st_startpoint', ['text'], 'text', (text) =>
    pointAt('ST_StartPoint', text, () => 0),
  ),
  engineFunction('trino_st_endpoint', ['text'], 'text', (text) =>
    pointAt('ST_EndPoint', text, (count) => count - 1),
  ),
  engineFunction('trino_st_pointn', ['text', 'bigint'], 'text', (text, place) =>
    pointAt('ST_PointN', text, () => Number(place) - 1),
  ),
  engineFunction('trino_st_points', ['text'], 'texts', (text) =>
    read(text)
      .getCoordinates()
      .map(({ x, y }) => `POINT (${plain(x)} ${plain(y)})`),
  ),
]
