import { type ColumnInfo, textColumn } from '../results/column-info.ts'

/** What a statement other than a query answers: lines of text, under columns. */
export interface TextResult {
  readonly columns: readonly ColumnInfo[]
  readonly lines: readonly string[]
}

export const nothing: TextResult = { columns: [], lines: [] }

export function textResult(columns: readonly string[], lines: readonly string[]): TextResult {
  return { columns: columns.map(textColumn), lines }
}

/** A line of DESCRIBE: fields of 20 characters, parted by tabs. */
export function described(...fields: readonly string[]): string {
  return fields.map((field) => field.padEnd(20)).join('\t')
}

/** Hive's pattern for names: `*` for anything, `|` between choices. */
export function matchesPattern(name: string, pattern: string | undefined): boolean {
  if (pattern === undefined) return true
  return pattern.split('|').some((choice) => {
    const expression = choice
      .trim()
      .toLowerCase()
      .split('*')
      .map((part) => part.replaceAll(/[\\^$+?()[\]{}]/g, '\\$&'))
      .join('.*')
    return new RegExp(`^${expression}$`).test(name)
  })
}
