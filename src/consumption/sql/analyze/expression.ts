import { unreachable } from '#kit'
import { type Position, sqlError } from '../errors.ts'
import {
  type Argument,
  type CallContext,
  aggregates,
  apply,
  atTimeZone,
  scalarFunctions,
  windowFunctions,
} from '../functions/index.ts'
import type { Call, Expression, OrderItem, Query, WindowSpec } from '../parse/ast.ts'
import { typeOfName } from '../types/from-name.ts'
import { rowSql } from '../types/text.ts'
import { BOOLEAN, INTEGER, type Type, typeText } from '../types/type.ts'
import { identitySql, ownZone } from '../types/zones.ts'
import { arrayFrom, fieldOf, rowOf, subscript } from './access.ts'
import { aggregateCall, checkScalar, checkedOver, notRegistered } from './aggregate-call.ts'
import { cast } from './cast.ts'
import { checkComparable } from './comparison.ts'
import {
  type AnalyzedSubquery,
  type ExpressionHost,
  type Findings,
  noFindings,
} from './expression-host.ts'
import { formSql, formsDiffer } from './identity.ts'
import { lambdaArgument } from './lambda.ts'
import { intervalLiteral, plainLiteral, typedLiteral } from './literals.ts'
import { arithmetic, negate } from './operators.ts'
import { LooseColumns } from './loose-columns.ts'
import { namedValue } from './names.ts'
import { orderSql } from './order.ts'
import { predicate } from './predicates.ts'
import type { SubqueryRows } from './quantified.ts'
import { type Scope, relationCount } from './scope.ts'
import { checkSize } from './size.ts'
import { jsonConstructor, jsonPath } from './sql-json.ts'
import { caseOf, special, specialNames } from './special.ts'
import type { Typed } from './typed.ts'
import { sizeOfType } from './work.ts'

const clauses: ReadonlySet<string> = new Set(['WHERE clause', 'HAVING clause', 'JOIN ON clause'])

/** Analyses expressions in one scope: names to columns, types, and the engine's SQL. */
export class ExpressionAnalyzer {
  readonly #host: ExpressionHost
  readonly #scope: Scope
  readonly #windows: ReadonlyMap<string, WindowSpec>
  /** Subqueries within the TRY around this place. */
  #beforeTry: { readonly name: string; readonly values: string[] } | undefined
  /** The aggregate around this place. */
  #nested: string | undefined
  findings: Findings = noFindings()
  /** Columns of the query's own FROM that stand outside of aggregates. */
  readonly loose = new LooseColumns()

  constructor(
    host: ExpressionHost,
    scope: Scope,
    windows: ReadonlyMap<string, WindowSpec> = new Map(),
  ) {
    this.#host = host
    this.#scope = scope
    this.#windows = windows
  }

  analyze = (node: Expression): Typed => {
    const before = this.loose.place()
    const found = this.#analyzed(node)
    checkSize(found.sql, node)
    // Some of what is around it compares its text, or goes through its type.
    this.spend(sizeOfType(found.type) + (found.sql.length >> 9), node)
    const value = this.#nested ? found : this.#afterGrouping(found)
    this.loose.enclose(found.sql, before)
    return value
  }

  /** What is grouped by and has equal values of several forms: they are one group, which shows one of them. */
  readonly formedKeys = new Set<string>()

  #afterGrouping(value: Typed): Typed {
    if (!this.formedKeys.has(value.sql) || !formsDiffer(value.type)) return value
    const form = formSql(value.sql, value.type)
    const zoned = `{'t': ${form}, 'z': any_value((${value.sql}).z)}`
    const made = ownZone(value.type) ? zoned : `any_value(${value.sql})`
    return { sql: `(CASE WHEN ${form} IS NOT NULL THEN ${made} END)`, type: value.type }
  }

  #analyzed(node: Expression): Typed {
    switch (node.kind) {
      case 'null':
      case 'boolean':
      case 'number':
      case 'string':
      case 'binary':
        return plainLiteral(node)
      case 'typed':
        return typedLiteral(node, this.#context('json_parse', node))
      case 'interval':
        return intervalLiteral(node)
      case 'parameter': {
        const value = this.#host.parameters[node.index]
        if (!value) throw sqlError('InvalidArgument', node, 'Incorrect number of parameters')
        return this.analyze(value)
      }
      case 'name':
        return this.#name(node)
      case 'field':
        return fieldOf(this.analyze(node.base), node.name.text.toLowerCase(), node)
      case 'subscript':
        return subscript(this.analyze(node.base), this.analyze(node.index), node)
      case 'call':
        return this.#call(node)
      case 'cast':
        return cast(this.analyze(node.value), typeOfName(node.type), node.safe, node)
      case 'case':
        return caseOf(node, this.analyze, this.boolean)
      case 'negate':
        return negate(this.analyze(node.value), node)
      case 'binaryOp':
        return arithmetic(node.operator, this.analyze(node.left), this.analyze(node.right), node)
      case 'compare':
      case 'quantified':
      case 'logical':
      case 'not':
      case 'isNull':
      case 'distinctFrom':
      case 'between':
      case 'inList':
      case 'inQuery':
      case 'like':
      case 'exists':
        return predicate(node, this)
      case 'subquery':
        return this.#scalar(node.query)
      case 'row':
        return rowOf(node.items.map((item) => this.analyze(item)))
      case 'array':
        return arrayFrom(
          node.items.map((item) => this.analyze(item)),
          node.items,
          node,
        )
      case 'lambda':
        throw sqlError(
          'TypeMismatch',
          node,
          'Lambda expression should always be used inside a function',
        )
      case 'jsonPath':
        return jsonPath(node, this.analyze)
      case 'jsonConstructor':
        return jsonConstructor(node, this.analyze)
      case 'atTimeZone':
        return atTimeZone(
          this.analyze(node.value),
          this.analyze(node.zone),
          this.#context('AT TIME ZONE', node),
        )
      case 'grouping':
        return this.#grouping(node.items)
      default:
        return unreachable(node)
    }
  }

  /** An expression that must be a condition, of which `what` is told where it is none. */
  boolean = (node: Expression, what = 'Expression'): Typed => {
    const value = this.analyze(node)
    if (value.type.kind === 'unknown') return { sql: 'CAST(NULL AS BOOLEAN)', type: BOOLEAN }
    if (value.type.kind === 'boolean') return value
    const type = typeText(value.type)
    const actual = clauses.has(what) ? `: actual type ${type}` : ` (actual: ${type})`
    throw sqlError('TypeMismatch', node, `${what} must evaluate to a boolean${actual}`)
  }

  orderBy(items: readonly OrderItem[]): string {
    return items
      .map((item) => {
        const { sql, type } = this.#keyed(item.expression)
        return orderSql(sql, item, type)
      })
      .join(', ')
  }

  /** What values are grouped and ordered by. */
  #key(node: Expression): string {
    const { sql, type } = this.#keyed(node)
    return formSql(sql, type)
  }

  #keyed(node: Expression): Typed {
    const { sql, type } = this.analyze(node)
    checkComparable(type, 'a window', node)
    return { sql: identitySql(sql, type), type }
  }

  #context(name: string, at: Position): CallContext {
    return { name, at, startMs: this.#host.startMs, schema: this.#host.schema }
  }

  readonly #sides = {
    key: (node: Expression) => this.#key(node),
    orderBy: (items: readonly OrderItem[]) => this.orderBy(items),
    analyze: (node: Expression) => this.analyze(node),
  }

  #name(node: Extract<Expression, { kind: 'name' }>): Typed {
    this.spend(relationCount(this.#scope) >> 4, node)
    return namedValue(node, this.#scope, this.findings, this.loose)
  }

  /** A query within this expression. */
  subquery(query: Query): AnalyzedSubquery {
    this.findings.impure = true
    this.findings.subquery = true
    let correlated = false
    const reached = () => {
      correlated = true
    }
    const { sql, types } = this.#host.subquery(query, { ...this.#scope, reached })
    return { sql, types, correlated }
  }

  /** A subquery's rows: its one column, or its columns as a row. */
  rows(query: Query, asRow = false): SubqueryRows {
    const { sql, types, correlated } = this.subquery(query)
    const alias = `q${this.unique()}`
    if (types.length === 1 && !asRow) {
      return { sql, type: types[0]!, alias, correlated, width: 1 }
    }
    const type: Type = {
      kind: 'row',
      fields: types.map((each) => ({ name: undefined, type: each })),
    }
    const parts = types.map((_, index) => ({ key: `field${index}`, sql: `${alias}.c${index}` }))
    const rows = `SELECT ${rowSql(parts)} AS c0 FROM (${sql}) AS ${alias}`
    return { sql: rows, type, alias, correlated, width: types.length }
  }

  /** A condition that rows must meet to stay: a term of WHERE or HAVING. */
  condition(node: Expression, clause: 'WHERE' | 'HAVING' | 'JOIN ON'): Typed {
    this.#kept = node
    const { sql, type, joinedSql } = this.boolean(node, `${clause} clause`)
    return { sql: clause === 'HAVING' ? sql : (joinedSql ?? sql), type }
  }

  /** True for what was given to `condition` itself. */
  isCondition(node: Expression): boolean {
    return node === this.#kept
  }

  #kept: Expression | undefined

  /** A subquery's one row: of several columns a row, of NULLs where there is none. */
  #scalar(query: Query): Typed {
    const { sql, type, width } = this.rows(query)
    if (width === 1 || type.kind !== 'row') return { sql: this.beforeTry(`(${sql})`), type }
    const none = type.fields.map((_, index) => ({ key: `field${index}`, sql: 'NULL' }))
    return { sql: this.beforeTry(`coalesce((${sql}), ${rowSql(none)})`), type }
  }

  /** A number that no other call of this analysis has got. */
  unique(): number {
    return this.#host.unique()
  }

  spend(units: number, at: Position): void {
    this.#host.spend(units, at)
  }

  #call(node: Call): Typed {
    const aggregate = aggregates[node.name]
    const isAggregate = aggregate !== undefined
    if (isAggregate || windowFunctions[node.name]) return this.#aggregate(checkedOver(node))
    checkScalar(node)
    if (node.name === 'try') return this.#try(node)
    if (specialNames.has(node.name)) return special(node, this.analyze, this.boolean)
    const body = scalarFunctions[node.name]
    if (!body) throw notRegistered(node)
    if (['random', 'rand', 'uuid'].includes(node.name)) this.findings.impure = true
    const args = node.args.map((arg) => this.#argument(arg))
    return apply(body, args, this.#context(node.name, node))
  }

  /** A subquery's value that stands within TRY: it is made before, and TRY does not catch what it fails of. */
  beforeTry(sql: string): string {
    if (!this.#beforeTry) return sql
    const { name, values } = this.#beforeTry
    return `${name}.f${values.push(sql)}`
  }

  #try(node: Call): Typed {
    if (this.#beforeTry) return special(node, this.analyze, this.boolean)
    const before = (this.#beforeTry = { name: `s${this.unique()}`, values: [] as string[] })
    const { sql, type } = special(node, this.analyze, this.boolean)
    this.#beforeTry = undefined
    if (before.values.length === 0) return { sql, type }
    const made = before.values.map((value, index) => `'f${index + 1}': ${value}`).join(', ')
    return { sql: `list_transform([{${made}}], lambda ${before.name}: ${sql})[1]`, type }
  }

  #argument(node: Expression): Argument {
    if (node.kind !== 'lambda') return this.analyze(node)
    const place = { host: this.#host, scope: this.#scope, windows: this.#windows }
    return lambdaArgument(node, { ...place, around: this })
  }

  #aggregate(node: Call): Typed {
    const loose = this.loose.place()
    const nested = this.#nested
    if (node.over) this.findings.window = true
    else this.findings.aggregate = true
    if (!node.over && nested) {
      const text = `Cannot nest aggregations inside aggregation '${nested}'`
      throw sqlError('NestedAggregation', node, text)
    }
    if (!node.over) this.#nested = node.name
    const value = aggregateCall(node, {
      ...this.#sides,
      argument: (each) => this.#argument(each),
      boolean: this.boolean,
      windows: this.#windows,
      context: this.#context(node.name, node),
    })
    this.#nested = nested
    // What an aggregate takes needs no group.
    if (!node.over) this.loose.drop(loose)
    return value
  }

  #grouping(items: readonly Expression[]): Typed {
    this.findings.aggregate = true
    const nested = this.#nested
    this.#nested = 'grouping'
    const list = items.map((item) => this.#key(item)).join(', ')
    this.#nested = nested
    return { sql: `CAST(grouping(${list}) AS INTEGER)`, type: INTEGER }
  }
}
