import { recordsAt } from '#storage/formats'
import { mergeFields, mergeTypes, nullType, primitive, type HiveType } from './hive-type.ts'

export interface JsonShape {
  readonly fields: ReadonlyMap<string, HiveType>
  readonly records: number
  /** Where the records stand, when not one on each line. */
  readonly jsonPath: string | undefined
}

/** Records looked at in one sample. */
const recordsMax = 5_000

/**
 * The shape of the objects in a text: one after another with anything or nothing between, or in one array.
 * `complete` is false for the head of a longer file, whose last object may be cut. Throws when an object is wrong.
 */
export function inferJson(text: string, complete: boolean): JsonShape {
  let fields: ReadonlyMap<string, HiveType> = new Map()
  let records = 0
  let onLines = true
  for (const record of splitObjects(text, complete)) {
    onLines &&= !record.includes('\n')
    const type = typeOf(record, records + 1)
    if (type.kind !== 'struct') continue
    fields = mergeFields(fields, type.fields)
    if (++records >= recordsMax) break
  }
  const inArray = text.trimStart().startsWith('[')
  onLines &&= records <= text.trimEnd().split('\n').length
  return { fields, records, jsonPath: inArray ? '$[*]' : onLines ? undefined : '$' }
}

/** The shape of the objects at a path of JSON. Throws when the text is not JSON; the end of a cut text is no fault. */
export function inferJsonAt(text: string, complete: boolean, jsonPath: string): JsonShape {
  let fields: ReadonlyMap<string, HiveType> = new Map()
  let records = 0
  try {
    for (const record of recordsAt(text, jsonPath)) {
      const type = typeOf(record, records + 1)
      if (type.kind !== 'struct') continue
      fields = mergeFields(fields, type.fields)
      if (++records >= recordsMax) break
    }
  } catch (error) {
    if (complete || records === 0) throw error
  }
  return { fields, records, jsonPath }
}

function typeOf(text: string, number: number): HiveType {
  try {
    return JSON.parse(text, toType as (key: string, value: unknown) => unknown) as HiveType
  } catch (error) {
    throw new Error(`record ${number} is not valid JSON: ${(error as Error).message}`, {
      cause: error,
    })
  }
}

/** A reviver that replaces each value by its type; members come before what holds them. */
function toType(
  _key: string,
  value: unknown,
  context: { readonly source?: string } = {},
): HiveType {
  if (value === null) return nullType
  if (typeof value === 'boolean') return primitive('boolean')
  if (typeof value === 'number') return numberType(value, context.source)
  if (typeof value === 'string') return primitive('string')
  if (Array.isArray(value)) {
    const elements = value as readonly HiveType[]
    return { kind: 'array', element: elements.reduce(mergeTypes, nullType) }
  }
  return { kind: 'struct', fields: new Map(Object.entries(value as Record<string, HiveType>)) }
}

function numberType(value: number, source: string | undefined): HiveType {
  if (!Number.isInteger(value) || /[.eE]/.test(source ?? '')) return primitive('double')
  if (Math.abs(value) <= 0x7fffffff) return primitive('int')
  return primitive(Math.abs(value) < 2 ** 63 ? 'bigint' : 'double')
}

/** The texts of the objects at the top, or in an array at the top. */
function* splitObjects(text: string, complete: boolean): Generator<string> {
  let depth = 0
  let start = -1
  let quoted = false
  const inArray = text.trimStart().startsWith('[')
  const base = inArray ? 1 : 0
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at)
    if (quoted) {
      if (code === backslash) at++
      else if (code === quote) quoted = false
    } else if (code === quote) {
      quoted = true
      if (depth === base) throw new Error('a text stands where an object should begin')
    } else if (code === openBrace || code === openBracket) {
      if (depth === base && code === openBrace) start = at
      depth++
    } else if (code === closeBrace || code === closeBracket) {
      depth--
      if (depth < 0) throw new Error('a closing bracket has no opening one')
      if (depth === base && code === closeBrace) yield text.slice(start, at + 1)
    }
  }
  if (complete && depth > 0) throw new Error('the file ends within an object')
}

const quote = 0x22
const backslash = 0x5c
const openBrace = 0x7b
const closeBrace = 0x7d
const openBracket = 0x5b
const closeBracket = 0x5d
