import { FunctionFailure } from '../function.ts'
import { type Coordinate, type Geometry, library } from './library.ts'

export type Shape =
  | 'POINT'
  | 'LINESTRING'
  | 'POLYGON'
  | 'MULTIPOINT'
  | 'MULTILINESTRING'
  | 'MULTIPOLYGON'
  | 'GEOMETRYCOLLECTION'

/** A polygon of rings, the outer one first. Rings are closed, outer ones turned against the clock and holes with it, as Trino shows them. */
export function polygonOf(rings: readonly (readonly Coordinate[])[]): Geometry {
  const { factory } = library()
  if (rings.length === 0) return factory.createPolygon()
  const [shell, ...holes] = rings.map((ring, index) =>
    factory.createLinearRing(turned(closed(ring), index > 0)),
  )
  return factory.createPolygon(shell, holes)
}

export function lineOf(points: readonly Coordinate[]): Geometry {
  if (points.length === 1) throw invalid('a line has two points at least')
  return library().factory.createLineString(points)
}

export function multiOf(shape: Shape, parts: readonly Geometry[]): Geometry {
  const { factory } = library()
  switch (shape) {
    case 'MULTIPOINT':
      return factory.createMultiPoint(parts)
    case 'MULTILINESTRING':
      return factory.createMultiLineString(parts)
    case 'MULTIPOLYGON':
      return factory.createMultiPolygon(parts)
    default:
      return factory.createGeometryCollection(parts)
  }
}

function closed(ring: readonly Coordinate[]): readonly Coordinate[] {
  const [first, last] = [ring[0]!, ring.at(-1)!]
  const whole = first.x === last.x && first.y === last.y ? ring : [...ring, first]
  if (whole.length < 4) throw invalid('a ring has three points at least')
  return whole
}

function turned(ring: readonly Coordinate[], clockwise: boolean): readonly Coordinate[] {
  let area = 0
  for (let i = 1; i < ring.length; i++) {
    area += ring[i - 1]!.x * ring[i]!.y - ring[i]!.x * ring[i - 1]!.y
  }
  return area < 0 === clockwise || area === 0 ? ring : ring.toReversed()
}

export function invalid(text: string): Error {
  return new FunctionFailure('INVALID_FUNCTION_ARGUMENT', text)
}
