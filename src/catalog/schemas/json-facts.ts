import { isDeepStrictEqual } from 'node:util'
import { matches } from './name-patterns.ts'
import { resolve, type JsonSchema, type SchemaObject } from './json-references.ts'

export const jsonTypes = [
  'null',
  'boolean',
  'integer',
  'number',
  'string',
  'array',
  'object',
] as const
export type JsonType = (typeof jsonTypes)[number]

/** More cases than this are not compared. */
const casesMax = 256
const depthMax = 100

/** Some of the documents of a schema: those of one type, or one value, that satisfy all of `all`. */
export interface Facts {
  readonly type: JsonType
  /** Set when there is only this one. */
  readonly value?: { readonly is: unknown }
  /** Schemas without references and without combinations of others. */
  readonly all: readonly SchemaObject[]
}

/** Thrown when two schemas are too involved to be compared. */
export class CannotTell extends Error {}

/**
 * All documents of a schema, and maybe more, case by case. What is left out (`not`, `if`, that only one of `oneOf` may hold) would make them fewer: whatever
 * is true of the cases is true of the schema.
 */
export function casesOf(root: JsonSchema, schemas: readonly JsonSchema[]): readonly Facts[] {
  const cases: Facts[] = []
  for (const all of alternatives(root, schemas, 0)) {
    for (const facts of byValue(all)) {
      cases.push(facts)
      if (cases.length > casesMax) throw new CannotTell('has too many cases to be compared')
    }
  }
  return cases
}

/** Each alternative a list of plain schemas that all hold. */
function alternatives(
  root: JsonSchema,
  schemas: readonly JsonSchema[],
  depth: number,
): readonly (readonly SchemaObject[])[] {
  if (depth > depthMax) throw new CannotTell('refers to itself')
  let found: readonly (readonly SchemaObject[])[] = [[]]
  for (const schema of schemas) {
    const own = alternativesOf(root, schema, depth + 1)
    found = found.flatMap((one) => own.map((other) => [...one, ...other]))
    if (found.length > casesMax) throw new CannotTell('has too many cases to be compared')
  }
  return found
}

function alternativesOf(
  root: JsonSchema,
  schema: JsonSchema,
  depth: number,
): readonly (readonly SchemaObject[])[] {
  if (schema === true) return [[]]
  if (schema === false) return []
  // Beside a reference nothing counts, in these drafts.
  if (typeof schema['$ref'] === 'string') {
    return alternatives(root, [resolve(root, schema['$ref'])], depth)
  }
  const {
    allOf = [],
    anyOf,
    oneOf,
    ...plain
  } = schema as SchemaObject & {
    readonly allOf?: readonly JsonSchema[]
    readonly anyOf?: readonly JsonSchema[]
    readonly oneOf?: readonly JsonSchema[]
  }
  let found = alternatives(root, allOf, depth).map((one) => [plain, ...one])
  for (const branches of [anyOf, oneOf]) {
    if (!branches) continue
    const own = branches.flatMap((branch) => alternatives(root, [branch], depth))
    found = found.flatMap((one) => own.map((other) => [...one, ...other]))
    if (found.length > casesMax) throw new CannotTell('has too many cases to be compared')
  }
  return found
}

/** Parted by type, or by value where the values are told. */
function byValue(all: readonly SchemaObject[]): readonly Facts[] {
  const told = all.filter((schema) => valuesOf(schema) !== undefined)
  const types = jsonTypes.filter((type) => all.every((schema) => mayBe(schema, type)))
  if (told.length === 0) {
    // An integer is a number: one case is enough.
    return types
      .filter((type) => type !== 'integer' || !types.includes('number'))
      .map((type) => ({ type, all }))
  }
  return valuesOf(told[0]!)!
    .filter((value) =>
      told.every((schema) => valuesOf(schema)!.some((other) => isDeepStrictEqual(other, value))),
    )
    .map((is) => ({ type: typeOf(is), value: { is }, all }))
    .filter(({ type }) => types.includes(type))
}

/** The only values that a schema allows; undefined when it does not list them. */
export function valuesOf(schema: SchemaObject): readonly unknown[] | undefined {
  if (Object.hasOwn(schema, 'const')) return [schema['const']]
  return Array.isArray(schema['enum']) ? (schema['enum'] as readonly unknown[]) : undefined
}

export function mayBe({ type }: SchemaObject, wanted: JsonType): boolean {
  if (type === undefined) return true
  const types = Array.isArray(type) ? (type as readonly unknown[]) : [type]
  return types.includes(wanted) || (wanted === 'integer' && types.includes('number'))
}

export function typeOf(value: unknown): JsonType {
  if (value === null) return 'null'
  if (Array.isArray(value)) return 'array'
  if (typeof value === 'number') return Number.isInteger(value) ? 'integer' : 'number'
  return typeof value as JsonType
}

/** What the members of an object have to satisfy, by name; `false` where there is none of this name. */
export function memberSchemas({ all, value }: Facts, name: string): readonly JsonSchema[] {
  const told = value?.is as SchemaObject | undefined
  if (told) return [Object.hasOwn(told, name) ? { const: told[name] } : false]
  return all.flatMap((schema) => {
    const { properties, patternProperties, additionalProperties } = objectKeywords(schema)
    const own: JsonSchema[] = []
    const maybe: JsonSchema[] = []
    if (Object.hasOwn(properties, name)) own.push(properties[name]!)
    for (const [pattern, member] of Object.entries(patternProperties)) {
      const isMatch = matches(pattern, name)
      if (isMatch === true) own.push(member)
      else if (isMatch === undefined) maybe.push(member)
    }
    if (own.length > 0) return own
    return [maybe.length > 0 ? { anyOf: [additionalProperties, ...maybe] } : additionalProperties]
  })
}

/** What members have to satisfy whose names nothing says anything of. */
export function otherMembers({ all, value }: Facts): readonly JsonSchema[] {
  if (value) return [false]
  return all.map((schema) => objectKeywords(schema).additionalProperties)
}

export function objectKeywords(schema: SchemaObject) {
  return {
    properties: (schema['properties'] ?? {}) as Readonly<Record<string, JsonSchema>>,
    patternProperties: (schema['patternProperties'] ?? {}) as Readonly<Record<string, JsonSchema>>,
    additionalProperties: (schema['additionalProperties'] ?? true) as JsonSchema,
    required: (Array.isArray(schema['required']) ? schema['required'] : []) as readonly string[],
  }
}

/** What the item of an array at a place has to satisfy. */
export function itemSchemas({ all, value }: Facts, index: number): readonly JsonSchema[] {
  const told = value?.is as readonly unknown[] | undefined
  if (told) return [index < told.length ? { const: told[index] } : false]
  return all.map((schema) => itemSchema(schema, index))
}

export function itemSchema(schema: SchemaObject, index: number): JsonSchema {
  const { items = true, additionalItems = true } = schema as {
    readonly items?: JsonSchema | readonly JsonSchema[]
    readonly additionalItems?: JsonSchema
  }
  if (!Array.isArray(items)) return items as JsonSchema
  return (items as readonly JsonSchema[])[index] ?? additionalItems
}

/** How many items a list of schemas speaks of, one by one. */
export function listedItems(schemas: readonly SchemaObject[]): number {
  return Math.max(0, ...schemas.map(({ items }) => (Array.isArray(items) ? items.length : 0)))
}
