import { type Shape, invalid, lineOf, multiOf, polygonOf } from './build.ts'
import { type Coordinate, type Geometry, coordinate, library } from './library.ts'

const shapes: readonly (Shape | undefined)[] = [
  undefined,
  'POINT',
  'LINESTRING',
  'POLYGON',
  'MULTIPOINT',
  'MULTILINESTRING',
  'MULTIPOLYGON',
  'GEOMETRYCOLLECTION',
]
const depthMax = 50

/** A geometry as Well-Known Binary in two dimensions: https://www.ogc.org/standard/sfa/ */
export function parseWkb(bytes: Uint8Array): Geometry {
  try {
    return new WkbReader(bytes).geometry(0)
  } catch (error) {
    if (error instanceof RangeError) throw invalid('Invalid WKB')
    throw error
  }
}

class WkbReader {
  readonly #view: DataView
  #at = 0
  #little = false

  constructor(bytes: Uint8Array) {
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  geometry(depth: number): Geometry {
    if (depth > depthMax) throw invalid('the geometry is nested too deeply')
    this.#little = this.#view.getUint8(this.#at++) === 1
    const shape = shapes[this.#count()]
    const { factory } = library()
    switch (shape) {
      case 'POINT': {
        const at = this.#coordinate()
        return Number.isNaN(at.x) ? factory.createPoint() : factory.createPoint(at)
      }
      case 'LINESTRING':
        return lineOf(this.#coordinates())
      case 'POLYGON':
        return polygonOf(this.#list(() => this.#coordinates()))
      case undefined:
        throw invalid('Invalid WKB')
      default:
        return multiOf(
          shape,
          this.#list(() => this.geometry(depth + 1)),
        )
    }
  }

  #coordinates(): Coordinate[] {
    return this.#list(() => this.#coordinate())
  }

  #coordinate(): Coordinate {
    const x = this.#view.getFloat64(this.#at, this.#little)
    const y = this.#view.getFloat64(this.#at + 8, this.#little)
    this.#at += 16
    return coordinate(x, y)
  }

  #list<T>(item: () => T): T[] {
    const count = this.#count()
    // Each takes some bytes, so that no count makes more than there are.
    if (count > this.#view.byteLength - this.#at) throw invalid('Invalid WKB')
    return Array.from({ length: count }, item)
  }

  #count(): number {
    const value = this.#view.getUint32(this.#at, this.#little)
    this.#at += 4
    return value
  }
}
