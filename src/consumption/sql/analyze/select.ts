import { type Position, sqlError } from '../errors.ts'
import { ownZonesText } from '../functions/index.ts'
import type { Expression, OrderItem, Select, WindowSpec } from '../parse/ast.ts'
import { holdsOwnZones, ownZone } from '../types/zones.ts'
import { checkComparable } from './comparison.ts'
import { ExpressionAnalyzer } from './expression.ts'
import { noFindings } from './expression-host.ts'
import { groupBySql, groupedBy } from './group-by.ts'
import { type OrderedBy, checkDistinct, checkGrouped } from './grouping.ts'
import { formSql, formsDiffer } from './identity.ts'
import { orderSql, ordersOddly } from './order.ts'
import { conjuncts, partitionPredicate } from './pruning.ts'
import type { QueryAnalyzer } from './query.ts'
import { type AnalyzedQuery, withoutOrigin } from './query-column.ts'
import { RelationAnalyzer } from './relation.ts'
import type { Environment, Scope } from './scope.ts'
import { type Item, ordinal, selectItems } from './select-items.ts'
import type { ScopeColumn, Typed } from './typed.ts'

/** A SELECT with its rows' order apart. */
export interface SelectedQuery extends AnalyzedQuery {
  /** Without ORDER BY, and with what the order needs as further columns. */
  readonly unordered: string
  readonly order: string
}

/** A SELECT with its clauses, and the order that a query around it asks for. */
export function analyzeSelect(
  queries: QueryAnalyzer,
  select: Select,
  orderBy: readonly OrderItem[],
  environment: Environment,
  outer: Scope | undefined,
): SelectedQuery {
  const from = new RelationAnalyzer(queries, environment, outer).fromList(select.from)
  const scope: Scope = { relations: from.relations, parent: outer }
  const windows = new Map<string, WindowSpec>(
    select.windows.map(({ name, spec }) => [name.text.toLowerCase(), spec]),
  )
  const expressions = new ExpressionAnalyzer(queries, scope, windows)
  const where = select.where ? whereSql(queries, select.where, expressions) : undefined
  expressions.loose.drop()
  const grouped = groupedBy(select, from.relations, expressions)
  const afterWhere = (expressions.findings = noFindings())
  const items = select.items.flatMap((item) => selectItems(item, from.relations, expressions))
  const terms = select.having ? conjuncts(select.having) : []
  const having = terms.map((term) => expressions.condition(term, 'HAVING').sql).join(' AND ')
  const outputs = new OutputScope(items)
  const order = orderBy.map((item) =>
    orderItem(queries, item, items, outputs, expressions, scope, windows),
  )
  // An aggregate in ORDER BY alone makes an aggregation too.
  if (order.some((each) => each.aggregate)) afterWhere.aggregate = true
  if (grouped.length > 0 || having || afterWhere.aggregate) {
    const zoned = { kind: 'sets', sets: [[...expressions.formedKeys]] } as const
    checkGrouped(expressions.loose, [...grouped, zoned])
  }
  if (select.distinct) checkDistinct(order, items)

  const list = items.map((item, index) => `${item.sql} AS c${index}`)
  const head = `SELECT ${select.distinct ? distinctSql(items, select) : ''}`
  let rest = from.sql ? ` FROM ${from.sql}` : ''
  if (where) rest += ` WHERE ${where}`
  if (grouped.length > 0) rest += ` GROUP BY ${groupBySql(select, grouped)}`
  if (having) rest += ` HAVING ${having}`
  const keys = order.map(({ sql: key }, index) =>
    /^\d+$/.test(key) ? `c${Number(key) - 1}` : `o${index}`,
  )
  const more = order.flatMap(({ sql: key }, index) =>
    /^\d+$/.test(key) ? [] : [`${key} AS o${index}`],
  )
  const unordered = `${head}${[...list, ...more].join(', ')}${rest}`
  const keyed = order.map(({ item, type }, index) => orderSql(keys[index]!, item, type)).join(', ')
  const sql = orderedSql(
    queries,
    `${head}${list.join(', ')}${rest}`,
    unordered,
    order,
    items,
    keyed,
  )
  const plain =
    !select.distinct &&
    grouped.length === 0 &&
    !having &&
    !afterWhere.aggregate &&
    !afterWhere.window
  const columns = items.map((item) => (plain ? item : withoutOrigin(item)))
  const joined = items.flatMap((item, at) =>
    item.joinedSql === undefined ? [] : [`${item.joinedSql} AS j${at}`],
  )
  // What Trino moves a condition to: rows that nothing was made of yet.
  const withJoined =
    plain && joined.length > 0 && order.length === 0
      ? `${head}${[...list, ...joined].join(', ')}${rest}`
      : undefined
  return { sql, columns, unordered, order: keyed, withJoined }
}

/** The query with its order. */
function orderedSql(
  queries: QueryAnalyzer,
  plain: string,
  unordered: string,
  order: readonly OrderedBy[],
  items: readonly Item[],
  keyed: string,
): string {
  if (order.length === 0) return plain
  if (!order.some(({ type, item }) => ordersOddly(type, item))) {
    return `${plain} ORDER BY ${order.map(({ sql, item, type }) => orderSql(sql, item, type)).join(', ')}`
  }
  // Its keys are more than places and columns of the output.
  const names = items.map((_, index) => `c${index}`).join(', ')
  return `SELECT ${names} FROM (${unordered}) AS s${queries.unique()} ORDER BY ${keyed}`
}

function whereSql(
  queries: QueryAnalyzer,
  node: Expression,
  expressions: ExpressionAnalyzer,
): string {
  const terms = conjuncts(node).map((term) => {
    expressions.findings = noFindings()
    const { sql } = expressions.condition(term, 'WHERE')
    const { findings } = expressions
    if (findings.aggregate || findings.window) {
      throw sqlError(
        'NotScalar',
        term,
        'WHERE clause cannot contain aggregations, window functions or grouping operations',
      )
    }
    partitionPredicate(term, sql, findings, queries.parameters)
    return sql
  })
  return terms.join(' AND ')
}

/** An item of ORDER BY may name an output column, by its place or its name, or use what FROM has. */
function orderItem(
  queries: QueryAnalyzer,
  item: OrderItem,
  items: readonly Item[],
  outputs: OutputScope,
  expressions: ExpressionAnalyzer,
  scope: Scope,
  windows: ReadonlyMap<string, WindowSpec>,
): OrderedBy {
  const node = item.expression
  const place = ordinal(node, items.length)
  if (place) {
    const { type } = items[Number(place) - 1]!
    checkComparable(type, 'ORDER BY', node)
    return { sql: place, item, type }
  }
  if (node.kind === 'name' && node.parts.length === 1) {
    const name = node.parts[0]!.text.toLowerCase()
    const places = outputs.placesOf(name)
    const different = new Set(places.map((index) => items[index]!.sql))
    if (different.size > 1) throw sqlError('AmbiguousName', node, `Column '${name}' is ambiguous`)
    if (places.length > 0) {
      const { type } = items[places[0]!]!
      checkComparable(type, 'ORDER BY', node)
      return { sql: String(places[0]! + 1), item, type }
    }
    return { ...comparable(expressions, node), item }
  }
  // Arguments of aggregates mean the columns of FROM, everything else the output's first.
  const trial = new ExpressionAnalyzer(queries, scope, windows)
  try {
    const value = trial.analyze(node)
    const { aggregate, window } = trial.findings
    if (aggregate) expressions.loose.append(trial.loose)
    if (aggregate || window) return { sql: value.sql, type: value.type, item, aggregate }
  } catch {
    // It names output columns.
  }
  const inner: Scope = { relations: [{ names: [], columns: outputs.named }], parent: scope }
  return { ...comparable(new ExpressionAnalyzer(queries, inner, windows), node), item }
}

/** The output's columns as ORDER BY names them, made once for all of its items. */
class OutputScope {
  readonly #places = new Map<string, number[]>()
  /** Of several of one name the first. */
  readonly named: readonly ScopeColumn[]

  constructor(items: readonly Item[]) {
    const named: ScopeColumn[] = []
    for (const [index, { label, type, sql }] of items.entries()) {
      const name = label?.toLowerCase()
      if (name === undefined) continue
      const places = this.#places.get(name)
      if (places) places.push(index)
      else {
        this.#places.set(name, [index])
        named.push({ name, type, sql, hidden: false })
      }
    }
    this.named = named
  }

  placesOf(name: string): readonly number[] {
    return this.#places.get(name) ?? []
  }
}

function comparable(expressions: ExpressionAnalyzer, node: Expression): Typed {
  const { sql, type } = expressions.analyze(node)
  checkComparable(type, 'ORDER BY', node)
  return { sql, type }
}

/** Of times with zones of their own, and of maps, equal ones are the same row. */
function distinctSql(items: readonly Item[], at: Position): string {
  for (const { type } of items) checkComparable(type, 'SELECT DISTINCT', at)
  if (!items.some(({ type }) => holdsOwnZones(type) || formsDiffer(type))) return 'DISTINCT '
  if (items.some((item) => holdsOwnZones(item.type) && !ownZone(item.type))) {
    throw sqlError('NotSupported', at, `SELECT DISTINCT ${ownZonesText}`)
  }
  return `DISTINCT ON (${items.map((item) => formSql(item.sql, item.type)).join(', ')}) `
}
