import { createRequire } from 'node:module'

export interface Coordinate {
  readonly x: number
  readonly y: number
}

/** What is used of a geometry of JSTS. */
export interface Geometry {
  getGeometryType(): string
  isEmpty(): boolean
  isValid(): boolean
  isSimple(): boolean
  getArea(): number
  getLength(): number
  getCentroid(): Geometry
  getDimension(): number
  getCoordinates(): readonly Coordinate[]
  getNumPoints(): number
  getNumGeometries(): number
  getGeometryN(index: number): Geometry
  getExteriorRing(): Geometry
  getNumInteriorRing(): number
  getInteriorRingN(index: number): Geometry
  distance(other: Geometry): number
  /** With all points in the other order. */
  reverse(): Geometry
  relate(other: Geometry): { matches(pattern: string): boolean }
  contains(other: Geometry): boolean
  intersects(other: Geometry): boolean
  touches(other: Geometry): boolean
  crosses(other: Geometry): boolean
  overlaps(other: Geometry): boolean
  equalsTopo(other: Geometry): boolean
}

interface Factory {
  createPoint(at?: Coordinate): Geometry
  createLineString(points: readonly Coordinate[]): Geometry
  createLinearRing(points: readonly Coordinate[]): Geometry
  createPolygon(shell?: Geometry, holes?: readonly Geometry[]): Geometry
  createMultiPoint(parts: readonly Geometry[]): Geometry
  createMultiLineString(parts: readonly Geometry[]): Geometry
  createMultiPolygon(parts: readonly Geometry[]): Geometry
  createGeometryCollection(parts: readonly Geometry[]): Geometry
}

export interface Locator {
  /** 0 within, 1 on the boundary, 2 outside. */
  locate(at: Coordinate): number
}

interface Jsts {
  readonly linearref: {
    readonly LengthIndexedLine: new (line: Geometry) => { indexOf(at: Coordinate): number }
  }
  readonly simplify: {
    readonly TopologyPreservingSimplifier: {
      simplify(geometry: Geometry, tolerance: number): Geometry
    }
  }
  readonly operation: {
    readonly distance: {
      readonly DistanceOp: { nearestPoints(a: Geometry, b: Geometry): readonly Coordinate[] }
    }
  }
  readonly geom: {
    readonly Coordinate: new (x: number, y: number) => Coordinate
    readonly GeometryFactory: new () => Factory
  }
  readonly algorithm: {
    readonly locate: { readonly IndexedPointInAreaLocator: new (area: Geometry) => Locator }
  }
}

let loaded: { readonly jsts: Jsts; readonly factory: Factory } | undefined

/** JSTS, in one file that makes itself a global name. Most tasks know no geometry, so that the first that does loads it. */
export function library(): { readonly jsts: Jsts; readonly factory: Factory } {
  if (loaded) return loaded
  createRequire(import.meta.url)('jsts/dist/jsts.min.js')
  const { jsts } = globalThis as unknown as { readonly jsts: Jsts }
  loaded = { jsts, factory: new jsts.geom.GeometryFactory() }
  return loaded
}

export function coordinate(x: number, y: number): Coordinate {
  return new (library().jsts.geom.Coordinate)(x, y)
}
