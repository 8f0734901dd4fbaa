import type { TableColumn, Type } from '#consumption/sql'

export const integer: Type = { kind: 'integer' }
export const bigint: Type = { kind: 'bigint' }
export const varchar: Type = { kind: 'varchar' }
export const boolean: Type = { kind: 'boolean' }
export const instant: Type = { kind: 'timestamptz', zone: 'UTC' }
export const mapOf = (key: Type, value: Type): Type => ({ kind: 'map', key, value })
export const arrayOf = (element: Type): Type => ({ kind: 'array', element })
export const rowOf = (fields: Readonly<Record<string, Type>>): Type => ({
  kind: 'row',
  fields: Object.entries(fields).map(([name, type]) => ({ name, type })),
})

export function columnsOf(types: Readonly<Record<string, Type>>): readonly TableColumn[] {
  return Object.entries(types).map(([name, type]) => ({ name, type, partition: false }))
}

/** Milliseconds since 1970, as the engine reads it. */
export function instantText(ms: number): string {
  return new Date(ms).toISOString()
}
