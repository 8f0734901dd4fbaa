import type { Expression, FrameBound, OrderItem, WindowSpec } from './ast.ts'
import type { Cursor } from './cursor.ts'

type Parse = () => Expression

/** `expression [ASC | DESC] [NULLS FIRST | LAST]` */
export function parseOrderItem(cursor: Cursor, expression: Parse): OrderItem {
  const value = expression()
  const descending = cursor.accept('DESC')
  if (!descending) cursor.accept('ASC')
  let nullsFirst = false
  if (cursor.accept('NULLS')) {
    nullsFirst = cursor.accept('FIRST')
    if (!nullsFirst) cursor.expect('LAST')
  }
  return { expression: value, descending, nullsFirst }
}

/** What follows OVER, or AS in WINDOW: a name, or a specification in brackets. */
export function parseWindow(cursor: Cursor, expression: Parse): WindowSpec {
  const item = () => parseOrderItem(cursor, expression)
  if (!cursor.at('(')) return { base: cursor.name(), partitionBy: [], orderBy: [] }
  cursor.expect('(')
  const named = cursor.atName() && !cursor.at('PARTITION') && !atFrame(cursor)
  const base = named ? cursor.name() : undefined
  const partitionBy = cursor.accept('PARTITION', 'BY') ? cursor.list(expression) : []
  const orderBy = cursor.accept('ORDER', 'BY') ? cursor.list(item) : []
  let frame: WindowSpec['frame']
  if (atFrame(cursor)) {
    const unit = cursor.next().key as 'ROWS'
    if (cursor.accept('BETWEEN')) {
      const start = frameBound(cursor, expression)
      cursor.expect('AND')
      frame = { unit, start, end: frameBound(cursor, expression) }
    } else {
      frame = { unit, start: frameBound(cursor, expression) }
    }
  }
  cursor.expect(')')
  return { base, partitionBy, orderBy, frame }
}

function atFrame(cursor: Cursor): boolean {
  return ['ROWS', 'RANGE', 'GROUPS'].includes(cursor.peek().key)
}

function frameBound(cursor: Cursor, expression: Parse): FrameBound {
  if (cursor.accept('UNBOUNDED', 'PRECEDING')) return { kind: 'unboundedPreceding' }
  if (cursor.accept('UNBOUNDED', 'FOLLOWING')) return { kind: 'unboundedFollowing' }
  if (cursor.accept('CURRENT', 'ROW')) return { kind: 'current' }
  const offset = expression()
  if (cursor.accept('PRECEDING')) return { kind: 'preceding', offset }
  cursor.expect('FOLLOWING')
  return { kind: 'following', offset }
}
