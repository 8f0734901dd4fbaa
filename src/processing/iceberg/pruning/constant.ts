import { type Primitive, type Value, literalOf } from '#catalog/tables'
import type { Json } from './json.ts'

/** A constant of the engine's plan as a value of a column's type; undefined when it is of another, or cannot be told. */
export function constantOf(type: Primitive, constant: Json | undefined): Value | undefined {
  if (!constant || constant['is_null'] === true) return undefined
  const value = constant['value']
  const engineType = (constant['type'] as Json | undefined)?.['id']
  switch (type.kind) {
    case 'boolean':
      return engineType === 'BOOLEAN' && typeof value === 'boolean' ? value : undefined
    case 'int':
      return engineType === 'INTEGER' && Number.isInteger(value) ? (value as number) : undefined
    case 'date':
      return engineType === 'DATE' && Number.isInteger(value) ? (value as number) : undefined
    case 'long':
      return engineType === 'BIGINT' ? whole(value) : undefined
    case 'timestamp':
      return engineType === 'TIMESTAMP' ? instant(value) : undefined
    case 'timestamptz':
      return engineType === 'TIMESTAMP WITH TIME ZONE' ? instant(value) : undefined
    case 'time':
      return engineType === 'TIME' ? whole(value) : undefined
    case 'float':
    case 'double': {
      const wanted = type.kind === 'float' ? 'FLOAT' : 'DOUBLE'
      return engineType === wanted && typeof value === 'number' && Number.isFinite(value)
        ? value
        : undefined
    }
    case 'decimal':
      return engineType === 'DECIMAL' && hasScale(constant, type) ? unscaled(value) : undefined
    case 'string':
      return engineType === 'VARCHAR' && typeof value === 'string' ? value : undefined
    case 'uuid':
      return engineType === 'VARCHAR' && typeof value === 'string' ? uuid(type, value) : undefined
    default:
      return undefined
  }
}

function hasScale(constant: Json, type: { readonly scale: number }): boolean {
  const info = (constant['type'] as Json)['type_info'] as Json | undefined
  return Number(info?.['scale'] ?? 0) === type.scale
}

function whole(value: unknown): bigint | undefined {
  if (typeof value === 'bigint') return value
  return Number.isSafeInteger(value) ? BigInt(value as number) : undefined
}

/** Infinity stands as the greatest or least number there is. */
function instant(value: unknown): bigint | undefined {
  const number = whole(value)
  const limit = 2n ** 63n - 2n
  return number !== undefined && number < limit && number > -limit ? number : undefined
}

/** Wide decimals stand in two halves. */
function unscaled(value: unknown): bigint | undefined {
  if (typeof value !== 'object' || value === null) return whole(value)
  const { upper = 0, lower = 0 } = value as { upper?: number | bigint; lower?: number | bigint }
  return (BigInt(upper) << 64n) + BigInt(lower)
}

/** Text that is written otherwise than the engine writes it equals no value: nothing is said of it here. */
function uuid(type: Primitive, text: string): Value | undefined {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/.test(text)
    ? literalOf(type, text)
    : undefined
}
