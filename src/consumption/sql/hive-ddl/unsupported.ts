import { type Position, syntaxError } from '../errors.ts'
import type { DdlCursor } from './cursor.ts'

/** Views of several engines keep a text for each: no other engine reads ours. */
export function viewDialects(at: Position) {
  return syntaxError(
    at,
    'views of several dialects (PROTECTED MULTI DIALECT VIEW, ALTER VIEW … DIALECT) are not supported: use CREATE VIEW',
  )
}

/**
 * What Athena refuses too, by the words after the table's name.
 * https://docs.aws.amazon.com/athena/latest/ug/unsupported-ddl.html
 */
const refused: readonly (readonly string[])[] = [
  ['ARCHIVE', 'PARTITION'],
  ['CLUSTERED', 'BY'],
  ['EXCHANGE', 'PARTITION'],
  ['NOT', 'CLUSTERED'],
  ['NOT', 'SKEWED'],
  ['NOT', 'SORTED'],
  ['NOT', 'STORED'],
  ['SET', 'SERDEPROPERTIES'],
  ['SET', 'SERDE'],
  ['SET', 'SKEWED'],
  ['SET', 'FILEFORMAT'],
  ['SKEWED', 'BY'],
  ['TOUCH'],
  ['UNARCHIVE', 'PARTITION'],
  ['COMPACT'],
  ['CONCATENATE'],
]

/** Refuses by its name what Hive has and Athena does not. */
export function refuseAlteration(cursor: DdlCursor): void {
  const words = refused.find((each) => cursor.at(...each))
  if (!words) return
  throw syntaxError(cursor.peek(), `ALTER TABLE … ${words.join(' ')} is not supported`)
}
