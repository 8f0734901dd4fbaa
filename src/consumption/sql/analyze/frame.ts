import { type Position, sqlError } from '../errors.ts'
import type { Expression, FrameBound, OrderItem, WindowSpec } from '../parse/ast.ts'
import { engineType, isInteger, isNumeric, typeText } from '../types/type.ts'
import { type Typed, raiseSql } from './typed.ts'

type Frame = NonNullable<WindowSpec['frame']>

const order: readonly FrameBound['kind'][] = [
  'unboundedPreceding',
  'preceding',
  'current',
  'following',
  'unboundedFollowing',
]
const names: Readonly<Record<FrameBound['kind'], string>> = {
  unboundedPreceding: 'UNBOUNDED PRECEDING',
  preceding: 'PRECEDING',
  current: 'CURRENT ROW',
  following: 'FOLLOWING',
  unboundedFollowing: 'UNBOUNDED FOLLOWING',
}

/** A window's frame, checked as Trino does. */
export function frameSql(
  frame: Frame,
  orderBy: readonly OrderItem[],
  analyze: (node: Expression) => Typed,
  at: Position,
): string {
  const end: FrameBound = frame.end ?? { kind: 'current' }
  const wrong = (text: string) => sqlError('InvalidFrame', at, text)
  if (frame.start.kind === 'unboundedFollowing') {
    throw wrong('Window frame start cannot be UNBOUNDED FOLLOWING')
  }
  if (end.kind === 'unboundedPreceding') {
    throw wrong('Window frame end cannot be UNBOUNDED PRECEDING')
  }
  if (order.indexOf(end.kind) < order.indexOf(frame.start.kind)) {
    throw wrong(
      `Window frame starting from ${names[frame.start.kind]} cannot end with ${names[end.kind]}`,
    )
  }
  const offsets = [frame.start, end].some((bound) => bound.offset)
  if (frame.unit === 'GROUPS' && orderBy.length === 0) {
    throw wrong('Window frame of type GROUPS requires ORDER BY')
  }
  if (frame.unit === 'RANGE' && offsets && orderBy.length !== 1) {
    throw wrong(
      'Window frame of type RANGE PRECEDING or FOLLOWING requires single sort item in ORDER BY',
    )
  }
  if (frame.unit === 'RANGE' && offsets) checkSortKey(frame, orderBy[0]!.expression, analyze)
  const bound = (of: FrameBound) =>
    of.offset ? `${offsetSql(frame, of.offset, analyze)} ${names[of.kind]}` : names[of.kind]
  return `${frame.unit} BETWEEN ${bound(frame.start)} AND ${bound(end)}`
}

/** Numbers lie within numbers of each other, times within intervals. */
function checkSortKey(frame: Frame, key: Expression, analyze: (node: Expression) => Typed): void {
  const { type } = analyze(key)
  if (type.kind === 'time') {
    const text =
      'window frames of type RANGE over times of day, which Trino lets begin anew at midnight, are not supported'
    throw sqlError('NotSupported', key, text)
  }
  const isTime = temporal.has(type.kind) || type.kind.startsWith('interval')
  if (!isTime && !isNumeric(type)) {
    const text = `Window frame of type RANGE PRECEDING or FOLLOWING requires that sort item type be numeric, datetime or interval (actual: ${typeText(type)})`
    throw sqlError('TypeMismatch', key, text)
  }
  for (const { offset } of [frame.start, frame.end ?? frame.start]) {
    if (!offset) continue
    const value = analyze(offset)
    const by = value.type
    const parts = type.kind === 'date' && by.kind === 'intervalDay'
    if (parts && typeof value.constant === 'number' && value.constant % 86_400_000 !== 0) {
      const text = 'Cannot add hour, minutes or seconds to a date'
      throw sqlError('InvalidArgument', offset, text)
    }
    if (by.kind.startsWith('interval') === isTime) continue
    const text = `Window frame RANGE value type (${typeText(by)}) not compatible with sort item type (${typeText(type)})`
    throw sqlError('TypeMismatch', offset, text)
  }
}

const temporal: ReadonlySet<string> = new Set(['date', 'time', 'timestamp', 'timestamptz'])

function offsetSql(frame: Frame, node: Expression, analyze: (node: Expression) => Typed): string {
  const value = analyze(node)
  const { type } = value
  const fits =
    frame.unit === 'RANGE' ? isNumeric(type) || type.kind.startsWith('interval') : isInteger(type)
  if (!fits) {
    throw sqlError(
      'TypeMismatch',
      node,
      `Window frame ${frame.unit} offset cannot be of type ${typeText(type)}`,
    )
  }
  const text = 'Window frame offset value must not be negative or null'
  if (typeof value.constant === 'number') {
    if (value.constant < 0) throw sqlError('InvalidFrame', node, text)
    return value.sql
  }
  if (!isNumeric(type)) {
    throw sqlError('NotSupported', node, 'a window frame is supported only with a literal interval')
  }
  const raise = raiseSql(type, `'INVALID_WINDOW_FRAME: ${text}'`)
  return `(CASE WHEN ${value.sql} IS NULL OR ${value.sql} < 0 THEN ${raise} ELSE CAST(${value.sql} AS ${engineType(type)}) END)`
}
