import { badRequest } from '#protocol/iceberg-rest'

/** Members of request bodies. Errors: 400. */

export function asRecord(value: unknown, what: string): Readonly<Record<string, unknown>> {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Readonly<Record<string, unknown>>
  }
  throw badRequest(`${what} must be an object`)
}

export function asString(value: unknown, what: string): string {
  if (typeof value === 'string' && value !== '') return value
  throw badRequest(`${what} must be a string that is not empty`)
}

export function optionalString(value: unknown, what: string): string | undefined {
  return value === undefined || value === null ? undefined : asString(value, what)
}

export function asList(value: unknown, what: string): readonly unknown[] {
  if (value === undefined || value === null) return []
  if (Array.isArray(value)) return value
  throw badRequest(`${what} must be a list`)
}

export function asProperties(value: unknown, what: string): Readonly<Record<string, string>> {
  if (value === undefined || value === null) return {}
  const properties: [string, string][] = []
  for (const [name, member] of Object.entries(asRecord(value, what))) {
    if (typeof member !== 'string') throw badRequest(`${what}.${name} must be a string`)
    properties.push([name, member])
  }
  return Object.fromEntries(properties)
}
