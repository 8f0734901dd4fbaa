import { type Position, sqlError } from '../errors.ts'
import { BOOLEAN } from '../types/type.ts'
import { type Typed, raiseSql } from './typed.ts'

const needsFollowing =
  "Escape character must be followed by '%', '_' or the escape character itself"

/** `value LIKE pattern ESCAPE escape`, with Trino's errors about the escape. */
export function likeSql(
  value: Typed,
  pattern: Typed,
  escape: Typed | undefined,
  at: Position,
): string {
  if (!escape) return `(${value.sql} LIKE ${pattern.sql})`
  if (typeof escape.constant === 'string' && [...escape.constant].length !== 1) {
    throw sqlError('InvalidArgument', at, 'Escape string must be a single character')
  }
  if (typeof escape.constant === 'string' && typeof pattern.constant === 'string') {
    if (!wellEscaped(pattern.constant, escape.constant)) {
      throw sqlError('InvalidArgument', at, needsFollowing)
    }
    return `(${value.sql} LIKE ${pattern.sql} ESCAPE ${escape.sql})`
  }
  const sign = `regexp_escape(${escape.sql})`
  const wellFormed = `('(?s)([^' || ${sign} || ']|' || ${sign} || '[%_' || ${sign} || '])*')`
  const raise = raiseSql(
    BOOLEAN,
    `'INVALID_FUNCTION_ARGUMENT: ${needsFollowing.replaceAll("'", "''")}'`,
  )
  const single = raiseSql(
    BOOLEAN,
    "'INVALID_FUNCTION_ARGUMENT: Escape string must be a single character'",
  )
  const form = `WHEN NOT regexp_full_match(${pattern.sql}, ${wellFormed}) THEN ${raise}`
  return `(CASE WHEN strlen(${escape.sql}) <> 1 THEN ${single} ${form} ELSE like_escape(${value.sql}, ${pattern.sql}, ${escape.sql}) END)`
}

function wellEscaped(pattern: string, escape: string): boolean {
  const signs = [...pattern]
  for (let index = 0; index < signs.length; index++) {
    if (signs[index] !== escape) continue
    const next = signs[++index]
    if (next !== '%' && next !== '_' && next !== escape) return false
  }
  return true
}
