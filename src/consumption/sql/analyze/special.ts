import { sqlError } from '../errors.ts'
import type { Call, Expression } from '../parse/ast.ts'
import { commonType, commonTypeOf } from '../types/coercion.ts'
import { type Type, VARCHAR, engineType, isFloating, quoteText, typeText } from '../types/type.ts'
import { coerce, differentTypes } from './cast.ts'
import { comparison } from './comparison.ts'
import { type Typed, withType } from './typed.ts'

type Analyze = (node: Expression) => Typed
type Condition = (node: Expression, what?: string) => Typed

export const specialNames = new Set([
  'coalesce',
  'greatest',
  'least',
  'nullif',
  'if',
  'try',
  'typeof',
])

/** Functions that are part of the language: not all of their arguments are evaluated. */
export function special(node: Call, analyze: Analyze, boolean: Condition): Typed {
  const args = node.args.map((arg) => analyze(arg))
  const wrong = () =>
    sqlError(
      'FunctionNotFound',
      node,
      `Unexpected parameters (${args.map((arg) => typeText(arg.type)).join(', ')}) for function ${node.name}.`,
    )
  switch (node.name) {
    case 'coalesce':
    case 'greatest':
    case 'least': {
      const type = commonTypeOf(args.map((arg) => arg.type))
      if (args.length < (node.name === 'coalesce' ? 2 : 1)) throw wrong()
      if (!type) {
        if (node.name !== 'coalesce') throw wrong()
        throw differentTypes('All COALESCE operands', node.args, args)
      }
      const values = args.map((arg) => coerce(arg, type, node).sql)
      const sql = `${node.name}(${values.join(', ')})`
      if (node.name === 'coalesce') return { sql, type }
      if (isFloating(type)) return { sql: extremeSql(node.name as 'least', values, type), type }
      const anyNull = values.map((value) => `${value} IS NULL`).join(' OR ')
      return { sql: `(CASE WHEN ${anyNull} THEN NULL ELSE ${sql} END)`, type }
    }
    case 'nullif': {
      const [a, b] = args
      if (!a || !b || args.length > 2) throw wrong()
      if (!commonType(a.type, b.type)) {
        const text = `Types are not comparable with NULLIF: ${typeText(a.type)} vs ${typeText(b.type)}`
        throw sqlError('TypeMismatch', node, text)
      }
      const equal = comparison('=', a, b, node).sql
      return { sql: `(CASE WHEN ${equal} THEN NULL ELSE ${withType(a)} END)`, type: a.type }
    }
    case 'if': {
      const [, then, otherwise] = args
      if (!then || args.length > 3) throw wrong()
      const type = otherwise ? commonTypeOf([then.type, otherwise.type]) : then.type
      if (!type) {
        const text = `Result types for IF must be the same: ${typeText(then.type)} vs ${typeText(otherwise!.type)}`
        throw sqlError('TypeMismatch', node, text)
      }
      const last = otherwise ? ` ELSE ${coerce(otherwise, type, node).sql}` : ''
      const condition = boolean(node.args[0]!, 'IF condition').sql
      return {
        sql: `(CASE WHEN ${condition} THEN ${coerce(then, type, node).sql}${last} END)`,
        type,
      }
    }
    case 'try': {
      if (args.length !== 1) throw wrong()
      return { sql: `TRY(${args[0]!.sql})`, type: args[0]!.type }
    }
    case 'typeof': {
      if (args.length !== 1) throw wrong()
      return { sql: quoteText(typeText(args[0]!.type)), type: VARCHAR }
    }
    default:
      throw wrong()
  }
}

/** greatest and least of floating numbers: NULL for NULL, and NaN only when all are. */
function extremeSql(name: 'greatest' | 'least', values: readonly string[], type: Type): string {
  const anyNull = values.map((value) => `${value} IS NULL`).join(' OR ')
  const allNan = values.map((value) => `isnan(${value})`).join(' AND ')
  const nan = `CAST('NaN' AS ${engineType(type)})`
  // The engine puts NaN above all numbers.
  const numbers = values.map((value) =>
    name === 'least'
      ? value
      : `CASE WHEN isnan(${value}) THEN CAST('-Infinity' AS ${engineType(type)}) ELSE ${value} END`,
  )
  return `(CASE WHEN ${anyNull} THEN NULL WHEN ${allNan} THEN ${nan} ELSE ${name}(${numbers.join(', ')}) END)`
}

function operandIs(operand: Typed, value: Typed, at: Expression): string {
  if (commonType(operand.type, value.type)) return comparison('=', operand, value, at).sql
  const types = `${typeText(operand.type)} vs ${typeText(value.type)}`
  const text = `CASE operand type does not match WHEN clause operand type: ${types}`
  throw sqlError('TypeMismatch', at, text)
}

/** CASE in both its forms. */
export function caseOf(
  node: Extract<Expression, { kind: 'case' }>,
  analyze: Analyze,
  boolean: Condition,
): Typed {
  const operand = node.operand && analyze(node.operand)
  const whens = node.whens.map(({ when, then }) => ({
    condition: operand
      ? operandIs(operand, analyze(when), when)
      : boolean(when, 'CASE WHEN clause').sql,
    then: analyze(then),
  }))
  const otherwise = node.otherwise && analyze(node.otherwise)
  const results = [...whens.map((when) => when.then), ...(otherwise ? [otherwise] : [])]
  const type = commonTypeOf(results.map((result) => result.type))
  if (!type) {
    const nodes = [
      ...node.whens.map(({ then }) => then),
      ...(node.otherwise ? [node.otherwise] : []),
    ]
    throw differentTypes('All CASE results', nodes, results)
  }
  const branches = whens.map((w) => `WHEN ${w.condition} THEN ${coerce(w.then, type, node).sql}`)
  const last = otherwise ? ` ELSE ${coerce(otherwise, type, node).sql}` : ''
  return { sql: `(CASE ${branches.join(' ')}${last} END)`, type }
}
