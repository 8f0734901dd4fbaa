import { syntaxError } from '../errors.ts'
import type { TypeName } from './ast.ts'
import type { Cursor } from './cursor.ts'

/** Parses a type as it stands in CAST and in DDL of Trino. */
export function parseTypeName(cursor: Cursor): TypeName {
  return cursor.nested(cursor.peek(), () => parseOne(cursor))
}

function parseOne(cursor: Cursor): TypeName {
  const start = cursor.peek()
  if (start.kind !== 'word' && start.kind !== 'quoted') cursor.fail('<type>')
  cursor.next()
  let name = start.text.toLowerCase()
  if (name === 'double' && cursor.accept('PRECISION')) name = 'double'
  const numbers: number[] = []
  const parameters: TypeName[] = []
  const fields: { name: string | undefined; type: TypeName }[] = []
  if (cursor.at('(')) {
    cursor.next()
    if (name === 'row') {
      fields.push(...cursor.list(() => parseField(cursor)))
    } else {
      cursor.list(() => {
        const token = cursor.peek()
        if (token.kind === 'number') numbers.push(Number(cursor.next().text))
        else parameters.push(parseTypeName(cursor))
      })
    }
    cursor.expect(')')
  } else if (cursor.at('<')) {
    throw syntaxError(cursor.peek(), "mismatched input '<'")
  }
  const timed = name === 'timestamp' || name === 'time'
  const withTimeZone = timed && cursor.accept('WITH', 'TIME', 'ZONE')
  if (timed && !withTimeZone) cursor.accept('WITHOUT', 'TIME', 'ZONE')
  const { line, column } = start
  return { name, numbers, parameters, fields, withTimeZone, line, column }
}

/** `name type` or `type` alone: a lone type is followed by a comma, a bracket or its own brackets. */
function parseField(cursor: Cursor): { name: string | undefined; type: TypeName } {
  const after = cursor.peek(1)
  const alone = after.key === ',' || after.key === ')' || after.key === '('
  const timed = after.key === 'WITH' || after.key === 'WITHOUT' || after.key === 'PRECISION'
  if (alone || timed) return { name: undefined, type: parseTypeName(cursor) }
  return { name: cursor.name().text.toLowerCase(), type: parseTypeName(cursor) }
}
