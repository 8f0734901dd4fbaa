import { type EngineFunction, FunctionFailure, engineFunction } from './function.ts'

const names = ['black', 'red', 'green', 'yellow', 'blue', 'magenta', 'cyan', 'white']
const barMax = 100_000
const invalid = (text: string) => new FunctionFailure('INVALID_FUNCTION_ARGUMENT', text)

type Parts = readonly [number, number, number]

function hex(parts: Parts): string {
  return `#${parts.map((part) => part.toString(16).padStart(2, '0')).join('')}`
}

function parse(text: string): string {
  const name = text.toLowerCase()
  if (names.includes(name)) return name
  if (!/^#[0-9a-f]{3}$/.test(name)) throw invalid(`Invalid color: '${text}'`)
  return `#${Array.from(name.slice(1), (digit) => digit + digit).join('')}`
}

/** Red, green and blue; undefined for a color of the terminal's own. */
function partsOf(color: string): Parts | undefined {
  if (color[0] !== '#') return undefined
  return [1, 3, 5].map((at) => Number.parseInt(color.slice(at, at + 2), 16)) as unknown as Parts
}

/** The terminal's number for a color: its own eight, then a cube of six by six by six. */
function code(color: string): number {
  const parts = partsOf(color)
  if (!parts) return names.indexOf(color)
  const [red, green, blue] = parts.map((part) => Math.floor((part * 6) / 256)) as [
    number,
    number,
    number,
  ]
  return 16 + 36 * red + 6 * green + blue
}

interface Hsb {
  readonly hue: number
  readonly saturation: number
  readonly brightness: number
}

/** Hue, saturation and brightness, in single precision as Java has them: https://en.wikipedia.org/wiki/HSL_and_HSV */
function toHsb([red, green, blue]: Parts): Hsb {
  const most = Math.max(red, green, blue)
  const span = Math.fround(most - Math.min(red, green, blue))
  const brightness = Math.fround(most / 255)
  if (most === 0 || span === 0) return { hue: 0, saturation: 0, brightness }
  const share = (part: number) => Math.fround((most - part) / span)
  const [r, g, b] = [share(red), share(green), share(blue)]
  const turn = red === most ? b - g : green === most ? 2 + r - b : 4 + g - r
  const hue = Math.fround(Math.fround(turn) / 6)
  const saturation = Math.fround(span / most)
  return { hue: hue < 0 ? Math.fround(hue + 1) : hue, saturation, brightness }
}

function fromHsb({ hue, saturation, brightness }: Hsb): Parts {
  const f = Math.fround
  const part = (value: number) => Math.trunc(f(f(value * 255) + 0.5))
  if (saturation === 0) return [part(brightness), part(brightness), part(brightness)]
  const turn = f(f(hue - Math.floor(hue)) * 6)
  const rest = f(turn - Math.floor(turn))
  const low = f(brightness * f(1 - saturation))
  const falling = f(brightness * f(1 - f(saturation * rest)))
  const rising = f(brightness * f(1 - f(saturation * f(1 - rest))))
  const sextants: readonly Parts[] = [
    [brightness, rising, low],
    [falling, brightness, low],
    [low, brightness, rising],
    [low, falling, brightness],
    [rising, low, brightness],
    [brightness, low, falling],
  ]
  return (sextants[Math.floor(turn)] ?? [0, 0, 0]).map(part) as unknown as Parts
}

/** The color at a share of the way. */
function between(share: number, low: string, high: string): string {
  const [from, to] = [partsOf(low), partsOf(high)]
  if (!from) throw invalid('lowColor not a valid RGB color')
  if (!to) throw invalid('highColor not a valid RGB color')
  if (Number.isNaN(share)) return '#000000'
  const part = Math.fround(Math.min(1, Math.max(0, share)))
  const [a, b] = [toHsb(from), toHsb(to)]
  const mixed = (x: number, y: number) => Math.fround(Math.fround(part * Math.fround(y - x)) + x)
  return hex(
    fromHsb({
      hue: mixed(a.hue, b.hue),
      saturation: mixed(a.saturation, b.saturation),
      brightness: mixed(a.brightness, b.brightness),
    }),
  )
}

const escape = '\u001B['
const painted = (text: string, color: string) => `${escape}38;5;${code(color)}m${text}`

function bar(share: number, width: bigint, low: string, high: string): string {
  if (partsOf(low) === undefined || partsOf(high) === undefined)
    throw invalid('color is not a valid rgb value')
  if (width > BigInt(barMax)) throw invalid(`a bar has at most ${barMax} signs`)
  const size = Math.max(0, Number(width))
  const filled = Number.isNaN(share) ? 0 : Math.trunc(Math.min(1, Math.max(0, share)) * size)
  let text = ''
  for (let i = 0; i < filled; i++) text += painted('█', between(i / (size - 1), low, high))
  return `${text}${escape}0m${' '.repeat(size - filled)}`
}

/** https://trino.io/docs/current/functions/color.html */
export const colorFunctions: readonly EngineFunction[] = [
  engineFunction('trino_color', ['text'], 'text', parse),
  engineFunction('trino_color_between', ['double', 'text', 'text'], 'text', between),
  engineFunction('trino_rgb', ['bigint', 'bigint', 'bigint'], 'text', (red, green, blue) => {
    for (const [name, part] of Object.entries({ red, green, blue })) {
      if (part < 0n || part > 255n) throw invalid(`${name} must be between 0 and 255`)
    }
    return hex([Number(red), Number(green), Number(blue)])
  }),
  engineFunction(
    'trino_render',
    ['text', 'text'],
    'text',
    (text, color) => `${painted(text, color)}${escape}0m`,
  ),
  engineFunction('trino_bar', ['double', 'bigint', 'text', 'text'], 'text', bar),
]
