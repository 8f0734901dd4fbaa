import type { Expression } from '../parse/ast.ts'
import type { Findings } from './expression-host.ts'
import type { SimplePredicate } from './scan.ts'
import type { ScopeColumn } from './typed.ts'

/** The terms of a condition that must all hold. */
export function conjuncts(node: Expression): readonly Expression[] {
  return node.kind === 'logical' && node.operator === 'and' ? node.terms.flatMap(conjuncts) : [node]
}

/** Notes a condition at the scan it limits, when it reads nothing but one scan's partition keys. */
export function partitionPredicate(
  node: Expression,
  sql: string,
  findings: Findings,
  parameters: readonly Expression[],
): void {
  const columns = [...findings.columns]
  const origin = columns[0]?.origin
  if (!origin || findings.impure || findings.outer) return
  const relation = columns[0]!.sql.split('.')[0]!
  for (const column of columns) {
    if (column.origin?.scan !== origin.scan || !column.sql.startsWith(`${relation}.`)) return
    if (!isPartitionKey(column)) return
  }
  origin.scan.predicates.push({
    sql,
    relation,
    columns: columns.map((column) => ({ sql: column.sql, key: column.origin!.column })),
    simple: columns.length === 1 ? simplePredicate(node, columns[0]!, parameters) : undefined,
  })
}

function isPartitionKey(column: ScopeColumn): boolean {
  const { scan, column: name } = column.origin!
  return scan.columns.some((candidate) => candidate.name === name && candidate.partition)
}

const mirrored = { '=': '=', '<>': '<>', '<': '>', '<=': '>=', '>': '<', '>=': '<=' } as const

/** `key = 'x'`, `key BETWEEN 1 AND 2`, `key IN (…)` and the like, which the catalog can evaluate in its database. */
function simplePredicate(
  node: Expression,
  column: ScopeColumn,
  parameters: readonly Expression[],
): SimplePredicate | undefined {
  const key = column.origin!.column
  const valueOf = (expression: Expression) => literal(expression, column, parameters)
  if (node.kind === 'compare') {
    const right = valueOf(node.right)
    if (node.left.kind === 'name' && right !== undefined) {
      return { key, operator: node.operator, values: [right] }
    }
    const left = valueOf(node.left)
    if (node.right.kind === 'name' && left !== undefined) {
      return { key, operator: mirrored[node.operator], values: [left] }
    }
  }
  if (node.kind === 'between' && !node.negated && node.value.kind === 'name') {
    const [low, high] = [valueOf(node.low), valueOf(node.high)]
    if (low !== undefined && high !== undefined) {
      return { key, operator: 'between', values: [low, high] }
    }
  }
  if (node.kind === 'inList' && !node.negated && node.value.kind === 'name') {
    const values = node.items.map(valueOf)
    if (values.every((value) => value !== undefined)) return { key, operator: 'in', values }
  }
  return undefined
}

/** A literal of the key's own kind: text for text, a whole number for a number, `yyyy-MM-dd` for a date. */
function literal(
  node: Expression,
  column: ScopeColumn,
  parameters: readonly Expression[],
): string | number | undefined {
  const { kind } = column.type
  if (node.kind === 'parameter') {
    const given = parameters[node.index]
    return given && given.kind !== 'parameter' ? literal(given, column, parameters) : undefined
  }
  if (node.kind === 'string' && kind === 'varchar') return node.value
  if (node.kind === 'typed' && node.type.name === 'date' && kind === 'date') {
    return /^\d{4}-\d{2}-\d{2}$/.test(node.value) ? node.value : undefined
  }
  if (!['tinyint', 'smallint', 'integer', 'bigint'].includes(kind)) return undefined
  if (node.kind === 'negate') {
    const value = literal(node.value, column, parameters)
    return typeof value === 'number' ? -value : undefined
  }
  const whole = node.kind === 'number' && /^\d{1,15}$/.test(node.text)
  return whole ? Number(node.text) : undefined
}
