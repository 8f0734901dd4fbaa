import { sqlError } from '../errors.ts'
import type { Expression } from '../parse/ast.ts'
import { fieldOf } from './access.ts'
import type { Findings } from './expression-host.ts'
import type { LooseColumns } from './loose-columns.ts'
import { type Scope, resolveName, written } from './scope.ts'
import type { Typed } from './typed.ts'

/** What a dotted name means: a column, or a field of a column that is a row. Notes the column where it is used. */
export function namedValue(
  node: Extract<Expression, { kind: 'name' }>,
  scope: Scope,
  findings: Findings,
  loose: LooseColumns,
): Typed {
  const { column, parts, local } = resolveName(scope, node.parts, node)
  if (!local) findings.outer = true
  else {
    const { line, column: place } = node
    const name = written(node.parts.slice(0, parts))
    loose.add({ name, sql: column.sql, line, column: place })
  }
  findings.columns.add(column)
  if (column.hiddenOf) {
    if (column.name === '$path') column.hiddenOf.usesPath = true
    else column.hiddenOf.usesHidden = true
  }
  const { sql, type, joinedSql } = column
  let value: Typed = { sql, type, column, ...(joinedSql !== undefined && { joinedSql }) }
  for (const part of node.parts.slice(parts)) {
    if (value.type.kind !== 'row') {
      const text = `Expression ${written(node.parts.slice(0, parts))} is not of type ROW`
      throw sqlError('TypeMismatch', node, text)
    }
    value = fieldOf(value, part.text.toLowerCase(), part)
  }
  return value
}
