import { assert, unreachable } from '#kit'
import { type Position, sqlError } from '../errors.ts'
import type { Aliased, Relation } from '../parse/ast.ts'
import { commonType } from '../types/coercion.ts'
import { BIGINT, type Type, fieldKey, isNumeric, quoteName, typeText } from '../types/type.ts'
import { coerce } from './cast.ts'
import { comparedSql } from './comparison.ts'
import { ExpressionAnalyzer } from './expression.ts'
import { noFindings } from './expression-host.ts'
import { conjuncts, partitionPredicate } from './pruning.ts'
import { type AnalyzedQuery, outputColumns } from './query-column.ts'
import type { QueryAnalyzer } from './query.ts'
import { recursiveQuery } from './recursion.ts'
import {
  aliased,
  columnCount,
  detached,
  only,
  qualifiedNames,
  renamed,
  rowsQuery,
  scannedColumns,
} from './relation-columns.ts'
import type { Scan } from './scan.ts'
import type { Environment, Scope, ScopeRelation } from './scope.ts'
import type { ScopeColumn } from './typed.ts'
import { sizeOfType } from './work.ts'

interface AnalyzedRelation {
  readonly sql: string
  readonly relations: readonly ScopeRelation[]
}

/** Analyses FROM: tables, subqueries, joins, UNNEST. Every relation gets an alias of our own. */
export class RelationAnalyzer {
  readonly #queries: QueryAnalyzer
  readonly #environment: Environment
  readonly #outer: Scope | undefined

  constructor(queries: QueryAnalyzer, environment: Environment, outer: Scope | undefined) {
    this.#queries = queries
    this.#environment = environment
    this.#outer = outer
  }

  fromList(list: readonly Relation[]): AnalyzedRelation {
    const parts: string[] = []
    const relations: ScopeRelation[] = []
    for (const item of list) {
      const analyzed = this.#relation(item, relations)
      parts.push(analyzed.sql)
      relations.push(...analyzed.relations)
    }
    return { sql: parts.join(', '), relations }
  }

  /** `before` are the relations to the left, which UNNEST and LATERAL may use. */
  #relation(node: Relation, before: readonly ScopeRelation[]): AnalyzedRelation {
    this.#queries.countRelation(node)
    switch (node.kind) {
      case 'table':
        return this.#table(node)
      case 'derived': {
        const outer = node.lateral ? { relations: before, parent: this.#outer } : this.#outer
        const query = this.#queries.query(node.query, this.#environment, outer)
        return this.#derived(query, node, [], node.lateral ? 'LATERAL ' : '', node)
      }
      case 'unnest':
        return this.#unnest(node, before)
      case 'join':
        return this.#join(node, before)
      case 'sample':
        return this.#sample(node, before)
      default:
        return unreachable(node)
    }
  }

  /** https://trino.io/docs/current/sql/select.html#tablesample */
  #sample(
    node: Extract<Relation, { kind: 'sample' }>,
    before: readonly ScopeRelation[],
  ): AnalyzedRelation {
    const inner = this.#relation(node.relation, before)
    const value = new ExpressionAnalyzer(this.#queries, { relations: [] }).analyze(node.percentage)
    const percentage = value.constant
    if (typeof percentage !== 'number' || !isNumeric(value.type)) {
      throw sqlError(
        'NotSupported',
        node,
        'TABLESAMPLE is supported only with a literal percentage',
      )
    }
    if (percentage < 0 || percentage > 100) {
      const bound = percentage < 0 ? 'greater than or equal to 0' : 'less than or equal to 100'
      throw sqlError('OutOfRange', node, `Sample percentage must be ${bound}`)
    }
    if (inner.relations.length !== 1) {
      throw sqlError('NotSupported', node, 'TABLESAMPLE of a join is not supported')
    }
    const sample = percentage === 100 ? '' : ` TABLESAMPLE ${node.method}(${percentage} PERCENT)`
    return { sql: `${inner.sql}${sample}`, relations: inner.relations }
  }

  #table(node: Extract<Relation, { kind: 'table' }>): AnalyzedRelation {
    const parts = node.parts.map((part) => part.text.toLowerCase())
    const named = parts.length === 1 && !node.travel
    const cte = named ? this.#environment.ctes.get(parts[0]!) : undefined
    if (cte?.kind === 'step') return this.#derived(cte.analyzed, node, parts, '', node)
    if (cte) {
      const recursion = cte.recursive ? recursiveQuery(cte, this.#queries) : undefined
      if (recursion) return this.#derived(recursion, node, parts, '', node)
      const query = this.#queries.query(cte.query, cte.environment, undefined)
      return this.#derived(renamed(query, cte.columns, node), node, parts, '', node)
    }
    const table = this.#environment.lookup(parts, node.travel)
    const names = [...parts].reverse()
    switch (table.kind) {
      case 'missing':
        throw sqlError(table.code, node, table.message)
      case 'view': {
        const query = this.#queries.query(
          table.query,
          { lookup: table.lookup, ctes: new Map() },
          undefined,
        )
        if (query.columns.length !== table.columns.length) {
          throw sqlError(
            'SyntaxError',
            node,
            `View '${table.database}.${table.name}' is stale or in invalid state`,
          )
        }
        const columns = query.columns.map((column, index) => ({
          ...column,
          label: table.columns[index]!.name,
        }))
        return this.#derived({ ...query, columns }, node, qualifiedNames(table), '', node)
      }
      case 'rows': {
        const query = rowsQuery(table, this.#queries.unique())
        const own = `r${this.#queries.unique()}`
        const columns = outputColumns(query.columns, own).map((column, index) => ({
          ...column,
          hidden: table.columns[index]!.hidden ?? false,
        }))
        return { sql: `(${query.sql}) AS ${own}`, relations: [aliased(columns, node, names, node)] }
      }
      case 'table': {
        const scan: Scan = {
          id: `t${this.#queries.scans.length}`,
          database: table.database,
          name: table.name,
          columns: table.columns,
          source: table.source,
          hidden: table.hidden ?? [],
          predicates: [],
          usesPath: false,
          usesHidden: false,
        }
        this.#queries.scans.push(scan)
        const alias = `r${this.#queries.unique()}`
        this.#queries.spend(table.columns.length, node)
        const relation = aliased(scannedColumns(scan, alias), node, qualifiedNames(table), node)
        return { sql: `lake.${scan.id} AS ${alias}`, relations: [relation] }
      }
      default:
        return unreachable(table)
    }
  }

  #derived(
    query: AnalyzedQuery,
    alias: Aliased,
    names: readonly string[],
    prefix: string,
    at: Position,
  ): AnalyzedRelation {
    const own = `r${this.#queries.unique()}`
    const { sql, columns, withJoined } = query
    this.#queries.spend(columns.length, at)
    const named = outputColumns(columns, own, withJoined !== undefined)
    const relation = aliased(named, alias, names, at)
    return { sql: `${prefix}(${withJoined ?? sql}) AS ${own}`, relations: [relation] }
  }

  #unnest(
    node: Extract<Relation, { kind: 'unnest' }>,
    before: readonly ScopeRelation[],
  ): AnalyzedRelation {
    const scope: Scope = { relations: before, parent: this.#outer }
    const expressions = new ExpressionAnalyzer(this.#queries, scope)
    const inner: string[] = []
    const outer: { sql: string; name: string | undefined; type: Type }[] = []
    const lengths: string[] = []
    const add = (list: string) => {
      inner.push(`unnest(${list}) AS u${inner.length}`)
      lengths.push(`coalesce(len(${list}), 0)`)
      return `u${inner.length - 1}`
    }
    for (const expression of node.values) {
      const value = expressions.analyze(expression)
      if (value.type.kind === 'map') {
        outer.push({ sql: add(`map_keys(${value.sql})`), name: undefined, type: value.type.key })
        outer.push({
          sql: add(`map_values(${value.sql})`),
          name: undefined,
          type: value.type.value,
        })
      } else if (value.type.kind === 'array' && value.type.element.kind === 'row') {
        const item = add(value.sql)
        for (const [index, field] of value.type.element.fields.entries()) {
          outer.push({ sql: `(${item}).${quoteName(fieldKey(field, index))}`, ...field })
        }
      } else if (value.type.kind === 'array') {
        outer.push({ sql: add(value.sql), name: undefined, type: value.type.element })
      } else {
        throw sqlError('InvalidArgument', expression, `Cannot unnest type: ${typeText(value.type)}`)
      }
    }
    if (node.ordinality) {
      const list = `range(1, greatest(${lengths.join(', ')}) + 1)`
      outer.push({ sql: add(list), name: undefined, type: BIGINT })
    }
    const items = outer.map((column, index) => `${column.sql} AS c${index}`).join(', ')
    const sql = `SELECT ${items} FROM (SELECT ${inner.join(', ')}) AS s${this.#queries.unique()}`
    const columns = outer.map(({ name, type }) => ({ label: name, type }))
    return this.#derived({ sql, columns }, node, [], 'LATERAL ', node)
  }

  #join(
    node: Extract<Relation, { kind: 'join' }>,
    before: readonly ScopeRelation[],
  ): AnalyzedRelation {
    const left = this.#relation(node.left, before)
    this.#queries.spend(before.length >> 3, node)
    const right = this.#relation(node.right, [...before, ...left.relations])
    const rightSql = node.right.kind === 'join' ? `(${right.sql})` : right.sql
    this.#queries.spend(columnCount([...left.relations, ...right.relations]) >> 2, node)
    // A filter on the side that may be filled with NULL must not remove rows before the join.
    const leftRelations =
      node.join === 'right' || node.join === 'full' ? detached(left.relations) : left.relations
    const rightRelations =
      node.join === 'left' || node.join === 'full' ? detached(right.relations) : right.relations
    if (node.join === 'cross') {
      return {
        sql: `${left.sql} CROSS JOIN ${rightSql}`,
        relations: [...leftRelations, ...rightRelations],
      }
    }
    const lateral =
      node.right.kind === 'unnest' || (node.right.kind === 'derived' && node.right.lateral)
    if (lateral && (node.join === 'right' || node.join === 'full')) {
      throw sqlError(
        'InvalidReference',
        node.right,
        `LATERAL reference not allowed in ${node.join.toUpperCase()} JOIN`,
      )
    }
    const always = node.on?.kind === 'boolean' && node.on.value
    if (node.right.kind === 'unnest' && !always) {
      throw sqlError(
        'NotSupported',
        node.right,
        `${node.join.toUpperCase()} JOIN involving UNNEST is only supported with condition ON TRUE`,
      )
    }
    const keyword = `${node.join.toUpperCase()} JOIN`
    if (node.using.length > 0)
      return this.#using(node, left, rightSql, leftRelations, rightRelations)
    const relations = [...leftRelations, ...rightRelations]
    assert(node.on, 'a join has ON or USING')
    const scope: Scope = { relations: [...left.relations, ...right.relations], parent: this.#outer }
    const expressions = new ExpressionAnalyzer(this.#queries, scope)
    const on = conjuncts(node.on).map((term) => {
      expressions.findings = noFindings()
      const { sql } =
        node.join === 'inner'
          ? expressions.condition(term, 'JOIN ON')
          : expressions.boolean(term, 'JOIN ON clause')
      if (node.join === 'inner') {
        partitionPredicate(term, sql, expressions.findings, this.#queries.parameters)
      }
      return sql
    })
    return { sql: `${left.sql} ${keyword} ${rightSql} ON ${on.join(' AND ')}`, relations }
  }

  #using(
    node: Extract<Relation, { kind: 'join' }>,
    left: AnalyzedRelation,
    rightSql: string,
    leftRelations: readonly ScopeRelation[],
    rightRelations: readonly ScopeRelation[],
  ): AnalyzedRelation {
    const joined: ScopeColumn[] = []
    const conditions: string[] = []
    for (const name of node.using) {
      const width = columnCount([...leftRelations, ...rightRelations])
      this.#queries.spend(width >> 4, name)
      const a = only(leftRelations, name)
      const b = only(rightRelations, name)
      this.#queries.spend(sizeOfType(a.type) + sizeOfType(b.type), name)
      const type = commonType(a.type, b.type)
      if (!type)
        throw sqlError(
          'TypeMismatch',
          name,
          `Cannot apply operator: ${typeText(a.type)} = ${typeText(b.type)}`,
        )
      const from = coerce(a, type, name).sql
      const to = coerce(b, type, name).sql
      conditions.push(comparedSql('=', from, to, type))
      const sql =
        node.join === 'full' ? `coalesce(${from}, ${to})` : node.join === 'right' ? to : from
      const origin = node.join === 'right' ? b.origin : node.join === 'full' ? undefined : a.origin
      joined.push({ name: name.text.toLowerCase(), type, sql, hidden: false, origin })
    }
    const names = new Set(joined.map((column) => column.name))
    const rest = (relations: readonly ScopeRelation[]) =>
      relations.map((relation) => ({
        names: relation.names,
        columns: relation.columns.filter((column) => !names.has(column.name)),
      }))
    return {
      sql: `${left.sql} ${node.join.toUpperCase()} JOIN ${rightSql} ON ${conditions.join(' AND ')}`,
      relations: [{ names: [], columns: joined }, ...rest(leftRelations), ...rest(rightRelations)],
    }
  }
}
