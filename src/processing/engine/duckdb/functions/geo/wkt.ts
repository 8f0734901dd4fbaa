import { type Shape, invalid, lineOf, multiOf, polygonOf } from './build.ts'
import { type Coordinate, type Geometry, coordinate, library } from './library.ts'

const token = /\s*([A-Za-z]+|[(),]|[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)/y
/** Collections within collections beyond this are refused, so that the stack holds. */
const depthMax = 50

/** A geometry as Well-Known Text in two dimensions. Error: INVALID_FUNCTION_ARGUMENT. */
export function parseWkt(text: string): Geometry {
  return new WktReader(text).whole()
}

class WktReader {
  readonly #text: string
  readonly #tokens: string[] = []
  #at = 0

  constructor(text: string) {
    this.#text = text
    const end = text.trimEnd().length
    token.lastIndex = 0
    while (token.lastIndex < end) {
      const found = token.exec(text)
      if (!found) throw this.#wrong()
      this.#tokens.push(found[1]!)
    }
  }

  whole(): Geometry {
    const geometry = this.#geometry(0)
    if (this.#at < this.#tokens.length) throw this.#wrong()
    return geometry
  }

  #geometry(depth: number): Geometry {
    if (depth > depthMax) throw invalid('the geometry is nested too deeply')
    const shape = this.#next().toUpperCase() as Shape
    const empty = this.#tokens[this.#at]?.toUpperCase() === 'EMPTY'
    if (empty) this.#at++
    const { factory } = library()
    switch (shape) {
      case 'POINT':
        if (empty) return factory.createPoint()
        return factory.createPoint(this.#bracketed(() => this.#coordinate()))
      case 'LINESTRING':
        return lineOf(empty ? [] : this.#coordinates())
      case 'POLYGON':
        return polygonOf(empty ? [] : this.#list(() => this.#coordinates()))
      case 'MULTIPOINT':
        return multiOf(shape, empty ? [] : this.#list(() => factory.createPoint(this.#loose())))
      case 'MULTILINESTRING':
        return multiOf(shape, empty ? [] : this.#list(() => lineOf(this.#coordinates())))
      case 'MULTIPOLYGON': {
        const polygon = () => polygonOf(this.#list(() => this.#coordinates()))
        return multiOf(shape, empty ? [] : this.#list(polygon))
      }
      case 'GEOMETRYCOLLECTION':
        return multiOf(shape, empty ? [] : this.#list(() => this.#geometry(depth + 1)))
      default:
        throw this.#wrong()
    }
  }

  #coordinates(): Coordinate[] {
    return this.#list(() => this.#coordinate())
  }

  /** A point of several, with brackets or without. */
  #loose(): Coordinate {
    const bracketed = this.#tokens[this.#at] === '('
    return bracketed ? this.#bracketed(() => this.#coordinate()) : this.#coordinate()
  }

  #coordinate(): Coordinate {
    const [x, y] = [Number(this.#next()), Number(this.#next())]
    if (Number.isNaN(x) || Number.isNaN(y)) throw this.#wrong()
    return coordinate(x, y)
  }

  #list<T>(item: () => T): T[] {
    return this.#bracketed(() => {
      const items = [item()]
      while (this.#tokens[this.#at] === ',') {
        this.#at++
        items.push(item())
      }
      return items
    })
  }

  #bracketed<T>(inner: () => T): T {
    if (this.#next() !== '(') throw this.#wrong()
    const value = inner()
    if (this.#next() !== ')') throw this.#wrong()
    return value
  }

  #next(): string {
    const next = this.#tokens[this.#at++]
    if (next === undefined) throw this.#wrong()
    return next
  }

  #wrong(): Error {
    return invalid(`Invalid WKT: ${this.#text}`)
  }
}

const shapes: Readonly<Record<string, Shape>> = {
  Point: 'POINT',
  LineString: 'LINESTRING',
  LinearRing: 'LINESTRING',
  Polygon: 'POLYGON',
  MultiPoint: 'MULTIPOINT',
  MultiLineString: 'MULTILINESTRING',
  MultiPolygon: 'MULTIPOLYGON',
  GeometryCollection: 'GEOMETRYCOLLECTION',
}

export function shapeOf(geometry: Geometry): Shape {
  return shapes[geometry.getGeometryType()]!
}

/** The text of a geometry, with one space between words. */
export function printWkt(geometry: Geometry): string {
  const shape = shapeOf(geometry)
  return geometry.isEmpty() ? `${shape} EMPTY` : `${shape} ${body(geometry, shape)}`
}

function body(geometry: Geometry, shape: Shape): string {
  const parts = () =>
    Array.from({ length: geometry.getNumGeometries() }, (_, i) => geometry.getGeometryN(i))
  switch (shape) {
    case 'POINT':
    case 'LINESTRING':
      return `(${geometry.getCoordinates().map(pair).join(', ')})`
    case 'POLYGON': {
      const holes = Array.from({ length: geometry.getNumInteriorRing() }, (_, i) =>
        geometry.getInteriorRingN(i),
      )
      const rings = [geometry.getExteriorRing(), ...holes]
      return `(${rings.map((ring) => body(ring, 'LINESTRING')).join(', ')})`
    }
    case 'GEOMETRYCOLLECTION':
      return `(${parts().map(printWkt).join(', ')})`
    default:
      return `(${parts()
        .map((part) => body(part, shape.slice(5) as Shape))
        .join(', ')})`
  }
}

function pair({ x, y }: Coordinate): string {
  return `${plain(x)} ${plain(y)}`
}

/** A number as the library that Trino computes with writes it: from 10^17 on, and below 0.0001, with an exponent and 17 digits. */
export function plain(value: number): string {
  if (value === 0) return Object.is(value, -0) ? '-0' : '0'
  const size = Math.abs(value)
  const [mantissa = '', exponent = '0'] = size.toExponential().split('e')
  const digits = mantissa.replace('.', '')
  const sign = value < 0 ? '-' : ''
  const power = Number(exponent)
  if (size < 1e-4 || size >= 1e17) {
    const shown = `${digits[0]}.${digits.slice(1).padEnd(16, '0')}`
    return `${sign}${shown}e${power < 0 ? '-' : '+'}${String(Math.abs(power)).padStart(2, '0')}`
  }
  if (power < 0) return `${sign}0.${'0'.repeat(-power - 1)}${digits}`
  const whole = digits.slice(0, power + 1).padEnd(power + 1, '0')
  const fraction = digits.slice(power + 1)
  return sign + (fraction === '' ? whole : `${whole}.${fraction}`)
}
