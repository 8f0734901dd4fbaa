import { DdlCursor } from './cursor.ts'
import { parseAlter } from './parse-alter.ts'
import { parseCreate } from './parse-create.ts'
import { parseDescribe, parseShow } from './parse-show.ts'
import type { DdlStatement } from './statements.ts'

/**
 * Parses one statement of DDL, SHOW or DESCRIBE. Error: `SyntaxError`.
 * https://docs.aws.amazon.com/athena/latest/ug/ddl-reference.html
 */
export function parseDdl(sql: string): DdlStatement {
  const cursor = new DdlCursor(sql)
  const statement = parseStatement(cursor)
  if (statement.kind === 'createView') return statement
  cursor.accept(';')
  if (cursor.peek().kind !== 'end') cursor.fail('<EOF>')
  return statement
}

function parseStatement(cursor: DdlCursor): DdlStatement {
  switch (cursor.peek().key) {
    case 'CREATE':
      return parseCreate(cursor)
    case 'DROP':
      return parseDrop(cursor)
    case 'ALTER':
      return parseAlter(cursor)
    case 'SHOW':
      return parseShow(cursor)
    case 'MSCK':
      cursor.expect('MSCK', 'REPAIR', 'TABLE')
      return { kind: 'repair', name: cursor.tableName() }
    case 'DESC':
    case 'DESCRIBE':
      return parseDescribe(cursor)
    default:
      return cursor.fail("'ALTER', 'CREATE', 'DESCRIBE', 'DROP', 'MSCK', 'SHOW'")
  }
}

function parseDrop(cursor: DdlCursor): DdlStatement {
  cursor.expect('DROP')
  if (cursor.accept('DATABASE') || cursor.accept('SCHEMA')) {
    const ifExists = cursor.accept('IF', 'EXISTS')
    const database = cursor.name()
    const cascade = cursor.accept('CASCADE')
    if (!cascade) cursor.accept('RESTRICT')
    return { kind: 'dropDatabase', database, ifExists, cascade }
  }
  const view = cursor.accept('VIEW')
  if (!view) cursor.expect('TABLE')
  const ifExists = cursor.accept('IF', 'EXISTS')
  return { kind: view ? 'dropView' : 'dropTable', name: cursor.tableName(view), ifExists }
}
