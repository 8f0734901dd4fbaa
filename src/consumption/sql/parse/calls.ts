import type { Position } from '../errors.ts'
import type { Call, Expression } from './ast.ts'
import type { Cursor } from './cursor.ts'
import { parseOrderItem, parseWindow } from './window.ts'

type Parse = () => Expression

/** Everything of a call after its name. */
export function parseArguments(
  cursor: Cursor,
  expression: Parse,
  name: string,
  at: Position,
): Call {
  const item = () => parseOrderItem(cursor, expression)
  cursor.expect('(')
  const star = cursor.accept('*')
  const distinct = !star && cursor.accept('DISTINCT')
  if (!distinct) cursor.accept('ALL')
  let args: Expression[] = []
  if (!star && !cursor.at(')') && !cursor.at('ORDER')) args = cursor.list(expression)
  const orderBy = cursor.accept('ORDER', 'BY') ? cursor.list(item) : []
  const ignoreNulls = nullTreatment(cursor)
  cursor.expect(')')
  return {
    kind: 'call',
    name,
    args,
    star,
    distinct,
    orderBy,
    ...afterArguments(cursor, expression, ignoreNulls),
    ...at,
  }
}

function afterArguments(
  cursor: Cursor,
  expression: Parse,
  ignoredAlready: boolean,
): Pick<Call, 'filter' | 'over' | 'ignoreNulls'> {
  let filter: Expression | undefined
  if (cursor.accept('FILTER', '(')) {
    cursor.expect('WHERE')
    filter = expression()
    cursor.expect(')')
  }
  const ignoreNulls = nullTreatment(cursor) || ignoredAlready
  const over = cursor.accept('OVER') ? parseWindow(cursor, expression) : undefined
  return { filter, over, ignoreNulls }
}

function nullTreatment(cursor: Cursor): boolean {
  if (cursor.accept('IGNORE', 'NULLS')) return true
  cursor.accept('RESPECT', 'NULLS')
  return false
}

/** `LISTAGG(…) WITHIN GROUP (ORDER BY …)` */
export function parseListagg(cursor: Cursor, expression: Parse, at: Position): Expression {
  const item = () => parseOrderItem(cursor, expression)
  cursor.next()
  cursor.expect('(')
  const distinct = cursor.accept('DISTINCT')
  const args = cursor.list(expression)
  let truncate: Call['truncate']
  if (cursor.accept('ON', 'OVERFLOW') && !cursor.accept('ERROR')) {
    cursor.expect('TRUNCATE')
    const filler = cursor.peek().kind === 'string' ? cursor.next().text : '...'
    const count = cursor.accept('WITH')
    if (!count) cursor.expect('WITHOUT')
    cursor.expect('COUNT')
    truncate = { filler, count }
  }
  cursor.expect(')')
  cursor.expect('WITHIN', 'GROUP', '(', 'ORDER', 'BY')
  const orderBy = cursor.list(item)
  cursor.expect(')')
  const after = afterArguments(cursor, expression, false)
  const parts = { args, star: false, distinct, orderBy, truncate }
  return { kind: 'call', name: 'listagg', ...parts, ...after, ...at }
}

/** `EXTRACT(field FROM value)` */
export function parseExtract(cursor: Cursor, expression: Parse, at: Position): Expression {
  cursor.next()
  cursor.expect('(')
  const field = cursor.next().text.toLowerCase()
  cursor.expect('FROM')
  const value = expression()
  cursor.expect(')')
  const names: Readonly<Record<string, string>> = {
    dow: 'day_of_week',
    doy: 'day_of_year',
    yow: 'year_of_week',
  }
  return call(names[field] ?? field, [value], at)
}

/** `NORMALIZE(text [, form])` */
export function parseNormalize(cursor: Cursor, expression: Parse, at: Position): Expression {
  cursor.next()
  cursor.expect('(')
  const value = expression()
  const form = cursor.accept(',') ? cursor.next().text.toUpperCase() : 'NFC'
  cursor.expect(')')
  return call('normalize', [value, { kind: 'string', value: form, ...at }], at)
}

/** `POSITION(text IN text)` */
export function parsePosition(cursor: Cursor, operand: Parse, at: Position): Expression {
  cursor.next()
  cursor.expect('(')
  const needle = operand()
  cursor.expect('IN')
  const text = operand()
  cursor.expect(')')
  return call('strpos', [text, needle], at)
}

/** `TRIM([[LEADING | TRAILING | BOTH] [characters] FROM] text)` */
export function parseTrim(cursor: Cursor, expression: Parse, at: Position): Expression {
  cursor.next()
  cursor.expect('(')
  const side = cursor.accept('LEADING') ? 'ltrim' : cursor.accept('TRAILING') ? 'rtrim' : 'trim'
  cursor.accept('BOTH')
  if (cursor.accept('FROM')) {
    const only = expression()
    cursor.expect(')')
    return call(side, [only], at)
  }
  const first = expression()
  let args = [first]
  if (cursor.accept('FROM')) args = [expression(), first]
  else if (cursor.accept(',')) args = [first, expression()]
  cursor.expect(')')
  return call(side, args, at)
}

/** `SUBSTRING(text FROM start [FOR length])`, or its arguments with commas between them. */
export function parseSubstring(cursor: Cursor, expression: Parse, at: Position): Expression {
  const start = cursor.mark()
  cursor.next()
  cursor.expect('(')
  const text = expression()
  if (!cursor.accept('FROM')) {
    cursor.reset(start)
    return parseArguments(cursor, expression, cursor.next().text.toLowerCase(), at)
  }
  const args = [text, expression()]
  if (cursor.accept('FOR')) args.push(expression())
  cursor.expect(')')
  return call('substring', args, at)
}

/** A call that is written otherwise. */
export function call(name: string, args: readonly Expression[], at: Position): Call {
  const plain = { star: false, distinct: false, orderBy: [], ignoreNulls: false }
  return { kind: 'call', name, args, ...plain, ...at }
}
