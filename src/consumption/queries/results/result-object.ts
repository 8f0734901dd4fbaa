import { type Analysis, printedSql } from '#consumption/sql'
import type { TextStatement } from '../planning/with-rows.ts'
import { csvLine } from './csv.ts'

/** Results up to here never become a file: the store keeps small objects together. */
export const inlineBytesMax = 128 * 1024

/** What the engine writes itself as Athena prints it; everything else is made text of. */
const plain: Readonly<Record<string, string>> = {
  boolean: 'BOOLEAN',
  tinyint: 'TINYINT',
  smallint: 'SMALLINT',
  integer: 'INTEGER',
  bigint: 'BIGINT',
  double: 'DOUBLE',
  timestamp: 'TIMESTAMP',
}

/** The rows of a query as columns whose CSV is Athena's: https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html */
export function resultRows(analysis: Analysis): TextStatement {
  const items = analysis.columns.map(({ type }, index) => {
    const value = `q.c${index}`
    const kind = plain[type.kind]
    const sql = kind ? `CAST(${value} AS ${kind})` : printedSql(value, type)
    return `${sql} AS c${index}`
  })
  return { sql: `SELECT ${items.join(', ')} FROM (${analysis.sql}) AS q` }
}

/** How many digits of a second each of the columns shows that are timestamps: results show three at least. */
export function resultDigits({ columns }: Analysis): readonly number[] {
  return columns.map(({ type }) =>
    type.kind === 'timestamp' ? Math.min(6, Math.max(3, type.precision ?? 3)) : 0,
  )
}

/** The line before them. */
export function resultHeader({ columns }: Analysis): string {
  return csvLine(columns.map(({ name }) => name))
}
