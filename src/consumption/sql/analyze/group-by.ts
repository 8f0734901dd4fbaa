import { sqlError } from '../errors.ts'
import { ownZonesText } from '../functions/index.ts'
import type { Expression, Select } from '../parse/ast.ts'
import { engineType } from '../types/type.ts'
import { holdsOwnZones } from '../types/zones.ts'
import type { ExpressionAnalyzer } from './expression.ts'
import { noFindings } from './expression-host.ts'
import { checkComparable } from './comparison.ts'
import { type GroupedItem, productOf, setsOf } from './grouping.ts'
import { formSql, formsDiffer } from './identity.ts'
import type { ScopeRelation } from './scope.ts'
import { ordinal, selectItems } from './select-items.ts'
import type { Typed } from './typed.ts'

/** GROUP BY's items, with the engine's SQL for what they name. */
export function groupedBy(
  select: Select,
  relations: readonly ScopeRelation[],
  expressions: ExpressionAnalyzer,
): readonly GroupedItem[] {
  if (select.groupBy.length === 0) return []
  // Places count the columns of the output, in which a star stands for several.
  const outputs = select.items.flatMap((item): (() => Typed)[] => {
    if (item.kind === 'item') return [() => expressions.analyze(item.expression)]
    return selectItems(item, relations, expressions).map((each) => () => each)
  })
  const formedKeys: string[] = []
  const one = (node: Expression): string => {
    const place = ordinal(node, outputs.length, 'GROUP BY')
    expressions.findings = noFindings()
    const value = place ? outputs[Number(place) - 1]!() : expressions.analyze(node)
    const { aggregate, window } = expressions.findings
    if (aggregate || window) {
      const text =
        'GROUP BY clause cannot contain aggregations, window functions or grouping operations'
      throw sqlError('NotScalar', node, text)
    }
    checkComparable(value.type, 'GROUP BY', node)
    if (!formsDiffer(value.type)) {
      // The engine would take a bare number for a place.
      if (value.constant !== undefined) return `CAST(${value.sql} AS ${engineType(value.type)})`
      if (!holdsOwnZones(value.type)) return value.sql
      throw sqlError('NotSupported', node, `GROUP BY ${ownZonesText}`)
    }
    formedKeys.push(value.sql)
    return formSql(value.sql, value.type)
  }
  const grouped = select.groupBy.map((item): GroupedItem => {
    if (item.kind === 'simple') return { kind: 'sets', sets: [[one(item.expression)]] }
    if (item.kind === 'sets') return { kind: 'sets', sets: item.sets.map((set) => set.map(one)) }
    return { kind: item.kind, parts: item.parts.map((part) => part.map(one)) }
  })
  expressions.loose.drop()
  for (const key of formedKeys) expressions.formedKeys.add(key)
  return grouped
}

export function groupBySql(select: Select, grouped: readonly GroupedItem[]): string {
  const simple = select.groupBy.every((item) => item.kind === 'simple')
  if (simple) return grouped.map((item) => setsOf(item, select)[0]![0]!).join(', ')
  let sets = productOf(grouped, select)
  if (select.groupDistinct) {
    sets = [...new Map(sets.map((set) => [set.toSorted().join('\0'), set])).values()]
  }
  return `GROUPING SETS (${sets.map((set) => `(${set.join(', ')})`).join(', ')})`
}
