import { type EngineFunction, FunctionFailure, engineFunction } from '../function.ts'
import type { Coordinate, Geometry } from './library.ts'
import { only, read } from './read.ts'
import { plain, printWkt, shapeOf } from './wkt.ts'
import { printWkb } from './wkb-writer.ts'

function lineText(ring: Geometry): string {
  return `LINESTRING (${ring.getCoordinates().map(pairText).join(', ')})`
}

function pairText({ x, y }: Coordinate): string {
  return `${plain(x)} ${plain(y)}`
}

function holesOf(polygon: Geometry): readonly Geometry[] {
  return Array.from({ length: polygon.getNumInteriorRing() }, (_, i) => polygon.getInteriorRingN(i))
}

function partsOf(geometry: Geometry): readonly Geometry[] {
  return Array.from({ length: geometry.getNumGeometries() }, (_, i) => geometry.getGeometryN(i))
}

/** The ends that an odd number of lines have, where they come first; the rings of areas; nothing of points. */
function boundary(text: string): string {
  const geometry = read(text)
  switch (shapeOf(geometry)) {
    case 'POINT':
    case 'MULTIPOINT':
      return 'MULTIPOINT EMPTY'
    case 'LINESTRING':
    case 'MULTILINESTRING': {
      const ends = new Map<string, number>()
      for (const line of partsOf(geometry)) {
        const points = line.getCoordinates()
        for (const end of [points[0], points.at(-1)]) {
          if (end) ends.set(pairText(end), (ends.get(pairText(end)) ?? 0) + 1)
        }
      }
      const odd = [...ends].filter(([, count]) => count % 2 === 1).map(([end]) => `(${end})`)
      return odd.length === 0 ? 'MULTIPOINT EMPTY' : `MULTIPOINT (${odd.join(', ')})`
    }
    case 'POLYGON':
    case 'MULTIPOLYGON': {
      const areas = partsOf(geometry).filter((area) => !area.isEmpty())
      const rings = areas.flatMap((area) => [area.getExteriorRing(), ...holesOf(area)])
      if (rings.length === 0) return 'MULTILINESTRING EMPTY'
      return `MULTILINESTRING (${rings.map((ring) => lineText(ring).slice(11)).join(', ')})`
    }
    case 'GEOMETRYCOLLECTION':
      throw new FunctionFailure('NOT_SUPPORTED', 'ST_Boundary of a geometry collection')
  }
}

/** The corners of all coordinates: the least ones, and the greatest. */
function corners(text: string): string[] | null {
  const points = read(text).getCoordinates()
  const [first] = points
  if (!first) return null
  const [low, high] = [
    { x: first.x, y: first.y },
    { x: first.x, y: first.y },
  ]
  for (const { x, y } of points) {
    low.x = Math.min(low.x, x)
    low.y = Math.min(low.y, y)
    high.x = Math.max(high.x, x)
    high.y = Math.max(high.y, y)
  }
  return [`POINT (${pairText(low)})`, `POINT (${pairText(high)})`]
}

function polygon(name: string, text: string): Geometry {
  const geometry = read(text)
  only(name, geometry, 'POLYGON')
  return geometry
}

/** What a geometry is made of. https://trino.io/docs/current/functions/geospatial.html */
export const pieceFunctions: readonly EngineFunction[] = [
  engineFunction('trino_st_asbinary', ['text'], 'bytes', (text) => printWkb(read(text))),
  engineFunction('trino_st_boundary', ['text'], 'text', boundary),
  engineFunction('trino_st_envelopeaspts', ['text'], 'texts', corners),
  engineFunction('trino_st_exteriorring', ['text'], 'text', (text) => {
    const area = polygon('ST_ExteriorRing', text)
    return area.isEmpty() ? null : lineText(area.getExteriorRing())
  }),
  engineFunction('trino_st_interiorrings', ['text'], 'texts', (text) => {
    const area = polygon('ST_InteriorRings', text)
    return area.isEmpty() ? null : holesOf(area).map((hole) => lineText(hole))
  }),
  engineFunction('trino_st_interiorringn', ['text', 'bigint'], 'text', (text, place) => {
    const hole = holesOf(polygon('ST_InteriorRingN', text))[Number(place) - 1]
    return hole ? lineText(hole) : null
  }),
  engineFunction('trino_st_geometries', ['text'], 'texts', (text) => {
    const geometry = read(text)
    return geometry.isEmpty() ? null : partsOf(geometry).map(printWkt)
  }),
]
