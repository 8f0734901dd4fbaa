import { assert } from '#kit'
import { type Position, sqlError } from '../errors.ts'
import {
  type Argument,
  type CallContext,
  aggregates,
  comparedMapsText,
  isLambda,
  ownZonesText,
  refusedFunctions,
  scalarFunctions,
  windowFunctions,
} from '../functions/index.ts'
import { typeText } from '../types/type.ts'
import type { Call, Expression, OrderItem, WindowSpec } from '../parse/ast.ts'
import { holdsOwnZones } from '../types/zones.ts'
import { checkComparable } from './comparison.ts'
import { frameSql } from './frame.ts'
import { formSql, formsDiffer, holdsMaps } from './identity.ts'
import { specialNames } from './special.ts'
import type { Typed } from './typed.ts'

/** What a window is made of, in the engine's SQL. */
interface WindowSides {
  key(node: Expression): string
  orderBy(items: readonly OrderItem[]): string
  analyze(node: Expression): Typed
}

/** What a call of an aggregate or window function is analysed with. */
interface AggregateSides extends WindowSides {
  argument(node: Expression): Argument
  boolean(node: Expression): Typed
  readonly windows: ReadonlyMap<string, WindowSpec>
  readonly context: CallContext
}

/** The call, when it has OVER where it needs it. */
export function checkedOver(node: Call): Call {
  if (!aggregates[node.name] && !node.over) {
    const text = `Window function ${node.name} requires an OVER clause`
    throw sqlError('FunctionNotFound', node, text)
  }
  if (node.star && node.name !== 'count') throw notRegistered(node)
  return node
}

/** Error: what only aggregates and window functions take stands at another function. */
export function checkScalar(node: Call): void {
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
}

/** A call of an aggregate or window function, with its FILTER, ORDER BY and OVER. */
export function aggregateCall(node: Call, sides: AggregateSides): Typed {
  const make = aggregates[node.name] ?? windowFunctions[node.name]
  assert(make, 'the function was looked up before')
  const given = node.args.map((arg) => sides.argument(arg))
  const args = comparedArguments(
    node,
    given.filter((arg): arg is Typed => !isLambda(arg)),
  )
  // An aggregate of aggregates is right only under OVER, where the engine checks it.
  checkAggregate(node, (each) => sides.analyze(each))
  const orderBy = node.orderBy.length > 0 ? ` ORDER BY ${sides.orderBy(node.orderBy)}` : ''
  const filter = node.filter ? ` FILTER (WHERE ${sides.boolean(node.filter).sql})` : ''
  const over = node.over ? ` OVER (${windowSql(node.over, node, sides.windows, sides)})` : ''
  const distinct = node.distinct ? 'DISTINCT ' : ''
  const nulls = node.ignoreNulls ? ' IGNORE NULLS' : ''
  const call = (name: string, inner: string) =>
    `${name}(${distinct}${inner}${orderBy}${nulls})${filter}${over}`
  const result = make(args, call, {
    ...sides.context,
    truncate: node.truncate,
    lambdas: given.filter(isLambda),
    ordered: node.orderBy.length > 0,
  })
  const odd = args.length < given.length && node.name !== 'reduce_agg'
  if (!result || odd || (node.distinct && node.name.startsWith('approx_'))) {
    const types = args.map((arg) => typeText(arg.type)).join(', ')
    const text = `Unexpected parameters (${types}) for function ${node.name}.`
    throw sqlError('FunctionNotFound', node, text)
  }
  return { sql: `(${result.sql})`, type: result.type }
}

/** The error for a function that is not known, or that is refused with a reason. */
export function notRegistered(node: Call): Error {
  const reason = refusedFunctions[node.name]
  if (reason) return sqlError('NotSupported', node, `${node.name} is not supported: ${reason}`)
  return sqlError('FunctionNotFound', node, `Function '${node.name}' not registered`)
}

/** Aggregates that compare what they are given. */
const comparingAggregates = new Set([
  'approx_distinct',
  'histogram',
  'map_agg',
  'multimap_agg',
  'map_union',
])

/** Arguments whose equality matters: the engine would take their zones for a part of them. */
function comparedArguments(node: Call, args: readonly Typed[]): readonly Typed[] {
  const tells = node.distinct || comparingAggregates.has(node.name)
  // Of maps the keys are compared alone.
  const first = node.name === 'map_union' ? args.slice(0, 1).map(keyOf) : args.slice(0, 1)
  const compared = node.distinct ? args : first
  if (tells) for (const { type } of compared) checkComparable(type, node.name, node)
  if (!tells || !compared.some(({ type }) => holdsOwnZones(type) || holdsMaps(type))) return args
  if (node.name === 'count' || node.name === 'approx_distinct') {
    if (args.every(({ type }) => formsDiffer(type) || !holdsOwnZones(type)))
      return args.map((arg) => ({ ...arg, sql: formSql(arg.sql, arg.type) }))
  }
  const zones = compared.some(({ type }) => holdsOwnZones(type))
  throw sqlError('NotSupported', node, `${node.name} ${zones ? ownZonesText : comparedMapsText}`)
}

function keyOf(map: Typed): Typed {
  return map.type.kind === 'map' ? { sql: map.sql, type: map.type.key } : map
}

/** What Trino refuses of aggregates and window functions. */
function checkAggregate(node: Call, analyze: (node: Expression) => Typed): void {
  if (node.over && node.distinct) {
    throw sqlError('NotSupported', node, 'DISTINCT in window function parameters not yet supported')
  }
  if (node.over && node.filter) {
    throw sqlError('NotSupported', node, 'FILTER is not yet supported for window functions')
  }
  if (node.distinct && node.orderBy.length > 0) {
    const args = new Set(node.args.map((arg) => analyze(arg).sql))
    const other = node.orderBy.find((item) => !args.has(analyze(item.expression).sql))
    if (other) {
      throw sqlError(
        'NotInDistinct',
        other.expression,
        'For aggregate function with DISTINCT, ORDER BY expressions must appear in arguments',
      )
    }
  }
}

/** What stands in OVER's brackets. */
function windowSql(
  spec: WindowSpec,
  at: Position,
  windows: ReadonlyMap<string, WindowSpec>,
  sides: WindowSides,
): string {
  const base = spec.base && windows.get(spec.base.text.toLowerCase())
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
    parts.push(`PARTITION BY ${partitionBy.map((item) => sides.key(item)).join(', ')}`)
  }
  if (orderBy.length > 0) parts.push(`ORDER BY ${sides.orderBy(orderBy)}`)
  if (frame) parts.push(frameSql(frame, orderBy, sides.analyze, at))
  return parts.join(' ')
}
