import { parseBigJson } from '#kit'
import { TableErrors } from '../errors.ts'

/** Reads members of a JSON document; `what` is the path to it, for the error. Errors: `InvalidMetadata`. */

export type JsonObject = Readonly<Record<string, unknown>>

/** The text of a metadata file, which is one object. */
export function parseDocument(text: string): JsonObject {
  let json: unknown
  try {
    json = parseBigJson(text)
  } catch (error) {
    throw TableErrors.InvalidMetadata('the metadata is not JSON', {}, error)
  }
  return asObject(json, 'the metadata')
}

export function asObject(value: unknown, what: string): JsonObject {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as JsonObject
  }
  throw wrong(what, 'an object', value)
}

export function asArray(value: unknown, what: string): readonly unknown[] {
  if (Array.isArray(value)) return value
  throw wrong(what, 'a list', value)
}

export function asText(value: unknown, what: string): string {
  if (typeof value === 'string') return value
  throw wrong(what, 'a string', value)
}

export function asBoolean(value: unknown, what: string): boolean {
  if (typeof value === 'boolean') return value
  throw wrong(what, 'a boolean', value)
}

export function asInteger(value: unknown, what: string): number {
  if (Number.isSafeInteger(value)) return value as number
  throw wrong(what, 'an integer', value)
}

const idMax = 2n ** 63n - 1n

/** A 64-bit id. */
export function asId(value: unknown, what: string): bigint {
  const id =
    typeof value === 'bigint'
      ? value
      : Number.isSafeInteger(value)
        ? BigInt(value as number)
        : undefined
  if (id !== undefined && id <= idMax && id >= -idMax - 1n) return id
  throw wrong(what, 'a 64-bit integer', value)
}

export function asTextMap(value: unknown, what: string): Readonly<Record<string, string>> {
  const map: Record<string, string> = Object.create(null) as Record<string, string>
  for (const [key, member] of Object.entries(asObject(value, what))) {
    map[key] = asText(member, `${what}.${key}`)
  }
  return { ...map }
}

/** Undefined for a member that is missing or null, as the specification treats both alike. */
export function optional<T>(
  value: unknown,
  what: string,
  read: (value: unknown, what: string) => T,
): T | undefined {
  return value === undefined || value === null ? undefined : read(value, what)
}

/** A record without the members that are undefined. */
export function compact<T extends object>(record: {
  readonly [K in keyof T]: T[K] | undefined
}): T {
  return Object.fromEntries(
    Object.entries(record).filter(([, value]) => value !== undefined),
  ) as unknown as T
}

function wrong(what: string, expected: string, value: unknown): Error {
  const found = value === undefined ? 'is missing' : `must be ${expected}`
  return TableErrors.InvalidMetadata(`${what} ${found}`)
}
