import { type EngineFunction, engineFunction } from '../function.ts'
import { invalid } from './build.ts'

/** https://learn.microsoft.com/en-us/bingmaps/articles/bing-maps-tile-system */
const zoomMax = 23
export const latitudeMax = 85.05112878
const tilePixels = 256

export interface Tile {
  readonly x: number
  readonly y: number
  readonly zoom: number
}

/** A tile's text, which it is in the engine. */
export function shown({ x, y, zoom }: Tile): string {
  return `BingTile{x=${x}, y=${y}, zoom_level=${zoom}}`
}

export function tileOf(text: string): Tile {
  const [x = 0, y = 0, zoom = 0] = (text.match(/\d+/g) ?? []).map(Number)
  return { x, y, zoom }
}

export function checkZoom(zoom: bigint): number {
  if (zoom < 0n) throw invalid('Zoom level must be >= 0')
  if (zoom > BigInt(zoomMax)) throw invalid(`Zoom level must be <= ${zoomMax}`)
  return Number(zoom)
}

function byPlace(x: bigint, y: bigint, zoomLevel: bigint): string {
  const zoom = checkZoom(zoomLevel)
  const most = 2 ** zoom
  for (const value of [x, y]) {
    if (value >= 0n && value < BigInt(most)) continue
    throw invalid(
      `XY coordinates for a Bing tile at zoom level ${zoom} must be within [0, ${most}) range`,
    )
  }
  return shown({ x: Number(x), y: Number(y), zoom })
}

function byKey(key: string): string {
  if (!/^[0-3]+$/.test(key)) throw invalid(`Invalid QuadKey digit sequence: ${key}`)
  if (key.length > zoomMax) throw invalid(`Zoom level must be <= ${zoomMax}`)
  let [x, y] = [0, 0]
  for (const digit of key) {
    x = x * 2 + (Number(digit) & 1)
    y = y * 2 + (Number(digit) >> 1)
  }
  return shown({ x, y, zoom: key.length })
}

export function checkPlace(latitude: number, longitude: number): void {
  if (!(Math.abs(latitude) <= latitudeMax)) {
    throw invalid(`Latitude must be between -${latitudeMax} and ${latitudeMax}`)
  }
  if (!(Math.abs(longitude) <= 180)) throw invalid('Longitude must be between -180.0 and 180.0')
}

/** The tile that a place lies in. */
export function tileAt(latitude: number, longitude: number, zoom: number): Tile {
  const size = tilePixels * 2 ** zoom
  const sine = Math.sin((latitude * Math.PI) / 180)
  const down = 0.5 - Math.log((1 + sine) / (1 - sine)) / (4 * Math.PI)
  const place = (share: number) =>
    Math.floor(Math.min(Math.max(share * size, 0), size - 1) / tilePixels)
  return { x: place((longitude + 180) / 360), y: place(down), zoom }
}

function at(latitude: number, longitude: number, zoomLevel: bigint): string {
  const zoom = checkZoom(zoomLevel)
  checkPlace(latitude, longitude)
  return shown(tileAt(latitude, longitude, zoom))
}

function keyOf(text: string): string {
  const { x, y, zoom } = tileOf(text)
  let key = ''
  for (let bit = zoom - 1; bit >= 0; bit--) key += ((x >> bit) & 1) + 2 * ((y >> bit) & 1)
  return key
}

export const tileFunctions: readonly EngineFunction[] = [
  engineFunction('trino_bing_tile', ['bigint', 'bigint', 'bigint'], 'text', byPlace),
  engineFunction('trino_bing_tile_key', ['text'], 'text', byKey),
  engineFunction('trino_bing_tile_at', ['double', 'double', 'bigint'], 'text', at),
  engineFunction('trino_bing_tile_quadkey', ['text'], 'text', keyOf),
  engineFunction('trino_bing_tile_x', ['text'], 'integer', (text) => tileOf(text).x),
  engineFunction('trino_bing_tile_y', ['text'], 'integer', (text) => tileOf(text).y),
  engineFunction('trino_bing_tile_zoom', ['text'], 'integer', (text) => tileOf(text).zoom),
]
