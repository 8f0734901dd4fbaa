import { type Position, sqlError } from '../errors.ts'
import type { Expression, SelectItem } from '../parse/ast.ts'
import { fieldKey, quoteName } from '../types/type.ts'
import type { ExpressionAnalyzer } from './expression.ts'
import type { QueryColumn } from './query-column.ts'
import { columnCount } from './relation-columns.ts'
import { type ScopeRelation, qualifies, written } from './scope.ts'
import { type Typed, withType } from './typed.ts'

/** A column of a SELECT's output. */
export interface Item extends QueryColumn {
  readonly sql: string
}

/** What an item of SELECT gives: one column, or those of a relation or a row. */
export function selectItems(
  item: SelectItem,
  relations: readonly ScopeRelation[],
  expressions: ExpressionAnalyzer,
): Item[] {
  if (item.kind === 'star') {
    const matching = relations.some((relation) =>
      qualifies(
        relation,
        item.qualifier.map((part) => part.text.toLowerCase()),
      ),
    )
    if (matching || item.qualifier.length === 0) {
      expressions.spend(columnCount(relations) >> 1, item)
      return renamedItems(starItems(item.qualifier, relations, item), item.aliases, item)
    }
    const { qualifier, line, column } = item
    const base = { kind: 'name', parts: qualifier, line, column } as const
    return fieldItems(expressions.analyze(base), item.aliases, item)
  }
  if (item.kind === 'fields') {
    return fieldItems(expressions.analyze(item.base), item.aliases, item)
  }
  const value = expressions.analyze(item.expression)
  const label = item.alias?.text ?? impliedName(item.expression)
  const { type, column, joinedSql } = value
  return [{ label, type, sql: withType(value), origin: column?.origin, joinedSql }]
}

function starItems(
  qualifier: readonly { readonly text: string }[],
  relations: readonly ScopeRelation[],
  at: Position,
): Item[] {
  const names = qualifier.map((part) => part.text.toLowerCase())
  const matching = relations.filter((relation) => qualifies(relation, names))
  if (matching.length === 0) {
    throw qualifier.length > 0
      ? sqlError('TableNotFound', at, `Unable to resolve reference ${written(qualifier as never)}`)
      : sqlError('SyntaxError', at, 'SELECT * not allowed in queries without FROM clause')
  }
  return matching.flatMap((relation) =>
    relation.columns
      .filter((column) => !column.hidden)
      .map(({ name, type, sql, origin, joinedSql }) => ({
        label: name,
        type,
        sql,
        origin,
        joinedSql,
      })),
  )
}

/** `ORDER BY 2`: the place as text, checked. */
export function ordinal(
  node: Expression,
  width: number,
  clause: 'GROUP BY' | 'ORDER BY' = 'ORDER BY',
): string | undefined {
  if (node.kind !== 'number' || !/^\d+$/.test(node.text)) return undefined
  const place = Number(node.text)
  if (place < 1 || place > width) {
    throw sqlError('InvalidReference', node, `${clause} position ${place} is not in select list`)
  }
  return String(place)
}

function impliedName(node: Expression): string | undefined {
  if (node.kind === 'name') return node.parts.at(-1)!.text
  if (node.kind === 'field') return node.name.text
  return undefined
}

/** The fields of a row as columns. */
function fieldItems(
  value: Typed,
  aliases: readonly { readonly text: string }[],
  at: Position,
): Item[] {
  if (value.type.kind !== 'row') throw sqlError('TypeMismatch', at, 'Expression is not of type ROW')
  const items = value.type.fields.map((field, index) => ({
    label: field.name,
    type: field.type,
    sql: `(${value.sql}).${quoteName(fieldKey(field, index))}`,
  }))
  return renamedItems(items, aliases, at)
}

/** `t.* AS (a, b)`. */
function renamedItems(
  items: readonly Item[],
  aliases: readonly { readonly text: string }[],
  at: Position,
): Item[] {
  if (aliases.length > 0 && aliases.length !== items.length) {
    throw sqlError(
      'AliasCount',
      at,
      `Column alias list has ${aliases.length} entries but relation has ${items.length} columns`,
    )
  }
  return items.map((item, index) => ({ ...item, label: aliases[index]?.text ?? item.label }))
}
