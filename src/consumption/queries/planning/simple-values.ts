import type { SimplePredicate } from '#consumption/sql'

/**
 * Whether a partition's value fulfils a condition as the query would see it; undefined when only the engine can tell. `type` is
 * the key's in Hive's syntax.
 */
export function fulfils(
  value: string,
  type: string | undefined,
  { operator, values }: SimplePredicate,
): boolean | undefined {
  const orders = values.map((other) => orderOf(value, (type ?? 'string').toLowerCase(), other))
  if (operator === 'in') {
    if (orders.includes(0)) return true
    return orders.includes(undefined) ? undefined : false
  }
  const [first, second] = orders
  if (first === undefined) return undefined
  switch (operator) {
    case '=':
      return first === 0
    case '<>':
      return first !== 0
    case '<':
      return first < 0
    case '<=':
      return first <= 0
    case '>':
      return first > 0
    case '>=':
      return first >= 0
    case 'between':
      return second === undefined ? undefined : first >= 0 && second <= 0
  }
}

const date = /^\d{4}-\d{2}-\d{2}$/

function orderOf(value: string, type: string, other: string | number): number | undefined {
  if (typeof other === 'number') {
    return /^-?\d{1,15}$/.test(value) ? Math.sign(Number(value) - other) : undefined
  }
  if (type === 'date')
    return date.test(value) && date.test(other) ? textOrder(value, other) : undefined
  return type === 'string' ? textOrder(value, other) : undefined
}

/** As Trino sorts text: by code points, which UTF-8 keeps and UTF-16 does not. */
function textOrder(one: string, other: string): number {
  return Buffer.compare(Buffer.from(one), Buffer.from(other))
}

/** The least and the greatest whole number that some conditions on a key allow. */
export function boundsOf(predicates: readonly SimplePredicate[]): {
  readonly least: number
  readonly most: number
} {
  let least = -Infinity
  let most = Infinity
  for (const { operator, values } of predicates) {
    const numbers = values.filter((value) => typeof value === 'number')
    if (numbers.length < values.length || operator === '<>') continue
    if (operator !== '<' && operator !== '<=') {
      least = Math.max(least, Math.min(...numbers) + (operator === '>' ? 1 : 0))
    }
    if (operator !== '>' && operator !== '>=') {
      most = Math.min(most, Math.max(...numbers) - (operator === '<' ? 1 : 0))
    }
  }
  return { least, most }
}
