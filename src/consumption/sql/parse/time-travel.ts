import type { TimeTravel } from './ast.ts'
import type { Cursor } from './cursor.ts'
import type { ExpressionParser } from './expression.ts'

/** `FOR TIMESTAMP AS OF …` and `FOR VERSION AS OF …` after a table's name; undefined when neither stands there. */
export function parseTimeTravel(
  cursor: Cursor,
  expressions: ExpressionParser,
): TimeTravel | undefined {
  if (!cursor.at('FOR')) return undefined
  const { line, column } = cursor.expect('FOR')
  const kind = cursor.at('TIMESTAMP') || cursor.at('SYSTEM_TIME') ? 'timestamp' : 'version'
  if (!cursor.accept('SYSTEM_TIME') && !cursor.accept('TIMESTAMP')) {
    if (!cursor.accept('SYSTEM_VERSION')) cursor.expect('VERSION')
  }
  cursor.expect('AS', 'OF')
  return { kind, value: expressions.expression(), line, column }
}
