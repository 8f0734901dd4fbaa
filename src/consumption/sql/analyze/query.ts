import { type Position, sqlError } from '../errors.ts'
import type {
  Expression,
  GroupItem,
  OrderItem,
  Query,
  QueryBody,
  Select,
  WindowSpec,
} from '../parse/ast.ts'
import { commonType } from '../types/coercion.ts'
import { type Type, sameType, typeText } from '../types/type.ts'
import { coerce } from './cast.ts'
import {
  ExpressionAnalyzer,
  type ExpressionHost,
  noFindings,
  orderSql,
  withType,
} from './expression.ts'
import { conjuncts, partitionPredicate } from './pruning.ts'
import { type AnalyzedQuery, type QueryColumn, outputColumns } from './query-column.ts'
import { RelationAnalyzer } from './relation.ts'
import type { Scan } from './scan.ts'
import { type Environment, type Scope, type ScopeRelation, qualifies, written } from './scope.ts'
import type { ScopeColumn } from './typed.ts'

interface Item extends QueryColumn {
  readonly sql: string
}

/** WITH queries are analysed at each use: this bounds what that can grow to. */
const relationsMax = 2_000

/** Analyses queries and what they are made of. One for each statement. */
export class QueryAnalyzer implements ExpressionHost {
  readonly startMs: number
  readonly parameters: readonly Expression[]
  readonly scans: Scan[] = []
  #unique = 0
  #relations = 0
  #environment: Environment | undefined

  constructor(startMs: number, parameters: readonly Expression[]) {
    this.startMs = startMs
    this.parameters = parameters
  }

  unique(): number {
    return this.#unique++
  }

  countRelation(at: Position): void {
    if (++this.#relations > relationsMax) {
      throw sqlError('NotSupported', at, `the query reads more than ${relationsMax} relations`)
    }
  }

  subquery(query: Query, scope: Scope) {
    const result = this.query(query, this.#environment!, scope)
    return { sql: result.sql, types: result.columns.map((column) => column.type) }
  }

  /** Runs `work` with the names that expressions' subqueries may use. */
  #within<T>(environment: Environment, work: () => T): T {
    const before = this.#environment
    this.#environment = environment
    try {
      return work()
    } finally {
      this.#environment = before
    }
  }

  query(query: Query, environment: Environment, outer: Scope | undefined): AnalyzedQuery {
    const ctes = new Map(environment.ctes)
    let inner: Environment = environment
    for (const cte of query.ctes) {
      const name = cte.name.text.toLowerCase()
      if (query.ctes.some((other) => other !== cte && other.name.text.toLowerCase() === name)) {
        throw sqlError(
          'SyntaxError',
          cte.name,
          `WITH query name '${name}' specified more than once`,
        )
      }
      ctes.set(name, { query: cte.query, columns: cte.columns, environment: inner })
      inner = { lookup: environment.lookup, ctes: new Map(ctes) }
    }
    return this.#within(inner, () => {
      const tail = (sql: string) => this.#limited(sql, query, outer)
      if (query.body.kind === 'select') {
        const selected = this.#select(query.body, query.orderBy, inner, outer)
        const limited = query.limit !== undefined || query.offset !== undefined
        const columns = limited ? selected.columns.map(withoutOrigin) : selected.columns
        return { sql: tail(selected.sql), columns }
      }
      const body = this.#body(query.body, inner, outer)
      if (query.orderBy.length === 0) return { sql: tail(body.sql), columns: body.columns }
      const alias = `s${this.unique()}`
      const columns = outputColumns(body.columns, alias)
      const scope: Scope = { relations: [{ names: [], columns }], parent: outer }
      const expressions = new ExpressionAnalyzer(this, scope)
      const order = query.orderBy.map((item) =>
        orderSql(
          ordinal(item.expression, body.columns.length) ?? expressions.analyze(item.expression).sql,
          item,
        ),
      )
      return {
        sql: tail(`SELECT * FROM (${body.sql}) AS ${alias} ORDER BY ${order.join(', ')}`),
        columns: body.columns.map(withoutOrigin),
      }
    })
  }

  #limited(sql: string, query: Query, outer: Scope | undefined): string {
    const count = (node: Expression) =>
      new ExpressionAnalyzer(this, { relations: [], parent: outer }).analyze(node).sql
    const limit = query.limit ? ` LIMIT ${count(query.limit)}` : ''
    const offset = query.offset ? ` OFFSET ${count(query.offset)}` : ''
    if (!limit && !offset) return sql
    return query.body.kind === 'select' || query.orderBy.length > 0
      ? `${sql}${limit}${offset}`
      : `SELECT * FROM (${sql}) AS s${this.unique()}${limit}${offset}`
  }

  #body(body: QueryBody, environment: Environment, outer: Scope | undefined): AnalyzedQuery {
    switch (body.kind) {
      case 'select':
        return this.#select(body, [], environment, outer)
      case 'nested': {
        const nested = this.query(body.query, environment, outer)
        return { sql: `(${nested.sql})`, columns: nested.columns.map(withoutOrigin) }
      }
      case 'values':
        return this.#values(body.rows, outer, body)
      case 'setOperation': {
        const left = this.#body(body.left, environment, outer)
        const right = this.#body(body.right, environment, outer)
        if (left.columns.length !== right.columns.length) {
          throw sqlError(
            'TypeMismatch',
            body,
            `${body.operator} query has different number of fields: ${left.columns.length}, ${right.columns.length}`,
          )
        }
        const types = left.columns.map(({ type }, index) => {
          const common = commonType(type, right.columns[index]!.type)
          if (common) return common
          throw sqlError(
            'TypeMismatch',
            body,
            `column ${index + 1} in ${body.operator} query has incompatible types: ${typeText(type)}, ${typeText(right.columns[index]!.type)}`,
          )
        })
        const all = body.all ? ' ALL' : ''
        return {
          sql: `((${this.#converted(left, types, body)}) ${body.operator}${all} (${this.#converted(right, types, body)}))`,
          columns: left.columns.map((column, index) => ({
            label: column.label,
            type: types[index]!,
          })),
        }
      }
    }
  }

  #converted(query: AnalyzedQuery, types: readonly Type[], at: Position): string {
    if (query.columns.every((column, index) => sameType(column.type, types[index]!)))
      return query.sql
    const alias = `s${this.unique()}`
    const items = query.columns.map((column, index) => {
      const value = { sql: `${alias}.c${index}`, type: column.type }
      return `${coerce(value, types[index]!, at).sql} AS c${index}`
    })
    return `SELECT ${items.join(', ')} FROM (${query.sql}) AS ${alias}`
  }

  #values(rows: readonly Expression[], outer: Scope | undefined, at: Position): AnalyzedQuery {
    const expressions = new ExpressionAnalyzer(this, { relations: [], parent: outer })
    const analyzed = rows.map((row) =>
      (row.kind === 'row' ? row.items : [row]).map((item) => expressions.analyze(item)),
    )
    const width = analyzed[0]!.length
    const types: Type[] = []
    for (let index = 0; index < width; index++) {
      let type: Type | undefined = analyzed[0]![index]!.type
      for (const row of analyzed) {
        if (row.length !== width) {
          throw sqlError('SyntaxError', at, 'Values rows have mismatched sizes')
        }
        type = type && commonType(type, row[index]!.type)
      }
      if (!type) throw sqlError('TypeMismatch', at, 'Values rows have mismatched types')
      types.push(type)
    }
    const lines = analyzed.map(
      (row) =>
        `(${row.map((value, index) => withType(coerce(value, types[index]!, at))).join(', ')})`,
    )
    const names = types.map((_, index) => `c${index}`).join(', ')
    return {
      sql: `SELECT * FROM (VALUES ${lines.join(', ')}) AS s${this.unique()}(${names})`,
      columns: types.map((type) => ({ label: undefined, type })),
    }
  }

  #select(
    select: Select,
    orderBy: readonly OrderItem[],
    environment: Environment,
    outer: Scope | undefined,
  ): AnalyzedQuery {
    const from = new RelationAnalyzer(this, environment, outer).fromList(select.from)
    const scope: Scope = { relations: from.relations, parent: outer }
    const windows = new Map<string, WindowSpec>(
      select.windows.map(({ name, spec }) => [name.text.toLowerCase(), spec]),
    )
    const expressions = new ExpressionAnalyzer(this, scope, windows)
    const where = select.where ? this.#where(select.where, expressions) : undefined
    const afterWhere = (expressions.findings = noFindings())
    const items = select.items.flatMap((item): Item[] => {
      if (item.kind === 'star') return this.#star(item.qualifier, from.relations, item)
      const value = expressions.analyze(item.expression)
      return [
        {
          label: item.alias?.text ?? impliedName(item.expression),
          type: value.type,
          sql: withType(value),
          origin: value.column?.origin,
        },
      ]
    })
    const groupBy = select.groupBy.map((item) => this.#groupItem(item, items, expressions))
    const having = select.having ? expressions.boolean(select.having).sql : undefined
    const order = orderBy.map((item) => this.#orderItem(item, items, expressions, scope, windows))

    const list = items.map((item, index) => `${item.sql} AS c${index}`).join(', ')
    let sql = `SELECT ${select.distinct ? 'DISTINCT ' : ''}${list}`
    if (from.sql) sql += ` FROM ${from.sql}`
    if (where) sql += ` WHERE ${where}`
    if (groupBy.length > 0) sql += ` GROUP BY ${groupBy.join(', ')}`
    if (having) sql += ` HAVING ${having}`
    if (order.length > 0) sql += ` ORDER BY ${order.join(', ')}`
    const plain =
      !select.distinct &&
      groupBy.length === 0 &&
      !having &&
      !afterWhere.aggregate &&
      !afterWhere.window
    return { sql, columns: items.map((item) => (plain ? item : withoutOrigin(item))) }
  }

  #where(node: Expression, expressions: ExpressionAnalyzer): string {
    const terms = conjuncts(node).map((term) => {
      expressions.findings = noFindings()
      const { sql } = expressions.boolean(term)
      const { findings } = expressions
      if (findings.aggregate || findings.window) {
        throw sqlError(
          'InvalidArgument',
          term,
          'WHERE clause cannot contain aggregations, window functions or grouping operations',
        )
      }
      partitionPredicate(term, sql, findings)
      return sql
    })
    return terms.join(' AND ')
  }

  #star(
    qualifier: readonly { readonly text: string }[],
    relations: readonly ScopeRelation[],
    at: Position,
  ): Item[] {
    const names = qualifier.map((part) => part.text.toLowerCase())
    const matching = relations.filter((relation) => qualifies(relation, names))
    if (matching.length === 0) {
      throw qualifier.length > 0
        ? sqlError(
            'TableNotFound',
            at,
            `Unable to resolve reference ${written(qualifier as never)}`,
          )
        : sqlError('SyntaxError', at, 'SELECT * not allowed in queries without FROM clause')
    }
    return matching.flatMap((relation) =>
      relation.columns
        .filter((column) => !column.hidden)
        .map(({ name, type, sql, origin }) => ({ label: name, type, sql, origin })),
    )
  }

  #groupItem(item: GroupItem, items: readonly Item[], expressions: ExpressionAnalyzer): string {
    const one = (node: Expression): string => {
      const place = ordinal(node, items.length)
      if (place) return items[Number(place) - 1]!.sql
      const value = expressions.analyze(node)
      if (value.constant !== undefined)
        throw sqlError('NotAggregate', node, 'GROUP BY a constant is not supported')
      return value.sql
    }
    const bracketed = (nodes: readonly Expression[]) => `(${nodes.map(one).join(', ')})`
    switch (item.kind) {
      case 'simple':
        return one(item.expression)
      case 'sets':
        return `GROUPING SETS (${item.sets.map(bracketed).join(', ')})`
      default:
        return `${item.kind.toUpperCase()} ${bracketed(item.expressions)}`
    }
  }

  /** An item of ORDER BY may name an output column, by its place or its name, or use what FROM has. */
  #orderItem(
    item: OrderItem,
    items: readonly Item[],
    expressions: ExpressionAnalyzer,
    scope: Scope,
    windows: ReadonlyMap<string, WindowSpec>,
  ): string {
    const node = item.expression
    const place = ordinal(node, items.length)
    if (place) return orderSql(place, item)
    const outputs: ScopeColumn[] = items.map(({ label, type, sql }) => ({
      name: label?.toLowerCase(),
      type,
      sql,
      hidden: false,
    }))
    if (node.kind === 'name' && node.parts.length === 1) {
      const name = node.parts[0]!.text.toLowerCase()
      const places = outputs.flatMap((column, index) => (column.name === name ? [index] : []))
      const different = new Set(places.map((index) => items[index]!.sql))
      if (different.size > 1) throw sqlError('AmbiguousName', node, `Column '${name}' is ambiguous`)
      if (places.length > 0) return orderSql(String(places[0]! + 1), item)
      return orderSql(expressions.analyze(node).sql, item)
    }
    // Arguments of aggregates mean the columns of FROM, everything else the output's first.
    const trial = new ExpressionAnalyzer(this, scope, windows)
    try {
      const value = trial.analyze(node)
      if (trial.findings.aggregate || trial.findings.window) return orderSql(value.sql, item)
    } catch {
      // It names output columns.
    }
    const named = outputs.filter(
      (column, index) =>
        column.name !== undefined && outputs.findIndex((o) => o.name === column.name) === index,
    )
    const inner: Scope = { relations: [{ names: [], columns: named }], parent: scope }
    return orderSql(new ExpressionAnalyzer(this, inner, windows).analyze(node).sql, item)
  }
}

/** `ORDER BY 2`: the place as text, checked. */
function ordinal(node: Expression, width: number): string | undefined {
  if (node.kind !== 'number' || !/^\d+$/.test(node.text)) return undefined
  const place = Number(node.text)
  if (place < 1 || place > width) {
    throw sqlError('SyntaxError', node, `Position ${place} is not in select list`)
  }
  return String(place)
}

function impliedName(node: Expression): string | undefined {
  if (node.kind === 'name') return node.parts.at(-1)!.text
  if (node.kind === 'field') return node.name.text
  return undefined
}

function withoutOrigin({ label, type }: QueryColumn): QueryColumn {
  return { label, type }
}
