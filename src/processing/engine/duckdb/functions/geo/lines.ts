import { type EngineFunction, engineFunction } from '../function.ts'
import { invalid, multiOf } from './build.ts'
import { type Coordinate, type Geometry, library } from './library.ts'
import { only, read } from './read.ts'
import { plain, printWkt, shapeOf } from './wkt.ts'

function pointText({ x, y }: Coordinate): string {
  return `POINT (${plain(x)} ${plain(y)})`
}

const distance = (a: Coordinate, b: Coordinate) => Math.sqrt((a.x - b.x) ** 2 + (a.y - b.y) ** 2)

/** With what each sum loses carried on, so that it is the same to the last digit as Trino's. */
function lengthOf(points: readonly Coordinate[]): number {
  let sum = 0
  let lost = 0
  for (let at = 1; at < points.length; at++) {
    const next = distance(points[at - 1]!, points[at]!) - lost
    const total = sum + next
    lost = total - sum - next
    sum = total
  }
  return sum
}

/** Points at a share of a line's length, or at each multiple of it. */
function interpolated(text: string, share: number, repeated: boolean): string[] | null {
  const line = read(text)
  if (line.isEmpty()) return null
  only('line_interpolate_point', line, 'LINESTRING')
  if (!(share >= 0 && share <= 1)) throw invalid('fraction must be between 0 and 1')
  const points = line.getCoordinates()
  if (share === 0) return [pointText(points[0]!)]
  if (share === 1) return [pointText(points.at(-1)!)]
  const count = repeated ? Math.floor(1 / share) : 1
  if (count > pointsMax) throw invalid(`more than ${pointsMax} points on a line`)
  const whole = lengthOf(points)
  const found: string[] = []
  let wanted = share
  let passed = 0
  for (let at = 1; at < points.length && found.length < count; at++) {
    const [from, to] = [points[at - 1]!, points[at]!]
    const part = distance(from, to) / whole
    while (wanted < passed + part && found.length < count) {
      const along = (wanted - passed) / part
      found.push(
        pointText({ x: from.x + (to.x - from.x) * along, y: from.y + (to.y - from.y) * along }),
      )
      wanted += share
    }
    passed += part
  }
  if (found.length < count) found.push(pointText(points.at(-1)!))
  return found
}

/** What a tiny share may make. */
const pointsMax = 1_000_000

function located(lineText: string, point: string): number | null {
  const [line, place] = [read(lineText), read(point)]
  if (line.isEmpty() || place.isEmpty()) return null
  if (shapeOf(line) !== 'LINESTRING' && shapeOf(line) !== 'MULTILINESTRING') {
    throw invalid(
      `First argument to line_locate_point must be a LineString or a MultiLineString. Got: ${line.getGeometryType()}`,
    )
  }
  if (shapeOf(place) !== 'POINT') {
    throw invalid(
      `Second argument to line_locate_point must be a Point. Got: ${place.getGeometryType()}`,
    )
  }
  const { LengthIndexedLine } = library().jsts.linearref
  return new LengthIndexedLine(line).indexOf(place.getCoordinates()[0]!) / line.getLength()
}

/** With its areas' rings the other way round, as Trino hands them to such functions: where they begin and how they go tells the answer. */
function turned(geometry: Geometry): Geometry {
  switch (shapeOf(geometry)) {
    case 'POLYGON':
    case 'MULTIPOLYGON':
      return geometry.reverse()
    case 'GEOMETRYCOLLECTION': {
      const parts = Array.from({ length: geometry.getNumGeometries() }, (_, i) =>
        turned(geometry.getGeometryN(i)),
      )
      return multiOf('GEOMETRYCOLLECTION', parts)
    }
    default:
      return geometry
  }
}

/** Along lines and between shapes. https://trino.io/docs/current/functions/geospatial.html */
export const lineFunctions: readonly EngineFunction[] = [
  engineFunction(
    'trino_line_interpolate_point',
    ['text', 'double'],
    'text',
    (text, share) => interpolated(text, share, false)?.[0] ?? null,
  ),
  engineFunction('trino_line_interpolate_points', ['text', 'double'], 'texts', (text, share) =>
    interpolated(text, share, true),
  ),
  engineFunction('trino_line_locate_point', ['text', 'text'], 'double', located),
  engineFunction('trino_geometry_nearest_points', ['text', 'text'], 'texts', (left, right) => {
    const [a, b] = [turned(read(left)), turned(read(right))]
    if (a.isEmpty() || b.isEmpty()) return null
    return library().jsts.operation.distance.DistanceOp.nearestPoints(a, b).map(pointText)
  }),
  engineFunction('trino_simplify_geometry', ['text', 'double'], 'text', (text, tolerance) => {
    if (Number.isNaN(tolerance)) throw invalid('distanceTolerance is NaN')
    if (tolerance < 0) throw invalid('distanceTolerance is negative')
    if (tolerance === 0) return text
    const { TopologyPreservingSimplifier } = library().jsts.simplify
    return printWkt(turned(TopologyPreservingSimplifier.simplify(turned(read(text)), tolerance)))
  }),
]
