import { parseExpression } from '#consumption/sql'
import { isLakeError } from '#kit'
import { QueryErrors } from '../errors.ts'
import type { QueryScope } from '../records.ts'
import type { PreparedStatements } from '../saved-queries.ts'
import { type Statement, parsePrepared } from './statement.ts'

export interface Runnable {
  readonly statement: Statement
  /** Of its question marks. */
  readonly parameters: readonly string[]
}

/**
 * What EXECUTE and EXECUTE IMMEDIATE stand for when they are sent; any other statement is itself. What USING says goes before
 * the request's parameters. EXECUTE of a name that is not there stays: it fails as it runs.
 */
export async function resolvePrepared(
  statement: Statement,
  given: readonly string[],
  scope: QueryScope & { readonly workGroup: string },
  prepared: PreparedStatements,
): Promise<Runnable> {
  if (statement.kind !== 'execute' && statement.kind !== 'executeImmediate') {
    return { statement, parameters: given }
  }
  const parameters = statement.arguments.length > 0 ? statement.arguments : given
  if (statement.kind === 'executeImmediate') {
    return { statement: parsePrepared(statement.sql), parameters }
  }
  const found = await prepared.find(scope, scope.workGroup, statement.name)
  return { statement: found ? parsePrepared(found.query) : statement, parameters }
}

/** As many parameters as question marks, each an expression. Error: `InvalidQueryRequest`. */
export function checkParameters({ statement, parameters }: Runnable): void {
  const counted =
    statement.kind === 'query' || statement.kind === 'write' || statement.kind === 'change'
  const wanted = counted ? statement.parameterCount : undefined
  if (wanted !== undefined && wanted !== parameters.length) {
    throw QueryErrors.InvalidQueryRequest(
      `line 1:1: Incorrect number of parameters: expected ${wanted} but found ${parameters.length}`,
    )
  }
  for (const parameter of parameters) {
    try {
      parseExpression(parameter)
    } catch (error) {
      if (!isLakeError(error)) throw error
      throw QueryErrors.InvalidQueryRequest(`Execution parameter is not valid: ${error.message}`)
    }
  }
}
