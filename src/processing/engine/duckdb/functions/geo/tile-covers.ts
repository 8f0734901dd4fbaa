import { type EngineFunction, FunctionFailure, engineFunction } from '../function.ts'
import { greatCircle } from '../numbers.ts'
import { invalid } from './build.ts'
import type { Coordinate, Geometry } from './library.ts'
import { read } from './read.ts'
import { type Tile, checkPlace, checkZoom, latitudeMax, shown, tileAt, tileOf } from './tiles.ts'
import { parseWkt, plain, shapeOf } from './wkt.ts'

const earthRadiusKm = 6371.01
const tilesMax = 1_000_000
/** Of shapes: the number of tiles times that of points. */
const workMax = 25_000_000
/** Shapes are looked for within tiles of this level first. */
const coarseZoom = 10

/** The corner of a tile that is in the north and in the west. */
function corner(x: number, y: number, zoom: number): Coordinate {
  const most = 2 ** zoom
  const share = (value: number) => Math.min(Math.max(value, 0), most) / most
  const down = 0.5 - share(y)
  const latitude = 90 - (360 * Math.atan(Math.exp(-down * 2 * Math.PI))) / Math.PI
  return { x: 360 * (share(x) - 0.5), y: latitude }
}

function polygonText({ x, y, zoom }: Tile): string {
  const [north, south] = [corner(x, y, zoom), corner(x + 1, y + 1, zoom)]
  const [left, right, low, high] = [north.x, south.x, south.y, north.y].map(plain)
  return `POLYGON ((${left} ${low}, ${right} ${low}, ${right} ${high}, ${left} ${high}, ${left} ${low}))`
}

/** The tile of a place, and those beside it. */
function around(latitude: number, longitude: number, zoomLevel: bigint): string[] {
  checkPlace(latitude, longitude)
  const zoom = checkZoom(zoomLevel)
  const most = 2 ** zoom
  const middle = tileAt(latitude, longitude, zoom)
  const found: string[] = []
  for (let x = middle.x - 1; x <= middle.x + 1; x++) {
    for (let y = middle.y - 1; y <= middle.y + 1; y++) {
      if (x >= 0 && x < most && y >= 0 && y < most) found.push(shown({ x, y, zoom }))
    }
  }
  return found
}

const radians = (degrees: number) => (degrees * Math.PI) / 180
const degrees = (angle: number) => (angle * 180) / Math.PI

function latitudeAt(latitude: number, radiusKm: number, sign: 1 | -1): number {
  const ratio = radiusKm / earthRadiusKm
  const angle = radians(latitude)
  const found = degrees(
    Math.asin(Math.sin(angle) * Math.cos(ratio) + sign * Math.cos(angle) * Math.sin(ratio)),
  )
  return Math.min(Math.max(found, -latitudeMax), latitudeMax)
}

function longitudeAt(latitude: number, longitude: number, radiusKm: number, sign: 1 | -1): number {
  const ratio = radiusKm / earthRadiusKm
  const angle = radians(latitude)
  const found = degrees(
    radians(longitude) +
      Math.atan2(
        sign * Math.sin(ratio) * Math.cos(angle),
        Math.cos(ratio) - Math.sin(angle) * Math.sin(angle),
      ),
  )
  if (found > 180) return found - 360
  return found < -180 ? found + 360 : found
}

/** The tiles that a circle of this radius touches. */
function within(
  latitude: number,
  longitude: number,
  zoomLevel: bigint,
  radiusKm: number,
): string[] {
  checkPlace(latitude, longitude)
  const zoom = checkZoom(zoomLevel)
  if (!(radiusKm >= 0)) throw invalid('Radius must be >= 0')
  if (radiusKm > 1_000) throw invalid('Radius must be <= 1,000 km')
  const most = 2 ** zoom
  const middle = tileAt(latitude, longitude, zoom)
  const top = tileAt(latitudeAt(latitude, radiusKm, 1), longitude, zoom).y
  const bottom = tileAt(latitudeAt(latitude, radiusKm, -1), longitude, zoom).y
  const left = tileAt(latitude, longitudeAt(latitude, longitude, radiusKm, -1), zoom).x
  const right = tileAt(latitude, longitudeAt(latitude, longitude, radiusKm, 1), zoom).x
  const width = right < left ? right + most - left + 1 : right - left + 1
  if (width * (bottom - top + 1) > tilesMax) {
    throw invalid(
      `The number of tiles covering input rectangle exceeds the limit of 1M. Number of tiles: ${width * (bottom - top + 1)}. Radius: ${radiusKm.toFixed(1)} km. Zoom level: ${zoom}.`,
    )
  }
  const found: string[] = []
  const add = (x: number, y: number) => found.push(shown({ x, y, zoom }))
  for (let step = 0; step < width; step++) add((left + step) % most, middle.y)
  for (let y = top; y <= bottom; y++) if (y !== middle.y) add(middle.x, y)
  // Of the columns beside the middle, from the outermost row inwards: what follows a tile that is near enough is near enough too.
  const column = (x: number, side: 0 | 1) => {
    const near = (y: number, below: 0 | 1) => {
      const place = corner(x + side, y + below, zoom)
      return greatCircle(latitude, longitude, place.y, place.x) <= radiusKm
    }
    let isNear = false
    for (let y = top; y < middle.y; y++) if ((isNear ||= near(y, 1))) add(x, y)
    isNear = false
    for (let y = bottom; y > middle.y; y--) if ((isNear ||= near(y, 0))) add(x, y)
  }
  for (let x = right; x !== middle.x; x = x === 0 ? most - 1 : x - 1) column(x, 0)
  for (let x = left; x !== middle.x; x = (x + 1) % most) column(x, 1)
  return found
}

interface Box {
  readonly low: Coordinate
  readonly high: Coordinate
}

function boxOf(geometry: Geometry): Box {
  const points = geometry.getCoordinates()
  const least = (values: readonly number[]) => values.reduce((a, b) => Math.min(a, b))
  const most = (values: readonly number[]) => values.reduce((a, b) => Math.max(a, b))
  const [xs, ys] = [points.map(({ x }) => x), points.map(({ y }) => y)]
  return { low: { x: least(xs), y: least(ys) }, high: { x: most(xs), y: most(ys) } }
}

function isPointOrRectangle(geometry: Geometry, { low, high }: Box): boolean {
  const shape = shapeOf(geometry)
  if (shape === 'POINT') return true
  if (shape !== 'POLYGON' || geometry.getNumInteriorRing() > 0) return false
  const points = geometry.getCoordinates()
  const isCorner = ({ x, y }: Coordinate) =>
    (x === low.x || x === high.x) && (y === low.y || y === high.y)
  return points.length === 5 && points.every(isCorner)
}

/** The tile of the south-eastern corner: not one that the box only touches. */
function lastTile({ low, high }: Box, zoom: number): Tile {
  const tile = tileAt(low.y, high.x, zoom)
  const { x, y } = corner(tile.x, tile.y, zoom)
  return { x: tile.x - (x === high.x ? 1 : 0), y: tile.y - (y === low.y ? 1 : 0), zoom }
}

/** The tiles that a shape touches. */
function covering(text: string, zoomLevel: bigint): string[] {
  const zoom = checkZoom(zoomLevel)
  const geometry = read(text)
  if (geometry.isEmpty()) return []
  const box = boxOf(geometry)
  if (!(box.low.y >= -latitudeMax && box.high.y <= latitudeMax)) {
    throw invalid(`Latitude span for the geometry must be in [-85.05, 85.05] range`)
  }
  if (!(box.low.x >= -180 && box.high.x <= 180)) {
    throw invalid('Longitude span for the geometry must be in [-180.00, 180.00] range')
  }
  const isWhole = isPointOrRectangle(geometry, box)
  if (!isWhole && shapeOf(geometry) === 'GEOMETRYCOLLECTION') {
    throw new FunctionFailure('NOT_SUPPORTED', 'geometry_to_bing_tiles of a geometry collection')
  }
  const first = tileAt(box.high.y, box.low.x, zoom)
  const last = lastTile(box, zoom)
  const count = (last.x - first.x + 1) * (last.y - first.y + 1)
  checkWork(geometry, box, isWhole, count, zoom)
  const found: string[] = []
  const touches = (tile: Tile) => parseWkt(polygonText(tile)).intersects(geometry)
  if (isWhole || zoom <= coarseZoom) {
    for (const tile of between(first, last)) if (isWhole || touches(tile)) found.push(shown(tile))
    return found
  }
  const coarse = ({ x, y }: Tile): Tile => {
    const shift = 2 ** (zoom - coarseZoom)
    return { x: Math.floor(x / shift), y: Math.floor(y / shift), zoom: coarseZoom }
  }
  for (const tile of between(coarse(first), coarse(last))) addWithin(geometry, zoom, tile, found)
  return found
}

function* between(first: Tile, last: Tile): Generator<Tile> {
  for (let { x } = first; x <= last.x; x++) {
    for (let { y } = first; y <= last.y; y++) yield { x, y, zoom: first.zoom }
  }
}

function addWithin(geometry: Geometry, zoom: number, tile: Tile, found: string[]): void {
  const area = parseWkt(polygonText(tile))
  const isTouched = area.intersects(geometry)
  if (tile.zoom === zoom) {
    if (isTouched) found.push(shown(tile))
    return
  }
  if (!isTouched) return
  const isFull = geometry.contains(area)
  const shift = isFull ? 2 ** (zoom - tile.zoom) : 2
  const first = { x: tile.x * shift, y: tile.y * shift, zoom: isFull ? zoom : tile.zoom + 1 }
  const last = { ...first, x: first.x + shift - 1, y: first.y + shift - 1 }
  for (const part of between(first, last)) {
    if (isFull) found.push(shown(part))
    else addWithin(geometry, zoom, part, found)
  }
}

function checkWork(
  geometry: Geometry,
  { low, high }: Box,
  isWhole: boolean,
  count: number,
  zoom: number,
): void {
  if (isWhole && count > tilesMax) {
    throw invalid(
      `The number of tiles covering input rectangle exceeds the limit of 1M. Number of tiles: ${count}. Rectangle: xMin=${low.x.toFixed(2)}, yMin=${low.y.toFixed(2)}, xMax=${high.x.toFixed(2)}, yMax=${high.y.toFixed(2)}. Zoom level: ${zoom}.`,
    )
  }
  if (!isWhole && count * geometry.getNumPoints() > workMax) {
    throw invalid(
      'The zoom level is too high or the geometry is too complex to compute a set of covering Bing tiles. Please use a lower zoom level or convert the geometry to its bounding box using the ST_Envelope function.',
    )
  }
}

/** Areas of tiles and tiles of areas. https://trino.io/docs/current/functions/geospatial.html#bing-tiles */
export const tileCoverFunctions: readonly EngineFunction[] = [
  engineFunction('trino_bing_tile_polygon', ['text'], 'text', (text) => polygonText(tileOf(text))),
  engineFunction('trino_bing_tiles_around', ['double', 'double', 'bigint'], 'texts', around),
  engineFunction(
    'trino_bing_tiles_within',
    ['double', 'double', 'bigint', 'double'],
    'texts',
    within,
  ),
  engineFunction('trino_geometry_to_bing_tiles', ['text', 'bigint'], 'texts', covering),
]
