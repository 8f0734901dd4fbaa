import { sqlError } from '../errors.ts'
import type { OrderItem } from '../parse/ast.ts'
import type { Type } from '../types/type.ts'
import type { LooseColumns } from './loose-columns.ts'

/** More would make a query that no engine ends. */
export const groupingSetsMax = 2_048

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
export function setsOf(item: GroupedItem): readonly (readonly string[])[] {
  if (item.kind === 'sets') return item.sets
  const { parts } = item
  if (item.kind === 'rollup') {
    return Array.from({ length: parts.length + 1 }, (_, left) =>
      parts.slice(0, parts.length - left).flat(),
    )
  }
  let sets: readonly (readonly string[])[] = [[]]
  for (const part of parts) {
    sets = sets.flatMap((set) => [[...set, ...part], set])
    if (sets.length > groupingSetsMax) break
  }
  return sets
}

/** Error: `EXPRESSION_NOT_AGGREGATE` for a column that neither is grouped by nor aggregated. */
export function checkGrouped(loose: LooseColumns, grouped: readonly GroupedItem[]): void {
  const keys = new Set(grouped.flatMap((item) => setsOf(item).flat()))
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
  for (const { sql, item } of order) {
    if (/^\d+$/.test(sql) || items.some((each) => each.sql === sql)) continue
    throw sqlError(
      'NotInDistinct',
      item.expression,
      'For SELECT DISTINCT, ORDER BY expressions must appear in select list',
    )
  }
}
