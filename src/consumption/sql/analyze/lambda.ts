import { sqlError } from '../errors.ts'
import type { LambdaArgument } from '../functions/index.ts'
import type { Expression, WindowSpec } from '../parse/ast.ts'
import { ExpressionAnalyzer } from './expression.ts'
import type { ExpressionHost } from './expression-host.ts'
import { type Scope, lambdaRelation } from './scope.ts'

/** Where a lambda stands. */
interface Surroundings {
  readonly host: ExpressionHost
  readonly scope: Scope
  readonly windows: ReadonlyMap<string, WindowSpec>
  /** The analyzer of the expression around it, which learns what the lambda uses. */
  readonly around: ExpressionAnalyzer
}

/** A lambda as an argument: it is analysed when its parameters' types are known. */
export function lambdaArgument(
  node: Extract<Expression, { kind: 'lambda' }>,
  within: Surroundings,
): LambdaArgument {
  return {
    parameterCount: node.parameters.length,
    analyze: (types, given) => {
      const parameters = node.parameters.map((parameter, index) => ({
        name: parameter.text.toLowerCase(),
        type: types[index]!,
        sql: given?.[index] ?? `l${within.host.unique()}`,
      }))
      const scope: Scope = { relations: [lambdaRelation(parameters)], parent: within.scope }
      const inner = new ExpressionAnalyzer(within.host, scope, within.windows)
      const body = inner.analyze(node.body)
      // Names of the query itself are local to it, although the lambda stands in between.
      for (const column of inner.findings.columns) {
        if (!parameters.some((parameter) => parameter.sql === column.sql))
          within.around.findings.columns.add(column)
      }
      const own = within.scope.relations.flatMap((relation) => relation.columns)
      for (const column of inner.findings.columns) {
        if (!own.includes(column)) continue
        const name = column.name ?? '_col'
        within.around.loose.add({
          name,
          sql: column.sql,
          line: node.line,
          column: node.column,
        })
      }
      within.around.findings.impure ||= inner.findings.impure
      if (inner.findings.subquery) {
        throw sqlError('NotSupported', node, 'Lambda expression cannot contain subqueries')
      }
      if (inner.findings.aggregate || inner.findings.window) {
        throw sqlError(
          'NotSupported',
          node,
          'Lambda expression cannot contain aggregations or window functions',
        )
      }
      if (given) return { sql: body.sql, type: body.type }
      const names = parameters.map((parameter) => parameter.sql)
      const head = names.length === 1 ? names[0]! : names.join(', ')
      return { sql: `lambda ${head}: ${body.sql}`, type: body.type }
    },
  }
}
