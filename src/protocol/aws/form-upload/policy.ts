import { againstPolicy, invalidPolicy, tooLarge, tooSmall } from './errors.ts'

/** Bytes that the file may have. */
export interface SizeRange {
  readonly min: number
  readonly max: number
}

interface Policy {
  readonly expiresAtMs: number
  readonly conditions: readonly Condition[]
}

type Condition =
  | {
      readonly kind: 'eq' | 'starts-with'
      readonly field: string
      readonly value: string
      readonly shown: string
    }
  | { readonly kind: 'content-length-range'; readonly range: SizeRange }

/**
 * Holds a form against its policy
 * (https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-HTTPPOSTConstructPolicy.html), and answers what remains to be seen: how
 * large the file may be. `values` are the form's fields with their variables replaced, names in lower case, and `bucket`.
 * Errors: `InvalidPolicyDocument`, `AccessDenied`.
 */
export function checkPolicy(
  encoded: string,
  values: ReadonlyMap<string, string>,
  nowMs: number,
): SizeRange {
  const policy = readPolicy(encoded)
  if (nowMs > policy.expiresAtMs) throw againstPolicy('Policy expired.')
  const covered = new Set<string>()
  let { min, max }: SizeRange = { min: 0, max: Infinity }
  for (const condition of policy.conditions) {
    if (condition.kind === 'content-length-range') {
      min = Math.max(min, condition.range.min)
      max = Math.min(max, condition.range.max)
      continue
    }
    const { kind, field, value, shown } = condition
    if (!field.startsWith('$')) throw againstPolicy(`Policy Condition failed: ${shown}`)
    const name = field.slice(1).toLowerCase()
    const given = values.get(name) ?? ''
    const holds = kind === 'eq' ? given === value : everyStart(name, given, value)
    if (!holds) throw againstPolicy(`Policy Condition failed: ${shown}`)
    covered.add(name)
  }
  const extra = [...values.keys()].filter((name) => !covered.has(name) && !isExempt(name))
  if (extra.length > 0) throw againstPolicy(`Extra input fields: ${extra.join(', ')}`)
  return { min, max }
}

/** The content of a file, which fails when its size is outside the range. Errors: `EntityTooLarge`, `EntityTooSmall`. */
export async function* withinRange(
  content: AsyncIterable<Buffer>,
  { min, max }: SizeRange,
): AsyncGenerator<Buffer> {
  let sizeBytes = 0
  for await (const chunk of content) {
    sizeBytes += chunk.length
    if (sizeBytes > max) throw tooLarge(max)
    yield chunk
  }
  if (sizeBytes < min) throw tooSmall(sizeBytes, min)
}

/** A form field may hold several content types, and each must begin so. */
function everyStart(name: string, given: string, start: string): boolean {
  const parts = name === 'content-type' ? given.split(',').map((part) => part.trim()) : [given]
  return parts.every((part) => part.startsWith(start))
}

/** They carry the signature itself. */
const exempt: ReadonlySet<string> = new Set([
  'awsaccesskeyid',
  'policy',
  'signature',
  'x-amz-signature',
])

function isExempt(name: string): boolean {
  return exempt.has(name) || name.startsWith('x-ignore-')
}

function readPolicy(encoded: string): Policy {
  let document: unknown
  try {
    document = JSON.parse(Buffer.from(encoded, 'base64').toString()) as unknown
  } catch {
    throw invalidPolicy('Invalid JSON.')
  }
  if (!isObject(document)) throw invalidPolicy('Invalid JSON.')
  const { expiration, conditions } = document
  if (typeof expiration !== 'string') throw invalidPolicy('Policy missing expiration.')
  if (!Array.isArray(conditions)) throw invalidPolicy('Policy missing conditions.')
  return {
    expiresAtMs: readExpiration(expiration),
    conditions: conditions.flatMap((condition: unknown) => readCondition(condition)),
  }
}

function readExpiration(text: string): number {
  const timeMs = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d{1,9})?Z$/.test(text)
    ? Date.parse(text)
    : Number.NaN
  if (Number.isNaN(timeMs)) throw invalidPolicy(`Invalid 'expiration' value: '${text}'`)
  return timeMs
}

function readCondition(condition: unknown): Condition[] {
  if (Array.isArray(condition)) return [readList(condition)]
  if (!isObject(condition)) throw invalidPolicy('Invalid condition.')
  const entries = Object.entries(condition)
  if (entries.length !== 1) {
    throw invalidPolicy(
      'Invalid Simple-Condition: Simple-Conditions must have exactly one property specified.',
    )
  }
  const [name, value] = entries[0]!
  return [readList(['eq', `$${name}`, value])]
}

function readList(list: readonly unknown[]): Condition {
  const [operator, first, second] = list
  const kind = typeof operator === 'string' ? operator.toLowerCase() : ''
  if (list.length !== 3) throw invalidPolicy(`Invalid condition: ${show(list)}`)
  if (kind === 'content-length-range') {
    const range = { min: sizeOf(first), max: sizeOf(second) }
    if (Number.isNaN(range.min) || Number.isNaN(range.max)) {
      throw invalidPolicy(`Invalid content-length-range: ${show(list)}`)
    }
    return { kind, range }
  }
  const isText = typeof first === 'string' && typeof second === 'string'
  if ((kind !== 'eq' && kind !== 'starts-with') || !isText) {
    throw invalidPolicy(`Invalid condition: ${show(list)}`)
  }
  return { kind, field: first, value: second, shown: show([kind, first, second]) }
}

function sizeOf(value: unknown): number {
  const size = typeof value === 'string' && /^\d+$/.test(value) ? Number(value) : value
  return typeof size === 'number' && Number.isSafeInteger(size) && size >= 0 ? size : Number.NaN
}

function show(list: readonly unknown[]): string {
  return `[${list.map((item) => JSON.stringify(item)).join(', ')}]`
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
