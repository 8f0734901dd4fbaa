import { remembered } from '#kit'
import { invalid } from './build.ts'
import { type Geometry, coordinate, library } from './library.ts'
import { parseWkt, shapeOf } from './wkt.ts'

const mib = 1024 * 1024
/** Geometries that come again and again, such as the borders that points are looked for in, which may be long. */
const bounds = { countMax: 1_000, lengthMax: 64 * mib, lengthEachMax: 32 * mib }
const parsed = remembered(bounds, parseWkt)
const pointForm = /^POINT \(([^ ]+) ([^ )]+)\)$/

/** A geometry, which is its text in the engine. */
export function read(text: string): Geometry {
  const point = pointForm.exec(text)
  if (point) return library().factory.createPoint(coordinate(Number(point[1]), Number(point[2])))
  return parsed(text)
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
