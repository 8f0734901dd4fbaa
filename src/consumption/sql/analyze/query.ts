import { type Position, sqlError } from '../errors.ts'
import { ownZonesText } from '../functions/index.ts'
import type { Expression, Query, QueryBody } from '../parse/ast.ts'
import { commonType } from '../types/coercion.ts'
import { type Type, sameType, typeText } from '../types/type.ts'
import { holdsOwnZones } from '../types/zones.ts'
import { coerce } from './cast.ts'
import { checkComparable } from './comparison.ts'
import { ExpressionAnalyzer } from './expression.ts'
import type { ExpressionHost } from './expression-host.ts'
import { holdsMaps, formSql } from './identity.ts'
import { checkSize } from './size.ts'
import { orderSql } from './order.ts'
import { type AnalyzedQuery, outputColumns, withoutOrigin } from './query-column.ts'
import type { Scan } from './scan.ts'
import type { Environment, Scope } from './scope.ts'
import { type SelectedQuery, analyzeSelect } from './select.ts'
import { ordinal } from './select-items.ts'
import { withType } from './typed.ts'
import { WorkBudget, sizeOfType } from './work.ts'

/** WITH queries are analysed at each use: this bounds what that can grow to. */
const relationsMax = 2_000

/** Each WITH query sees those before it: of thousands, the names alone would take minutes. */
const withQueriesMax = 1_000

function checkCount({ ctes }: Query): void {
  if (ctes.length <= withQueriesMax) return
  const text = `WITH has more than ${withQueriesMax} queries`
  throw sqlError('NotSupported', ctes[withQueriesMax]!.name, text)
}

/** Analyses queries and what they are made of. One for each statement. */
export class QueryAnalyzer implements ExpressionHost {
  readonly startMs: number
  readonly parameters: readonly Expression[]
  readonly scans: Scan[] = []
  #unique = 0
  #relations = 0
  readonly #budget = new WorkBudget()
  #environment: Environment | undefined

  constructor(startMs: number, parameters: readonly Expression[]) {
    this.startMs = startMs
    this.parameters = parameters
  }

  get schema(): string {
    return this.#environment?.lookup.schema ?? 'default'
  }

  unique(): number {
    return this.#unique++
  }

  spend(units: number, at: Position): void {
    this.#budget.spend(units, at)
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
    const analyzed = this.#query(query, environment, outer)
    const text = analyzed.withJoined ?? analyzed.sql
    checkSize(text, query)
    this.spend(analyzed.columns.length + (text.length >> 9), query)
    return analyzed
  }

  #query(query: Query, environment: Environment, outer: Scope | undefined): AnalyzedQuery {
    checkCount(query)
    // Each sees the names of those around and before it.
    this.spend(((query.ctes.length + 1) * (environment.ctes.size + query.ctes.length)) >> 3, query)
    const ctes = new Map(environment.ctes)
    const names = new Set<string>()
    let inner: Environment = environment
    for (const cte of query.ctes) {
      const name = cte.name.text.toLowerCase()
      if (names.has(name)) {
        throw sqlError(
          'DuplicateQuery',
          cte.name,
          `WITH query name '${name}' specified more than once`,
        )
      }
      names.add(name)
      const { columns } = cte
      const recursive = query.recursive ?? false
      const defined = { name: cte.name, query: cte.query, columns, recursive, environment: inner }
      ctes.set(name, { kind: 'defined', ...defined })
      inner = { lookup: environment.lookup, ctes: new Map(ctes) }
    }
    return this.#within(inner, () => {
      const tail = (sql: string) => this.#limited(sql, query, outer)
      if (query.body.kind === 'select') {
        const selected = analyzeSelect(this, query.body, query.orderBy, inner, outer)
        if (query.withTies) return this.#withTies(selected, query, outer)
        const limited = query.limit !== undefined || query.offset !== undefined
        const columns = limited ? selected.columns.map(withoutOrigin) : selected.columns
        const withJoined = limited ? undefined : selected.withJoined
        return { sql: tail(selected.sql), columns, withJoined }
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
      const order = query.orderBy.map((item) => {
        const place = ordinal(item.expression, columns.length)
        const key = place ? columns[Number(place) - 1]! : expressions.analyze(item.expression)
        checkComparable(key.type, 'ORDER BY', item.expression)
        return orderSql(key.sql, item, key.type)
      })
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
        return analyzeSelect(this, body, [], environment, outer)
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
        for (const { type } of [...left.columns, ...right.columns]) {
          this.spend(1 + (sizeOfType(type) >> 1), body)
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
        if (!body.all) for (const type of types) checkComparable(type, body.operator, body)
        if (!body.all && types.some(holdsOwnZones)) {
          throw sqlError('NotSupported', body, `${body.operator} ${ownZonesText}`)
        }
        const [a, b] = [this.#converted(left, types, body), this.#converted(right, types, body)]
        const maps = !body.all && types.some(holdsMaps)
        if (maps && body.operator !== 'UNION') {
          throw sqlError('NotSupported', body, `${body.operator} of maps is not supported`)
        }
        const all = body.all || maps ? ' ALL' : ''
        const together = `((${a}) ${body.operator}${all} (${b}))`
        const forms = types.map((type, index) => formSql(`c${index}`, type)).join(', ')
        return {
          sql: maps ? `(SELECT DISTINCT ON (${forms}) * FROM ${together})` : together,
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
          const text = `Values rows have mismatched sizes: ${width} vs ${row.length}`
          throw sqlError('TypeMismatch', at, text)
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
}
