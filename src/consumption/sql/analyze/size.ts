import { type Position, sqlError } from '../errors.ts'

/**
 * So much of the engine's SQL one query may become. An operand stands in it more than once where it is asked for NULL or 0 before it is
 * used, so that what is nested deeply grows by a factor for each level.
 */
const sqlCharsMax = 4 * 1024 * 1024

/** Error: `NotSupported` for what has become more than any engine should read. */
export function checkSize(sql: string, at: Position): void {
  if (sql.length <= sqlCharsMax) return
  const text = 'the query is nested too deeply: the engine would have to read more than 4 MiB of it'
  throw sqlError('NotSupported', at, text)
}
