import type { OrderItem } from '../parse/ast.ts'
import { type Type, isFloating } from '../types/type.ts'

/** True where NaN does not stand where the engine has it, above all numbers. */
export function ordersOddly(type: Type, item: OrderItem): boolean {
  return isFloating(type) && item.nullsFirst
}

/** A key of ORDER BY. With NULLS FIRST Trino takes NaN for less than all numbers, else for more. */
export function orderSql(sql: string, item: OrderItem, type: Type): string {
  const direction = item.descending ? 'DESC' : 'ASC'
  const key = `${sql} ${direction} NULLS ${item.nullsFirst ? 'FIRST' : 'LAST'}`
  if (!ordersOddly(type, item)) return key
  return `isnan(${sql}) ${item.descending ? 'ASC' : 'DESC'} NULLS FIRST, ${key}`
}
