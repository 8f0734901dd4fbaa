import { assert, unreachable } from '#kit'
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
import { commonTypeOf } from '../types/coercion.ts'
import { typeOfName } from '../types/from-name.ts'
import { rowSql } from '../types/text.ts'
import {
  BIGINT,
  BOOLEAN,
  DATE,
  INTERVAL_DAY,
  INTERVAL_YEAR,
  type Type,
  UNKNOWN,
  VARBINARY,
  VARCHAR,
  arrayOf,
  canBeText,
  engineType,
  fieldKey,
  quoteName,
  quoteText,
  typeText,
} from '../types/type.ts'
import { cast, coerce } from './cast.ts'
import { alike, arithmetic, comparison, negate, numberLiteral } from './operators.ts'
import { type Scope, lambdaRelation, resolveName, written } from './scope.ts'
import { type ScopeColumn, type Typed, raiseSql } from './typed.ts'

/** What expressions need of the query around them. */
export interface ExpressionHost {
  readonly startMs: number
  /** Values for `?`, in order. */
  readonly parameters: readonly Expression[]
  /** A number that no other call of this analysis has got. */
  unique(): number
  /** Analyses a query within an expression, with this scope around it. */
  subquery(query: Query, scope: Scope): { readonly sql: string; readonly types: readonly Type[] }
}

/** What is found out about an expression on the way. */
export interface Findings {
  aggregate: boolean
  window: boolean
  /** A subquery, or a function that gives another answer each time. */
  impure: boolean
  outer: boolean
  readonly columns: Set<ScopeColumn>
}

export function noFindings(): Findings {
  return { aggregate: false, window: false, impure: false, outer: false, columns: new Set() }
}

/** Analyses expressions in one scope: names to columns, types, and the engine's SQL. */
export class ExpressionAnalyzer {
  readonly #host: ExpressionHost
  readonly #scope: Scope
  readonly #windows: ReadonlyMap<string, WindowSpec>
  findings: Findings = noFindings()

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
    switch (node.kind) {
      case 'null':
        return { sql: 'NULL', type: UNKNOWN, constant: null }
      case 'boolean':
        return { sql: node.value ? 'true' : 'false', type: BOOLEAN, constant: node.value }
      case 'number':
        return numberLiteral(node.text, node)
      case 'string': {
        const type: Type = { kind: 'varchar', length: [...node.value].length }
        return { sql: quoteText(node.value), type, constant: node.value }
      }
      case 'binary':
        return { sql: `unhex('${node.hex}')`, type: VARBINARY }
      case 'typed':
        return this.#typedLiteral(node)
      case 'interval':
        return interval(node)
      case 'parameter': {
        const value = this.#host.parameters[node.index]
        if (!value) throw sqlError('InvalidArgument', node, 'Incorrect number of parameters')
        return this.analyze(value)
      }
      case 'name':
        return this.#name(node)
      case 'field':
        return this.#field(this.analyze(node.base), node.name.text.toLowerCase(), node)
      case 'subscript':
        return this.#subscript(this.analyze(node.base), this.analyze(node.index), node)
      case 'call':
        return this.#call(node)
      case 'cast':
        return cast(this.analyze(node.value), typeOfName(node.type), node.safe, node)
      case 'case':
        return this.#case(node)
      case 'negate':
        return negate(this.analyze(node.value), node)
      case 'binaryOp':
        return arithmetic(node.operator, this.analyze(node.left), this.analyze(node.right), node)
      case 'compare':
        return comparison(node.operator, this.analyze(node.left), this.analyze(node.right), node)
      case 'quantified': {
        const left = this.analyze(node.left)
        const query = this.#query(node.query, node)
        const right = { sql: query.sql, type: query.types[0]! }
        const common = commonTypeOf([left.type, right.type])
        if (!common) return comparison(node.operator, left, right, node)
        const value = coerce(left, common, node).sql
        const rows = this.#columnAs(query, common, node)
        return {
          sql: `(${value} ${node.operator} ${node.all ? 'ALL' : 'ANY'} ${rows})`,
          type: BOOLEAN,
        }
      }
      case 'logical': {
        const terms = node.terms.map((term) => this.boolean(term).sql)
        return { sql: `(${terms.join(` ${node.operator.toUpperCase()} `)})`, type: BOOLEAN }
      }
      case 'not':
        return { sql: `(NOT ${this.boolean(node.value).sql})`, type: BOOLEAN }
      case 'isNull': {
        const value = this.analyze(node.value)
        return { sql: `(${value.sql} IS ${node.negated ? 'NOT ' : ''}NULL)`, type: BOOLEAN }
      }
      case 'distinctFrom': {
        const operator = `IS ${node.negated ? 'NOT ' : ''}DISTINCT FROM`
        const [a, b] = alike(operator, this.analyze(node.left), this.analyze(node.right), node)
        return { sql: `(${a} ${operator} ${b})`, type: BOOLEAN }
      }
      case 'between': {
        const value = this.analyze(node.value)
        const low = comparison('>=', value, this.analyze(node.low), node)
        const high = comparison('<=', value, this.analyze(node.high), node)
        return { sql: `(${node.negated ? 'NOT ' : ''}(${low.sql} AND ${high.sql}))`, type: BOOLEAN }
      }
      case 'inList':
        return this.#inList(node)
      case 'inQuery': {
        const value = this.analyze(node.value)
        const query = this.#query(node.query, node)
        const common = commonTypeOf([value.type, query.types[0]!])
        if (!common) {
          throw sqlError(
            'TypeMismatch',
            node,
            `value and result of subquery must be of the same type for IN expression: ${typeText(value.type)} vs ${typeText(query.types[0]!)}`,
          )
        }
        const rows = this.#columnAs(query, common, node)
        const sql = `(${coerce(value, common, node).sql} ${node.negated ? 'NOT ' : ''}IN ${rows})`
        return { sql, type: BOOLEAN }
      }
      case 'like': {
        const value = this.#text(node.value, 'LIKE')
        const pattern = this.#text(node.pattern, 'LIKE')
        const escape = node.escape ? ` ESCAPE ${this.#text(node.escape, 'LIKE').sql}` : ''
        return {
          sql: `(${value.sql} ${node.negated ? 'NOT ' : ''}LIKE ${pattern.sql}${escape})`,
          type: BOOLEAN,
        }
      }
      case 'exists': {
        this.findings.impure = true
        return {
          sql: `EXISTS (${this.#host.subquery(node.query, this.#scope).sql})`,
          type: BOOLEAN,
        }
      }
      case 'subquery': {
        const query = this.#query(node.query, node)
        return { sql: `(${query.sql})`, type: query.types[0]! }
      }
      case 'row': {
        const fields = node.items.map((item) => this.analyze(item))
        const type: Type = {
          kind: 'row',
          fields: fields.map((f) => ({ name: undefined, type: f.type })),
        }
        const parts = fields.map((field, index) => ({
          key: fieldKey({ name: undefined, type: field.type }, index),
          sql: withType(field),
        }))
        return { sql: rowSql(parts), type }
      }
      case 'array': {
        const items = node.items.map((item) => this.analyze(item))
        if (items.length === 0) return { sql: '[]', type: arrayOf(UNKNOWN) }
        const element = commonTypeOf(items.map((item) => item.type))
        if (!element)
          throw sqlError('TypeMismatch', node, 'All ARRAY elements must be the same type')
        return {
          sql: `[${items.map((item) => coerce(item, element, node).sql).join(', ')}]`,
          type: arrayOf(element),
        }
      }
      case 'lambda':
        throw sqlError(
          'TypeMismatch',
          node,
          'Lambda expression should always be used inside a function',
        )
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

  /** An expression that must be a condition. */
  boolean(node: Expression): Typed {
    const value = this.analyze(node)
    if (value.type.kind === 'unknown') return { sql: 'CAST(NULL AS BOOLEAN)', type: BOOLEAN }
    if (value.type.kind === 'boolean') return value
    throw sqlError(
      'TypeMismatch',
      node,
      `Expression must evaluate to a boolean (actual: ${typeText(value.type)})`,
    )
  }

  orderBy(items: readonly OrderItem[]): string {
    return items.map((item) => orderSql(this.analyze(item.expression).sql, item)).join(', ')
  }

  #text(node: Expression, operator: string): Typed {
    const value = this.analyze(node)
    if (canBeText(value.type)) return value
    throw sqlError(
      'TypeMismatch',
      node,
      `${operator} must be of type varchar (actual: ${typeText(value.type)})`,
    )
  }

  #context(name: string, at: Position): CallContext {
    return { name, at, startMs: this.#host.startMs }
  }

  #typedLiteral(node: Extract<Expression, { kind: 'typed' }>): Typed {
    const text = quoteText(node.value)
    const invalid = (what: string) =>
      sqlError('InvalidArgument', node, `'${node.value}' is not a valid ${what} literal`)
    switch (node.type.name) {
      case 'date':
        if (!/^\s*\d{1,4}-\d{1,2}-\d{1,2}\s*$/.test(node.value)) throw invalid('date')
        return { sql: `CAST(${text} AS DATE)`, type: DATE, constant: node.value }
      case 'timestamp': {
        const pattern =
          /^(\d{1,4}-\d{1,2}-\d{1,2}(?: \d{1,2}:\d{1,2}(?::\d{1,2}(?:\.\d{1,6})?)?)?)(?: ([A-Za-z][\w/+-]*))?$/
        const [, local, zone] = pattern.exec(node.value) ?? []
        if (!local) throw invalid('timestamp')
        const precise = /\.\d{4,}$/.test(local) ? ({ precision: 6 } as const) : {}
        if (!zone) {
          return {
            sql: `CAST(${quoteText(local)} AS TIMESTAMP)`,
            type: { kind: 'timestamp', ...precise },
          }
        }
        const sql = `(CAST(${quoteText(local)} AS TIMESTAMP) AT TIME ZONE ${quoteText(zone)})`
        return { sql, type: { kind: 'timestamptz', zone, ...precise } }
      }
      case 'decimal':
        return { ...numberLiteral(node.value.includes('.') ? node.value : `${node.value}.`, node) }
      case 'json': {
        const value: Typed = { sql: text, type: VARCHAR, constant: node.value }
        return apply(scalarFunctions['json_parse']!, [value], this.#context('json_parse', node))
      }
      default:
        return cast(
          { sql: text, type: VARCHAR, constant: node.value },
          typeOfName(node.type),
          false,
          node,
        )
    }
  }

  #name(node: Extract<Expression, { kind: 'name' }>): Typed {
    const { column, parts, local } = resolveName(this.#scope, node.parts, node)
    if (!local) this.findings.outer = true
    this.findings.columns.add(column)
    if (column.hidden && column.origin) column.origin.scan.usesPath = true
    let value: Typed = { sql: column.sql, type: column.type, column }
    for (const part of node.parts.slice(parts)) {
      if (value.type.kind !== 'row') {
        throw sqlError(
          'ColumnNotFound',
          node,
          `Column '${written(node.parts)}' cannot be resolved or requester is not authorized to access requested resources`,
        )
      }
      value = this.#field(value, part.text.toLowerCase(), part)
    }
    return value
  }

  #field(base: Typed, name: string, at: Position): Typed {
    if (base.type.kind !== 'row') {
      throw sqlError('TypeMismatch', at, `Expression is not of type ROW`)
    }
    const index = base.type.fields.findIndex((field) => field.name === name)
    const field = base.type.fields[index]
    if (!field)
      throw sqlError(
        'ColumnNotFound',
        at,
        `Column '${name}' cannot be resolved or requester is not authorized to access requested resources`,
      )
    return { sql: `(${base.sql}).${quoteName(fieldKey(field, index))}`, type: field.type }
  }

  #subscript(base: Typed, index: Typed, at: Position): Typed {
    if (base.type.kind === 'array') {
      const place = coerce(index, BIGINT, at).sql
      const element = base.type.element
      const raise = (text: string) => raiseSql(element, `'INVALID_FUNCTION_ARGUMENT: ${text}'`)
      const sql =
        `(CASE WHEN ${place} = 0 THEN ${raise('SQL array indices start at 1')} ` +
        `WHEN ${place} < 0 THEN ${raise('Array subscript is negative')} ` +
        `WHEN ${place} > len(${base.sql}) THEN ${raise('Array subscript must be less than or equal to array length')} ` +
        `ELSE list_extract(${base.sql}, ${place}) END)`
      return { sql, type: element }
    }
    if (base.type.kind === 'map') {
      const key = coerce(index, base.type.key, at).sql
      const raise = raiseSql(base.type.value, "'INVALID_FUNCTION_ARGUMENT: Key not present in map'")
      const sql = `(CASE WHEN ${base.sql} IS NOT NULL AND NOT map_contains(${base.sql}, ${key}) THEN ${raise} ELSE map_extract_value(${base.sql}, ${key}) END)`
      return { sql, type: base.type.value }
    }
    if (base.type.kind === 'row' && typeof index.constant === 'number') {
      const field = base.type.fields[index.constant - 1]
      if (!field) throw sqlError('InvalidArgument', at, 'ROW subscript is out of bounds')
      return {
        sql: `(${base.sql}).${quoteName(fieldKey(field, index.constant - 1))}`,
        type: field.type,
      }
    }
    throw sqlError('TypeMismatch', at, `Cannot subscript ${typeText(base.type)}`)
  }

  #case(node: Extract<Expression, { kind: 'case' }>): Typed {
    const operand = node.operand && this.analyze(node.operand)
    const whens = node.whens.map(({ when, then }) => ({
      condition: operand
        ? comparison('=', operand, this.analyze(when), when).sql
        : this.boolean(when).sql,
      then: this.analyze(then),
    }))
    const otherwise = node.otherwise && this.analyze(node.otherwise)
    const results = [...whens.map((when) => when.then), ...(otherwise ? [otherwise] : [])]
    const type = commonTypeOf(results.map((result) => result.type))
    if (!type) throw sqlError('TypeMismatch', node, 'All CASE results must be the same type')
    const branches = whens.map((w) => `WHEN ${w.condition} THEN ${coerce(w.then, type, node).sql}`)
    const last = otherwise ? ` ELSE ${coerce(otherwise, type, node).sql}` : ''
    return { sql: `(CASE ${branches.join(' ')}${last} END)`, type }
  }

  #inList(node: Extract<Expression, { kind: 'inList' }>): Typed {
    const value = this.analyze(node.value)
    const items = node.items.map((item) => this.analyze(item))
    const type = commonTypeOf([value.type, ...items.map((item) => item.type)])
    if (!type) {
      throw sqlError(
        'TypeMismatch',
        node,
        `IN value and list items must be the same type: ${typeText(value.type)}`,
      )
    }
    const list = items.map((item) => coerce(item, type, node).sql).join(', ')
    return {
      sql: `(${coerce(value, type, node).sql} ${node.negated ? 'NOT ' : ''}IN (${list}))`,
      type: BOOLEAN,
    }
  }

  #query(query: Query, at: Position) {
    this.findings.impure = true
    const result = this.#host.subquery(query, this.#scope)
    if (result.types.length !== 1) {
      throw sqlError(
        'SyntaxError',
        at,
        `Multiple columns returned by subquery are not yet supported. Found ${result.types.length}`,
      )
    }
    return result
  }

  #columnAs(query: { sql: string; types: readonly Type[] }, type: Type, at: Position): string {
    const alias = `q${this.#host.unique()}`
    const value = coerce({ sql: `${alias}.c0`, type: query.types[0]! }, type, at).sql
    return `(SELECT ${value} FROM (${query.sql}) AS ${alias})`
  }

  #call(node: Call): Typed {
    const aggregate = aggregates[node.name]
    const isAggregate = aggregate !== undefined
    if (isAggregate || windowFunctions[node.name]) return this.#aggregate(node)
    if (
      node.over ||
      node.filter ||
      node.distinct ||
      node.orderBy.length > 0 ||
      node.star ||
      node.ignoreNulls
    ) {
      const known = scalarFunctions[node.name] || special.has(node.name)
      if (!known) throw notRegistered(node)
      throw sqlError(
        'FunctionNotFound',
        node,
        `'${node.name}' is not an aggregate or window function`,
      )
    }
    if (special.has(node.name)) return this.#special(node)
    const body = scalarFunctions[node.name]
    if (!body) throw notRegistered(node)
    if (node.name === 'random' || node.name === 'rand') this.findings.impure = true
    const args = node.args.map((arg) => this.#argument(arg))
    return apply(body, args, this.#context(node.name, node))
  }

  #argument(node: Expression): Argument {
    if (node.kind !== 'lambda') return this.analyze(node)
    return {
      parameterCount: node.parameters.length,
      analyze: (types) => {
        const parameters = node.parameters.map((parameter, index) => ({
          name: parameter.text.toLowerCase(),
          type: types[index]!,
          sql: `l${this.#host.unique()}`,
        }))
        const scope: Scope = { relations: [lambdaRelation(parameters)], parent: this.#scope }
        const inner = new ExpressionAnalyzer(this.#host, scope, this.#windows)
        const body = inner.analyze(node.body)
        // Names of the query itself are local to it, although the lambda stands in between.
        for (const column of inner.findings.columns) {
          if (!parameters.some((parameter) => parameter.sql === column.sql))
            this.findings.columns.add(column)
        }
        this.findings.impure ||= inner.findings.impure
        if (inner.findings.aggregate || inner.findings.window) {
          throw sqlError(
            'NotSupported',
            node,
            'Lambda expression cannot contain aggregations or window functions',
          )
        }
        const names = parameters.map((parameter) => parameter.sql)
        const head = names.length === 1 ? names[0]! : names.join(', ')
        return { sql: `lambda ${head}: ${body.sql}`, type: body.type }
      },
    }
  }

  #aggregate(node: Call): Typed {
    const aggregate = aggregates[node.name]
    const make = aggregate ?? windowFunctions[node.name]
    assert(make, 'the function was looked up before')
    if (!aggregate && !node.over) {
      throw sqlError(
        'FunctionNotFound',
        node,
        `Window function ${node.name} requires an OVER clause`,
      )
    }
    if (node.star && node.name !== 'count') throw notRegistered(node)
    if (node.over) this.findings.window = true
    else this.findings.aggregate = true
    const args = node.args.map((arg) => this.analyze(arg))
    // An aggregate of aggregates is right only under OVER, where the engine checks it.
    const orderBy = node.orderBy.length > 0 ? ` ORDER BY ${this.orderBy(node.orderBy)}` : ''
    const filter = node.filter ? ` FILTER (WHERE ${this.boolean(node.filter).sql})` : ''
    const over = node.over ? ` OVER (${this.#window(node.over, node)})` : ''
    const distinct = node.distinct ? 'DISTINCT ' : ''
    const nulls = node.ignoreNulls ? ' IGNORE NULLS' : ''
    const call = (name: string, inner: string) =>
      `${name}(${distinct}${inner}${orderBy}${nulls})${filter}${over}`
    const result = make(args, call, this.#context(node.name, node))
    if (!result || (node.distinct && node.name.startsWith('approx_'))) {
      const types = args.map((arg) => typeText(arg.type)).join(', ')
      throw sqlError(
        'FunctionNotFound',
        node,
        `Unexpected parameters (${types}) for function ${node.name}.`,
      )
    }
    return { sql: `(${result.sql})`, type: result.type }
  }

  #window(spec: WindowSpec, at: Position): string {
    const base = spec.base && this.#windows.get(spec.base.text.toLowerCase())
    if (spec.base && !base)
      throw sqlError('SyntaxError', at, `Cannot resolve WINDOW name ${spec.base.text}`)
    const partitionBy = spec.partitionBy.length > 0 ? spec.partitionBy : (base?.partitionBy ?? [])
    const orderBy = spec.orderBy.length > 0 ? spec.orderBy : (base?.orderBy ?? [])
    const frame = spec.frame ?? base?.frame
    const parts: string[] = []
    if (partitionBy.length > 0) {
      parts.push(`PARTITION BY ${partitionBy.map((item) => this.analyze(item).sql).join(', ')}`)
    }
    if (orderBy.length > 0) parts.push(`ORDER BY ${this.orderBy(orderBy)}`)
    if (frame) {
      const bound = (of: NonNullable<WindowSpec['frame']>['start']): string => {
        switch (of.kind) {
          case 'unboundedPreceding':
            return 'UNBOUNDED PRECEDING'
          case 'unboundedFollowing':
            return 'UNBOUNDED FOLLOWING'
          case 'current':
            return 'CURRENT ROW'
          default:
            return `${this.analyze(of.offset!).sql} ${of.kind === 'preceding' ? 'PRECEDING' : 'FOLLOWING'}`
        }
      }
      const end = frame.end ? bound(frame.end) : 'CURRENT ROW'
      parts.push(`${frame.unit} BETWEEN ${bound(frame.start)} AND ${end}`)
    }
    return parts.join(' ')
  }

  /** Functions that are part of the language: not all of their arguments are evaluated. */
  #special(node: Call): Typed {
    const args = node.args.map((arg) => this.analyze(arg))
    const wrong = () =>
      sqlError(
        'FunctionNotFound',
        node,
        `Unexpected parameters (${args.map((arg) => typeText(arg.type)).join(', ')}) for function ${node.name}.`,
      )
    switch (node.name) {
      case 'coalesce':
      case 'greatest':
      case 'least': {
        const type = commonTypeOf(args.map((arg) => arg.type))
        if (args.length < (node.name === 'coalesce' ? 2 : 1)) throw wrong()
        if (!type)
          throw sqlError(
            'TypeMismatch',
            node,
            `All ${node.name.toUpperCase()} operands must be the same type`,
          )
        const values = args.map((arg) => coerce(arg, type, node).sql)
        const sql = `${node.name}(${values.join(', ')})`
        if (node.name === 'coalesce') return { sql, type }
        const anyNull = values.map((value) => `${value} IS NULL`).join(' OR ')
        return { sql: `(CASE WHEN ${anyNull} THEN NULL ELSE ${sql} END)`, type }
      }
      case 'nullif': {
        const [a, b] = args
        if (!a || !b || args.length > 2) throw wrong()
        const [left, right] = alike('=', a, b, node)
        return {
          sql: `(CASE WHEN ${left} = ${right} THEN NULL ELSE ${withType(a)} END)`,
          type: a.type,
        }
      }
      case 'if': {
        const [, then, otherwise] = args
        if (!then || args.length > 3) throw wrong()
        const type = otherwise ? commonTypeOf([then.type, otherwise.type]) : then.type
        if (!type) throw sqlError('TypeMismatch', node, 'Result types for IF must be the same')
        const last = otherwise ? ` ELSE ${coerce(otherwise, type, node).sql}` : ''
        const condition = this.boolean(node.args[0]!).sql
        return {
          sql: `(CASE WHEN ${condition} THEN ${coerce(then, type, node).sql}${last} END)`,
          type,
        }
      }
      case 'try': {
        if (args.length !== 1) throw wrong()
        return { sql: `TRY(${args[0]!.sql})`, type: args[0]!.type }
      }
      case 'typeof': {
        if (args.length !== 1) throw wrong()
        const text = typeText(args[0]!.type)
        return { sql: quoteText(text), type: { kind: 'varchar', length: text.length } }
      }
      default:
        throw notRegistered(node)
    }
  }

  #grouping(items: readonly Expression[]): Typed {
    this.findings.aggregate = true
    const list = items.map((item) => this.analyze(item).sql).join(', ')
    return { sql: `CAST(grouping(${list}) AS BIGINT)`, type: BIGINT }
  }
}

const special = new Set(['coalesce', 'greatest', 'least', 'nullif', 'if', 'try', 'typeof'])

function notRegistered(node: Call): Error {
  return sqlError('FunctionNotFound', node, `Function '${node.name}' not registered`)
}

/** NULL without a type becomes one of the engine's type for it. */
export function withType(value: Typed): string {
  return value.type.kind === 'unknown'
    ? `CAST(${value.sql} AS ${engineType(value.type)})`
    : value.sql
}

export function orderSql(sql: string, item: OrderItem): string {
  return `${sql} ${item.descending ? 'DESC' : 'ASC'} NULLS ${item.nullsFirst ? 'FIRST' : 'LAST'}`
}

function interval(node: Extract<Expression, { kind: 'interval' }>): Typed {
  if (!/^\d+(\.\d+)?$/.test(node.value) || (node.value.includes('.') && node.unit !== 'second')) {
    throw sqlError(
      'InvalidArgument',
      node,
      `Invalid INTERVAL ${node.unit.toUpperCase()} value: ${node.value}`,
    )
  }
  const sql = `INTERVAL '${node.negative ? '-' : ''}${node.value} ${node.unit}'`
  return { sql, type: node.unit === 'year' || node.unit === 'month' ? INTERVAL_YEAR : INTERVAL_DAY }
}
