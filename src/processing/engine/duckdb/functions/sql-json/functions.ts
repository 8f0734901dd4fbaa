import { remembered } from '#kit'
import { JsonReader } from '../json/reader.ts'
import { javaDouble, quoted, withExponent } from '../json/writer.ts'
import { type EngineFunction, FunctionFailure, engineFunction } from '../function.ts'
import { evaluatePath } from './evaluate.ts'
import {
  type Item,
  NULL_ITEM,
  decimalItem,
  decimalText,
  itemOf,
  jsonText,
  wholeItem,
} from './items.ts'
import { inHashOrder } from './key-order.ts'
import { PathError } from './path-error.ts'
import { parsePath } from './path-parser.ts'
import type { Path } from './path-tree.ts'

const bounds = { countMax: 1_000, lengthMax: 4 * 1024 * 1024 }
const parsedPath = remembered(bounds, parsePath)

function pathOf(text: string, names: readonly (string | null)[]): Path {
  const path = parsedPath(text)
  for (const name of path.variables) {
    if (!names.includes(name))
      throw new FunctionFailure('INVALID_PATH', `no value passed for parameter ${name}`)
  }
  return path
}

class InputError extends Error {}
const NOTHING: Item = { kind: 'opaque', text: 'null' }

/** The first value of a text; what stands behind it does not matter, and nothing at all prints as null. */
function inputOf(text: string): Item {
  try {
    const reader = new JsonReader(text)
    return reader.peek() === undefined ? NOTHING : itemOf(reader.value())
  } catch (error) {
    if (error instanceof SyntaxError) throw new InputError()
    throw error
  }
}

/** A value of SQL for a path or a constructor: a letter for its kind, then its text; `j` is JSON. */
function valueOf(text: string | null): Item {
  if (text === null) return NULL_ITEM
  const rest = text.slice(1)
  switch (text[0]) {
    case 'i':
      return wholeItem(BigInt(rest), 'integer') ?? wholeItem(BigInt(rest), 'bigint')!
    case 'l':
      return wholeItem(BigInt(rest), 'bigint')!
    case 'n':
      return decimalItem(rest)
    case 'd':
      return { kind: 'number', type: 'double', value: Number(rest) }
    case 'b':
      return { kind: 'boolean', value: rest === 'true' }
    case 'j':
      return inputOf(rest)
    default:
      return { kind: 'string', text: rest }
  }
}

/** `names[i]` is bound to `values[i]`. */
function variablesOf(
  names: readonly (string | null)[],
  values: readonly (string | null)[],
): ReadonlyMap<string, Item> {
  return new Map(names.map((name, index) => [name ?? '', valueOf(values[index] ?? null)]))
}

function found(
  text: string,
  path: Path,
  names: readonly (string | null)[],
  values: readonly (string | null)[],
): readonly Item[] {
  return evaluatePath(path, inputOf(text), variablesOf(names, values))
}

/** The answer, or undefined after a failure that ON ERROR is to decide about. */
function handled<T>(raise: boolean, work: () => T): T | undefined {
  try {
    return work()
  } catch (error) {
    if (!(error instanceof PathError || error instanceof InputError)) throw error
    if (!raise) return undefined
    if (error instanceof InputError)
      throw new FunctionFailure('JSON_INPUT_CONVERSION_ERROR', 'conversion to JSON failed: ')
    throw new FunctionFailure('PATH_EVALUATION_ERROR', `path evaluation failed: ${error.message}`)
  }
}

function exists(
  text: string,
  path: string,
  names: readonly (string | null)[],
  values: readonly (string | null)[],
  onError: string,
): boolean | null {
  const parsed = pathOf(path, names)
  const answer = handled(onError === 'error', () => found(text, parsed, names, values).length > 0)
  if (answer !== undefined) return answer
  return onError === 'unknown' ? null : onError === 'true'
}

/** A scalar: a letter for its kind and its text; `E` when there is none, `X` after an error. NULL for JSON's null. */
function scalar(
  text: string,
  path: string,
  names: readonly (string | null)[],
  values: readonly (string | null)[],
  raising: string,
): string | null {
  const parsed = pathOf(path, names)
  const raise = raising.includes('X')
  const refuse = (why: string): string => {
    if (!raise) return 'X'
    throw new FunctionFailure(
      'JSON_VALUE_RESULT_ERROR',
      `cannot extract SQL scalar from JSON: ${why}`,
    )
  }
  const items = handled(raise, () => found(text, parsed, names, values))
  if (!items) return 'X'
  const [item, ...more] = items
  if (more.length > 0) return refuse('JSON path found multiple items')
  if (!item) {
    if (!raising.includes('E')) return 'E'
    throw new FunctionFailure(
      'JSON_VALUE_RESULT_ERROR',
      'cannot extract SQL scalar from JSON: JSON path found no items',
    )
  }
  switch (item.kind) {
    case 'null':
      return null
    case 'string':
      return `s${item.text}`
    case 'boolean':
      return `b${item.value}`
    case 'number':
      if (item.type === 'decimal') return `n${decimalText(item)}`
      return item.type === 'double' ? `d${doubleText(item.value)}` : `i${item.value}`
    default:
      return refuse('JSON path found an item that cannot be converted to an SQL value')
  }
}

/** As a cast of a double to text writes it. */
function doubleText(value: number): string {
  return Number.isFinite(value) && value !== 0 ? withExponent(value) : javaDouble(value)
}

interface QueryOptions {
  readonly wrapper: string
  readonly omitQuotes: boolean
  readonly onEmpty: string
  readonly onError: string
}

function query(items: readonly Item[] | undefined, options: QueryOptions): string | null {
  if (!items) return standIn(options.onError, '')
  if (items.length === 0) return standIn(options.onEmpty, 'JSON path found no items')
  const first = items[0]!
  const structured = first.kind === 'array' || first.kind === 'object'
  const wrapped =
    options.wrapper === 'always' ||
    (options.wrapper === 'conditional' && (items.length > 1 || !structured))
  if (wrapped) return jsonText({ kind: 'array', items })
  if (items.length > 1) return standIn(options.onError, 'JSON path found multiple items')
  return options.omitQuotes && first.kind === 'string' ? first.text : jsonText(first)
}

function standIn(behaviour: string, why: string): string | null {
  switch (behaviour) {
    case 'array':
      return '[]'
    case 'object':
      return '{}'
    case 'error':
      throw new FunctionFailure(
        'JSON_OUTPUT_CONVERSION_ERROR',
        `conversion from JSON failed: ${why}`,
      )
    default:
      return null
  }
}

/** An object of keys and values, in the order in which Java's hash map holds the keys. */
function objectOf(
  keys: readonly (string | null)[],
  values: readonly (string | null)[],
  options: string,
): string {
  const entries = new Map<string, Item>()
  for (const [index, key] of keys.entries()) {
    const value = values[index] ?? null
    if (key === null) {
      throw new FunctionFailure(
        'INVALID_FUNCTION_ARGUMENT',
        'null value passed for JSON object key to JSON_OBJECT function',
      )
    }
    if (value === null && options.includes('absent')) continue
    if (entries.has(key)) {
      if (options.includes('unique')) {
        const text = 'duplicate key passed to JSON_OBJECT function'
        throw new FunctionFailure('INVALID_FUNCTION_ARGUMENT', text)
      }
      const text = 'cannot construct a JSON object with duplicate key'
      throw new FunctionFailure('NOT_SUPPORTED', text)
    }
    entries.set(
      key,
      handled(true, () => valueOf(value))!,
    )
  }
  const members = inHashOrder([...entries.keys()])
  return `{${members.map((key) => `${quoted(key)}:${jsonText(entries.get(key)!)}`).join(',')}}`
}

/** https://trino.io/docs/current/functions/json.html#json-path-language */
export const sqlJsonFunctions: readonly EngineFunction[] = [
  engineFunction(
    'trino_json_exists',
    ['text', 'text', 'texts', 'texts', 'text'],
    'boolean',
    exists,
  ),
  engineFunction('trino_json_value', ['text', 'text', 'texts', 'texts', 'text'], 'text', scalar),
  engineFunction(
    'trino_json_query',
    ['text', 'text', 'texts', 'texts', 'text'],
    'text',
    (text, path, names, values, options) => {
      const [wrapper = '', quotes = '', onEmpty = '', onError = ''] = options.split(' ')
      const parsed = pathOf(path, names)
      const items = handled(onError === 'error', () => found(text, parsed, names, values))
      return query(items, { wrapper, omitQuotes: quotes === 'omit', onEmpty, onError })
    },
  ),
  engineFunction('trino_json_object', ['texts', 'texts', 'text'], 'text', objectOf),
  engineFunction('trino_json_array', ['texts', 'boolean'], 'text', (values, absent) => {
    const kept = absent ? values.filter((value) => value !== null) : values
    return `[${kept.map((value) => jsonText(handled(true, () => valueOf(value))!)).join(',')}]`
  }),
]
