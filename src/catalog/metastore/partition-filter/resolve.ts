import { CatalogErrors } from '../errors.ts'
import { encodeValue, keyKind, type KeyKind } from '../partition-key.ts'
import type { Column } from '../records.ts'
import type { Comparison, Filter } from './parse.ts'

/** A filter with keys by position and values in their sortable encoding; negation stands at the leaves only. */
export type Resolved =
  | { readonly kind: 'and' | 'or'; readonly items: readonly Resolved[] }
  | {
      readonly kind: 'compare'
      readonly column: number
      readonly operator: Comparison
      readonly value: string
    }
  | {
      readonly kind: 'in'
      readonly column: number
      readonly values: readonly string[]
      readonly negated: boolean
    }
  | {
      readonly kind: 'like'
      readonly column: number
      readonly pattern: string
      readonly negated: boolean
    }
  | { readonly kind: 'isNull'; readonly column: number; readonly negated: boolean }

/** Binds a filter to a table's partition keys. Errors: `InvalidInput` with Glue's messages. */
export function resolveFilter(filter: Filter, keys: readonly Column[], negated = false): Resolved {
  switch (filter.kind) {
    case 'not':
      return resolveFilter(filter.item, keys, !negated)
    case 'and':
    case 'or': {
      const items = filter.items.map((item) => resolveFilter(item, keys, negated))
      return { kind: (filter.kind === 'and') === negated ? 'or' : 'and', items }
    }
    case 'compare': {
      const key = findKey(filter.column, keys)
      const operator = negated ? opposite[filter.operator] : filter.operator
      return { kind: 'compare', column: key.index, operator, value: encode(key, filter.value) }
    }
    case 'between': {
      const { column, low, high } = filter
      const items: readonly Filter[] = [
        { kind: 'compare', column, operator: '>=', value: low },
        { kind: 'compare', column, operator: '<=', value: high },
      ]
      return resolveFilter({ kind: 'and', items }, keys, negated)
    }
    case 'in': {
      const key = findKey(filter.column, keys)
      const values = [...new Set(filter.values.map((value) => encode(key, value)))]
      return { kind: 'in', column: key.index, values, negated }
    }
    case 'like': {
      const key = findKey(filter.column, keys)
      if (key.kind !== 'text') {
        throw CatalogErrors.InvalidInput(
          `${likeName[key.kind]} data type doesn't support operation 'LIKE'`,
        )
      }
      return { kind: 'like', column: key.index, pattern: filter.pattern, negated }
    }
    case 'isNull':
      return { kind: 'isNull', column: findKey(filter.column, keys).index, negated }
  }
}

interface Key {
  readonly index: number
  readonly kind: KeyKind
}

function findKey(name: string, keys: readonly Column[]): Key {
  const index = keys.findIndex((key) => key.name.toLowerCase() === name.toLowerCase())
  // https://github.com/getmoto/moto/pull/9306 quotes AWS's answer to a name that is no partition key.
  if (index < 0) throw CatalogErrors.InvalidInput('Invalid partition expression!')
  const kind = keyKind(keys[index]!.type)
  if (!kind) throw CatalogErrors.InvalidInput(`Unknown type : '${keys[index]!.type}'`)
  return { index, kind }
}

function encode(key: Key, value: string): string {
  const encoded = encodeValue(key.kind, value)
  if (encoded === null) throw CatalogErrors.InvalidInput(notOfKind[key.kind](value))
  return encoded
}

const opposite: Readonly<Record<Comparison, Comparison>> = {
  '=': '<>',
  '<>': '=',
  '<': '>=',
  '<=': '>',
  '>': '<=',
  '>=': '<',
}

const likeName: Readonly<Record<KeyKind, string>> = {
  text: 'String',
  integer: 'Integral',
  decimal: 'Decimal',
  date: 'Date',
  timestamp: 'Timestamp',
  boolean: 'Boolean',
}

const notOfKind: Readonly<Record<KeyKind, (value: string) => string>> = {
  text: (value) => `${value} is not a string.`,
  integer: (value) => `"${value}" is not an integer.`,
  decimal: (value) => `${value} is not a decimal.`,
  date: (value) => `${value} is not a date.`,
  timestamp: (value) =>
    `Timestamp format must be yyyy-mm-dd hh:mm:ss[.fffffffff] ${value} is not a timestamp.`,
  boolean: (value) => `${value} is not a boolean.`,
}
