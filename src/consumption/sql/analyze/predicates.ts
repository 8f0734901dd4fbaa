import { unreachable } from '#kit'
import { type Position, sqlError } from '../errors.ts'
import type { Expression, Query } from '../parse/ast.ts'
import { commonType, commonTypeOf } from '../types/coercion.ts'
import { castTextSql } from '../types/text.ts'
import {
  BOOLEAN,
  TIMESTAMP_UTC,
  type Type,
  canBeText,
  isFloating,
  typeText,
} from '../types/type.ts'
import { identitySql, ownZone } from '../types/zones.ts'
import { coerce, differentTypes } from './cast.ts'
import { alike, comparedSql, comparison, isNumberForSure, orderable } from './comparison.ts'
import type { ExpressionAnalyzer } from './expression.ts'
import { likeSql } from './like.ts'
import { formSql } from './identity.ts'
import { type SubqueryRows, comparesOddly, inRowsSql, quantifiedSql } from './quantified.ts'
import { type Typed, raiseMark } from './typed.ts'

type Analyze = (node: Expression) => Typed

/** Expressions that are a condition by their form. */
export type Predicate = Extract<
  Expression,
  {
    kind:
      | 'compare'
      | 'quantified'
      | 'logical'
      | 'not'
      | 'isNull'
      | 'distinctFrom'
      | 'between'
      | 'inList'
      | 'inQuery'
      | 'like'
      | 'exists'
  }
>

export function predicate(node: Predicate, expressions: ExpressionAnalyzer): Typed {
  switch (node.kind) {
    case 'compare':
      return comparison(
        node.operator,
        expressions.analyze(node.left),
        expressions.analyze(node.right),
        node,
      )
    case 'quantified': {
      const [value, rows] = againstRows(expressions, node.left, node.query, node)
      const { operator, all } = node
      const bounded = all ? operator !== '<>' : operator !== '='
      if (bounded && !orderable(rows.type)) {
        const text = `Type [row(${typeText(rows.type)})] must be orderable in order to be used in quantified comparison`
        throw sqlError('TypeMismatch', node, text)
      }
      if (operator === '=' && !all) return foundIn(value, rows, expressions.isCondition(node))
      return quantifiedSql(operator, all, value, rows)
    }
    case 'logical': {
      const terms = node.terms.map(
        (term) => expressions.boolean(term, 'Logical expression term').sql,
      )
      return { sql: logicalSql(node.operator, terms), type: BOOLEAN }
    }
    case 'not':
      return {
        sql: `(NOT ${expressions.boolean(node.value, 'Value of logical NOT expression').sql})`,
        type: BOOLEAN,
      }
    case 'isNull': {
      const value = expressions.analyze(node.value)
      return { sql: `(${value.sql} IS ${node.negated ? 'NOT ' : ''}NULL)`, type: BOOLEAN }
    }
    case 'distinctFrom': {
      const operator = `IS ${node.negated ? 'NOT ' : ''}DISTINCT FROM`
      const [a, b, type] = alike(
        operator,
        expressions.analyze(node.left),
        expressions.analyze(node.right),
        node,
      )
      return { sql: `(${formSql(a, type)} ${operator} ${formSql(b, type)})`, type: BOOLEAN }
    }
    case 'between': {
      const sides = [node.value, node.low, node.high].map((each) => expressions.analyze(each))
      const [value, least, most] = sides as [Typed, Typed, Typed]
      if (!commonType(value.type, least.type) || !commonType(value.type, most.type)) {
        const [type, a, b] = sides.map((each) => typeText(each.type))
        throw sqlError('TypeMismatch', node, `Cannot check if ${type} is BETWEEN ${a} and ${b}`)
      }
      const low = comparison('>=', value, least, node)
      const high = comparison('<=', value, most, node)
      return { sql: `(${node.negated ? 'NOT ' : ''}(${low.sql} AND ${high.sql}))`, type: BOOLEAN }
    }
    case 'inList':
      return inList(node, expressions.analyze)
    case 'inQuery': {
      const [value, rows] = againstRows(expressions, node.value, node.query, node)
      if (!node.negated) return foundIn(value, rows, expressions.isCondition(node))
      return { sql: `(NOT ${inRowsSql(value, rows, false).sql})`, type: BOOLEAN }
    }
    case 'like': {
      const sql = likeSql(
        textOf(expressions, node.value, 'Left side of'),
        textOf(expressions, node.pattern, 'Pattern for'),
        node.escape && textOf(expressions, node.escape, 'Escape for'),
        node,
      )
      return { sql: node.negated ? `(NOT ${sql})` : sql, type: BOOLEAN }
    }
    case 'exists': {
      const sql = `EXISTS (${expressions.subquery(node.query).sql})`
      return { sql: expressions.beforeTry(sql), type: BOOLEAN }
    }
    default:
      return unreachable(node)
  }
}

/** Terms from the left: what the first ones decide is not asked of those that may fail, which the engine would evaluate. */
function logicalSql(operator: 'and' | 'or', terms: readonly string[]): string {
  const plain = `(${terms.join(` ${operator.toUpperCase()} `)})`
  const place = terms.findLastIndex((term) => term.includes(raiseMark))
  if (place < 1) return plain
  const decided = operator === 'or'
  return terms.reduceRight(
    (rest, term) =>
      `(CASE WHEN (${term}) IS NOT DISTINCT FROM ${decided} THEN ${decided} ELSE (${term}) ${operator.toUpperCase()} ${rest} END)`,
  )
}

function foundIn(value: string, rows: SubqueryRows, isCondition: boolean): Typed {
  const plain = inRowsSql(value, rows, false).sql
  if (!comparesOddly(rows.type)) return { sql: plain, type: BOOLEAN }
  const joinedSql = inRowsSql(value, rows, true).sql
  return { sql: isCondition ? joinedSql : plain, type: BOOLEAN, joinedSql }
}

function inList(node: Extract<Expression, { kind: 'inList' }>, analyze: Analyze): Typed {
  const value = analyze(node.value)
  const items = node.items.map((item) => analyze(item))
  const type = commonTypeOf([value.type, ...items.map((item) => item.type)])
  if (!type) {
    throw differentTypes('IN value and list items', [node.value, ...node.items], [value, ...items])
  }
  const left = coerce(value, type, node).sql
  const list = items.map((item) => coerce(item, type, node).sql)
  const plain =
    !comparesOddly(type) || items.every((item) => isFloating(type) && isNumberForSure(item))
  const sql = plain
    ? `(${left} IN (${list.join(', ')}))`
    : `(${list.map((item) => comparedSql('=', left, item, type)).join(' OR ')})`
  return { sql: node.negated ? `(NOT ${sql})` : sql, type: BOOLEAN }
}

/** A value and a subquery's rows, both in their common type. */
function againstRows(
  expressions: ExpressionAnalyzer,
  node: Expression,
  query: Query,
  at: Position,
): readonly [string, SubqueryRows] {
  const value = expressions.analyze(node)
  // A row is compared with whole rows, also of one column.
  const rows = expressions.rows(query, value.type.kind === 'row')
  const type = commonTypeOf([value.type, rows.type])
  if (!type) {
    const shown = (each: Type) => (each.kind === 'row' ? typeText(each) : `row(${typeText(each)})`)
    const types = `${shown(value.type)} vs ${shown(rows.type)}`
    throw sqlError(
      'TypeMismatch',
      at,
      `Value expression and result of subquery must be of the same type: ${types}`,
    )
  }
  const alias = `q${expressions.unique()}`
  if (ownZone(type)) {
    // Times with zones are compared as instants.
    const moment = (side: Typed) =>
      side.type.kind === 'timestamptz'
        ? identitySql(side.sql, side.type)
        : coerce(side, TIMESTAMP_UTC, at).sql
    const item = moment({ sql: `${alias}.c0`, type: rows.type })
    const sql = `SELECT ${item} AS c0 FROM (${rows.sql}) AS ${alias}`
    return [moment(value), { ...rows, sql, type: TIMESTAMP_UTC }]
  }
  const item = coerce({ sql: `${alias}.c0`, type: rows.type }, type, at).sql
  const sql = `SELECT ${item} AS c0 FROM (${rows.sql}) AS ${alias}`
  return [coerce(value, type, at).sql, { ...rows, sql, type }]
}

function textOf(expressions: ExpressionAnalyzer, node: Expression, side: string): Typed {
  const value = expressions.analyze(node)
  if (value.type.kind === 'char') return { ...value, sql: castTextSql(value.sql, value.type) }
  if (canBeText(value.type)) return value
  throw sqlError(
    'TypeMismatch',
    node,
    `${side} LIKE expression must evaluate to a varchar (actual: ${typeText(value.type)})`,
  )
}
