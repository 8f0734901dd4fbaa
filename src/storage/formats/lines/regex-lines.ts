import type { ByteSource } from '../byte-source.ts'
import { type Batch, BatchBuilder, type FieldValue } from '../field-type.ts'
import { linesOf } from './lines.ts'

export type LineParser = (line: string) => readonly FieldValue[]

/** One row for each line after those that are skipped. */
export function* parsedLines(
  source: ByteSource,
  options: { readonly skipLines: number; readonly width: number },
  parse: LineParser,
): Generator<Batch> {
  const builder = new BatchBuilder(options.width)
  let skip = options.skipLines
  for (const line of linesOf(source)) {
    if (skip > 0) {
      skip--
      continue
    }
    const full = builder.add(parse(line))
    if (full) yield full
  }
  const rest = builder.take()
  if (rest) yield rest
}

/**
 * Hive's RegexSerDe: the whole line must match, and the groups are the columns in order. A line that does not match
 * gives NULLs; groups that are missing are NULL. https://docs.aws.amazon.com/athena/latest/ug/regex-serde.html
 */
export function regexParser(expression: RegExp, width: number): LineParser {
  return (line) => {
    const match = expression.exec(line)
    if (!match) return []
    return Array.from({ length: width }, (_, index) => match[index + 1] ?? null)
  }
}
