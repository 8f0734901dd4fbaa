import { assert, unreachable } from '#kit'
import { type Position, sqlError } from '../errors.ts'
import {
  type Argument,
  type CallContext,
  aggregates,
  apply,
  atTimeZone,
  ownZonesText,
  isLambda,
  scalarFunctions,
  windowFunctions,
} from '../functions/index.ts'
import type { Call, Expression, OrderItem, Query, WindowSpec } from '../parse/ast.ts'
import { commonTypeOf } from '../types/coercion.ts'
import { typeOfName } from '../types/from-name.ts'
import { castTextSql, rowSql } from '../types/text.ts'
import {
  BIGINT,
  BOOLEAN,
  INTEGER,
  TIMESTAMP_UTC,
  type Type,
  UNKNOWN,
  VARBINARY,
  arrayOf,
  canBeText,
  fieldKey,
  isFloating,
  quoteName,
  quoteText,
  typeText,
} from '../types/type.ts'
import { holdsOwnZones, identitySql, ownZone } from '../types/zones.ts'
import { cast, coerce, keySql } from './cast.ts'
import { alike, comparedSql, comparison, isNumberForSure } from './comparison.ts'
import { frameSql } from './frame.ts'
import { intervalLiteral, typedLiteral } from './literals.ts'
import { arithmetic, negate, numberLiteral } from './operators.ts'
import { likeSql } from './like.ts'
import { type SubqueryRows, comparesOddly, quantifiedSql } from './quantified.ts'
import type { LooseColumn } from './grouping.ts'
import { type Scope, lambdaRelation, resolveName, written } from './scope.ts'
import { jsonConstructor, jsonPath } from './sql-json.ts'
import { special, specialNames } from './special.ts'
import { type ScopeColumn, type Typed, raiseSql, withType } from './typed.ts'

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
  subquery: boolean
  /** A subquery, or a function that gives another answer each time. */
  impure: boolean
  outer: boolean
  readonly columns: Set<ScopeColumn>
}

export function noFindings(): Findings {
  return {
    aggregate: false,
    window: false,
    subquery: false,
    impure: false,
    outer: false,
    columns: new Set(),
  }
}

/** Analyses expressions in one scope: names to columns, types, and the engine's SQL. */
export class ExpressionAnalyzer {
  readonly #host: ExpressionHost
  readonly #scope: Scope
  readonly #windows: ReadonlyMap<string, WindowSpec>
  /** The aggregate around this place. */
  #nested: string | undefined
  findings: Findings = noFindings()
  /** Columns of the query's own FROM that stand outside of aggregates. */
  readonly loose: LooseColumn[] = []

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
    const before = this.loose.length
    const found = this.#analyzed(node)
    const value = this.#nested ? found : this.#afterGrouping(found)
    for (let index = before; index < this.loose.length; index++) {
      const column = this.loose[index]!
      this.loose[index] = { ...column, within: [...column.within, found.sql] }
    }
    return value
  }

  /** Times that are grouped by with zones of their own: equal ones are one group, which shows one of their zones. */
  readonly zonedKeys = new Set<string>()

  #afterGrouping(value: Typed): Typed {
    if (!this.zonedKeys.has(value.sql) || !ownZone(value.type)) return value
    const moment = identitySql(value.sql, value.type)
    const made = `{'t': ${moment}, 'z': any_value((${value.sql}).z)}`
    return { sql: `(CASE WHEN ${moment} IS NOT NULL THEN ${made} END)`, type: value.type }
  }

  #analyzed(node: Expression): Typed {
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
        const [value, rows] = this.#againstRows(node.operator, node.left, node.query, node)
        return quantifiedSql(node.operator, node.all, value, rows)
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
        const [value, rows] = this.#againstRows('IN', node.value, node.query, node)
        const found = comparesOddly(rows.type)
          ? quantifiedSql('=', false, value, rows).sql
          : `(${value} IN (${rows.sql}))`
        return { sql: node.negated ? `(NOT ${found})` : found, type: BOOLEAN }
      }
      case 'like': {
        const sql = likeSql(
          this.#text(node.value, 'LIKE'),
          this.#text(node.pattern, 'LIKE'),
          node.escape && this.#text(node.escape, 'LIKE'),
          node,
        )
        return { sql: node.negated ? `(NOT ${sql})` : sql, type: BOOLEAN }
      }
      case 'exists': {
        this.findings.impure = true
        this.findings.subquery = true
        return {
          sql: `EXISTS (${this.#host.subquery(node.query, this.#scope).sql})`,
          type: BOOLEAN,
        }
      }
      case 'subquery': {
        const rows = this.#rows(node.query)
        return { sql: `(${rows.sql})`, type: rows.type }
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

  /** An expression that must be a condition. */
  boolean = (node: Expression): Typed => {
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
    return items.map((item) => orderSql(this.#key(item.expression), item)).join(', ')
  }

  /** What values are grouped and ordered by. */
  #key(node: Expression): string {
    const { sql, type } = this.analyze(node)
    return identitySql(sql, type)
  }

  #text(node: Expression, operator: string): Typed {
    const value = this.analyze(node)
    if (value.type.kind === 'char') return { ...value, sql: castTextSql(value.sql, value.type) }
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

  #name(node: Extract<Expression, { kind: 'name' }>): Typed {
    const { column, parts, local } = resolveName(this.#scope, node.parts, node)
    if (!local) this.findings.outer = true
    else {
      const { line, column: place } = node
      const name = written(node.parts.slice(0, parts))
      this.loose.push({ name, sql: column.sql, within: [], line, column: place })
    }
    this.findings.columns.add(column)
    if (column.hiddenOf) {
      if (column.name === '$path') column.hiddenOf.usesPath = true
      else column.hiddenOf.usesHidden = true
    }
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
      const key = keySql(index, base.type.key, at)
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
    const left = coerce(value, type, node).sql
    const list = items.map((item) => coerce(item, type, node).sql)
    const plain =
      !comparesOddly(type) || items.every((item) => isFloating(type) && isNumberForSure(item))
    const sql = plain
      ? `(${left} IN (${list.join(', ')}))`
      : `(${list.map((item) => comparedSql('=', left, item, type)).join(' OR ')})`
    return { sql: node.negated ? `(NOT ${sql})` : sql, type: BOOLEAN }
  }

  /** A subquery's rows: its one column, or its columns as a row. */
  #rows(query: Query): SubqueryRows {
    this.findings.impure = true
    this.findings.subquery = true
    const { sql, types } = this.#host.subquery(query, this.#scope)
    const alias = `q${this.#host.unique()}`
    if (types.length === 1) return { sql, type: types[0]!, alias }
    const type: Type = {
      kind: 'row',
      fields: types.map((each) => ({ name: undefined, type: each })),
    }
    const parts = types.map((_, index) => ({ key: `field${index}`, sql: `${alias}.c${index}` }))
    return { sql: `SELECT ${rowSql(parts)} AS c0 FROM (${sql}) AS ${alias}`, type, alias }
  }

  /** A value and a subquery's rows, both in their common type. */
  #againstRows(
    operator: string,
    node: Expression,
    query: Query,
    at: Position,
  ): readonly [string, SubqueryRows] {
    const value = this.analyze(node)
    const rows = this.#rows(query)
    const type = commonTypeOf([value.type, rows.type])
    if (!type) {
      throw sqlError(
        'TypeMismatch',
        at,
        `value and result of subquery must be of the same type for ${operator} expression: ${typeText(value.type)} vs ${typeText(rows.type)}`,
      )
    }
    const alias = `q${this.#host.unique()}`
    if (ownZone(type)) {
      // Times with zones are compared as instants.
      const moment = (side: Typed) =>
        side.type.kind === 'timestamptz'
          ? identitySql(side.sql, side.type)
          : coerce(side, TIMESTAMP_UTC, at).sql
      const item = moment({ sql: `${alias}.c0`, type: rows.type })
      const sql = `SELECT ${item} AS c0 FROM (${rows.sql}) AS ${alias}`
      return [moment(value), { sql, type: TIMESTAMP_UTC, alias: rows.alias }]
    }
    const item = coerce({ sql: `${alias}.c0`, type: rows.type }, type, at).sql
    const sql = `SELECT ${item} AS c0 FROM (${rows.sql}) AS ${alias}`
    return [coerce(value, type, at).sql, { sql, type, alias: rows.alias }]
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
      const known = scalarFunctions[node.name] || specialNames.has(node.name)
      if (!known) throw notRegistered(node)
      throw sqlError(
        'FunctionNotFound',
        node,
        `'${node.name}' is not an aggregate or window function`,
      )
    }
    if (specialNames.has(node.name)) return special(node, this.analyze, this.boolean)
    const body = scalarFunctions[node.name]
    if (!body) throw notRegistered(node)
    if (['random', 'rand', 'uuid'].includes(node.name)) this.findings.impure = true
    const args = node.args.map((arg) => this.#argument(arg))
    return apply(body, args, this.#context(node.name, node))
  }

  #argument(node: Expression): Argument {
    if (node.kind !== 'lambda') return this.analyze(node)
    return {
      parameterCount: node.parameters.length,
      analyze: (types, given) => {
        const parameters = node.parameters.map((parameter, index) => ({
          name: parameter.text.toLowerCase(),
          type: types[index]!,
          sql: given?.[index] ?? `l${this.#host.unique()}`,
        }))
        const scope: Scope = { relations: [lambdaRelation(parameters)], parent: this.#scope }
        const inner = new ExpressionAnalyzer(this.#host, scope, this.#windows)
        const body = inner.analyze(node.body)
        // Names of the query itself are local to it, although the lambda stands in between.
        for (const column of inner.findings.columns) {
          if (!parameters.some((parameter) => parameter.sql === column.sql))
            this.findings.columns.add(column)
        }
        const own = this.#scope.relations.flatMap((relation) => relation.columns)
        for (const column of inner.findings.columns) {
          if (!own.includes(column)) continue
          const name = column.name ?? '_col'
          this.loose.push({
            name,
            sql: column.sql,
            within: [],
            line: node.line,
            column: node.column,
          })
        }
        this.findings.impure ||= inner.findings.impure
        if (inner.findings.subquery) {
          throw sqlError('NotSupported', node, 'Lambda expression cannot contain subqueries')
        }
        if (inner.findings.aggregate || inner.findings.window) {
          throw sqlError(
            'NotSupported',
            node,
            'Lambda expression cannot contain aggregations or window functions',
          )
        }
        if (given) return { sql: body.sql, type: body.type }
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
    const loose = this.loose.length
    const nested = this.#nested
    if (!node.over) {
      if (nested) {
        throw sqlError(
          'NestedAggregation',
          node,
          `Cannot nest aggregations inside aggregation '${nested}'`,
        )
      }
      this.#nested = node.name
    }
    const given = node.args.map((arg) => this.#argument(arg))
    const args = this.#zonesWithin(
      node,
      given.filter((arg): arg is Typed => !isLambda(arg)),
    )
    // An aggregate of aggregates is right only under OVER, where the engine checks it.
    this.#checkAggregate(node)
    const orderBy = node.orderBy.length > 0 ? ` ORDER BY ${this.orderBy(node.orderBy)}` : ''
    const filter = node.filter ? ` FILTER (WHERE ${this.boolean(node.filter).sql})` : ''
    const over = node.over ? ` OVER (${this.#window(node.over, node)})` : ''
    const distinct = node.distinct ? 'DISTINCT ' : ''
    const nulls = node.ignoreNulls ? ' IGNORE NULLS' : ''
    const call = (name: string, inner: string) =>
      `${name}(${distinct}${inner}${orderBy}${nulls})${filter}${over}`
    const result = make(args, call, {
      ...this.#context(node.name, node),
      truncate: node.truncate,
      lambdas: given.filter(isLambda),
      ordered: node.orderBy.length > 0,
    })
    const odd = args.length < given.length && node.name !== 'reduce_agg'
    if (!result || odd || (node.distinct && node.name.startsWith('approx_'))) {
      const types = args.map((arg) => typeText(arg.type)).join(', ')
      throw sqlError(
        'FunctionNotFound',
        node,
        `Unexpected parameters (${types}) for function ${node.name}.`,
      )
    }
    this.#nested = nested
    // What an aggregate takes needs no group.
    if (!node.over) this.loose.length = loose
    return { sql: `(${result.sql})`, type: result.type }
  }

  /** Arguments whose equality matters: the engine would take their zones for a part of them. */
  #zonesWithin(node: Call, args: readonly Typed[]): readonly Typed[] {
    const tells = node.distinct || comparingAggregates.has(node.name)
    if (!tells || !args.some((arg) => holdsOwnZones(arg.type))) return args
    if (node.name === 'count' || node.name === 'approx_distinct') {
      if (args.every(({ type }) => ownZone(type) || !holdsOwnZones(type)))
        return args.map((arg) => ({ ...arg, sql: identitySql(arg.sql, arg.type) }))
    }
    throw sqlError('NotSupported', node, `${node.name} ${ownZonesText}`)
  }

  /** What Trino refuses of aggregates and window functions. */
  #checkAggregate(node: Call): void {
    if (node.over && node.distinct) {
      throw sqlError(
        'NotSupported',
        node,
        'DISTINCT in window function parameters not yet supported',
      )
    }
    if (node.over && node.filter) {
      throw sqlError('NotSupported', node, 'FILTER is not yet supported for window functions')
    }
    if (node.distinct && node.orderBy.length > 0) {
      const args = new Set(node.args.map((arg) => this.analyze(arg).sql))
      const other = node.orderBy.find((item) => !args.has(this.analyze(item.expression).sql))
      if (other) {
        throw sqlError(
          'InvalidArgument',
          other.expression,
          'For aggregate function with DISTINCT, ORDER BY expressions must appear in arguments',
        )
      }
    }
  }

  #window(spec: WindowSpec, at: Position): string {
    const base = spec.base && this.#windows.get(spec.base.text.toLowerCase())
    if (spec.base && !base)
      throw sqlError('SyntaxError', at, `Cannot resolve WINDOW name ${spec.base.text}`)
    const once = 'WINDOW specification with named WINDOW reference cannot specify'
    if (base && spec.partitionBy.length > 0) {
      throw sqlError('SyntaxError', spec.partitionBy[0]!, `${once} PARTITION BY`)
    }
    if (base && base.orderBy.length > 0 && spec.orderBy.length > 0) {
      throw sqlError('SyntaxError', spec.orderBy[0]!.expression, `${once} ORDER BY`)
    }
    const partitionBy = spec.partitionBy.length > 0 ? spec.partitionBy : (base?.partitionBy ?? [])
    const orderBy = spec.orderBy.length > 0 ? spec.orderBy : (base?.orderBy ?? [])
    const frame = spec.frame ?? base?.frame
    const parts: string[] = []
    if (partitionBy.length > 0) {
      parts.push(`PARTITION BY ${partitionBy.map((item) => this.#key(item)).join(', ')}`)
    }
    if (orderBy.length > 0) parts.push(`ORDER BY ${this.orderBy(orderBy)}`)
    if (frame) parts.push(frameSql(frame, orderBy.length, this.analyze, at))
    return parts.join(' ')
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

/** Aggregates that compare what they are given. */
const comparingAggregates = new Set([
  'approx_distinct',
  'histogram',
  'map_agg',
  'multimap_agg',
  'map_union',
])

function notRegistered(node: Call): Error {
  return sqlError('FunctionNotFound', node, `Function '${node.name}' not registered`)
}

export function orderSql(sql: string, item: OrderItem): string {
  return `${sql} ${item.descending ? 'DESC' : 'ASC'} NULLS ${item.nullsFirst ? 'FIRST' : 'LAST'}`
}
