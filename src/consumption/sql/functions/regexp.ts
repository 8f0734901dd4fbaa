import type { Typed } from '../analyze/typed.ts'
import { type FunctionTable, forms } from './registry.ts'

/**
 * Patterns whose meaning the engine's own matcher shares with Java's: no anchors but the start, no
 * boundaries, flags, look-around, references or classes by property, and ASCII alone.
 */
const sharedPattern =
  /^\^?(?:[A-Za-z0-9 _,:;<>=@~`"'%&!#/-]|\\[.\\+*?()[\]{}|^$dDwWsS/-]|\.(?![+*?]\+)|\[\^?[A-Za-z0-9 _.,:;@/]*(?:[A-Za-z0-9]-[A-Za-z0-9])*[A-Za-z0-9 _.,:;@/]*\]|[+*?](?![+*?])|\((?!\?)|\(\?:|\)|\|)*$/

function matches([text, pattern]: readonly Typed[]): string {
  const own = typeof pattern!.constant === 'string' && sharedPattern.test(pattern!.constant)
  return `${own ? 'regexp_matches' : 'trino_regexp_like'}(${text!.sql}, ${pattern!.sql})`
}

/** Java's regular expressions: the engine's processes have functions of ours for them. */
export const regexpFunctions: FunctionTable = {
  regexp_like: forms(['varchar, varchar -> boolean', matches]),
  regexp_extract: forms(
    ['varchar, varchar -> varchar', 'trino_regexp_extract($1, $2, 0)'],
    ['varchar, varchar, bigint -> varchar', 'trino_regexp_extract($1, $2, $3)'],
  ),
  regexp_extract_all: forms(
    ['varchar, varchar -> array(varchar)', 'trino_regexp_extract_all($1, $2, 0)'],
    ['varchar, varchar, bigint -> array(varchar)', 'trino_regexp_extract_all($1, $2, $3)'],
  ),
  regexp_replace: forms(
    ['varchar, varchar -> varchar', `trino_regexp_replace($1, $2, '')`],
    ['varchar, varchar, varchar -> varchar', 'trino_regexp_replace($1, $2, $3)'],
    // Each match's groups go through the lambda, between the texts that no match holds.
    [
      'varchar, varchar, function(array(varchar), varchar) -> varchar',
      'trino_regexp_joined(trino_regexp_pieces($1, $2), list_transform(list_transform(trino_regexp_pieces($1, $2)[:-2], lambda p: p[2:]), $3))',
    ],
  ),
  regexp_split: forms(['varchar, varchar -> array(varchar)', 'trino_regexp_split($1, $2)']),
  regexp_count: forms(['varchar, varchar -> bigint', 'trino_regexp_count($1, $2)']),
  regexp_position: forms(
    ['varchar, varchar -> integer', 'CAST(trino_regexp_position($1, $2, 1, 1) AS INTEGER)'],
    [
      'varchar, varchar, bigint -> integer',
      'CAST(trino_regexp_position($1, $2, $3, 1) AS INTEGER)',
    ],
    [
      'varchar, varchar, bigint, bigint -> integer',
      'CAST(trino_regexp_position($1, $2, $3, $4) AS INTEGER)',
    ],
  ),
}

/** Macros that these functions call. */
export const regexpMacros: readonly string[] = [
  // A match whose replacement is NULL makes the whole NULL.
  `CREATE MACRO trino_regexp_joined(pieces, made) AS CASE
     WHEN pieces IS NULL OR list_position(made, NULL) IS NOT NULL THEN NULL
     ELSE array_to_string(list_transform(list_zip(pieces, made), lambda z: z[1][1] || coalesce(z[2], '')), '') END`,
]
