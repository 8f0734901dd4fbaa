import { type Analysis, printedSql, quoteName } from '#consumption/sql'
import type { TextStatement } from '../planning/with-rows.ts'
import { csvLine } from './csv.ts'
import type { ResultSource } from './result-place.ts'

/** Results up to here never become a file: the store keeps small objects together. */
export const inlineBytesMax = 128 * 1024

/** Every value quoted, NULL empty without quotes: https://docs.aws.amazon.com/athena/latest/ug/querying-finding-output-files.html */
export function resultCopy(analysis: Analysis): TextStatement {
  const names = engineNames(analysis)
  const items = analysis.columns.map(
    (column, index) =>
      `${printedSql(`q.c${index}`, column.type)} AS ${names ? quoteName(names[index]!) : `c${index}`}`,
  )
  const header = names !== undefined
  return {
    sql: `COPY (SELECT ${items.join(', ')} FROM (${analysis.sql}) AS q)`,
    tail: ` TO '{out}/result' (FORMAT csv, HEADER ${header}, DELIMITER ',', QUOTE '"', ESCAPE '"', FORCE_QUOTE *, NULLSTR '')`,
  }
}

/** The columns' names, where the engine writes them as they are: it has none that are empty, and none twice. */
function engineNames({ columns }: Analysis): readonly string[] | undefined {
  const names = columns.map(({ name }) => name)
  const distinct = new Set(names.map((name) => name.toLowerCase()))
  return distinct.size === names.length && !distinct.has('') ? names : undefined
}

/** What the engine has written for `resultCopy`: the file at `path`, or the text `output`. */
export function resultSource(
  analysis: Analysis,
  { path, output }: { readonly path: string; readonly output: string | undefined },
): ResultSource {
  const header = engineNames(analysis) ? '' : csvLine(analysis.columns.map(({ name }) => name))
  return output === undefined ? { header, path } : { bytes: Buffer.from(header + output) }
}
