import { invalid } from './build.ts'
import { type Geometry, coordinate, library } from './library.ts'
import { parseWkt, shapeOf } from './wkt.ts'

/** Geometries that come again and again, such as the borders that points are looked for in. */
const known = new Map<string, Geometry>()
const knownMax = 1_000
const pointForm = /^POINT \(([^ ]+) ([^ )]+)\)$/

/** A geometry, which is its text in the engine. */
export function read(text: string): Geometry {
  const point = pointForm.exec(text)
  if (point) return library().factory.createPoint(coordinate(Number(point[1]), Number(point[2])))
  const before = known.get(text)
  if (before) return before
  const geometry = parseWkt(text)
  if (known.size >= knownMax) known.clear()
  known.set(text, geometry)
  return geometry
}

const typeNames: Readonly<Record<string, string>> = {
  POINT: 'POINT',
  LINESTRING: 'LINE_STRING',
  POLYGON: 'POLYGON',
  MULTIPOINT: 'MULTI_POINT',
  MULTILINESTRING: 'MULTI_LINE_STRING',
  MULTIPOLYGON: 'MULTI_POLYGON',
  GEOMETRYCOLLECTION: 'GEOMETRY_COLLECTION',
}
/** Refuses other shapes. Error: INVALID_FUNCTION_ARGUMENT. */
export function only(name: string, geometry: Geometry, ...shapes: readonly string[]): void {
  if (shapes.includes(shapeOf(geometry))) return
  const wanted = shapes.map((shape) => typeNames[shape]).join(' or ')
  const actual = typeNames[shapeOf(geometry)]
  throw invalid(`${name} only applies to ${wanted}. Input type is: ${actual}`)
}
