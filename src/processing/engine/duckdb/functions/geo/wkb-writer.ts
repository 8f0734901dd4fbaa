import type { Coordinate, Geometry } from './library.ts'
import { shapeOf } from './wkt.ts'

const codes = {
  POINT: 1,
  LINESTRING: 2,
  POLYGON: 3,
  MULTIPOINT: 4,
  MULTILINESTRING: 5,
  MULTIPOLYGON: 6,
  GEOMETRYCOLLECTION: 7,
} as const

/**
 * A geometry as Well-Known Binary, the lowest byte first: https://www.ogc.org/standard/sfa/. A point that is empty has no numbers for coordinates.
 */
export function printWkb(geometry: Geometry): Buffer {
  const shape = shapeOf(geometry)
  const head = Buffer.alloc(5)
  head[0] = 1
  head.writeUInt32LE(codes[shape], 1)
  switch (shape) {
    case 'POINT':
      return Buffer.concat([head, pointsBytes([geometry.getCoordinates()[0] ?? nowhere])])
    case 'LINESTRING':
      return Buffer.concat([head, counted(geometry.getCoordinates())])
    case 'POLYGON': {
      const holes = Array.from({ length: geometry.getNumInteriorRing() }, (_, i) =>
        geometry.getInteriorRingN(i),
      )
      const rings = geometry.isEmpty() ? [] : [geometry.getExteriorRing(), ...holes]
      const bytes = rings.map((ring) => counted(ring.getCoordinates()))
      return Buffer.concat([head, count(rings.length), ...bytes])
    }
    default: {
      const parts = Array.from({ length: geometry.getNumGeometries() }, (_, i) =>
        printWkb(geometry.getGeometryN(i)),
      )
      return Buffer.concat([head, count(parts.length), ...parts])
    }
  }
}

const nowhere = { x: Number.NaN, y: Number.NaN }

function count(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32LE(value)
  return bytes
}

function counted(points: readonly Coordinate[]): Buffer {
  return Buffer.concat([count(points.length), pointsBytes(points)])
}

function pointsBytes(points: readonly Coordinate[]): Buffer {
  const bytes = Buffer.alloc(points.length * 16)
  for (const [index, { x, y }] of points.entries()) {
    bytes.writeDoubleLE(x, index * 16)
    bytes.writeDoubleLE(y, index * 16 + 8)
  }
  return bytes
}
