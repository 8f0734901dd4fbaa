import { type Position, syntaxError } from '../errors.ts'
import type { Expression, IntervalUnit } from './ast.ts'
import type { Cursor } from './cursor.ts'

const units = ['YEAR', 'MONTH', 'DAY', 'HOUR', 'MINUTE', 'SECOND']

/** `INTERVAL '2' DAY` */
export function parseInterval(cursor: Cursor, at: Position): Expression {
  cursor.expect('INTERVAL')
  const negative = cursor.accept('-')
  if (!negative) cursor.accept('+')
  const value = cursor.next()
  if (value.kind !== 'string') throw syntaxError(value, `mismatched input '${value.text}'`)
  const unit = intervalUnit(cursor)
  const to = cursor.accept('TO') ? intervalUnit(cursor) : undefined
  return { kind: 'interval', negative, value: value.text, unit, to, ...at }
}

function intervalUnit(cursor: Cursor): IntervalUnit {
  const unit = cursor.next()
  if (!units.includes(unit.key)) {
    cursor.unexpected(unit, units.map((name) => `'${name}'`).join(', '))
  }
  return unit.key.toLowerCase() as IntervalUnit
}
