import { type Position, sqlError } from '../errors.ts'
import type {
  Expression,
  OrderItem,
  Query,
  QueryBody,
  Select,
  SelectItem,
  WindowSpec,
} from '../parse/ast.ts'
import { commonType } from '../types/coercion.ts'
import { type Type, fieldKey, quoteName, sameType, typeText } from '../types/type.ts'
import { holdsOwnZones, identitySql, ownZone } from '../types/zones.ts'
import { ownZonesText } from '../functions/index.ts'
import { coerce } from './cast.ts'
import { ExpressionAnalyzer, type ExpressionHost, noFindings, orderSql } from './expression.ts'
import {
  type GroupedItem,
  type OrderedBy,
  checkDistinct,
  checkGrouped,
  groupable,
  groupingSetsMax,
  setsOf,
} from './grouping.ts'
import { conjuncts, partitionPredicate } from './pruning.ts'
import { type AnalyzedQuery, type QueryColumn, outputColumns } from './query-column.ts'
import { RelationAnalyzer } from './relation.ts'
import type { Scan } from './scan.ts'
import { type Environment, type Scope, type ScopeRelation, qualifies, written } from './scope.ts'
import { type ScopeColumn, type Typed, withType } from './typed.ts'

/** A SELECT with its rows' order apart. */
interface SelectedQuery extends AnalyzedQuery {
  /** Without ORDER BY, and with what the order needs as further columns. */
  readonly unordered: string
  readonly order: string
}

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
      const { columns } = cte
      const recursive = query.recursive ?? false
      const defined = { name: cte.name, query: cte.query, columns, recursive, environment: inner }
      ctes.set(name, { kind: 'defined', ...defined })
      inner = { lookup: environment.lookup, ctes: new Map(ctes) }
    }
    return this.#within(inner, () => {
      const tail = (sql: string) => this.#limited(sql, query, outer)
      if (query.body.kind === 'select') {
        const selected = this.#select(query.body, query.orderBy, inner, outer)
        if (query.withTies) return this.#withTies(selected, query, outer)
        const limited = query.limit !== undefined || query.offset !== undefined
        const columns = limited ? selected.columns.map(withoutOrigin) : selected.columns
        return { sql: tail(selected.sql), columns }
      }
      const body = this.#body(query.body, inner, outer)
      if (query.withTies) {
        const text = 'FETCH FIRST WITH TIES is supported only after SELECT'
        throw sqlError('NotSupported', query, text)
      }
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

  /** Rows up to the limit, and those that the order cannot tell from the last of them. */
  #withTies(selected: SelectedQuery, query: Query, outer: Scope | undefined): AnalyzedQuery {
    const count = (node: Expression) =>
      new ExpressionAnalyzer(this, { relations: [], parent: outer }).analyze(node).sql
    const skipped = query.offset ? count(query.offset) : '0'
    const names = selected.columns.map((_, index) => `c${index}`).join(', ')
    const inner = `SELECT *, row_number() OVER (ORDER BY ${selected.order}) AS n, rank() OVER (ORDER BY ${selected.order}) AS k FROM (${selected.unordered})`
    const last = `${skipped} + ${count(query.limit!)}`
    return {
      sql: `SELECT ${names} FROM (${inner}) WHERE n > ${skipped} AND k <= ${last} ORDER BY n`,
      columns: selected.columns.map(withoutOrigin),
    }
  }

  /** A part of a recursive query. */
  body(body: QueryBody, environment: Environment): AnalyzedQuery {
    return this.#within(environment, () => this.#body(body, environment, undefined))
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
        if (!body.all && types.some(holdsOwnZones)) {
          throw sqlError('NotSupported', body, `${body.operator} ${ownZonesText}`)
        }
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
  ): SelectedQuery {
    const from = new RelationAnalyzer(this, environment, outer).fromList(select.from)
    const scope: Scope = { relations: from.relations, parent: outer }
    const windows = new Map<string, WindowSpec>(
      select.windows.map(({ name, spec }) => [name.text.toLowerCase(), spec]),
    )
    const expressions = new ExpressionAnalyzer(this, scope, windows)
    const where = select.where ? this.#where(select.where, expressions) : undefined
    expressions.loose.length = 0
    const grouped = this.#grouped(select, from.relations, expressions)
    const afterWhere = (expressions.findings = noFindings())
    const items = select.items.flatMap((item) => this.#items(item, from.relations, expressions))
    const having = select.having ? expressions.boolean(select.having).sql : undefined
    const order = orderBy.map((item) => this.#orderItem(item, items, expressions, scope, windows))
    // An aggregate in ORDER BY alone makes an aggregation too.
    if (order.some((each) => each.aggregate)) afterWhere.aggregate = true
    if (grouped.length > 0 || having || afterWhere.aggregate) {
      const zoned = { kind: 'sets', sets: [[...expressions.zonedKeys]] } as const
      checkGrouped(expressions.loose, [...grouped, zoned])
    }
    if (select.distinct) checkDistinct(order, items)

    const list = items.map((item, index) => `${item.sql} AS c${index}`)
    const head = `SELECT ${select.distinct ? distinctSql(items, select) : ''}`
    let rest = from.sql ? ` FROM ${from.sql}` : ''
    if (where) rest += ` WHERE ${where}`
    if (grouped.length > 0) rest += ` GROUP BY ${this.#groupBy(select, grouped)}`
    if (having) rest += ` HAVING ${having}`
    const ordered = order.map(({ sql, item }) => orderSql(sql, item)).join(', ')
    const sql = `${head}${list.join(', ')}${rest}${ordered ? ` ORDER BY ${ordered}` : ''}`
    const keys = order.map(({ sql: key }, index) =>
      /^\d+$/.test(key) ? `c${Number(key) - 1}` : `o${index}`,
    )
    const more = order.flatMap(({ sql: key }, index) =>
      /^\d+$/.test(key) ? [] : [`${key} AS o${index}`],
    )
    const unordered = `${head}${[...list, ...more].join(', ')}${rest}`
    const keyed = order.map(({ item }, index) => orderSql(keys[index]!, item)).join(', ')
    const plain =
      !select.distinct &&
      grouped.length === 0 &&
      !having &&
      !afterWhere.aggregate &&
      !afterWhere.window
    const columns = items.map((item) => (plain ? item : withoutOrigin(item)))
    return { sql, columns, unordered, order: keyed }
  }

  /** What an item of SELECT gives: one column, or those of a relation or a row. */
  #items(
    item: SelectItem,
    relations: readonly ScopeRelation[],
    expressions: ExpressionAnalyzer,
  ): Item[] {
    if (item.kind === 'star') {
      const matching = relations.some((relation) =>
        qualifies(
          relation,
          item.qualifier.map((part) => part.text.toLowerCase()),
        ),
      )
      if (matching || item.qualifier.length === 0) {
        return this.#star(item.qualifier, relations, item)
      }
      const { qualifier, line, column } = item
      const base = { kind: 'name', parts: qualifier, line, column } as const
      return fieldItems(expressions.analyze(base), [], item)
    }
    if (item.kind === 'fields') {
      return fieldItems(expressions.analyze(item.base), item.aliases, item)
    }
    const value = expressions.analyze(item.expression)
    const label = item.alias?.text ?? impliedName(item.expression)
    return [{ label, type: value.type, sql: withType(value), origin: value.column?.origin }]
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
      partitionPredicate(term, sql, findings, this.parameters)
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

  /** GROUP BY's items, with the engine's SQL for what they name. */
  #grouped(
    select: Select,
    relations: readonly ScopeRelation[],
    expressions: ExpressionAnalyzer,
  ): readonly GroupedItem[] {
    if (select.groupBy.length === 0) return []
    // Places count the columns of the output, in which a star stands for several.
    const outputs = select.items.flatMap((item): (() => Typed)[] => {
      if (item.kind === 'item') return [() => expressions.analyze(item.expression)]
      return this.#items(item, relations, expressions).map((each) => () => each)
    })
    const zonedKeys: string[] = []
    const one = (node: Expression): string => {
      const place = ordinal(node, outputs.length)
      const value = place ? outputs[Number(place) - 1]!() : expressions.analyze(node)
      if (value.constant !== undefined && !place)
        throw sqlError('NotAggregate', node, 'GROUP BY a constant is not supported')
      if (!groupable(value.type)) {
        const text = `${typeText(value.type)} is not comparable, and therefore cannot be used in GROUP BY`
        throw sqlError('TypeMismatch', node, text)
      }
      if (!ownZone(value.type)) {
        if (!holdsOwnZones(value.type)) return value.sql
        throw sqlError('NotSupported', node, `GROUP BY ${ownZonesText}`)
      }
      zonedKeys.push(value.sql)
      return identitySql(value.sql, value.type)
    }
    const grouped = select.groupBy.map((item): GroupedItem => {
      if (item.kind === 'simple') return { kind: 'sets', sets: [[one(item.expression)]] }
      if (item.kind === 'sets') return { kind: 'sets', sets: item.sets.map((set) => set.map(one)) }
      return { kind: item.kind, expressions: item.expressions.map(one) }
    })
    expressions.loose.length = 0
    for (const key of zonedKeys) expressions.zonedKeys.add(key)
    return grouped
  }

  #groupBy(select: Select, grouped: readonly GroupedItem[]): string {
    const simple = select.groupBy.every((item) => item.kind === 'simple')
    if (simple) return grouped.map((item) => setsOf(item)[0]![0]!).join(', ')
    let sets: readonly (readonly string[])[] = [[]]
    for (const item of grouped) {
      sets = sets.flatMap((set) => setsOf(item).map((more) => [...new Set([...set, ...more])]))
      if (sets.length > groupingSetsMax) {
        const text = `GROUP BY has more than ${groupingSetsMax} grouping sets`
        throw sqlError('NotSupported', select, text)
      }
    }
    if (select.groupDistinct) {
      sets = [...new Map(sets.map((set) => [set.toSorted().join('\0'), set])).values()]
    }
    return `GROUPING SETS (${sets.map((set) => `(${set.join(', ')})`).join(', ')})`
  }

  /** An item of ORDER BY may name an output column, by its place or its name, or use what FROM has. */
  #orderItem(
    item: OrderItem,
    items: readonly Item[],
    expressions: ExpressionAnalyzer,
    scope: Scope,
    windows: ReadonlyMap<string, WindowSpec>,
  ): OrderedBy {
    const node = item.expression
    const place = ordinal(node, items.length)
    if (place) return { sql: place, item }
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
      if (places.length > 0) return { sql: String(places[0]! + 1), item }
      return { sql: expressions.analyze(node).sql, item }
    }
    // Arguments of aggregates mean the columns of FROM, everything else the output's first.
    const trial = new ExpressionAnalyzer(this, scope, windows)
    try {
      const value = trial.analyze(node)
      const { aggregate, window } = trial.findings
      if (aggregate) expressions.loose.push(...trial.loose)
      if (aggregate || window) return { sql: value.sql, item, aggregate }
    } catch {
      // It names output columns.
    }
    const named = outputs.filter(
      (column, index) =>
        column.name !== undefined && outputs.findIndex((o) => o.name === column.name) === index,
    )
    const inner: Scope = { relations: [{ names: [], columns: named }], parent: scope }
    return { sql: new ExpressionAnalyzer(this, inner, windows).analyze(node).sql, item }
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

/** The fields of a row as columns. */
function fieldItems(
  value: Typed,
  aliases: readonly { readonly text: string }[],
  at: Position,
): Item[] {
  if (value.type.kind !== 'row') throw sqlError('TypeMismatch', at, 'Expression is not of type ROW')
  const { fields } = value.type
  if (aliases.length > 0 && aliases.length !== fields.length) {
    throw sqlError(
      'SyntaxError',
      at,
      `Column alias list has ${aliases.length} entries but relation has ${fields.length} columns`,
    )
  }
  return fields.map((field, index) => ({
    label: aliases[index]?.text ?? field.name,
    type: field.type,
    sql: `(${value.sql}).${quoteName(fieldKey(field, index))}`,
  }))
}

/** Of times with zones of their own, equal ones are the same row. */
function distinctSql(items: readonly Item[], at: Position): string {
  if (!items.some((item) => holdsOwnZones(item.type))) return 'DISTINCT '
  if (items.some((item) => holdsOwnZones(item.type) && !ownZone(item.type))) {
    throw sqlError('NotSupported', at, `SELECT DISTINCT ${ownZonesText}`)
  }
  return `DISTINCT ON (${items.map((item) => identitySql(item.sql, item.type)).join(', ')}) `
}
