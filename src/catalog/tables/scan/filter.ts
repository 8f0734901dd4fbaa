import { TableErrors } from '../errors.ts'
import { parsePrimitive, type Primitive } from '../format/primitives.ts'
import { asArray, asObject, asText } from '../format/reading.ts'
import { indexFields, type IndexedField } from '../format/schema.ts'
import type { Schema } from '../format/types.ts'
import { literalOf } from './literals.ts'
import type { Value } from './values.ts'

export type Comparison = 'lt' | 'lt-eq' | 'gt' | 'gt-eq' | 'eq' | 'not-eq'
export type SetTest = 'in' | 'not-in'
export type PrefixTest = 'starts-with' | 'not-starts-with'
export type NullTest = 'is-null' | 'not-null' | 'is-nan' | 'not-nan'

/** A test of one column. `values` is empty for the tests of null and NaN, and has one value but for sets. */
export interface Test {
  readonly kind: 'test'
  readonly op: Comparison | SetTest | PrefixTest | NullTest
  readonly fieldId: number
  readonly type: Primitive
  readonly values: readonly Value[]
}

/** What rows are wanted, without negation: `any` stands for a part that cannot be judged from the outside of a file. */
export type Filter =
  | { readonly kind: 'any' | 'none' }
  | { readonly kind: 'and' | 'or'; readonly parts: readonly Filter[] }
  | Test

export const anyRow: Filter = { kind: 'any' }

const depthMax = 200

/**
 * Binds an expression, in the JSON form of the REST specification, to a schema; negations are pushed down to the tests.
 * Errors: `InvalidMetadata`.
 */
export function parseFilter(
  expression: unknown,
  schema: Schema,
  options: { readonly caseSensitive?: boolean } = {},
): Filter {
  const fold = (name: string) => (options.caseSensitive === false ? name.toLowerCase() : name)
  const columns = new Map<string, IndexedField>()
  for (const field of indexFields(schema).values()) columns.set(fold(field.name), field)
  const column = (name: string): IndexedField => {
    const found = columns.get(fold(name))
    if (found) return found
    throw TableErrors.InvalidMetadata(`Cannot find field '${name}' in the schema`)
  }
  return bind(expression, { column, negated: false, depth: 0 })
}

interface Binding {
  readonly column: (name: string) => IndexedField
  readonly negated: boolean
  readonly depth: number
}

const opposite: Readonly<Record<Test['op'], Test['op']>> = {
  lt: 'gt-eq',
  'lt-eq': 'gt',
  gt: 'lt-eq',
  'gt-eq': 'lt',
  eq: 'not-eq',
  'not-eq': 'eq',
  in: 'not-in',
  'not-in': 'in',
  'starts-with': 'not-starts-with',
  'not-starts-with': 'starts-with',
  'is-null': 'not-null',
  'not-null': 'is-null',
  'is-nan': 'not-nan',
  'not-nan': 'is-nan',
}

function bind(value: unknown, binding: Binding): Filter {
  if (binding.depth > depthMax) throw TableErrors.InvalidMetadata('The filter is nested too deeply')
  if (typeof value === 'boolean') return { kind: value === binding.negated ? 'none' : 'any' }
  const expression = asObject(value, 'filter')
  const type = asText(expression['type'], 'filter.type')
  const deeper = { ...binding, depth: binding.depth + 1 }
  switch (type) {
    case 'true':
    case 'false':
      return { kind: (type === 'true') === binding.negated ? 'none' : 'any' }
    case 'not':
      return bind(expression['child'], { ...deeper, negated: !binding.negated })
    case 'and':
    case 'or':
      return {
        kind: (type === 'and') === binding.negated ? 'or' : 'and',
        parts: [bind(expression['left'], deeper), bind(expression['right'], deeper)],
      }
    default:
      return bindTest(type, expression, binding)
  }
}

function bindTest(
  name: string,
  expression: Readonly<Record<string, unknown>>,
  { column, negated }: Binding,
): Filter {
  if (!Object.hasOwn(opposite, name)) {
    throw TableErrors.InvalidMetadata(`Unknown filter expression: ${name}`)
  }
  const op = negated ? opposite[name as Test['op']] : (name as Test['op'])
  // A test of a transformed column cannot be judged by the column's own bounds.
  if (typeof expression['term'] === 'object') return anyRow
  const field = column(asText(expression['term'], 'filter.term'))
  // What is nested in lists and maps has no bounds of a row.
  if (typeof field.type !== 'string' || field.repeated) return anyRow
  const type = parsePrimitive(field.type)
  const values =
    op === 'in' || op === 'not-in'
      ? asArray(expression['values'], 'filter.values').map((value) => literalOf(type, value))
      : /null|nan/.test(op)
        ? []
        : [literalOf(type, expression['value'])]
  return { kind: 'test', op, fieldId: field.id, type, values }
}
