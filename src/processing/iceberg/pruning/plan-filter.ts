import { type Filter, type Test, type Type, anyRow, parsePrimitive } from '#catalog/tables'
import { parseBigJson } from '#kit'
import { constantOf } from './constant.ts'
import type { Json } from './json.ts'

/** A column of a stub table, as the catalog knows it; `type` undefined when it cannot be judged. */
export interface StubColumn {
  readonly fieldId: number
  readonly type: Type
}

/** By the stub's name, the columns `c0`, `c1`, … in their order; undefined for one that is no table's. */
export type Stubs = ReadonlyMap<string, readonly (StubColumn | undefined)[]>

/**
 * What each scan of a query is limited to, from the engine's own plan of the query over empty tables: conditions have been pushed
 * through WITH queries, joins and groupings by then, and constants folded. A table that is scanned twice has both filters' rows.
 * What is not understood limits nothing.
 */
export function filtersOf(planJson: string, stubs: Stubs): ReadonlyMap<string, Filter> {
  const found = new Map<string, Filter[]>()
  const plan = parseBigJson(withoutInfinity(planJson)) as Json
  if (plan?.['error'] === true) return new Map()
  visit(plan?.['plans'], undefined, (table, filter) => {
    found.set(table, [...(found.get(table) ?? []), filter])
  })
  return new Map(
    [...found].map(([table, parts]) => [
      table,
      parts.length === 1 ? parts[0]! : { kind: 'or', parts },
    ]),
  )

  function visit(
    node: unknown,
    above: Json | undefined,
    note: (table: string, filter: Filter) => void,
  ): void {
    if (Array.isArray(node)) {
      for (const child of node) visit(child, above, note)
      return
    }
    if (typeof node !== 'object' || node === null) return
    const operator = node as Json
    if (operator['type'] === 'LOGICAL_GET') {
      const data = operator['function_data'] as Json | undefined
      const table = data?.['schema'] === 'lake' ? String(data['table']) : undefined
      const columns = table === undefined ? undefined : stubs.get(table)
      if (columns) note(table!, scanFilter(operator, above, columns))
      return
    }
    const own = operator['type'] === 'LOGICAL_FILTER' ? operator : undefined
    for (const [key, child] of Object.entries(operator)) {
      if (typeof child === 'object') visit(child, key === 'children' ? own : undefined, note)
    }
  }
}

/** The engine writes numbers that JSON has not: nothing is judged by them. */
function withoutInfinity(planJson: string): string {
  if (!/Infinity|NaN/i.test(planJson)) return planJson
  return planJson.replaceAll(/"(?:[^"\\]|\\.)*"|-?(?:Infinity|NaN)\b/gi, (token) =>
    token.startsWith('"') ? token : 'null',
  )
}

/** The filters inside the scan, and those right above it. */
function scanFilter(
  scan: Json,
  above: Json | undefined,
  columns: readonly (StubColumn | undefined)[],
): Filter {
  const parts: Filter[] = []
  const pushed = (scan['table_filters'] as Json | undefined)?.['filters']
  for (const entry of list(pushed)) {
    const column = columns[Number(entry['key'])]
    parts.push(column ? columnFilter(entry['value'] as Json, column) : anyRow)
  }
  const places = list(scan['column_indexes']).map((each) => Number(each['index']))
  const projected = scan['projection_ids'] as readonly number[] | undefined
  const columnAt = (index: number) => {
    const place = projected && projected.length > 0 ? projected[index] : index
    return place === undefined ? undefined : columns[places[place] ?? -1]
  }
  for (const expression of list(above?.['expressions'])) {
    parts.push(expressionFilter(expression, columnAt, false))
  }
  return { kind: 'and', parts }
}

/** A filter that the engine has attached to one column. */
function columnFilter(filter: Json, column: StubColumn): Filter {
  const children = () => list(filter['child_filters']).map((each) => columnFilter(each, column))
  switch (filter['filter_type']) {
    case 'CONSTANT_COMPARISON':
      return test(comparisons[String(filter['comparison_type'])], column, [
        filter['constant'] as Json,
      ])
    case 'IN_FILTER':
      return test('in', column, list(filter['values']))
    case 'IS_NULL':
      return test('is-null', column, [])
    case 'IS_NOT_NULL':
      return test('not-null', column, [])
    case 'CONJUNCTION_AND':
      return { kind: 'and', parts: children() }
    case 'CONJUNCTION_OR':
      return { kind: 'or', parts: children() }
    case 'OPTIONAL_FILTER':
      return filter['child_filter'] ? columnFilter(filter['child_filter'] as Json, column) : anyRow
    case 'STRUCT_EXTRACT': {
      const child = childColumn(column, Number(filter['child_idx'] ?? -1))
      return child ? columnFilter(filter['child_filter'] as Json, child) : anyRow
    }
    case 'EXPRESSION_FILTER':
      return expressionFilter(
        filter['expr'] as Json,
        (index) => (index === 0 ? column : undefined),
        false,
      )
    default:
      return anyRow
  }
}

function childColumn({ type }: StubColumn, index: number): StubColumn | undefined {
  if (typeof type === 'string' || type.type !== 'struct') return undefined
  const field = type.fields[index]
  return field && { fieldId: field.id, type: field.type }
}

const comparisons: Readonly<Record<string, Test['op']>> = {
  COMPARE_EQUAL: 'eq',
  COMPARE_NOTEQUAL: 'not-eq',
  COMPARE_LESSTHAN: 'lt',
  COMPARE_LESSTHANOREQUALTO: 'lt-eq',
  COMPARE_GREATERTHAN: 'gt',
  COMPARE_GREATERTHANOREQUALTO: 'gt-eq',
}

const opposite: Readonly<Record<string, Test['op']>> = {
  eq: 'not-eq',
  'not-eq': 'eq',
  lt: 'gt-eq',
  'lt-eq': 'gt',
  gt: 'lt-eq',
  'gt-eq': 'lt',
  in: 'not-in',
  'not-in': 'in',
  'is-null': 'not-null',
  'not-null': 'is-null',
  'starts-with': 'not-starts-with',
}

const mirrored: Readonly<Record<string, Test['op']>> = {
  lt: 'gt',
  'lt-eq': 'gt-eq',
  gt: 'lt',
  'gt-eq': 'lt-eq',
}

type ColumnAt = (index: number) => StubColumn | undefined

function expressionFilter(node: Json, columnAt: ColumnAt, negated: boolean): Filter {
  const children = list(node['children'])
  const turn = (op: Test['op'] | undefined) => (op && negated ? opposite[op] : op)
  switch (node['expression_class']) {
    case 'BOUND_CONJUNCTION': {
      const isAnd = node['type'] === 'CONJUNCTION_AND'
      const parts = children.map((child) => expressionFilter(child, columnAt, negated))
      return { kind: isAnd === negated ? 'or' : 'and', parts }
    }
    case 'BOUND_COMPARISON': {
      const op = comparisons[String(node['type'])]
      const [left, right] = [node['left'] as Json, node['right'] as Json]
      if (!op) return anyRow
      const straight = compare(turn(op)!, left, right, columnAt)
      return straight ?? compare(turn(mirrored[op] ?? op)!, right, left, columnAt) ?? anyRow
    }
    case 'BOUND_BETWEEN': {
      if (negated) return anyRow
      const input = node['input'] as Json
      const lower = node['lower_inclusive'] === true ? 'gt-eq' : 'gt'
      const upper = node['upper_inclusive'] === true ? 'lt-eq' : 'lt'
      const from = compare(lower, input, node['lower'] as Json, columnAt) ?? anyRow
      const to = compare(upper, input, node['upper'] as Json, columnAt) ?? anyRow
      return { kind: 'and', parts: [from, to] }
    }
    case 'BOUND_OPERATOR':
      return operatorFilter(node, children, columnAt, negated)
    case 'BOUND_FUNCTION': {
      const name = String(node['name'])
      const column = children[0] && reference(children[0], columnAt)
      if (name !== 'prefix' && name !== 'starts_with') return anyRow
      if (!column || !children[1] || negated) return anyRow
      return test('starts-with', column, [children[1]['value'] as Json])
    }
    // A column of truth values by itself.
    case 'BOUND_REF': {
      const column = reference(node, columnAt)
      if (!column || column.type !== 'boolean') return anyRow
      const { fieldId } = column
      const values = [!negated]
      return { kind: 'test', op: 'eq', fieldId, type: { kind: 'boolean' }, values }
    }
    default:
      return anyRow
  }
}

function operatorFilter(
  node: Json,
  children: readonly Json[],
  columnAt: ColumnAt,
  negated: boolean,
): Filter {
  const [first, ...rest] = children
  if (!first) return anyRow
  if (node['type'] === 'OPERATOR_NOT') return expressionFilter(first, columnAt, !negated)
  const column = reference(first, columnAt)
  if (!column) return anyRow
  const turn = (op: Test['op']) => (negated ? opposite[op] : op)
  switch (node['type']) {
    case 'OPERATOR_IS_NULL':
      return test(turn('is-null'), column, [])
    case 'OPERATOR_IS_NOT_NULL':
      return test(turn('not-null'), column, [])
    case 'COMPARE_IN':
    case 'COMPARE_NOT_IN': {
      if (rest.some((each) => each['expression_class'] !== 'BOUND_CONSTANT')) return anyRow
      const op = node['type'] === 'COMPARE_IN' ? 'in' : 'not-in'
      return test(
        turn(op),
        column,
        rest.map((each) => each['value'] as Json),
      )
    }
    default:
      return anyRow
  }
}

/** `column op constant`; undefined when the sides are something else. */
function compare(op: Test['op'], left: Json, right: Json, columnAt: ColumnAt): Filter | undefined {
  if (right['expression_class'] !== 'BOUND_CONSTANT') return undefined
  const column = reference(left, columnAt)
  if (column) return test(op, column, [right['value'] as Json])
  return castToDate(op, left, right['value'] as Json, columnAt)
}

/** `CAST(timestamp AS DATE) op day`: the timestamps of whole days. */
function castToDate(
  op: Test['op'],
  left: Json,
  constant: Json,
  columnAt: ColumnAt,
): Filter | undefined {
  if (left['expression_class'] !== 'BOUND_CAST') return undefined
  const target = (left['return_type'] as Json | undefined)?.['id']
  const column = reference(left['child'] as Json, columnAt)
  const day = constant['value']
  if (target !== 'DATE' || column?.type !== 'timestamp' || typeof day !== 'number') return undefined
  const start = BigInt(day) * 86_400_000_000n
  const bound = (how: Test['op'], value: bigint): Test => {
    const { fieldId } = column
    return { kind: 'test', op: how, fieldId, type: { kind: 'timestamp' }, values: [value] }
  }
  const next = start + 86_400_000_000n
  switch (op) {
    case 'eq':
      return { kind: 'and', parts: [bound('gt-eq', start), bound('lt', next)] }
    case 'lt':
      return bound('lt', start)
    case 'lt-eq':
      return bound('lt', next)
    case 'gt':
      return bound('gt-eq', next)
    case 'gt-eq':
      return bound('gt-eq', start)
    default:
      return undefined
  }
}

/** The column that an expression is, or the field of one. */
function reference(node: Json, columnAt: ColumnAt): StubColumn | undefined {
  if (node['expression_class'] === 'BOUND_REF') return columnAt(Number(node['index'] ?? 0))
  if (node['expression_class'] !== 'BOUND_FUNCTION') return undefined
  const [base, key] = list(node['children'])
  if (!/^struct_extract/.test(String(node['name'])) || !base || !key) return undefined
  const column = reference(base, columnAt)
  const name = (key['value'] as Json | undefined)?.['value']
  if (!column || typeof column.type === 'string' || column.type.type !== 'struct') return undefined
  const index =
    typeof name === 'number'
      ? name - 1
      : column.type.fields.findIndex(
          (field) => field.name.toLowerCase() === String(name).toLowerCase(),
        )
  return childColumn(column, index)
}

function test(
  op: Test['op'] | undefined,
  { fieldId, type: columnType }: StubColumn,
  constants: readonly Json[],
): Filter {
  if (!op || typeof columnType !== 'string') return anyRow
  const type = parsePrimitive(columnType)
  const values = constants.map((constant) => constantOf(type, constant))
  if (values.includes(undefined)) return anyRow
  return { kind: 'test', op, fieldId, type, values: values as Test['values'] }
}

function list(value: unknown): readonly Json[] {
  return Array.isArray(value) ? (value as readonly Json[]) : []
}
