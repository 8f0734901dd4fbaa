import { type Position, sqlError } from '../errors.ts'
import type { OrderItem } from '../parse/ast.ts'
import type { Type } from '../types/type.ts'
import type { LooseColumns } from './loose-columns.ts'

/** More would make a query that no engine ends. */
const groupingSetsMax = 2_048

/** An item of GROUP BY in the engine's SQL. */
export type GroupedItem =
  | { readonly kind: 'sets'; readonly sets: readonly (readonly string[])[] }
  /** Of several expressions in brackets, each of which counts as one. */
  | { readonly kind: 'rollup' | 'cube'; readonly parts: readonly (readonly string[])[] }

/** An item of ORDER BY: the engine's SQL, or a column's place as a number. */
export interface OrderedBy {
  readonly sql: string
  readonly type: Type
  readonly item: OrderItem
  readonly aggregate?: boolean
}

/** The grouping sets that an item stands for. */
export function setsOf(item: GroupedItem, at: Position): readonly (readonly string[])[] {
  if (item.kind === 'sets') return item.sets
  const { parts } = item
  if (item.kind === 'rollup') {
    if (parts.length >= groupingSetsMax) throw tooManySets(at)
    return Array.from({ length: parts.length + 1 }, (_, left) =>
      parts.slice(0, parts.length - left).flat(),
    )
  }
  let sets: readonly (readonly string[])[] = [[]]
  for (const part of parts) {
    if (sets.length > groupingSetsMax / 2) throw tooManySets(at)
    sets = sets.flatMap((set) => [[...set, ...part], set])
  }
  return sets
}

/** Each of these items' sets with each of the others'. Error: `NotSupported` for more than an engine should be asked for. */
export function productOf(grouped: readonly GroupedItem[], at: Position): readonly string[][] {
  const factors = grouped.map((item) => setsOf(item, at))
  const count = factors.reduce((product, { length }) => product * length, 1)
  // Before they are made: they are millions where two CUBEs multiply.
  if (count > groupingSetsMax) throw tooManySets(at)
  // What is in every set is taken first, at once: there may be thousands of it.
  const common = factors.flatMap((sets) => (sets.length === 1 ? sets[0]! : []))
  let sets = [[...new Set(common)]]
  for (const added of factors) {
    if (added.length === 1) continue
    sets = sets.flatMap((set) => added.map((more) => [...new Set([...set, ...more])]))
  }
  return sets
}

function tooManySets(at: Position): Error {
  const text = `GROUP BY has more than ${groupingSetsMax} grouping sets`
  return sqlError('NotSupported', at, text)
}

/** Error: `EXPRESSION_NOT_AGGREGATE` for a column that neither is grouped by nor aggregated. */
export function checkGrouped(loose: LooseColumns, grouped: readonly GroupedItem[]): void {
  const keys = new Set(grouped.flatMap((item) => ('parts' in item ? item.parts : item.sets).flat()))
  const wrong = loose.firstOutside([...keys])
  if (!wrong) return
  throw sqlError(
    'NotAggregate',
    wrong,
    `'${wrong.name}' must be an aggregate expression or appear in GROUP BY clause`,
  )
}

/** Error: what DISTINCT leaves cannot be ordered by what it took away. */
export function checkDistinct(
  order: readonly OrderedBy[],
  items: readonly { readonly sql: string }[],
): void {
  const selected = new Set(items.map(({ sql }) => sql))
  for (const { sql, item } of order) {
    if (/^\d+$/.test(sql) || selected.has(sql)) continue
    throw sqlError(
      'NotInDistinct',
      item.expression,
      'For SELECT DISTINCT, ORDER BY expressions must appear in select list',
    )
  }
}
