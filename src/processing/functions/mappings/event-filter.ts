import { FunctionErrors } from '../errors.ts'
import type { MappedRecord } from './kinesis-event.ts'

/** One filter: a record goes to the function when any filter of its mapping matches. */
export interface EventFilter {
  readonly matches: (record: MappedRecord) => boolean
}

type Pattern = Readonly<Record<string, unknown>>

const filtersMax = 10
const patternCharsMax = 4096
const depthMax = 20

/**
 * Reads the patterns of a mapping. Over the data of Kinesis records `data` must be JSON of the same form as the pattern: records of
 * another form do not match. Error: `InvalidFunctionParameter`.
 * https://docs.aws.amazon.com/lambda/latest/dg/with-kinesis-filtering.html
 */
export function readFilters(patterns: readonly string[]): readonly EventFilter[] {
  if (patterns.length > filtersMax) throw invalid(`a mapping has at most ${filtersMax} filters`)
  return patterns.map((text) => {
    if (text.length > patternCharsMax) throw invalid(`longer than ${patternCharsMax} characters`)
    let pattern: unknown
    try {
      pattern = JSON.parse(text)
    } catch {
      throw invalid('the pattern is not JSON')
    }
    if (!isObject(pattern)) throw invalid('the pattern is not an object')
    check(pattern, 0)
    const { data, ...about } = pattern
    return { matches: (record) => matchesRecord(about, data, record) }
  })
}

function matchesRecord(about: Pattern, data: unknown, record: MappedRecord): boolean {
  const known = {
    partitionKey: record.partitionKey,
    sequenceNumber: record.sequenceNumber,
    kinesisSchemaVersion: '1.0',
    approximateArrivalTimestamp: record.arrivalMs / 1000,
  }
  if (!matchesObject(about, known)) return false
  if (data === undefined) return true
  const text = Buffer.from(record.data).toString()
  if (Array.isArray(data)) return matchesAny(data, text)
  try {
    const json: unknown = JSON.parse(text)
    return isObject(json) && matchesObject(data as Pattern, json)
  } catch {
    return false
  }
}

function matchesObject(pattern: Pattern, value: Pattern): boolean {
  return Object.entries(pattern).every(([name, wanted]) => {
    if (name === '$or') {
      return (wanted as readonly Pattern[]).some((choice) => matchesObject(choice, value))
    }
    const found = Object.hasOwn(value, name) ? value[name] : undefined
    if (Array.isArray(wanted)) return matchesAny(wanted, found)
    return matchesObject(wanted as Pattern, isObject(found) ? found : {})
  })
}

/** A list of values matches when any of them does. */
function matchesAny(rules: readonly unknown[], found: unknown): boolean {
  const values = Array.isArray(found) ? (found as readonly unknown[]) : [found]
  return rules.some((rule) => values.some((value) => matchesRule(rule, value)))
}

function matchesRule(rule: unknown, value: unknown): boolean {
  if (!isObject(rule)) return value !== undefined && value === rule
  const [[kind, operand]] = Object.entries(rule) as [[string, unknown]]
  switch (kind) {
    case 'exists':
      return (value !== undefined) === operand
    case 'prefix':
      return typeof value === 'string' && value.startsWith(operand as string)
    case 'suffix':
      return typeof value === 'string' && value.endsWith(operand as string)
    case 'equals-ignore-case':
      return typeof value === 'string' && value.toLowerCase() === (operand as string).toLowerCase()
    case 'anything-but': {
      if (value === undefined) return false
      if (isObject(operand)) return !matchesRule(operand, value)
      return !(Array.isArray(operand) ? operand : [operand]).includes(value)
    }
    default:
      return typeof value === 'number' && isInRange(operand as readonly unknown[], value)
  }
}

function isInRange(range: readonly unknown[], value: number): boolean {
  for (let at = 0; at < range.length; at += 2) {
    const bound = range[at + 1] as number
    const holds = {
      '=': value === bound,
      '<': value < bound,
      '<=': value <= bound,
      '>': value > bound,
      '>=': value >= bound,
    }[range[at] as string]
    if (!holds) return false
  }
  return true
}

function check(pattern: Pattern, depth: number): void {
  if (depth > depthMax) throw invalid('it is nested too deeply')
  const entries = Object.entries(pattern)
  if (entries.length === 0) throw invalid('an empty object matches nothing in particular')
  for (const [name, wanted] of entries) {
    if (name === '$or') {
      if (!Array.isArray(wanted) || wanted.length < 2 || !wanted.every(isObject)) {
        throw invalid('$or takes two or more objects')
      }
      for (const choice of wanted as readonly Pattern[]) check(choice, depth + 1)
    } else if (Array.isArray(wanted)) {
      if (wanted.length === 0) throw invalid(`${name} has an empty list`)
      for (const rule of wanted as readonly unknown[]) checkRule(name, rule)
    } else if (isObject(wanted)) check(wanted, depth + 1)
    else throw invalid(`${name} must be a list or an object`)
  }
}

function checkRule(name: string, rule: unknown): void {
  if (!isObject(rule)) {
    if (rule === null || /^(?:string|number|boolean)$/.test(typeof rule)) return
    throw invalid(`${name} has a value that is none`)
  }
  const entries = Object.entries(rule)
  const [kind, operand] = entries[0] ?? ['', undefined]
  if (entries.length !== 1) throw invalid(`a rule of ${name} must have one key`)
  if (!isRule(kind, operand)) throw invalid(`${name} has the rule ${JSON.stringify(rule)}`)
}

function isRule(kind: string, operand: unknown): boolean {
  switch (kind) {
    case 'exists':
      return typeof operand === 'boolean'
    case 'prefix':
    case 'suffix':
    case 'equals-ignore-case':
      return typeof operand === 'string'
    case 'anything-but':
      if (isObject(operand)) {
        const [[inner, text]] = Object.entries(operand) as [[string, unknown]]
        return (inner === 'prefix' || inner === 'suffix') && typeof text === 'string'
      }
      return [operand].flat().every((item) => /^(?:string|number)$/.test(typeof item))
    case 'numeric':
      return (
        Array.isArray(operand) &&
        (operand.length === 2 || operand.length === 4) &&
        operand.every((part, at) =>
          at % 2 === 0 ? /^(?:=|[<>]=?)$/.test(String(part)) : typeof part === 'number',
        )
      )
    default:
      return false
  }
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function invalid(why: string) {
  return FunctionErrors.InvalidFunctionParameter(`Invalid filter pattern definition: ${why}.`)
}
