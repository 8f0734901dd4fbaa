import type { Facts } from './json-facts.ts'
import { matches } from './name-patterns.ts'
import type { SchemaObject } from './json-references.ts'

/** Keywords that bound a length or a number of members from below and from above, by type. */
const counts = {
  string: ['minLength', 'maxLength'],
  array: ['minItems', 'maxItems'],
  object: ['minProperties', 'maxProperties'],
} as const

/** The keyword of `schema` that some of these documents may not satisfy, of those that bound numbers, texts and sizes. */
export function brokenBound(facts: Facts, schema: SchemaObject): string | undefined {
  const { type } = facts
  if (type === 'integer' || type === 'number') return brokenNumber(facts, schema)
  if (type !== 'string' && type !== 'array' && type !== 'object') return undefined
  const [least, most] = counts[type]
  const size = sizeOf(facts)
  const smallest = size ?? largestOf(facts.all, least, 0)
  const greatest = size ?? -largestOf(facts.all, most, -Infinity, -1)
  if (smallest < Number(schema[least] ?? 0)) return least
  if (greatest > Number(schema[most] ?? Infinity)) return most
  return type === 'string' ? brokenText(facts, schema) : undefined
}

function sizeOf({ value, type, all }: Facts): number | undefined {
  if (!value) {
    if (type !== 'object') return undefined
    // What must be there counts, though no number is said.
    const names = new Set(all.flatMap(({ required }) => (Array.isArray(required) ? required : [])))
    const least = Math.max(names.size, largestOf(all, 'minProperties', 0))
    return least === -largestOf(all, 'maxProperties', -Infinity, -1) ? least : undefined
  }
  if (typeof value.is === 'string') return [...value.is].length
  return Array.isArray(value.is) ? value.is.length : Object.keys(value.is as object).length
}

function largestOf(
  all: readonly SchemaObject[],
  keyword: string,
  otherwise: number,
  sign = 1,
): number {
  return Math.max(
    otherwise,
    ...all.map((schema) =>
      schema[keyword] === undefined ? otherwise : sign * Number(schema[keyword]),
    ),
  )
}

function brokenText({ value, all }: Facts, schema: SchemaObject): string | undefined {
  const { pattern, format } = schema
  if (typeof pattern === 'string') {
    const holds = value
      ? matches(pattern, value.is as string) === true
      : all.some((own) => own['pattern'] === pattern)
    if (!holds) return 'pattern'
  }
  // Formats are checked by AWS's library; one that is not said may be broken.
  if (format === undefined || all.some((own) => own['format'] === format)) return undefined
  return 'format'
}

function brokenNumber({ value, type, all }: Facts, schema: SchemaObject): string | undefined {
  const mine = value ? [{ minimum: value.is, maximum: value.is }] : all
  const wanted = rangeOf([schema])
  const own = rangeOf(mine)
  if (own.least < wanted.least) return 'minimum'
  if (own.least === wanted.least && wanted.isAbove && !own.isAbove) return 'exclusiveMinimum'
  if (own.most > wanted.most) return 'maximum'
  if (own.most === wanted.most && wanted.isBelow && !own.isBelow) return 'exclusiveMaximum'
  const { multipleOf } = schema
  if (typeof multipleOf !== 'number') return undefined
  const steps = value
    ? [value.is]
    : [...all.map((each) => each['multipleOf']), type === 'integer' ? 1 : undefined]
  const holds = steps.some(
    (step) => typeof step === 'number' && Number.isInteger(step / multipleOf),
  )
  return holds ? undefined : 'multipleOf'
}

/** The range of numbers that satisfy all schemas; `exclusive…` is a number, or in draft 4 a word about the bound beside it. */
function rangeOf(all: readonly SchemaObject[]) {
  let [least, most, isAbove, isBelow] = [-Infinity, Infinity, false, false]
  for (const schema of all) {
    const { minimum, maximum, exclusiveMinimum, exclusiveMaximum } = schema
    for (const [bound, isOpen] of [
      [minimum, exclusiveMinimum === true],
      [exclusiveMinimum, true],
    ]) {
      if (typeof bound !== 'number' || bound < least) continue
      isAbove = bound === least ? isAbove || isOpen === true : isOpen === true
      least = bound
    }
    for (const [bound, isOpen] of [
      [maximum, exclusiveMaximum === true],
      [exclusiveMaximum, true],
    ]) {
      if (typeof bound !== 'number' || bound > most) continue
      isBelow = bound === most ? isBelow || isOpen === true : isOpen === true
      most = bound
    }
  }
  return { least, most, isAbove, isBelow }
}
