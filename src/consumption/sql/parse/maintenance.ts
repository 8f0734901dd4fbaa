import type { Position } from '../errors.ts'
import type { Expression } from './ast.ts'
import { Cursor } from './cursor.ts'
import { tokenize } from './lexer.ts'
import { QueryParser } from './query.ts'

/** https://docs.aws.amazon.com/athena/latest/ug/optimize-statement.html, https://docs.aws.amazon.com/athena/latest/ug/vacuum-statement.html */
export interface MaintenanceStatement extends Position {
  readonly kind: 'optimize' | 'vacuum'
  /** Parts of the table's name, lower case. */
  readonly table: readonly string[]
  /** Of OPTIMIZE. */
  readonly where: Expression | undefined
}

/** Parses OPTIMIZE or VACUUM. Error: `SyntaxError`. */
export function parseMaintenance(sql: string): MaintenanceStatement {
  const cursor = new Cursor(tokenize(sql))
  const queries = new QueryParser(cursor)
  const { line, column } = cursor.peek()
  const kind = cursor.accept('VACUUM') ? 'vacuum' : 'optimize'
  if (kind === 'optimize') cursor.expect('OPTIMIZE')
  const table = [cursor.name().text.toLowerCase()]
  while (cursor.accept('.')) table.push(cursor.name().text.toLowerCase())
  let where: Expression | undefined
  if (kind === 'optimize') {
    cursor.expect('REWRITE', 'DATA', 'USING', 'BIN_PACK')
    if (cursor.accept('WHERE')) where = queries.expressions.expression()
  }
  cursor.accept(';')
  if (cursor.peek().kind !== 'end') cursor.fail('<EOF>')
  return { kind, table, where, line, column }
}
