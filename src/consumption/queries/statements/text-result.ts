import { failed } from '../planning/failure.ts'
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

/**
 * A pattern for names: `*` or `.*` for anything, `.` for one character, `[a-z]` for one of these, `|` between choices. Other
 * signs of regular expressions are refused, since names do not hold them.
 * https://docs.aws.amazon.com/athena/latest/ug/show-tables.html
 */
export function nameMatcher(pattern: string | undefined): (name: string) => boolean {
  if (pattern === undefined) return () => true
  const choices = pattern.split('|').map((choice) => partsOf(choice.trim().toLowerCase(), pattern))
  return (name) => choices.some((parts) => matches(parts, name))
}

/** What one character must be; undefined for any number of any characters. */
type Part = ((char: string) => boolean) | undefined

function partsOf(choice: string, pattern: string): readonly Part[] {
  const parts = choice.match(/\.?\*+|\[\^?[a-z0-9_-]+\]|[^]/g) ?? []
  return parts.map((part) => {
    if (part.endsWith('*')) return undefined
    if (part === '.') return () => true
    if (part.length > 1) {
      const set = new RegExp(`^${part}$`)
      return (char) => set.test(char)
    }
    if (/[\\^$+?(){}[\]]/.test(part)) {
      throw failed('NOT_SUPPORTED', `'${part}' is not supported in a pattern for names: ${pattern}`)
    }
    return (char) => char === part
  })
}

/** Without backtracking beyond the last wildcard: a pattern of many costs no more than its length times the name's. */
function matches(parts: readonly Part[], name: string): boolean {
  let at = 0
  let wildcard = -1
  let retry = 0
  for (let index = 0; index < name.length;) {
    const part = parts[at]
    if (at < parts.length && part === undefined) {
      wildcard = at++
      retry = index
    } else if (part?.(name[index]!)) {
      at++
      index++
    } else if (wildcard >= 0) {
      at = wildcard + 1
      index = ++retry
    } else {
      return false
    }
  }
  return parts.slice(at).every((part) => part === undefined)
}
