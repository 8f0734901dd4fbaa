import { remembered, zoneOfName } from '#kit'
import { type EngineFunction, FunctionFailure, engineFunction } from './function.ts'

/** What stands behind the date and time of a text such as `2024-01-31 10:00:00 +05:30`. */
const behind = / ?([A-Za-z][\w/+-]*|[+-]\d\d?(?::?\d\d)?)$/

/** A text in its two parts. The date comes first, whose day is no offset. */
function parts(text: string): readonly [moment: string, zone: string | undefined] {
  const found = behind.exec(text.slice(10))
  if (!found) return [text, undefined]
  return [text.slice(0, 10 + found.index), found[1]]
}

/** Zones are few: each name is looked up once. */
const zoneOf = remembered(
  { countMax: 1_000, lengthMax: 64 * 1024 },
  (name: string) => zoneOfName(name) ?? null,
)

/** Zones that are known only when a value is. */
export const zoneFunctions: readonly EngineFunction[] = [
  engineFunction('trino_zone', ['text'], 'text', (name) => {
    const zone = zoneOf(name)
    if (zone !== null) return zone
    const text = `'${name}' is not a valid time zone`
    throw new FunctionFailure('INVALID_FUNCTION_ARGUMENT', text)
  }),
  engineFunction('trino_iso_zone', ['text'], 'text', (offset) => {
    const zone = zoneOf(offset === '' ? 'UTC' : offset)
    if (zone !== null) return zone
    throw new FunctionFailure('NOT_SUPPORTED', `Time zone not supported: ${offset}`)
  }),
  engineFunction('trino_text_before_zone', ['text'], 'text', (text) => parts(text)[0]),
  engineFunction('trino_text_zone', ['text'], 'text', (text) => {
    const [, name] = parts(text)
    return name === undefined ? 'UTC' : zoneOf(name)
  }),
]
