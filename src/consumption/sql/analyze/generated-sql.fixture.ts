import { type TableLookup, analyzeQuery, parseQuery } from '../index.ts'

const noTables: TableLookup = () => ({
  kind: 'missing',
  code: 'TableNotFound',
  message: 'no table',
})

/** What becomes of a statement that names no table. */
export function sqlOf(text: string): string {
  const { query } = parseQuery(text)
  return analyzeQuery(query, { lookup: noTables, startMs: 0 }).sql
}

/** Texts for the numbers from 0 on. */
export const many = (count: number, of: (index: number) => string, between = ', ') =>
  Array.from({ length: count }, (_, index) => of(index)).join(between)

/** One text around another, so many times. */
export const nested = (levels: number, around: (inner: string) => string, innermost: string) =>
  Array.from({ length: levels }).reduce<string>((inner) => around(inner), innermost)
