import { canTransform, type Transform } from '../format/transforms.ts'
import type { Test } from './filter.ts'
import { transformValue } from './transform-value.ts'
import { isBig, type Value } from './values.ts'

/**
 * A test of a column as a test of its partition value that every row passes which passes the first; undefined when the
 * partition says nothing about it. https://iceberg.apache.org/spec/#scan-planning
 */
export function projectTest(
  test: Test,
  transform: Transform,
): Pick<Test, 'op' | 'values'> | undefined {
  const { op, values, type } = test
  if (transform.kind === 'void' || transform.kind === 'unknown') return undefined
  if (!canTransform(transform, type)) return undefined
  if (transform.kind === 'identity') return test
  if (op === 'is-null' || op === 'not-null') return { op, values: [] }
  const all = (wanted: readonly (Value | undefined)[], as: Test['op']) =>
    wanted.includes(undefined) ? undefined : { op: as, values: wanted as readonly Value[] }
  const apply = (value: Value) =>
    isHashedInTwoWays(transform, test, value) ? undefined : transformValue(transform, type, value)
  switch (op) {
    case 'eq':
    case 'in':
      return all(values.map(apply), 'in')
    // A transform that keeps the order: the neighbour within the type bounds more closely.
    case 'lt':
      return isOrdered(transform) ? all([apply(step(test, -1))], 'lt-eq') : undefined
    case 'lt-eq':
      return isOrdered(transform) ? all([apply(values[0]!)], 'lt-eq') : undefined
    case 'gt':
      return isOrdered(transform) ? all([apply(step(test, 1))], 'gt-eq') : undefined
    case 'gt-eq':
      return isOrdered(transform) ? all([apply(values[0]!)], 'gt-eq') : undefined
    case 'starts-with':
      return transform.kind === 'truncate' ? projectPrefix(values[0]!, apply) : undefined
    default:
      return undefined
  }
}

/**
 * Negative decimals: by the specification the fewest bytes that hold them are hashed, yet iceberg-rust, and PyIceberg through
 * it, hashed all sixteen when they wrote (seen with pyiceberg-core 0.8.0). Their files are found by not pruning.
 */
function isHashedInTwoWays({ kind }: Transform, { type }: Test, value: Value): boolean {
  return kind === 'bucket' && type.kind === 'decimal' && (value as bigint) < 0n
}

function isOrdered({ kind }: Transform): boolean {
  return kind !== 'bucket'
}

/** The next value of a discrete type, the value itself for others. */
function step({ values, type }: Test, by: 1 | -1): Value {
  const value = values[0]!
  if (typeof value === 'bigint' && isBig(type)) return value + BigInt(by)
  if (typeof value === 'number' && (type.kind === 'int' || type.kind === 'date')) return value + by
  return value
}

/** A partition value is the beginning of its rows' values: one begins with the other. */
function projectPrefix(
  prefix: Value,
  apply: (value: Value) => Value | undefined,
): Pick<Test, 'op' | 'values'> | undefined {
  const cut = apply(prefix)
  if (cut === undefined) return undefined
  const isWhole =
    typeof cut === 'string' ? cut === prefix : Buffer.isBuffer(cut) && cut.equals(prefix as Buffer)
  return isWhole ? { op: 'starts-with', values: [prefix] } : { op: 'eq', values: [cut] }
}
