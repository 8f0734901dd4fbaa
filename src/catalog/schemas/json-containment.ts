import { isDeepStrictEqual } from 'node:util'
import { brokenBound } from './json-bounds.ts'
import {
  CannotTell,
  casesOf,
  itemSchema,
  itemSchemas,
  listedItems,
  mayBe,
  memberSchemas,
  objectKeywords,
  otherMembers,
  valuesOf,
  type Facts,
} from './json-facts.ts'
import { matches } from './name-patterns.ts'
import { firstOf, resolve, type JsonSchema, type SchemaObject } from './json-references.ts'

/**
 * Why a document that satisfies `writer` may not satisfy `reader`: where, and the keyword; undefined when each does. It errs on the safe side: what
 * it cannot tell (two different patterns, `if`) is said not to fit.
 */
export function misfitOf(writer: JsonSchema, reader: JsonSchema): string | undefined {
  try {
    return new Comparison(writer, reader).fits([writer], reader, '#', 0)
  } catch (error) {
    if (error instanceof CannotTell) return `#: the schema ${error.message}.`
    throw error
  }
}

const depthMax = 60
const stepsMax = 20_000

class Comparison {
  readonly #writer: JsonSchema
  readonly #reader: JsonSchema
  /** Pairs that are being compared, and how deep in the document that began. */
  readonly #open = new Map<string, number>()
  readonly #numbers = new Map<unknown, number>()
  #steps = 0

  constructor(writer: JsonSchema, reader: JsonSchema) {
    this.#writer = writer
    this.#reader = reader
  }

  /** Whether what satisfies all of `own` satisfies `wanted`: undefined when it does. */
  fits(
    own: readonly JsonSchema[],
    wanted: JsonSchema,
    path: string,
    depth: number,
  ): string | undefined {
    if (wanted === true) return undefined
    if (depth > depthMax) throw new CannotTell('is nested too deeply to be compared')
    // Further down in the document the same question has the same answer: no document is endless.
    const key = [...own, wanted].map((schema) => this.#numberOf(schema)).join()
    const begun = this.#open.get(key)
    if (begun !== undefined) {
      if (begun < depth) return undefined
      throw new CannotTell('refers to itself')
    }
    this.#open.set(key, depth)
    try {
      return firstOf(casesOf(this.#writer, own), (facts) =>
        this.#caseFits(facts, wanted, path, depth),
      )
    } finally {
      this.#open.delete(key)
    }
  }

  #numberOf(schema: JsonSchema): number {
    const known = this.#numbers.get(schema)
    if (known !== undefined) return known
    this.#numbers.set(schema, this.#numbers.size)
    return this.#numbers.size - 1
  }

  #caseFits(facts: Facts, wanted: JsonSchema, path: string, depth: number): string | undefined {
    this.#steps += 1
    if (this.#steps > stepsMax) throw new CannotTell('takes too long to be compared')
    if (wanted === true) return undefined
    if (wanted === false) return `${path}: a ${facts.type} is not allowed.`
    if (typeof wanted['$ref'] === 'string') {
      if (depth > depthMax) throw new CannotTell('refers to itself')
      return this.#caseFits(facts, resolve(this.#reader, wanted['$ref']), path, depth + 0.01)
    }
    const {
      allOf = [],
      anyOf,
      oneOf,
      not,
    } = wanted as {
      readonly allOf?: readonly JsonSchema[]
      readonly anyOf?: readonly JsonSchema[]
      readonly oneOf?: readonly JsonSchema[]
      readonly not?: JsonSchema
    }
    const one = (branch: JsonSchema) => this.#caseFits(facts, branch, path, depth)
    const all = firstOf(allOf, one)
    if (all !== undefined) return all
    if (anyOf?.every((branch) => one(branch) !== undefined)) {
      return `${path}: a ${facts.type} may satisfy none of anyOf.`
    }
    if (oneOf && !this.#isOneOf(facts, oneOf, one)) {
      return `${path}: a ${facts.type} may satisfy none of oneOf, or several.`
    }
    if (not !== undefined && !this.#isApart(facts, not)) return `${path}: not.`
    return this.#plainFits(facts, wanted, path, depth)
  }

  #isOneOf(
    facts: Facts,
    branches: readonly JsonSchema[],
    problem: (branch: JsonSchema) => string | undefined,
  ): boolean {
    return branches.some(
      (branch, index) =>
        problem(branch) === undefined &&
        branches.every((other, place) => place === index || this.#isApart(facts, other)),
    )
  }

  #plainFits(facts: Facts, wanted: SchemaObject, path: string, depth: number): string | undefined {
    const { type, value, all } = facts
    if (!mayBe(wanted, type)) return `${path}: a ${type} is not allowed.`
    const values = valuesOf(wanted)
    if (values && !(value && values.some((each) => isDeepStrictEqual(each, value.is)))) {
      return `${path}: enum.`
    }
    for (const keyword of ['if', 'then', 'else', 'dependencies', 'propertyNames', 'contains']) {
      if (wanted[keyword] === undefined || appliesNot(keyword, type)) continue
      // Only what stands there word for word, and refers to nothing, is the same for certain.
      const isSame = all.some(
        (own) =>
          isDeepStrictEqual(own[keyword], wanted[keyword]) &&
          !JSON.stringify(own[keyword]).includes('"$ref"') &&
          isDeepStrictEqual(
            [own['if'], own['then'], own['else']],
            [wanted['if'], wanted['then'], wanted['else']],
          ),
      )
      if (!isSame) return `${path}: ${keyword}.`
    }
    const bound = brokenBound(facts, wanted)
    if (bound !== undefined) return `${path}: ${bound}.`
    if (type === 'object') return this.#objectFits(facts, wanted, path, depth)
    return type === 'array' ? this.#arrayFits(facts, wanted, path, depth) : undefined
  }

  #objectFits(facts: Facts, wanted: SchemaObject, path: string, depth: number): string | undefined {
    const { properties, patternProperties, additionalProperties, required } = objectKeywords(wanted)
    const mine = requiredOf(facts)
    const missing = required.find((name) => !mine.has(name))
    if (missing !== undefined) return `${path}: ${missing} may be missing.`
    const patterns = Object.entries(patternProperties)
    const told = (facts.value?.is ?? {}) as object
    const names = new Set([
      ...Object.keys(properties),
      ...Object.keys(told),
      ...facts.all.flatMap((schema) => Object.keys(objectKeywords(schema).properties)),
    ])
    for (const name of names) {
      const own = memberSchemas(facts, name)
      const isTold =
        Object.hasOwn(properties, name) || patterns.some(([pattern]) => matches(pattern, name))
      const schemas = [
        ...(Object.hasOwn(properties, name) ? [properties[name]!] : []),
        // One of which it cannot be told whether it matches counts as if it did.
        ...patterns.filter(([pattern]) => matches(pattern, name) !== false).map(([, one]) => one),
        ...(isTold ? [] : [additionalProperties]),
      ]
      const problem = firstOf(schemas, (schema) =>
        this.fits(own, schema, `${path}/properties/${name}`, depth + 1),
      )
      if (problem !== undefined) return problem
    }
    // A name that nobody has said may match any of the reader's patterns, or none.
    const rest = [additionalProperties, ...patterns.map(([, schema]) => schema)]
    const ownPatterns = facts.value
      ? []
      : facts.all.flatMap((schema) => Object.entries(objectKeywords(schema).patternProperties))
    for (const [pattern, schema] of ownPatterns) {
      const same = patternProperties[pattern]
      const wanteds = same === undefined || patterns.length > 1 ? rest : [same]
      const problem = firstOf(wanteds, (each) =>
        this.fits([schema], each, `${path}/patternProperties/${pattern}`, depth + 1),
      )
      if (problem !== undefined) return problem
    }
    return firstOf(rest, (each) =>
      this.fits(otherMembers(facts), each, `${path}/additionalProperties`, depth + 1),
    )
  }

  #arrayFits(facts: Facts, wanted: SchemaObject, path: string, depth: number): string | undefined {
    const isUnique = facts.value
      ? areDistinct(facts.value.is as readonly unknown[])
      : facts.all.some(({ uniqueItems }) => uniqueItems === true)
    if (wanted['uniqueItems'] === true && !isUnique) return `${path}: uniqueItems.`
    const told = (facts.value?.is as readonly unknown[] | undefined)?.length ?? 0
    const listed = Math.max(listedItems([...facts.all, wanted]), told)
    // One more stands for all that follow.
    for (let index = 0; index <= listed; index += 1) {
      const problem = this.fits(
        itemSchemas(facts, index),
        itemSchema(wanted, index),
        `${path}/items/${index}`,
        depth + 1,
      )
      if (problem !== undefined && !isShorter(facts, index)) return problem
    }
    return undefined
  }

  /** True when no document of the case satisfies `other`, for certain. */
  #isApart(facts: Facts, other: JsonSchema): boolean {
    return casesOf(this.#reader, [other]).every((theirs) => {
      const numbers = ['integer', 'number']
      const isOtherType =
        facts.type !== theirs.type &&
        !(numbers.includes(facts.type) && numbers.includes(theirs.type))
      if (isOtherType) return true
      if (facts.value && theirs.value) return !isDeepStrictEqual(facts.value.is, theirs.value.is)
      if (facts.type !== 'object') return false
      const needed = new Set([...requiredOf(facts), ...requiredOf(theirs)])
      return [...needed].some((name) => this.#membersAreApart(facts, theirs, name))
    })
  }

  #membersAreApart(mine: Facts, theirs: Facts, name: string): boolean {
    const own = casesOf(this.#writer, memberSchemas(mine, name))
    const others = casesOf(this.#reader, memberSchemas(theirs, name))
    return own.every((one) =>
      others.every((other) => {
        if (one.value && other.value) return !isDeepStrictEqual(one.value.is, other.value.is)
        return (
          one.type !== other.type &&
          ![one.type, other.type].every((type) => /^(integer|number)$/.test(type))
        )
      }),
    )
  }
}

function requiredOf({ value, all }: Facts): ReadonlySet<string> {
  if (value) return new Set(Object.keys(value.is as object))
  return new Set(all.flatMap((schema) => objectKeywords(schema).required))
}

function isShorter({ all }: Facts, index: number): boolean {
  return all.some(({ maxItems }) => typeof maxItems === 'number' && maxItems <= index)
}

function areDistinct(items: readonly unknown[]): boolean {
  return items.every(
    (item, index) => !items.slice(0, index).some((other) => isDeepStrictEqual(other, item)),
  )
}

function appliesNot(keyword: string, type: string): boolean {
  if (keyword === 'contains') return type !== 'array'
  return (keyword === 'dependencies' || keyword === 'propertyNames') && type !== 'object'
}
