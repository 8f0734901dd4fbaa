import { grokPatterns } from './grok-patterns.ts'
import type { LineParser } from './regex-lines.ts'
import { toExpression } from './regular-expression.ts'

export interface GrokField {
  /** As written. */
  readonly name: string
  /** `int`, `long` and so on, as written behind the name. */
  readonly dataType: string | undefined
}

export interface Grok {
  /** The fields that have names, in the order of the pattern. */
  readonly fields: readonly GrokField[]
  /** Values of these columns (lower case) from a line; undefined when the pattern is not found in it. */
  match(line: string): readonly (string | null)[] | undefined
}

interface Group {
  readonly id: string
  readonly column: string
}

const depthMax = 32
/** Of the expanded pattern's parts; that of the longest known log has some thousands. */
const lengthMax = 64 * 1024

/**
 * Compiles a Grok pattern. A reference without a name can be read under its pattern's name.
 * https://docs.aws.amazon.com/athena/latest/ug/grok-serde.html. Throws an Error that says what is wrong with it.
 */
export function compileGrok(
  format: string,
  customPatterns: string,
  columns: readonly string[] | undefined,
): Grok {
  const patterns: Readonly<Record<string, string>> = {
    ...grokPatterns,
    ...parseCustomPatterns(customPatterns),
  }
  const fields = new Map<string, GrokField>()
  const groups: Group[] = []
  const wanted = columns && new Set(columns)
  let length = 0
  const expand = (text: string, depth: number): string => {
    length += text.length
    if (depth > depthMax || length > lengthMax)
      throw new Error('the Grok pattern is too long or nested')
    return text.replaceAll(reference, (_, name: string, field?: string, type?: string) => {
      const pattern = Object.hasOwn(patterns, name) ? patterns[name]! : undefined
      if (pattern === undefined) throw new Error(`the Grok pattern ${name} is not defined`)
      const inner = expand(pattern, depth + 1)
      if (field !== undefined && !fields.has(field)) {
        fields.set(field, { name: field, dataType: type?.trim() })
      }
      const column = (field ?? name).toLowerCase()
      if (wanted ? !wanted.has(column) : field === undefined) return `(?:${inner})`
      const id = `g${groups.length}`
      groups.push({ id, column })
      return `(?<${id}>${inner})`
    })
  }
  const source = expand(format, 0)
  const expression = toExpression(source, { ignoreCase: false, whole: false })
  const names = columns ?? [...fields.keys()].map((name) => name.toLowerCase())
  const idsOf = names.map((name) =>
    groups.filter((group) => group.column === name).map(({ id }) => id),
  )
  return {
    fields: [...fields.values()],
    match: (line) => {
      const found = expression.exec(line)
      if (!found) return undefined
      return idsOf.map((ids) => {
        for (const id of ids) {
          const value = found.groups?.[id]
          if (value !== undefined) return value
        }
        return null
      })
    },
  }
}

/** `%{NAME}`, `%{NAME:field}`, `%{NAME:field:type}`; a semicolon may stand before the type. */
const reference = /%\{(\w+)(?::([\w[\].@-]+)(?:[:;]([^}]*))?)?\}/g

/** Lines of a name and its pattern. */
function parseCustomPatterns(text: string): Record<string, string> {
  const patterns: Record<string, string> = {}
  for (const line of text.split(/\r?\n/)) {
    const match = /^\s*(\w+)\s+(.*\S)\s*$/.exec(line)
    if (match && !line.trimStart().startsWith('#')) patterns[match[1]!] = match[2]!
  }
  return patterns
}

/** A line in which the pattern is not found gives NULLs. */
export function grokParser(grok: Grok): LineParser {
  return (line) => grok.match(line) ?? []
}
