import { type EngineFunction, FunctionFailure, engineFunction } from '../function.ts'
import { type JsonPath, pathOf } from './path.ts'
import { JsonReader, type JsonValue } from './reader.ts'
import { quoted, withExponent, written } from './writer.ts'

/** Undefined when the text is no JSON. */
function tried<T>(read: () => T): T | undefined {
  try {
    return read()
  } catch (error) {
    if (error instanceof SyntaxError) return undefined
    throw error
  }
}

/** The first value on a path; what stands behind it is not looked at. */
function valueAt(reader: JsonReader, path: JsonPath, depth = 0): JsonValue | undefined {
  if (depth === path.length) return reader.value()
  const wanted = path[depth]!
  let found: JsonValue | undefined
  const take = (matches: boolean) => {
    if (!matches) {
      reader.value()
      return false
    }
    found = valueAt(reader, path, depth + 1)
    return true
  }
  const first = reader.peek()
  if (first === '{') reader.members((key) => take(key === wanted))
  else if (first === '[') reader.elements((index) => take(String(index) === wanted))
  return found
}

function extract(text: string, path: string): JsonValue | undefined {
  const steps = pathOf(path)
  return tried(() => valueAt(new JsonReader(text), steps))
}

function scalarText(value: JsonValue | undefined): string | null {
  if (!value || value.kind === 'array' || value.kind === 'object') return null
  return value.kind === 'literal' && value.text === 'null' ? null : value.text
}

function sizeOf(value: JsonValue | undefined): bigint | null {
  if (!value) return null
  if (value.kind === 'array') return BigInt(value.items.length)
  return value.kind === 'object' ? BigInt(value.entries.length) : 0n
}

const raw = (value: JsonValue) => written(value, { sorted: false })
const isNull = (value: JsonValue) => value.kind === 'literal' && value.text === 'null'

/** True when an array's elements hold a value of this kind, as text. */
function contains(text: string, kind: string, wanted: string): boolean | null {
  const value = tried(() => new JsonReader(text).whole())
  if (value?.kind !== 'array') return null
  return value.items.some((item) => {
    switch (kind) {
      case 'boolean':
        return item.kind === 'literal' && item.text === wanted
      case 'varchar':
        return item.kind === 'string' && item.text === wanted
      case 'bigint':
        return (
          item.kind === 'number' &&
          /^-?\d+$/.test(item.text) &&
          BigInt(item.text) === BigInt(wanted)
        )
      default:
        return (
          item.kind === 'number' &&
          !/^-?\d+$/.test(item.text) &&
          Number(item.text) === Number(wanted)
        )
    }
  })
}

function cannotCast(text: string, type: string): Error {
  return new FunctionFailure('INVALID_CAST_ARGUMENT', `Cannot cast '${text}' to ${type}`)
}

/** A scalar's text, ready to be cast to a type of this kind; null for JSON's null. */
function scalarFor(text: string, kind: string): string | null {
  const value = new JsonReader(text).whole()
  if (isNull(value)) return null
  if (value.kind === 'array' || value.kind === 'object') throw cannotCast(text, kind)
  if (value.kind === 'string') return value.text
  const number = value.kind === 'number'
  const whole = number && /^-?\d+$/.test(value.text)
  switch (kind) {
    case 'varchar':
      return number && !whole ? withExponent(Number(value.text)) : value.text
    case 'boolean':
      return number ? String(Number(value.text) !== 0) : value.text
    case 'bigint': {
      if (!number) return value.text === 'true' ? '1' : '0'
      return whole
        ? value.text
        : String(
            BigInt(Math.sign(Number(value.text))) *
              BigInt(Math.round(Math.abs(Number(value.text)))),
          )
    }
    default:
      return number ? value.text : value.text === 'true' ? '1' : '0'
  }
}

function compound(text: string, kind: 'array' | 'object', type: string): JsonValue | null {
  const value = new JsonReader(text).whole()
  if (isNull(value)) return null
  if (value.kind !== kind) throw cannotCast(text, type)
  return value
}

const items = (value: JsonValue) => (value.kind === 'array' ? value.items : [])
const entries = (value: JsonValue) => (value.kind === 'object' ? value.entries : [])

/** An array's element at a place, from its end when that is negative. Deprecated in Trino, whose answer for a text is no JSON. */
function elementAt(text: string, place: bigint): string | null {
  let found: JsonValue | undefined
  if (place < 0n) {
    const value = tried(() => new JsonReader(text).whole())
    found = value && items(value).at(Number(place))
  } else {
    tried(() => {
      const reader = new JsonReader(text)
      if (reader.peek() !== '[') return
      reader.elements((index) => {
        const value = reader.value()
        if (BigInt(index) === place) found = value
        return found !== undefined
      })
    })
  }
  if (!found || isNull(found)) return null
  if (found.kind === 'string')
    throw new FunctionFailure('NOT_SUPPORTED', 'json_array_get of a text gives no JSON')
  return found.kind === 'number' ? found.text : raw(found)
}

/** The fields of a row: by name from an object, by place from an array. */
function fields(text: string, names: readonly (string | null)[]): (string | null)[] | null {
  const value = new JsonReader(text).whole()
  if (isNull(value)) return null
  if (value.kind === 'array') {
    if (value.items.length !== names.length) throw cannotCast(text, 'row')
    return value.items.map(raw)
  }
  if (value.kind !== 'object') throw cannotCast(text, 'row')
  const found = new Map<string, string>()
  for (const [key, item] of value.entries) found.set(key.toLowerCase(), raw(item))
  return names.map((name) => found.get(name ?? '') ?? null)
}

/** https://trino.io/docs/current/functions/json.html; a JSON value is its text. */
export const jsonFunctions: readonly EngineFunction[] = [
  engineFunction('trino_json_parse', ['text'], 'text', (text) => {
    const value = tried(() => new JsonReader(text).whole())
    if (value) return written(value, { sorted: true })
    throw new FunctionFailure(
      'INVALID_FUNCTION_ARGUMENT',
      `Cannot convert value to JSON: '${text}'`,
    )
  }),
  engineFunction('trino_json_extract', ['text', 'text'], 'text', (text, path) => {
    const value = extract(text, path)
    return value ? raw(value) : null
  }),
  engineFunction('trino_json_extract_scalar', ['text', 'text'], 'text', (text, path) =>
    scalarText(extract(text, path)),
  ),
  engineFunction('trino_json_size', ['text', 'text'], 'bigint', (text, path) =>
    sizeOf(extract(text, path)),
  ),
  engineFunction('trino_json_array_length', ['text'], 'bigint', (text) => {
    const value = tried(() => new JsonReader(text).whole())
    return value?.kind === 'array' ? BigInt(value.items.length) : null
  }),
  engineFunction('trino_json_array_get', ['text', 'bigint'], 'text', elementAt),
  engineFunction('trino_json_array_contains', ['text', 'text', 'text'], 'boolean', contains),
  engineFunction('trino_json_is_scalar', ['text'], 'boolean', (text) => {
    const value = tried(() => new JsonReader(text).whole())
    if (value) return value.kind !== 'array' && value.kind !== 'object'
    throw new FunctionFailure('INVALID_FUNCTION_ARGUMENT', `Invalid JSON value: ${text}`)
  }),
  engineFunction('trino_json_quote', ['text'], 'text', quoted),
  engineFunction('trino_json_scalar_for', ['text', 'text'], 'text', scalarFor),
  engineFunction('trino_json_items', ['text'], 'texts', (text) => {
    const value = compound(text, 'array', 'array')
    return value && items(value).map(raw)
  }),
  engineFunction('trino_json_entries', ['text'], 'textLists', (text) => {
    const value = compound(text, 'object', 'map')
    return value && entries(value).map(([key, item]) => [key, raw(item)])
  }),
  engineFunction('trino_json_fields', ['text', 'texts'], 'texts', fields),
]
